"""What a person can read in an answer: its page, its headers, and whatever stands in the file that it is."""

import io
import re
import zipfile
from urllib.parse import unquote

from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.access.world import CANARY

CANARIES = re.compile(CANARY + "([a-z]+)")
EACH_TIME_ANEW = re.compile(
    r'nonce="[^"]+"|name="csrf-token" content="[^"]+"|name="csrf_token"[^>]+value="[^"]+"|value="[\w.-]{60,}"'
    r"|[0-9a-f]{16}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|[\d,]+ GB"
)


def words_of(answer) -> str:
    """All text of the answer, of any of the formats that the application gives."""
    head = unquote(" ".join(f"{name}: {value}" for name, value in answer.headers.items()))
    return f"{head}\n{text_of(answer.data)}".casefold()


def text_of(data: bytes) -> str:
    if data.startswith(b"PK"):
        return _archive(data)
    if data.startswith(b"%PDF") and b"/Pages" in data:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return data.decode("utf-8", "replace")


def _archive(data: bytes) -> str:
    """A workbook and a document as their programs read them, and every member of any archive as it stands there."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        found = [*names, *(text_of(archive.read(name)) for name in names)]
    if "xl/workbook.xml" in names:
        cells = (cell for tab in load_workbook(io.BytesIO(data)) for row in tab.iter_rows() for cell in row)
        found += [str(cell.value) for cell in cells if cell.value is not None]
    if "word/document.xml" in names:
        found += [paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs]
    return "\n".join(found)


def canaries(answer) -> set[str]:
    return set(CANARIES.findall(words_of(answer)))


def steady(answer) -> tuple[int, str]:
    """The answer without what is new in each: nonce, tokens, request id, free space of the disk."""
    return answer.status_code, EACH_TIME_ANEW.sub("", text_of(answer.data))
