"""Acts of managers on sheets, assignments, works and points that a freeze reads; as ``soak.writes``."""

from collections.abc import Sequence
from datetime import timedelta

from app.accounts import find_account
from app.clock import now
from app.errors import Conflict, NotInScope
from app.extensions import db
from app.holding import Held
from app.scoring.models import Assignment, Round
from app.scoring.operations import (
    assignments,
    differences,
    granting,
    preparation,
    scores,
    surveys,
    unlocking,
)
from app.scoring.queries.coverage import hold_assignment
from app.scoring.queries.differences import hold_scores
from app.scoring.queries.results import get_band, hold_failure, hold_sheet_of
from app.scoring.queries.rounds import get_round, hold_round
from app.scoring.queries.sheets import hold_score, hold_sheet
from app.scoring.queries.survey_sources import answers_mark
from app.scoring.queries.surveys import hold_campaign
from app.scoring.queries.unlocks import hold_unlock
from app.web.saving import hold_read
from soak.acts import act


def register_held(model: type, number: int) -> Held:
    """A row as a register or the grid reads and holds it: one that is gone is out of scope."""
    row = db.session.get(model, number)
    if row is None:
        raise NotInScope()
    return hold_read(row)


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
    """A cell of the admin grid."""
    held = register_held(Assignment, assignment_id)
    assignments.reassign(held, find_account(appraiser), actor=find_account(person), at=now())


@act
def compute_points(person: str, round_id: int) -> int:
    held = hold_round(round_id)
    return surveys.compute_points(held, seen=answers_mark(held.row), actor=find_account(person), at=now())


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
    """The rounds' register."""
    held = register_held(Round, round_id)
    values = {"explanation_days": held.row.explanation_days % 20 + 1}
    preparation.change_round(held, values, actor=find_account(person), at=now())


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
