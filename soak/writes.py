"""Acts that write what a freeze reads, each as its request does it: hold by the scoped query, one verb.

They stand in ``soak.acts.ACTS`` beside those of the races that were there first; ``soak.attempts`` prepares them.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import select

from app.accounts import find_account
from app.clock import now
from app.errors import Conflict, NotInScope
from app.extensions import db
from app.files import FileStore
from app.holding import held_now
from app.models import AgencyGroup
from app.scoring.imports.appraisal_cells import Given
from app.scoring.models import Assignment, CriteriaSet, Criterion, Round, Score
from app.scoring.operations import (
    appraisal_import,
    appraisals,
    assignments,
    criteria,
    deadlines,
    differences,
    drafts,
    entry_import,
    evidence,
    granting,
    preparation,
    rounds,
    scores,
    surveys,
    unlocking,
)
from app.scoring.queries.appraisals import hold_work, tasks
from app.scoring.queries.coverage import hold_assignment
from app.scoring.queries.criteria import hold_set
from app.scoring.queries.differences import hold_scores
from app.scoring.queries.entry import kept_cells
from app.scoring.queries.evidence import get_own_evidence, hold_own_evidence, hold_own_scores
from app.scoring.queries.queue import queue_of
from app.scoring.queries.results import get_band, hold_failure, hold_sheet_of
from app.scoring.queries.rounds import get_round, hold_round
from app.scoring.queries.sheets import Row, hold_score, hold_sheet, suggestion_for
from app.scoring.queries.surveys import hold_campaign
from app.scoring.queries.unlocks import hold_unlock
from app.web.saving import hold_read
from soak.acts import act
from tests.province import REFORM_SET
from tests.scoring.checks.stages import PDF


def _read(model: type, number: int) -> Any:
    """As a register reads: gone is out of scope."""
    row = db.session.get(model, number)
    if row is None:
        raise NotInScope()
    return row


# The unit's own.


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


# Appraisers'.


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


# The manager's.


@act
def import_scores(person: str, round_id: int, stage: str, rows: Sequence[str]) -> int:
    text = "\n".join(["agency_code,criterion_code,points", *rows])
    held, actor = hold_round(round_id), find_account(person)
    count, findings = scores.import_scores(text.encode(), "diem.csv", held, stage, actor=actor, at=now())
    if findings and not count:
        raise Conflict("Tệp có lỗi.")
    return count


@act
def extend(person: str, sheet_id: int) -> None:
    account, at = find_account(person), now()
    granting.extend(hold_sheet(account, sheet_id), at + timedelta(days=90), "7/CV", "Lý do", actor=account, at=at)


@act
def request_return(person: str, sheet_id: int) -> int:
    account, at = find_account(person), now()
    held = hold_sheet(account, sheet_id)
    asked = unlocking.request_return(held, "Bổ sung", at + timedelta(days=30), actor=account, at=at)
    return asked.id


@act
def confirm_unlock(person: str, round_id: int, unlock_id: int) -> None:
    unlocking.confirm_unlock(hold_unlock(round_id, unlock_id), actor=find_account(person), at=now())


@act
def assign(person: str, round_id: int, appraiser: str, code: str | None) -> int:
    """A subtree of the departments' set; through ``assign_many``, as the desk does."""
    held = hold_round(round_id)
    given = held.row.sets[0]
    nodes = [node for node in given.criteria_set.criteria if node.code == code]
    people, manager = [find_account(appraiser)], find_account(person)
    return assignments.assign_many(held, people, given.group, nodes, actor=manager, at=now())


@act
def assign_one(person: str, round_id: int, appraiser: str, code: str) -> int:
    held = hold_round(round_id)
    given = held.row.sets[0]
    node = next(node for node in given.criteria_set.criteria if node.code == code)
    made = assignments.assign(held, find_account(appraiser), given.group, node, actor=find_account(person), at=now())
    return made.id


@act
def assign_by_sets(person: str, round_id: int) -> int:
    return assignments.assign_by_sets(hold_round(round_id), actor=find_account(person), at=now())


@act
def copy_assignments(person: str, source_id: int, round_id: int) -> int:
    source = get_round(source_id)
    return assignments.copy_from(source, hold_round(round_id), actor=find_account(person), at=now())


@act
def unassign(person: str, round_id: int, assignment_id: int) -> None:
    assignments.unassign(hold_assignment(round_id, assignment_id), actor=find_account(person), at=now())


@act
def reassign(person: str, assignment_id: int, appraiser: str) -> None:
    """A cell of the admin grid: held, then changed, then checked."""
    row = _read(Assignment, assignment_id)
    hold_read(row)
    with db.session.no_autoflush:
        row.appraiser = find_account(appraiser)
        assignments.check_reassigned(held_now(row), actor=find_account(person), at=now())


@act
def compute_points(person: str, round_id: int) -> int:
    return surveys.compute_points(hold_round(round_id), actor=find_account(person), at=now())


@act
def set_closing(person: str, round_id: int, campaign_id: int) -> None:
    held = hold_campaign(get_round(round_id), campaign_id)
    surveys.set_closing(held, now() + timedelta(days=20), actor=find_account(person), at=now())


@act
def change_deadlines(person: str, round_id: int) -> None:
    held, at = hold_round(round_id), now()
    preparation.change_deadlines(
        held, held.row.entry_deadline, at + timedelta(days=60), actor=find_account(person), at=at
    )


@act
def edit_round(person: str, round_id: int) -> None:
    """The rounds' register: held, then changed, then checked."""
    row = _read(Round, round_id)
    hold_read(row)
    with db.session.no_autoflush:
        row.explanation_days = row.explanation_days % 20 + 1
        deadlines.check_round_change(held_now(row), actor=find_account(person))


@act
def ask_explanation(person: str, score_id: int) -> None:
    account = find_account(person)
    differences.ask_explanation(hold_score(account, score_id), "Nêu rõ", actor=account, at=now())


@act
def ask_explanations(person: str, round_id: int, score_ids: Sequence[int]) -> None:
    held = hold_scores(hold_round(round_id), score_ids)
    differences.ask_explanations(held, "Nêu rõ", actor=find_account(person), at=now())


@act
def withdraw_conclusion(person: str, score_id: int) -> None:
    account = find_account(person)
    differences.withdraw_conclusion(hold_score(account, score_id), actor=account, at=now())


@act
def fail_condition(person: str, round_id: int, sheet_id: int) -> int:
    round_ = get_round(round_id)
    held, band = hold_sheet_of(round_, sheet_id), get_band(round_, round_.bands[0].id)
    differences.fail_condition(held, band, "Không đạt", actor=find_account(person), at=now())
    db.session.flush()


@act
def clear_condition(person: str, round_id: int, failure_id: int) -> None:
    account = find_account(person)
    differences.clear_condition(hold_failure(account, round_id, failure_id), actor=account, at=now())


# Rounds and sets in preparation.


@act
def create_round(person: str, name: str) -> int:
    group = db.session.scalars(select(AgencyGroup).where(AgencyGroup.code == "so")).one()
    issued = select(CriteriaSet).where(CriteriaSet.programme == "cchc", CriteriaSet.state == "issued")
    made = rounds.create_round(
        programme="cchc",
        period="2031",
        name=name,
        entry_deadline=now() + timedelta(days=30),
        sets={group: db.session.scalars(issued.order_by(CriteriaSet.id)).first()},
        actor=find_account(person),
        at=now(),
    )
    return made.id


@act
def open_round(person: str, round_id: int) -> int:
    return rounds.open_round(hold_round(round_id), actor=find_account(person), at=now())


@act
def set_groups(person: str, round_id: int) -> None:
    """The only group is taken out."""
    held = hold_round(round_id)
    chosen = {given.group: None for given in held.row.sets}
    preparation.set_groups(held, chosen, actor=find_account(person), at=now())


@act
def rename(person: str, round_id: int, name: str) -> None:
    preparation.rename(hold_round(round_id), name, actor=find_account(person), at=now())


@act
def set_bands(person: str, round_id: int) -> None:
    bands = [preparation.BandEntry("Đạt", Decimal(40)), preparation.BandEntry("Chưa đạt", Decimal(0))]
    preparation.set_bands(hold_round(round_id), bands, actor=find_account(person), at=now())


@act
def set_rules(person: str, round_id: int) -> None:
    values = {"places": 3, "tie_break": [], "explanation_days": 9}
    preparation.set_rules(hold_round(round_id), **values, actor=find_account(person), at=now())


@act
def import_set(person: str, name: str) -> int:
    group = db.session.scalars(select(AgencyGroup).where(AgencyGroup.code == "so")).one()
    made, _parsed, _findings = criteria.import_criteria(
        REFORM_SET.encode(),
        "bo.csv",
        programme="cchc",
        groups=[group],
        name=name,
        actor=find_account(person),
        at=now(),
    )
    return made.id


@act
def issue_set(person: str, set_id: int) -> None:
    criteria.issue(hold_set(set_id), actor=find_account(person), at=now())


@act
def check_draft(person: str, set_id: int) -> None:
    criteria.check_draft(hold_set(set_id), actor=find_account(person))


@act
def delete_draft(person: str, set_id: int) -> None:
    criteria.delete_draft(hold_set(set_id), actor=find_account(person), at=now())


@act
def edit_set(person: str, set_id: int) -> None:
    """The sets' register."""
    row = _read(CriteriaSet, set_id)
    hold_read(row)
    with db.session.no_autoflush:
        row.legal_number = uuid4().hex[:8]
        drafts.check_set(held_now(row), actor=find_account(person))


@act
def remove_set(person: str, set_id: int) -> None:
    """The sets' register, deleting."""
    row = _read(CriteriaSet, set_id)
    drafts.check_set_unused(hold_read(row), actor=find_account(person))
    db.session.delete(row)


@act
def edit_criterion(person: str, criterion_id: int) -> None:
    """A cell of the admin grid."""
    row = _read(Criterion, criterion_id)
    hold_read(row)
    with db.session.no_autoflush:
        row.note = uuid4().hex
        drafts.recheck_draft(held_now(row).parent, actor=find_account(person))


@act
def add_criterion(person: str, set_id: int) -> None:
    """The criteria's register: the set is held before the new row is made."""
    held = hold_set(set_id)
    with db.session.no_autoflush:
        made = Criterion(
            criteria_set=held.row,
            code="4",
            name="Thêm",
            maximum=Decimal(0),
            method="sum",
            rule_text="",
            field_code="4",
        )
        drafts.place(held.part(made), actor=find_account(person))
        drafts.recheck_draft(held, actor=find_account(person))
    db.session.add(made)


@act
def remove_criterion(person: str, criterion_id: int) -> None:
    row = _read(Criterion, criterion_id)
    drafts.take_out(hold_read(row), actor=find_account(person))
