"""Acts of managers on rounds and sets in preparation; as ``soak.writes``."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import select

from app.accounts import find_account
from app.clock import now
from app.extensions import db
from app.holding import held_now
from app.models import AgencyGroup
from app.scoring.models import CriteriaSet, Criterion
from app.scoring.operations import (
    criteria,
    drafts,
    preparation,
    rounds,
)
from app.scoring.queries.criteria import hold_set
from app.scoring.queries.rounds import hold_round
from soak.acts import act
from soak.manager_writes import register_row
from tests.province import REFORM_SET


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
    row = register_row(CriteriaSet, set_id)
    with db.session.no_autoflush:
        row.legal_number = uuid4().hex[:8]
        drafts.check_set(held_now(row), actor=find_account(person))


@act
def remove_set(person: str, set_id: int) -> None:
    """The sets' register, deleting."""
    row = register_row(CriteriaSet, set_id)
    drafts.check_set_unused(held_now(row), actor=find_account(person))
    db.session.delete(row)


@act
def edit_criterion(person: str, criterion_id: int) -> None:
    """A cell of the admin grid."""
    row = register_row(Criterion, criterion_id)
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
    row = register_row(Criterion, criterion_id)
    drafts.take_out(held_now(row), actor=find_account(person))
