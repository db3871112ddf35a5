"""The text of a PDF, page by page, read in a child process with limits on time and memory.

A damaged or hostile file can hang or exhaust a PDF library, so it is never opened in the process of the caller.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from plangraph.errors import UsageError

SECONDS = 60
BYTES = 1_500_000_000
PAGES = 2_000

_CHILD = """
import json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
except (ImportError, ValueError, OSError):
    pass
def answer(**what):
    sys.stdout.write(json.dumps(what))
    sys.exit(0)
try:
    import pypdfium2
except ImportError:
    answer(error="missing")
try:
    document = pypdfium2.PdfDocument(sys.argv[1])
except pypdfium2.PdfiumError as error:
    answer(error="password" if "password" in str(error).lower() else "damaged")
if len(document) > int(sys.argv[3]):
    answer(error="pages")
pages = []
try:
    for page in document:
        text = page.get_textpage()
        pages.append(text.get_text_range())
        text.close()
        page.close()
except pypdfium2.PdfiumError:
    answer(error="damaged")
answer(pages=pages)
"""

_ERRORS = {
    "missing": ("reading a PDF needs the extra 'pdf'", "install it: pip install 'plangraph[pdf]'; or hand in the text"),
    "password": ("the PDF is encrypted and asks for a password", "save a copy without a password"),
    "damaged": ("the PDF is damaged: it cannot be opened", "fetch it again, or hand in its text as UTF-8"),
    "pages": (f"the PDF has more than {PAGES} pages", "hand in the part of it that describes the measures"),
    "time": (f"the PDF could not be read within {SECONDS} seconds", "hand in its text as UTF-8"),
    "empty": ("the PDF has no text layer (its pages are pictures)", "run text recognition on it first (OCR)"),
}


def pdf_pages(path: Path) -> list[str]:
    """Return the text of each page of a PDF as the extractor gives it, lines ending in CRLF.

    Raises UsageError when the extra is missing, the file is encrypted, damaged, without text, or takes too long.
    """
    answer: dict[str, Any]
    try:
        child = subprocess.run(
            [sys.executable, "-c", _CHILD, str(path.resolve()), str(BYTES), str(PAGES)],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        answer = json.loads(child.stdout) if child.returncode == 0 else {"error": "damaged"}
    except subprocess.TimeoutExpired:
        answer = {"error": "time"}
    except ValueError:
        answer = {"error": "damaged"}
    if "error" not in answer and not any(page.strip() for page in answer["pages"]):
        answer = {"error": "empty"}
    if "error" in answer:
        what, mend = _ERRORS[answer["error"]]
        raise UsageError(what, where=str(path), mend=mend)
    pages: list[str] = answer["pages"]
    return pages
