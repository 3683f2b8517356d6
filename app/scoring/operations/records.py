"""Freezing a concluded round: its record, once and for ever; a round opened again gets a further one."""

from datetime import datetime

from app.extensions import db
from app.scoring.models import Round, RoundRecord
from app.scoring.queries.records import digest_of, record_content, record_of
from app.scoring.queries.standings import Standings
from app.scoring.rules import RULES_VERSION


def freeze_round(round_: Round, standings: Standings, *, at: datetime) -> RoundRecord:
    """Keep everything that the standings came from, with the ranking they gave, and its digest."""
    content = record_content(round_, standings)
    before = record_of(round_)
    record = RoundRecord(
        round_id=round_.id,
        number=1 if before is None else before.number + 1,
        rules_version=RULES_VERSION,
        digest=digest_of(content),
        content=content,
        created_at=at,
    )
    db.session.add(record)
    db.session.flush()
    return record
