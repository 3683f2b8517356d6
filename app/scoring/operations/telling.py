"""Notices to the people of one agency about its sheet."""

from datetime import datetime

from sqlalchemy import select

from app.accounts import DATA_ENTRY
from app.errors import Sentence
from app.extensions import db
from app.models import Account
from app.notices import Notice, notify_many
from app.scoring.models import Sheet


def people_of(sheet: Sheet, *, leaders: bool = False) -> list[Account]:
    """Active data-entry accounts of the sheet's agency, in a fixed order; ``leaders``: those who may approve."""
    query = select(Account).where(
        Account.agency_id == sheet.agency_id, Account.active, Account.roles.any(name=DATA_ENTRY)
    )
    if leaders:
        query = query.where(Account.can_approve)
    return list(db.session.scalars(query.order_by(Account.id)))


def tell(
    people: list[Account], sheet: Sheet, sentence: Sentence, *, at: datetime, page: str = "", mail: bool = False
) -> int:
    """A notice to each of them; ``page`` is the sheet's page where it is done. How many were told."""
    url = f"/sheets/{sheet.id}{page}"
    notify_many([Notice(person.id, person.email, sentence, url) for person in people], at=at, mail=mail)
    return len(people)
