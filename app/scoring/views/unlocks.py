"""What the pages of the second manager need of a request to unlock."""

from app import four_eyes
from app.clock import now
from app.scoring.models import Round, UnlockRequest
from app.scoring.queries.unlocks import waiting_unlocks
from app.web.desk import me


def waiting_with_relations(round_: Round) -> list[tuple[UnlockRequest, four_eyes.Relation]]:
    """The round's waiting requests, each with how whoever asked relates to whoever reads the page."""
    moment = now()
    return [
        (asked, four_eyes.relation(asked.requested_by, me(), at=moment)) for asked in waiting_unlocks(round_)
    ]
