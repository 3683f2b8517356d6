"""A filled-in workbook comes back: what it would change, cell by cell, and the act of applying it as a whole (Đ.9).

Three texts meet in a cell: what was kept when the file was downloaded, what the file says (mine), what is kept now
(theirs). A cell that the file left alone takes theirs; one that both changed differently is a conflict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from itsdangerous import Signer

from app import audit
from app.errors import Refused, Sentence
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.scoring.imports.columns import AS_IT_IS, Reading
from app.scoring.imports.entry_cells import Cells, asked, normal, read_cells, unpacked
from app.scoring.imports.entry_workbook import EntryLine, parse_entry
from app.scoring.imports.finding import Finding, Findings, has_errors
from app.scoring.models import Score, Sheet
from app.scoring.operations.declaring import changes
from app.scoring.operations.sheets import EXPLANATION_LIMIT, RowEntry, require_editable, save_row
from app.scoring.policy import require_entry
from app.scoring.queries.deviation import forbidden_deviation
from app.scoring.queries.entry import kept_cells
from app.scoring.queries.sheets import Row, sheet_page, suggestion_of, wrong_figures
from app.scoring.rules import Figures, Method, Suggestion, allowed_points
from app.scoring.states import Matter

MINE, THEIRS = "mine", "theirs"


class Pending(NamedTuple):
    """One row of an upload that waits for its owner's word; ``shown`` is the version they were shown."""

    score_id: int
    shown: int
    kept: Cells
    mine: Cells


class CellChange(NamedTuple):
    """``old`` is what is kept now; a conflict when someone changed it since the download."""

    field: str
    old: Any
    new: Any
    conflict: bool


@dataclass(frozen=True)
class RowChange:
    """A row with the cells that would change; ``points`` are those it would stand at, None without any.

    ``unfounded``: these points come without the figures that they should come from, and without an explanation that
    could stand in for them.
    """

    row: Row
    pending: Pending
    cells: list[CellChange]
    points: Decimal | None
    unfounded: bool = False

    @property
    def conflicts(self) -> list[CellChange]:
        return [cell for cell in self.cells if cell.conflict]


Choices = Mapping[tuple[int, str], str]


def read_upload(
    data: bytes,
    file_name: str,
    sheet: Sheet,
    signer: Signer,
    *,
    actor: Account,
    at: datetime,
    reading: Reading = AS_IT_IS,
) -> tuple[list[RowChange], list[Finding]]:
    """What the file would change on the sheet, and what is wrong in it; nothing is written."""
    require_entry(actor, sheet)
    require_editable(sheet, at)
    parsed = parse_entry(data, file_name, signer, reading=reading)
    findings = Findings(parsed.findings)
    foreign = _foreign(parsed.rows, sheet)
    if foreign is not None:
        findings.error(None, None, "other_sheet", foreign)
        return [], findings.in_order()
    rows = _rows(sheet)
    found = [_pending(line, rows[line.score_id], findings) for line in parsed.rows if line.score_id in rows]
    return [] if has_errors(findings) else _changes(rows, found), findings.in_order()


def _rows(sheet: Sheet) -> dict[int, Row]:
    return {row.score.id: row for row in sheet_page(sheet).leaves}


def _foreign(lines: Sequence[EntryLine], sheet: Sheet) -> Sentence | None:
    """Whose the file is when it is not this sheet's; another agency's is not named."""
    sheet_id = next((line.owner_id for line in lines if line.owner_id != sheet.id), None)
    if sheet_id is None:
        return None
    other = db.session.get(Sheet, sheet_id)
    if other is None or other.agency_id != sheet.agency_id:
        return Sentence("Tệp này là phiếu của cơ quan khác.")
    values = {"round": other.round.name}
    return Sentence("Tệp này là phiếu của kỳ “%(round)s”, không phải của kỳ đang mở.", values)


def _pending(line: EntryLine, row: Row, findings: Findings) -> Pending:
    before, kept = len(findings), unpacked(line.kept)
    mine = read_cells(line.row, line.texts, kept, row.criterion, findings, line.numeric)
    if mine.not_applicable:
        mine = mine._replace(points=kept.points)  # saving leaves them out
    if len(findings) == before and not _same(kept, mine):
        _check(line.row, mine, row, findings)
    return Pending(line.score_id, row.score.version, kept, mine)


def _check(number: int, mine: Cells, row: Row, findings: Findings) -> None:
    """What saving would refuse, said before it is tried and where."""
    criterion, method = row.criterion, Method(row.criterion.method)
    wrong = wrong_figures(criterion, _figures(mine))
    if wrong is not None:
        place = next((name for name in ("a", "n", "option") if getattr(mine, name) is not None), "b")
        findings.error(number, place, "bad_figures", wrong)
    if mine.points is not None and not mine.not_applicable:
        refused = allowed_points(method, criterion.rule, criterion.maximum, mine.points)
        if refused is None and wrong is None:
            refused = forbidden_deviation(criterion, _suggestion(row, mine), mine.points)
        if refused is not None:
            findings.error(number, "points", "bad_points", refused)
    if len(mine.explanation) > EXPLANATION_LIMIT:
        message = Sentence("Giải trình dài quá %(limit)s ký tự.", {"limit": EXPLANATION_LIMIT})
        findings.error(number, "explanation", "too_long", message)


def changes_of(sheet: Sheet, found: Sequence[Pending]) -> list[RowChange]:
    """What the waiting rows would change on the sheet as it is now, in the set's order."""
    return _changes(_rows(sheet), found)


def _changes(rows: dict[int, Row], found: Sequence[Pending]) -> list[RowChange]:
    waiting = {pending.score_id: pending for pending in found}
    changed = [_change(row, waiting[key]) for key, row in rows.items() if key in waiting]
    return [change for change in changed if change.cells]


def _change(row: Row, pending: Pending) -> RowChange:
    theirs = kept_cells(row)
    cells = [
        CellChange(name, getattr(theirs, name), new, not equal(getattr(theirs, name), kept))
        for name, kept, new in zip(Cells._fields, pending.kept, pending.mine, strict=True)
        if not equal(kept, new) and not _is_there(row, theirs, name, new)
    ]
    merged = theirs._replace(**{cell.field: cell.new for cell in cells})
    shown = pending._replace(shown=row.score.version)
    return RowChange(row, shown, cells, _points(row, merged), _unfounded(row, merged))


def _is_there(row: Row, theirs: Cells, name: str, new: Any) -> bool:
    """Whether the cell already holds what the file says; typed points may be those of the figures."""
    if name == "points" and new is not None and new == row.score.self_points:
        return True
    return equal(getattr(theirs, name), new)


def equal(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return normal(one) == normal(other)
    return one == other


def _same(one: Cells, other: Cells) -> bool:
    return all(map(equal, one, other))


def _figures(cells: Cells) -> Figures:
    return Figures(a=cells.a, b=cells.b, n=cells.n, option=cells.option)


def _points(row: Row, cells: Cells) -> Decimal | None:
    """The points that the row would be saved with."""
    if cells.not_applicable or cells.points is not None:
        return None if cells.not_applicable else cells.points
    return _suggestion(row, cells).points


def _suggestion(row: Row, cells: Cells) -> Suggestion:
    return row.suggestion if row.criterion.linked_programme else suggestion_of(row.criterion, _figures(cells))


def _unfounded(row: Row, cells: Cells) -> bool:
    """Whether the row would be saved with points that stand on nothing, and so would not be done."""
    lacking = any(getattr(cells, name) is None for name in asked(row.criterion))
    typed = cells.points is not None and not cells.not_applicable
    return lacking and typed and not (cells.explanation.strip() and row.allows_deviation)


@changes(Matter.ENTRIES)
def apply_upload(
    held: Held[Sheet],
    found: Sequence[Pending],
    choices: Choices,
    *,
    file_name: str,
    actor: Account,
    at: datetime,
) -> int:
    """Save every row that the upload changes, or none; how many. ``choices`` settle the conflicts.

    A row that was saved after it was shown is a ``Conflict``, unless it already holds what it should.
    """
    sheet = held.row
    require_entry(actor, sheet)
    require_editable(sheet, at)
    shown = {pending.score_id: pending.shown for pending in found}
    changed = [
        (change, chosen_cells(change.row.score, change.cells, choices)) for change in changes_of(sheet, found)
    ]
    written = [(change, cells) for change, cells in changed if cells]
    for change, cells in written:
        score = change.row.score
        merged = kept_cells(change.row)._replace(**cells)
        entry = RowEntry(_figures(merged), merged.points, merged.explanation, merged.not_applicable)
        try:
            save_row(held.part(score), entry, version=shown[score.id], actor=actor, at=at)
        except Refused as refusal:
            raise _named(change.row, refusal) from refusal
    if written:
        audit.record("sheet_workbook_applied", sheet, actor=actor, at=at, file=file_name, rows=len(written))
    return len(written)


def chosen_cells(score: Score, changed: Sequence[CellChange], choices: Choices) -> dict[str, Any]:
    """Field → new value of the cells to write."""
    cells = {}
    for cell in changed:
        choice = choices.get((score.id, cell.field)) if cell.conflict else MINE
        if choice not in (MINE, THEIRS):
            raise Refused(
                "Tiêu chí %(code)s: hãy chọn một trong hai bản.",
                field=f"choice-{score.id}-{cell.field}",
                code=score.criterion.code,
            )
        if choice == MINE:
            cells[cell.field] = cell.new
    return cells


def _named(row: Row, refusal: Refused) -> Refused:
    return Refused("Tiêu chí %(code)s: %(why)s", code=row.criterion.code, why=refusal.sentence)
