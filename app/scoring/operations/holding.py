"""The sheets of a round, held: who decides by all of them decides alone.

Everybody holds in one order, or two would wait for each other: the round, its sheets by id, works, accounts by id,
documents, the trail (``docs/adr/0011``).
"""

from sqlalchemy import select

from app.holding import Held, hold_all
from app.scoring.models import Round, Sheet


def hold_sheets(round_: Held[Round]) -> list[Held[Sheet]]:
    """The round's sheets by id: nobody saves, sends or concludes on them meanwhile."""
    return hold_all(select(Sheet).where(Sheet.round_id == round_.row.id).order_by(Sheet.id))
