"""Rows held until the commit, as they are now: whoever decides by a round's state decides alone.

Everybody holds in one order, or two would wait for each other: the round, its sheets, works, accounts, the trail.
SQLite has one writer at a time and ignores all of it.
"""

from sqlalchemy import select

from app.extensions import db
from app.scoring.models import Round, Sheet

FRESH = {"populate_existing": True}


def hold_round(round_: Round) -> None:
    """Wait for whoever changes the round, then see it as they left it."""
    db.session.flush()
    mine = select(Round).where(Round.id == round_.id).with_for_update(of=Round)
    db.session.scalars(mine, execution_options=FRESH).one()


def hold_sheets(round_: Round) -> list[Sheet]:
    """The round's sheets by id: nobody saves, sends or concludes on them meanwhile."""
    db.session.flush()
    mine = select(Sheet).where(Sheet.round_id == round_.id).order_by(Sheet.id).with_for_update(of=Sheet)
    return list(db.session.scalars(mine, execution_options=FRESH))
