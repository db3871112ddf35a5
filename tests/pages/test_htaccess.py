"""The addresses of things as Apache answers them with the site's own .htaccess."""

import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import missing

MODULES = Path("/usr/lib/apache2/modules")
NAMES = ("mpm_event", "authz_core", "dir", "mime", "rewrite", "headers")
FIRST = "id/actor/imdi"


@pytest.fixture(scope="module")
def port(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    apache = shutil.which("apache2")
    if apache is None or not (MODULES / "mod_rewrite.so").is_file():
        missing("Apache is not installed (apt-get install apache2)")
    home = tmp_path_factory.mktemp("apache")
    for place in (home, *home.parents[:3], folder.parent):
        place.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    loaded = "\n".join(
        f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in NAMES if (MODULES / f"mod_{name}.so").is_file()
    )
    user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
    (home / "httpd.conf").write_text(
        f"""{loaded}
ServerName localhost
ServerRoot {home}
PidFile {home}/pid
Listen 127.0.0.1:{number}
ErrorLog {home}/log
TypesConfig /dev/null
DocumentRoot {folder.parent}
{user}<Directory {folder.parent}>
  AllowOverride All
  Require all granted
</Directory>
""",
        encoding="utf-8",
    )
    process = subprocess.Popen([apache, "-f", str(home / "httpd.conf"), "-DFOREGROUND"])
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                break
        time.sleep(0.1)
    yield number
    process.terminate()
    process.wait(timeout=20)


def get(port: int, path: str, **headers: str) -> tuple[int, str, str]:
    """Status, Location without the server, and media type."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    place = answer.getheader("Location") or ""
    kind = (answer.getheader("Content-Type") or "").split(";")[0]
    connection.close()
    return answer.status, place.removeprefix(f"http://127.0.0.1:{port}").removeprefix("http://localhost"), kind


# The site stands in a folder below the root of the server, as it may in real life.
@pytest.mark.parametrize(
    ("headers", "target"),
    [
        ({}, f"{FIRST}.html"),
        ({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, f"{FIRST}.html"),
        ({"Accept": "text/html", "Accept_Language": "en-GB,en;q=0.9"}, f"en/{FIRST}.html"),
        ({"Accept": "text/html", "Accept_Language": "nb,en;q=0.5"}, f"{FIRST}.html"),
        ({"Accept": "text/turtle"}, f"{FIRST}.ttl"),
        ({"Accept": "application/rdf+xml;q=0.5, text/turtle"}, f"{FIRST}.ttl"),
        ({"Accept": "text/turtle, text/html;q=0.5"}, f"{FIRST}.ttl"),
        ({"Accept": "application/ld+json"}, f"{FIRST}.jsonld"),
        ({"Accept": "text/csv"}, f"{FIRST}.csv"),
    ],
)
def test_an_address_of_a_thing_leads_on(port: int, headers: dict[str, str], target: str) -> None:
    status, place, _ = get(port, f"/site/{FIRST}", **headers)
    assert status == 303
    assert place.endswith(f"/site/{target}")
    assert get(port, f"/site/{target}")[0] == 200


def test_addresses_that_are_folders_too(port: int) -> None:
    # The plan has a page and is the folder of its measures.
    status, place, _ = get(port, "/site/id/plan/eget-liv-2017-2020")
    assert (status, place.endswith("/id/plan/eget-liv-2017-2020.html")) == (303, True)
    status, place, _ = get(port, "/site/id/plan/eget-liv-2017-2020/claim/22b-status", Accept="text/turtle")
    assert (status, place.endswith("/claim/22b-status.html")) == (303, True)


def test_terms_passages_and_what_is_not_there(port: int) -> None:
    assert get(port, "/site/id/ns")[1].endswith("/site/glossary.html")
    assert get(port, "/site/id/ns", Accept="text/turtle")[1].endswith("/site/data/plangraph.ttl")
    place = get(port, "/site/id/evidence/sluttrapport-2021/3551-3566")[1]
    assert place.endswith("/site/passages.html#e3551-3566")
    assert get(port, "/site/id/actor/nobody")[0] == 404


def test_what_one_of_several_plans_has_for_its_own(port: int, folder: Path, several: Path) -> None:
    shutil.copytree(several, folder.parent / "several", dirs_exist_ok=True)
    for address, accept, target in [
        ("plan/other", "text/html", "plans/other/id/plan/other"),
        ("plan/other/measure/1", "text/turtle", "plans/other/id/plan/other/measure/1"),
        ("evidence/memo/30-40", "text/html", "plans/other/passages.html#e30-40"),
        ("evidence/note/30-40", "text/html", "plans/little/passages.html#e30-40"),
        ("ns", "text/html", "plans/little/glossary.html"),
        ("actor/dep", "text/html", "id/actor/dep.html"),
        ("actor/dep", "text/turtle", "id/actor/dep.ttl"),
    ]:
        status, place, _ = get(port, f"/several/id/{address}", Accept=accept)
        assert (status, place) == (303, f"/several/{target}")
        assert get(port, place.partition("#")[0], Accept=accept)[0] in (200, 303)
    assert get(port, "/several/plans/other/id/plan/other/measure/1", Accept="text/turtle")[1].endswith("/1.ttl")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (f"{FIRST}.ttl", "text/turtle"),
        (f"{FIRST}.jsonld", "application/ld+json"),
        (f"{FIRST}.csv", "text/csv"),
        (f"{FIRST}.html", "text/html"),
        ("data/graph.trig", "application/trig"),
    ],
)
def test_media_types(port: int, path: str, kind: str) -> None:
    assert get(port, f"/site/{path}")[::2] == (200, kind)
