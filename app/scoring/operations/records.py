"""Freezing a concluded round: its record, once and for ever."""

from datetime import datetime

from app.extensions import db
from app.scoring.models import Round, RoundRecord
from app.scoring.queries.records import digest_of, record_content
from app.scoring.queries.standings import Standings
from app.scoring.rules import RULES_VERSION


def freeze_round(round_: Round, standings: Standings, *, at: datetime) -> RoundRecord:
    """Keep everything that the standings came from, with the ranking they gave, and its digest."""
    content = record_content(round_, standings)
    record = RoundRecord(
        round_id=round_.id,
        rules_version=RULES_VERSION,
        digest=digest_of(content),
        content=content,
        created_at=at,
    )
    db.session.add(record)
    db.session.flush()
    return record
