"""A small report of our own: every form that the reader must know, in a text that nobody else wrote."""

REPORT = """Om rapporten

Denne rapporten viser hva som er gjort i planen for trygge skoleveier. Etter at planen kom, er
arbeidet med veilys flyttet fra Samferdselsdepartementet (SD) til Kunnskapsdepartementet (KD).

Av totalt 4 tiltak i planen er 2 pågående og 2 ferdigstilt.

Nr. Tiltak Ansvarlig dep. Status

Innsatsområde 1: Tryggere veier

1 Male gangfelt ved alle barneskoler SD Ferdigstilt
2 Kartlegge mørke strekninger og helse-
og miljøfarlige kryss
SD/KD Pågående

Innsatsområde 2: Kunnskap og utstyr

3 Lære elever om refleks
a) Lage film om refleks KD Ferdigstilt
b) Dele ut vester til alle i første
klasse
KD Pågående
4 Måle luften langs skoleveien HOD Ferdigstilt

Ansvarlige departementer og direktorater:
Helse- og omsorgsdepartementet (HOD)
Helsedirektoratet
Kunnskapsdepartementet (KD)
Utdanningsdirektoratet (Udir)
Samferdselsdepartementet (SD)

Innsatsområde 1: Tryggere veier

Mange barn går til skolen. Veiene deres skal bli lysere, bredere og
roligere, jf. vegloven § 3.

Tiltak 1. Male gangfelt ved alle barneskoler

SD skal male gangfelt. Arbeidet deles i tre:

1. Merke veien
2. Male stripene
3. Tiltak 2 tar over

Status: Ferdigstilt
Ansvarlig: SD

Alle gangfelt er malt. Udirs veileder om skolevei ble ny i 2020, og Helse-
direktoratet ga råd om støy. Se også tiltak 4 om luft.

Tiltak 2. Kartlegge mørke strekninger og helse- og
miljøfarlige kryss

Vegvesenet kartlegger mørke strekninger sammen med kommunene. Det ses i sammenheng med
tiltak 1. Kartet skal være ferdig i 2021.

https://www.vegvesen.example/gangfelt-og-skolevei
https://www.vegvesen.example/gangfelt-og-skolevei
https://www.vegvesen.example/kart/morke-strekninger
12
Status: Pågående
Ansvarlig: SD og KD

Kartet er halvferdig.

Innsatsområde 2: Kunnskap og utstyr

Tiltak 3. Lære elever om refleks

Tiltak 3 a) Lage film om refleks

Udir lager en film på 3 min. for 1. trinn.

Status: Ferdigstilt
Ansvarlig: KD

Filmen «Vi lyser. Ser du oss?» ble vist for 900 elever den 3. mai 2021.

Tiltak 3b) Dele ut refleksvester til alle i første klasse

Kommunene deler ut vester.

Status: Pågående
Ansvar: Kunnskapsdepartementet

Halvparten har fått vest, jf. tiltak 3a.

Tiltak 4. Måle luften langs skoleveien

Helsedirektoratet måler luften, særlig helse-
og miljøfarlig støv, i 2019-
2020.

Status: Ferdigstilt
Ansvarlig: HOD

Luften er målt ved 12 skoler.
"""

REGISTRY = """@prefix actor: <https://w3id.org/plangraph/actor/> .
@prefix law: <https://w3id.org/plangraph/law/> .
@prefix pg: <https://w3id.org/plangraph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

actor:hod a pg:Ministry ; skos:prefLabel "Helse- og omsorgsdepartementet"@nb ; skos:altLabel "HOD"@nb .
actor:kd a pg:Ministry ; skos:prefLabel "Kunnskapsdepartementet"@nb ; skos:altLabel "KD"@nb .
actor:sd a pg:Ministry ; skos:prefLabel "Samferdselsdepartementet"@nb ; skos:altLabel "SD"@nb .
actor:helsedirektoratet a pg:Directorate ; skos:prefLabel "Helsedirektoratet"@nb, "Directorate of Health"@en .
actor:udir a pg:Directorate ; skos:prefLabel "Utdanningsdirektoratet"@nb ; skos:altLabel "Udir"@nb .
actor:vegvesenet a pg:PublicBody ; skos:prefLabel "Vegvesenet"@nb .
actor:kommuner a pg:ActorClass ; skos:prefLabel "Kommuner"@nb ; skos:altLabel "kommunene"@nb .
"""

PLAN = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix pg: <https://w3id.org/plangraph/ns#> .
@prefix plan: <https://w3id.org/plangraph/plan/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/plangraph/source/> .

plan:skolevei-2018-2021 a pg:ActionPlan ; dct:identifier "skolevei-2018-2021" ; skos:prefLabel "Skoleveiplanen"@nb .
source:rapport-2021 a pg:Source ; dct:identifier "rapport-2021" ; dct:issued "2021"^^edtf:EDTF .
"""


def pdf(pages: list[str]) -> bytes:
    """Return a PDF with a text layer: one page per text, one line of Helvetica per line of text."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects.append(font)
    kids = []
    for page in pages:
        lines = []
        for number, line in enumerate(page.split("\n")):
            escaped = line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            lines.append(b"BT /F1 10 Tf 40 %d Td (%s) Tj ET" % (800 - 14 * number, escaped))
        content = b"\n".join(lines)
        kids.append(b"%d 0 R" % (len(objects) + 1))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (len(objects) + 2)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    body, places = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    )
