"""What must be seen before a round is concluded: what stops it, and what is left as it is."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.scoring.models import FailedCondition, Round, Sheet, UnlockRequest
from app.scoring.queries.differences import SORTS, Pair, round_pairs
from app.scoring.queries.results import failures_of
from app.scoring.queries.rounds import unscored_leaves
from app.scoring.queries.survey_sources import was_reviewed
from app.scoring.queries.surveys import campaigns_of
from app.scoring.queries.unlocks import waiting_unlocks


class Left(NamedTuple):
    """What a conclusion leaves as it is, by number: requests that agencies may still answer, and differing rows that
    keep the mean of the appraisals. ``mark`` names the very rows."""

    asked: int
    kept: int
    mark: str


@dataclass(frozen=True)
class Checks:
    """``unscored``, ``answered`` and ``stale_surveys`` stop the conclusion; ``asked`` and ``kept`` are confirmed."""

    unscored: list[tuple[Sheet, int]]
    answered: list[Pair]
    stale_surveys: bool
    asked: list[Pair]
    kept: list[Pair]
    failures: list[FailedCondition]
    unlocks: list[UnlockRequest]

    @property
    def stopped(self) -> bool:
        return bool(self.unscored or self.answered or self.stale_surveys)

    @property
    def left(self) -> Left:
        return left_of(self.asked, self.kept)


def left_of(asked: list[Pair], kept: list[Pair]) -> Left:
    told = ";".join(",".join(str(number) for number in sorted(p.score_id for p in rows)) for rows in (asked, kept))
    return Left(len(asked), len(kept), hashlib.sha256(told.encode()).hexdigest()[:16])


NOTHING_LEFT = left_of([], [])


def answered_rows(pairs: list[Pair]) -> list[Pair]:
    """The agency has explained and the council has not decided."""
    return _by_size(pair for pair in pairs if pair.answered and not pair.concluded)


def rows_left(pairs: list[Pair], at: datetime) -> tuple[list[Pair], list[Pair]]:
    """Rows whose explanation is awaited, and rows whose difference nobody concluded; a row may be both."""
    awaited = _by_size(pair for pair in pairs if pair.is_awaited(at))
    return awaited, _by_size(pair for pair in pairs if pair.differs and not pair.concluded and not pair.answered)


def _by_size(pairs) -> list[Pair]:
    return sorted(pairs, key=SORTS["size"])


def has_stale_surveys(round_: Round) -> bool:
    """Answers were removed or restored after the points were computed from them."""
    return any(campaign.points_at is None and was_reviewed(campaign) for campaign in campaigns_of(round_))


def conclusion_checks(round_: Round, at: datetime) -> Checks:
    """Everything that the page before the conclusion shows."""
    pairs = round_pairs(round_)
    asked, kept = rows_left(pairs, at)
    return Checks(
        unscored_leaves(round_),
        answered_rows(pairs),
        has_stale_surveys(round_),
        asked,
        kept,
        failures_of(round_),
        waiting_unlocks(round_),
    )
