"""Acts of units and appraisers that write what a freeze reads, each as its request does it: hold, one verb.

They stand in ``soak.acts.ACTS`` beside those of the races that were there first; ``soak.attempts`` prepares them.
"""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

from flask import current_app

from app.accounts import find_account
from app.clock import now
from app.extensions import db
from app.files import FileStore
from app.scoring.imports.appraisal_cells import Given
from app.scoring.models import Score
from app.scoring.operations import (
    appraisal_import,
    appraisals,
    differences,
    entry_import,
    evidence,
)
from app.scoring.queries.appraisals import hold_work, tasks
from app.scoring.queries.entry import kept_cells
from app.scoring.queries.evidence import get_own_evidence, hold_own_evidence, hold_own_scores
from app.scoring.queries.queue import queue_of
from app.scoring.queries.sheets import Row, hold_score, hold_sheet, suggestion_for
from soak.acts import act
from tests.scoring.checks.stages import PDF


@act
def upload_row(person: str, sheet_id: int, score_id: int, points: str) -> int:
    """A workbook that changes one row."""
    held = hold_sheet(find_account(person), sheet_id)
    score = db.session.get(Score, score_id)
    kept = kept_cells(Row(score.criterion, score, suggestion_for(score)))
    mine = kept._replace(points=Decimal(points), explanation=f"Theo tệp {points}")
    found = [entry_import.Pending(score_id, score.version, kept, mine)]
    return entry_import.apply_upload(held, found, {}, file_name="p.xlsx", actor=find_account(person), at=now())


@act
def attach_new(person: str, score_id: int) -> int:
    store = FileStore(current_app.config["FILES_DIR"], 1_000_000)
    kept, account = store.put(BytesIO(PDF + uuid4().hex.encode()), "mới.pdf"), find_account(person)
    held = hold_score(account, score_id)
    made = evidence.attach_new(held, kept, evidence.Description("1/KH"), actor=account, at=now())
    db.session.flush()
    return made.id


@act
def attach_existing(person: str, score_id: int, evidence_id: int) -> None:
    account = find_account(person)
    held = hold_score(account, score_id)
    evidence.attach_existing(held, get_own_evidence(account, evidence_id), actor=account, at=now())


@act
def attach_to_rows(person: str, score_ids: Sequence[int], evidence_id: int) -> None:
    account = find_account(person)
    document, rows = get_own_evidence(account, evidence_id), hold_own_scores(account, score_ids)
    seen = {held: held.row.version for held in rows.values()}
    evidence.attach_to_rows(document, seen, actor=account, at=now())


@act
def detach(person: str, score_id: int, evidence_id: int) -> None:
    account = find_account(person)
    held = hold_score(account, score_id)
    evidence.detach(held, get_own_evidence(account, evidence_id), actor=account, at=now())


@act
def add_to_library(person: str) -> int:
    store = FileStore(current_app.config["FILES_DIR"], 1_000_000)
    kept = store.put(BytesIO(PDF + uuid4().hex.encode()), "kho.pdf")
    made = evidence.add_to_library(kept, actor=find_account(person), at=now())
    db.session.flush()
    return made.id


@act
def describe(person: str, evidence_id: int, number: str) -> None:
    account = find_account(person)
    held, sheets = hold_own_evidence(account, evidence_id)
    evidence.describe(held, sheets, evidence.Description(number), actor=account, at=now())


@act
def answer_explanation(person: str, score_id: int) -> None:
    account = find_account(person)
    differences.answer_explanation(hold_score(account, score_id), "Đã nộp đủ", actor=account, at=now())


@act
def take_over(person: str, round_id: int) -> int:
    account = find_account(person)
    held = hold_work(account, round_id)
    found = tasks(account, queue_of(account, held.row.round).places)
    return appraisals.take_over(found, held, actor=account, at=now())


@act
def upload_appraisal(person: str, round_id: int, score_id: int, points: str) -> int:
    account = find_account(person)
    held = hold_work(account, round_id)
    found = tasks(account, queue_of(account, held.row.round).places)
    task = next(task for task in found if task.score.id == score_id)
    before = appraisal_import.given_in(task)
    mine = Given(Decimal(points), False, f"Theo tệp {points}")
    waiting = [appraisal_import.PendingAppraisal(score_id, task.appraisal.version, before, mine)]
    return appraisal_import.apply_appraisals(held, waiting, {}, file_name="t.xlsx", actor=account, at=now())
