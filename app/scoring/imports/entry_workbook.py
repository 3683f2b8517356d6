"""A filled-in workbook → its rows, each checked against the mark it was given when it went out.

The hidden columns of a row (owner, score, version, what was kept then) are signed together: an edited id, a row of
another installation or a row put together from two is named, and nothing is read from it.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from itsdangerous import Signer

from app.errors import Sentence
from app.scoring.imports.cells import Unique
from app.scoring.imports.entry_cells import FORMER_HEADINGS, HEADINGS
from app.scoring.imports.finding import Findings, Imported
from app.scoring.imports.table import Column, Columns, TableRow, read_table

HIDDEN = ("owner_id", "score_id", "version", "kept", "mark")
_HIDDEN_HEADINGS = ("Mã phiếu", "Mã dòng", "Phiên bản", "Nội dung khi tải", "Dấu kiểm")


class Layout(NamedTuple):
    """Columns of a kind of workbook: first those to read, then those to fill in; name → heading.

    ``former``: what some were called in workbooks that went out before.
    """

    shown: dict[str, str]
    entry: dict[str, str]
    former: dict[str, str] = {}

    def headings_of(self, name: str) -> tuple[str, ...]:
        return tuple(filter(None, (self.entry[name], self.former.get(name))))

    @property
    def columns(self) -> Columns:
        hidden = zip(HIDDEN, _HIDDEN_HEADINGS, strict=True)
        return (
            *(Column(name, (heading,)) for name, heading in self.shown.items()),
            *(Column(name, self.headings_of(name), required=True) for name in self.entry),
            *(Column(name, (heading,), required=True) for name, heading in hidden),
        )


SHEET = Layout(
    {"code": "Mã", "name": "Tiêu chí", "how": "Cách chấm", "maximum": "Điểm tối đa"},
    HEADINGS,
    FORMER_HEADINGS,
)
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v>[^<]")


class EntryLine(NamedTuple):
    """``owner_id``: the sheet (or the appraiser's work) that the row was made for; ``kept``: the row as it was
    downloaded, packed; ``texts``: what the entry cells say now, ``numeric`` which of them are numbers."""

    row: int
    owner_id: int
    score_id: int
    kept: list
    texts: dict[str, str]
    numeric: frozenset[str] = frozenset()


def entry_signer(secret: str | bytes, kind: str) -> Signer:
    return Signer(secret, salt=f"workbook-{kind}")


def mark_of(signer: Signer, owner_id: int, score_id: int, version: int, kept: str) -> str:
    return signer.get_signature(f"{owner_id}|{score_id}|{version}|{kept}").decode()


def hidden_cells(signer: Signer, owner_id: int, score_id: int, version: int, kept: list) -> tuple:
    """Values of the hidden columns, in their order."""
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return owner_id, score_id, version, text, mark_of(signer, owner_id, score_id, version, text)


def parse_entry(data: bytes, filename: str, signer: Signer, layout: Layout = SHEET) -> Imported[EntryLine]:
    table = read_table(data, filename, layout.columns)
    findings = Findings(finding for finding in table.findings if finding.severity == "error")
    if table.has_errors:
        return Imported([], findings)
    findings.extend(_uncomputed(data, layout))
    scores, lines = Unique("code", "duplicate_row", findings), []
    for row in table.rows:
        line = _line(row, layout, signer, findings)
        if line is not None and scores.is_first(row, line.score_id, row.cells["code"]):
            lines.append(line)
    if not lines and not findings:
        findings.error(None, None, "empty_file", Sentence("Tệp không có dòng nào để chấm."))
    return Imported(lines, findings.in_order())


def _line(row: TableRow, layout: Layout, signer: Signer, findings: Findings) -> EntryLine | None:
    cells = row.cells
    texts = {name: cells[name] for name in layout.entry}
    if not any(cells[name] for name in HIDDEN):
        for name in [name for name, text in texts.items() if text]:
            message = Sentence("Dòng này không phải là dòng để chấm; ô này phải để trống.")
            findings.error(row.number, name, "not_a_row", message)
        return None
    if not _is_ours(cells, signer):
        message = Sentence("Các cột ẩn của dòng này đã bị sửa; hãy tải lại tệp mới rồi nhập vào đó.")
        findings.error(row.number, None, "edited_row", message)
        return None
    kept = json.loads(cells["kept"])
    return EntryLine(row.number, int(cells["owner_id"]), int(cells["score_id"]), kept, texts, row.numeric)


def _is_ours(cells: dict[str, str], signer: Signer) -> bool:
    text = "|".join(cells[name] for name in HIDDEN[:-1])
    return signer.verify_signature(text.encode(), cells["mark"].encode())


def _uncomputed(data: bytes, layout: Layout) -> Iterator:
    """Formulas in entry cells that no program has computed yet: they would be read as empty cells."""
    found = Findings()
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return iter(found)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        for name in sheets[:1]:
            for attributes, content in _CELL.findall(archive.read(name)):
                if _FORMULA.search(content) and not _VALUE.search(content):
                    _add_uncomputed(found, attributes, layout)
    return iter(found)


def _add_uncomputed(found: Findings, attributes: bytes, layout: Layout) -> None:
    place = _PLACE.search(attributes)
    entry_letters = {chr(ord("A") + at): name for at, name in enumerate(layout.entry, len(layout.shown))}
    name = entry_letters.get(place[1].decode()) if place else None
    if name is not None:
        message = Sentence("Ô này là công thức chưa được tính; hãy ghi giá trị.")
        found.error(int(place[2][:7]), name, "uncomputed", message)
