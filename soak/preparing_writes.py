"""Acts of managers on rounds and sets in preparation; as ``soak.writes``."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import select

from app.accounts import find_account
from app.clock import now
from app.extensions import db
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
from soak.manager_writes import register_held
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
    drafts.change_set(hold_set(set_id), {"legal_number": uuid4().hex[:8]}, actor=find_account(person))


@act
def edit_criterion(person: str, criterion_id: int) -> None:
    """A cell of the admin grid."""
    held = register_held(Criterion, criterion_id)
    drafts.change_criterion(held, {"note": uuid4().hex}, actor=find_account(person))


@act
def add_criterion(person: str, set_id: int) -> None:
    """The criteria's register."""
    values = {"code": "4", "name": "Thêm", "maximum": Decimal(0), "method": "sum"}
    drafts.add_criterion(hold_set(set_id), None, values, actor=find_account(person))


@act
def remove_criterion(person: str, criterion_id: int) -> None:
    drafts.remove_criterion(register_held(Criterion, criterion_id), actor=find_account(person))
