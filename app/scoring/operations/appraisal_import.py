"""An appraiser's filled-in workbook comes back: what it would change, and the act of applying it as a whole (Đ.10).

As with a unit's sheet (``entry_import.py``): kept at the download, mine in the file, theirs now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from itsdangerous import Signer

from app import audit
from app.errors import Refused, Sentence
from app.holding import Held
from app.models import Account
from app.scoring.imports.appraisal_cells import APPRAISALS, Given, read_given, unpacked_given
from app.scoring.imports.columns import AS_IT_IS, Reading
from app.scoring.imports.entry_workbook import EntryLine, parse_entry
from app.scoring.imports.finding import Finding, Findings, has_errors
from app.scoring.models import AppraiserWork
from app.scoring.operations.appraisals import Verdict, require_scorable, save_appraisal
from app.scoring.operations.declaring import changes
from app.scoring.operations.entry_import import CellChange, Choices, chosen_cells, equal
from app.scoring.queries.appraisals import Task, tasks
from app.scoring.queries.queue import queue_of
from app.scoring.rules import Method, allowed_points
from app.scoring.states import Matter

REASON_LIMIT = 2000


class PendingAppraisal(NamedTuple):
    """One row of an upload that waits; ``shown`` is the version they were shown, 0 for none."""

    score_id: int
    shown: int
    kept: Given
    mine: Given


@dataclass(frozen=True)
class AppraisalChange:
    """A score with the cells of its appraisal that would change."""

    row: Task
    pending: PendingAppraisal
    cells: list[CellChange]

    @property
    def conflicts(self) -> list[CellChange]:
        return [cell for cell in self.cells if cell.conflict]


def given_in(task: Task) -> Given:
    found = task.appraisal
    return Given() if found is None else Given(found.points, found.not_applicable, found.reason)


def read_appraisals(
    data: bytes,
    file_name: str,
    work: AppraiserWork,
    signer: Signer,
    *,
    at: datetime,
    reading: Reading = AS_IT_IS,
) -> tuple[list[AppraisalChange], list[Finding]]:
    """What the file would change in the work, and what is wrong in it; nothing is written."""
    require_scorable(work, at)
    parsed = parse_entry(data, file_name, signer, APPRAISALS, reading)
    findings = Findings(parsed.findings)
    if any(line.owner_id != work.id for line in parsed.rows):
        message = Sentence("Tệp này là phần việc của người khác hoặc của kỳ khác.")
        findings.error(None, None, "other_work", message)
        return [], findings.in_order()
    found = _tasks(work, [line.score_id for line in parsed.rows])
    waiting = [_pending(line, found.get(line.score_id), findings) for line in parsed.rows]
    return [] if has_errors(findings) else _changes(found, waiting), findings.in_order()


def _tasks(work: AppraiserWork, score_ids: Sequence[int]) -> dict[int, Task]:
    """Those of the scores that are assigned, in the queue's order."""
    wanted = set(score_ids)
    places = [place for place in queue_of(work.appraiser, work.round).places if place.score_id in wanted]
    return {task.score.id: task for task in tasks(work.appraiser, places)}


def _pending(line: EntryLine, task: Task | None, findings: Findings) -> PendingAppraisal:
    before, kept = len(findings), unpacked_given(line.kept)
    most = task.score.criterion.maximum if task is not None else None
    mine = read_given(line.row, line.texts, kept, findings, line.numeric, most)
    if len(findings) == before and not all(map(equal, kept, mine)):
        _check(line.row, mine, task, findings)
    return PendingAppraisal(line.score_id, 0, kept, mine)


def _check(number: int, mine: Given, task: Task | None, findings: Findings) -> None:
    """What saving would refuse, said before it is tried and where."""
    if task is None:
        findings.error(number, None, "not_assigned", Sentence("Dòng này không còn được phân công cho bạn."))
        return
    criterion = task.score.criterion
    wrong = None
    if mine.points is None and not mine.not_applicable:
        wrong = Sentence("Hãy nhập điểm thẩm định.")
    elif mine.points is not None:
        wrong = allowed_points(Method(criterion.method), criterion.rule, criterion.maximum, mine.points)
    if wrong is not None:
        findings.error(number, "points", "bad_points", wrong)
    if len(mine.reason) > REASON_LIMIT:
        message = Sentence("Lý do dài quá %(limit)s ký tự.", {"limit": REASON_LIMIT})
        findings.error(number, "reason", "too_long", message)


def appraisal_changes(work: AppraiserWork, waiting: Sequence[PendingAppraisal]) -> list[AppraisalChange]:
    """What the waiting rows would change in the work as it is now, in the queue's order."""
    return _changes(_tasks(work, [pending.score_id for pending in waiting]), waiting)


def _changes(found: dict[int, Task], waiting: Sequence[PendingAppraisal]) -> list[AppraisalChange]:
    by_score = {pending.score_id: pending for pending in waiting}
    changed = [_change(task, by_score[key]) for key, task in found.items()]
    return [change for change in changed if change.cells]


def _change(task: Task, pending: PendingAppraisal) -> AppraisalChange:
    theirs = given_in(task)
    cells = [
        CellChange(name, now, new, not equal(now, kept))
        for name, kept, new, now in zip(Given._fields, pending.kept, pending.mine, theirs, strict=True)
        if not equal(kept, new) and not equal(now, new)
    ]
    version = task.appraisal.version if task.scored else 0
    return AppraisalChange(task, pending._replace(shown=version), cells)


@changes(Matter.APPRAISALS)
def apply_appraisals(
    held: Held[AppraiserWork],
    waiting: Sequence[PendingAppraisal],
    choices: Choices,
    *,
    file_name: str,
    actor: Account,
    at: datetime,
) -> int:
    """Save every appraisal that the upload changes, or none; how many. ``choices`` settle the conflicts."""
    work = held.row
    require_scorable(work, at)
    shown = {pending.score_id: pending.shown for pending in waiting}
    changed = [
        (change.row, chosen_cells(change.row.score, change.cells, choices))
        for change in appraisal_changes(work, waiting)
    ]
    written = [(task, given_in(task)._replace(**cells)) for task, cells in changed if cells]
    for task, given in written:
        verdict = Verdict(given.points, given.not_applicable, given.reason)
        try:
            save_appraisal(task, held, verdict, version=shown[task.score.id], actor=actor, at=at)
        except Refused as refusal:
            code = task.score.criterion.code
            raise Refused("Tiêu chí %(code)s: %(why)s", code=code, why=refusal.sentence) from refusal
    if written:
        audit.record(
            "appraisal_workbook_applied",
            work,
            actor=actor,
            at=at,
            label=str(work.round),
            file=file_name,
            rows=len(written),
        )
    return len(written)
