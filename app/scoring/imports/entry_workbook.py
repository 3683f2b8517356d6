"""A filled-in workbook → its rows, each checked against the mark it was given when it went out.

The hidden columns of a row (owner, score, version, what was kept then) are signed together: an edited id, a row of
another installation or a row put together from two is named, and nothing is read from it.
"""

import json
from typing import NamedTuple

from itsdangerous import Signer

from app.errors import Sentence
from app.scoring.imports.cells import Unique
from app.scoring.imports.entry_cells import FORMER_HEADINGS, HEADINGS, NUMBERS
from app.scoring.imports.finding import Findings, Imported, has_errors
from app.scoring.imports.table import AS_IT_IS, Column, Columns, Kind, Reading, TableRow, read_table

HIDDEN = ("owner_id", "score_id", "version", "kept", "mark")
_HIDDEN_HEADINGS = ("Mã phiếu", "Mã dòng", "Phiên bản", "Nội dung khi tải", "Dấu kiểm")


def _kind(name: str) -> Kind:
    return "number" if name in NUMBERS else "rule" if name == "option" else "text"


class Layout(NamedTuple):
    """Columns of a kind of workbook: first those to read, then those to fill in; name → heading.

    ``former``: what some were called in workbooks that went out before; ``computed``: headings of formulas.
    """

    shown: dict[str, str]
    entry: dict[str, str]
    former: dict[str, str] = {}
    computed: tuple[str, ...] = ()

    def headings_of(self, name: str) -> tuple[str, ...]:
        return tuple(filter(None, (self.entry[name], self.former.get(name))))

    @property
    def columns(self) -> Columns:
        hidden = zip(HIDDEN, _HIDDEN_HEADINGS, strict=True)
        return (
            *(Column(name, (heading,)) for name, heading in self.shown.items()),
            *(Column(name, self.headings_of(name), required=True, kind=_kind(name)) for name in self.entry),
            *(Column(f"computed_{place}", (name,), is_read=False) for place, name in enumerate(self.computed)),
            *(Column(name, (heading,), required=True, kind="exact") for name, heading in hidden),
        )


SHEET = Layout(
    {"code": "Mã", "name": "Tiêu chí", "how": "Cách chấm", "maximum": "Điểm tối đa"},
    HEADINGS,
    FORMER_HEADINGS,
    ("Điểm gợi ý", "Điểm được tính", "Cộng vào tổng", "Điểm áp dụng", "Đã chấm"),
)
# What is said of a table from elsewhere and is so by design here: our own sheets, columns and hidden marks.
_BY_DESIGN = frozenset({"sheets_left", "hidden_sheet", "hidden_column", "not_nfc", "too_few_cells"})


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


def parse_entry(
    data: bytes, filename: str, signer: Signer, layout: Layout = SHEET, reading: Reading = AS_IT_IS
) -> Imported[EntryLine]:
    table = read_table(data, filename, layout.columns, reading)
    findings = Findings(finding for finding in table.findings if finding.code not in _BY_DESIGN)
    if not table.rows:
        return Imported([], findings)
    scores, lines = Unique("code", "duplicate_row", findings), []
    for row in table.rows:
        line = _line(row, layout, signer, findings)
        if line is not None and scores.is_first(row, line.score_id, row.cells["code"]):
            lines.append(line)
    if not lines and not has_errors(findings):
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
