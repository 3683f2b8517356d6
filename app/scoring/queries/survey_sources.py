"""Where survey answers came from: by channel, by hour, by network; what was removed; codes given out and used."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.clock import PROVINCE_ZONE
from app.errors import NotInScope
from app.extensions import db
from app.models import Agency
from app.scoring.models import (
    Round,
    SurveyCampaign,
    SurveyCode,
    SurveyCodeBatch,
    SurveyRemoval,
    SurveyResponse,
)
from app.scoring.queries.surveys import agencies_of
from app.scoring.rules import stands_out
from app.scoring.states import CHANNEL_NAMES

WATCHED = ("print", "sms", "link", "unknown")
"""Channels whose answers came without signing in."""
LISTED = 200


def answers_mark(round_: Round) -> str:
    """Changes with every answer that comes, is removed or is restored in any campaign of the round."""
    query = (
        select(
            SurveyResponse.campaign_id,
            func.count(),
            func.max(SurveyResponse.id),
            func.count(SurveyResponse.removal_id),
            func.coalesce(func.sum(case((SurveyResponse.removal_id.is_not(None), SurveyResponse.id), else_=0)), 0),
        )
        .join(SurveyCampaign, SurveyCampaign.id == SurveyResponse.campaign_id)
        .where(SurveyCampaign.round_id == round_.id)
        .group_by(SurveyResponse.campaign_id)
        .order_by(SurveyResponse.campaign_id)
    )
    rows = [tuple(int(number) for number in row) for row in db.session.execute(query)]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


class Source(NamedTuple):
    """How one answer came; ``hour`` in the province's time, minutes cut off."""

    channel: str
    hour: datetime
    network: str | None
    counts: bool


class Group(NamedTuple):
    """Answers of one channel, hour or network; ``looked_at``: so many of the total that it deserves a look."""

    key: str | datetime
    counted: int
    removed: int
    looked_at: bool


@dataclass(frozen=True)
class Sources:
    """The answers about one agency, or about all, by where they came from."""

    channels: list[Group]
    hours: list[Group]
    networks: list[Group]
    counted: int
    removed: int

    @property
    def outliers(self) -> int:
        return sum(group.looked_at for group in (*self.hours, *self.networks))

    def count_of(self, channel: str) -> int:
        return next((group.counted for group in self.channels if group.key == channel), 0)


def sources_of(found: Sequence[Source]) -> Sources:
    watched = [source for source in found if source.channel in WATCHED]
    return Sources(
        _groups(((s.channel, s.counts) for s in found), order=list(CHANNEL_NAMES).index, watched=False),
        _groups((s.hour, s.counts) for s in watched),
        sorted(
            _groups((s.network, s.counts) for s in watched if s.network is not None),
            key=lambda group: (-group.counted - group.removed, group.key),
        ),
        sum(source.counts for source in found),
        sum(not source.counts for source in found),
    )


def _groups(pairs: Iterable[tuple], order=None, *, watched: bool = True) -> list[Group]:
    counted, removed = Counter(), Counter()
    for key, counts in pairs:
        (counted if counts else removed)[key] += 1
    total = counted.total()
    return [
        Group(key, counted[key], removed[key], watched and stands_out(counted[key], total))
        for key in sorted(counted.keys() | removed.keys(), key=order)
    ]


def agency_sources(campaign: SurveyCampaign) -> list[tuple[Agency, Sources]]:
    """Every agency of the round with the sources of the answers about it; two statements."""
    found: dict[int, list[Source]] = {}
    query = select(
        SurveyResponse.about_agency_id,
        SurveyResponse.channel,
        SurveyResponse.submitted_at,
        SurveyResponse.network,
        SurveyResponse.removal_id,
    ).where(SurveyResponse.campaign_id == campaign.id)
    for agency_id, channel, at, network, removal in db.session.execute(query):
        found.setdefault(agency_id, []).append(Source(channel, hour_of(at), network, removal is None))
    return [(agency, sources_of(found.get(agency.id, []))) for agency in agencies_of(campaign)]


def hour_of(moment: datetime) -> datetime:
    return moment.astimezone(PROVINCE_ZONE).replace(minute=0, second=0, microsecond=0)


class Narrowed(NamedTuple):
    """Which answers about an agency are looked at; empty: all."""

    network: str = ""
    hour: datetime | None = None
    channel: str = ""

    def __bool__(self) -> bool:
        return bool(self.network or self.hour or self.channel)

    def takes(self, response: SurveyResponse) -> bool:
        return (
            self.network in ("", response.network)
            and self.channel in ("", response.channel)
            and self.hour in (None, hour_of(response.submitted_at))
        )


def source_of(response: SurveyResponse) -> Source:
    counts = response.removal_id is None
    return Source(response.channel, hour_of(response.submitted_at), response.network, counts)


def responses_about(campaign: SurveyCampaign, about: Agency, narrowed: Narrowed) -> list[SurveyResponse]:
    """Newest first, with their answers."""
    rows = db.session.scalars(
        select(SurveyResponse)
        .where(SurveyResponse.campaign_id == campaign.id, SurveyResponse.about_agency_id == about.id)
        .options(selectinload(SurveyResponse.answers), joinedload(SurveyResponse.removal))
        .order_by(SurveyResponse.submitted_at.desc(), SurveyResponse.id.desc())
    )
    return [row for row in rows if narrowed.takes(row)]


def removals_of(round_: Round) -> list[SurveyRemoval]:
    """What was removed in the round and not restored, in the order of time."""
    return list(
        db.session.scalars(
            select(SurveyRemoval)
            .join(SurveyRemoval.campaign)
            .where(SurveyCampaign.round_id == round_.id, SurveyRemoval.restored_at.is_(None))
            .options(joinedload(SurveyRemoval.about_agency), joinedload(SurveyRemoval.removed_by))
            .order_by(SurveyRemoval.removed_at, SurveyRemoval.id)
        )
    )


def removals_about(campaign: SurveyCampaign, about: Agency) -> list[SurveyRemoval]:
    """Restored ones too, newest first."""
    return list(
        db.session.scalars(
            select(SurveyRemoval)
            .where(SurveyRemoval.campaign_id == campaign.id, SurveyRemoval.about_agency_id == about.id)
            .options(joinedload(SurveyRemoval.removed_by))
            .order_by(SurveyRemoval.id.desc())
        )
    )


def get_removal(campaign: SurveyCampaign, removal_id: int) -> tuple[SurveyRemoval, list[SurveyResponse]]:
    """A removal of this campaign and the responses that it keeps out, or ``NotInScope``."""
    found = db.session.scalars(
        select(SurveyRemoval).where(SurveyRemoval.id == removal_id, SurveyRemoval.campaign_id == campaign.id)
    ).one_or_none()
    if found is None:
        raise NotInScope()
    kept_out = select(SurveyResponse).where(SurveyResponse.removal_id == found.id)
    return found, list(db.session.scalars(kept_out.order_by(SurveyResponse.id)))


def channel_counts(campaign: SurveyCampaign) -> dict[str, int]:
    """Channel → answers that count, in the order of ``CHANNEL_NAMES``; channels without any are left out."""
    query = (
        select(SurveyResponse.channel, func.count())
        .where(SurveyResponse.campaign_id == campaign.id, SurveyResponse.removal_id.is_(None))
        .group_by(SurveyResponse.channel)
    )
    found = {channel: count for channel, count in db.session.execute(query)}
    return {channel: found[channel] for channel in CHANNEL_NAMES if channel in found}


def is_stale(campaign: SurveyCampaign) -> bool:
    """Whether answers came, went or returned since points were computed last; False when they never were."""
    last = select(func.max(SurveyResponse.submitted_at)).where(SurveyResponse.campaign_id == campaign.id)
    newest = db.session.scalar(last)
    return newest is not None and (campaign.points_at is None or newest > campaign.points_at)


def was_reviewed(campaign: SurveyCampaign) -> bool:
    """Whether answers were ever removed or restored."""
    removals = select(func.count()).where(SurveyRemoval.campaign_id == campaign.id)
    return bool(db.session.scalar(removals))


def batches_of(campaign: SurveyCampaign) -> list[tuple[SurveyCodeBatch, int]]:
    """Every batch of codes with the number of those used, newest first."""
    used = func.count(case((SurveyCode.used, 1)))
    rows = db.session.execute(
        select(SurveyCodeBatch.id, used)
        .outerjoin(SurveyCode, SurveyCode.batch_id == SurveyCodeBatch.id)
        .where(SurveyCodeBatch.campaign_id == campaign.id)
        .group_by(SurveyCodeBatch.id)
    )
    counts = {batch_id: count for batch_id, count in rows}
    batches = db.session.scalars(
        select(SurveyCodeBatch)
        .where(SurveyCodeBatch.campaign_id == campaign.id)
        .options(joinedload(SurveyCodeBatch.about_agency), joinedload(SurveyCodeBatch.created_by))
        .order_by(SurveyCodeBatch.id.desc())
    )
    return [(batch, counts.get(batch.id, 0)) for batch in batches]


def get_batch(campaign: SurveyCampaign, batch_id: int) -> SurveyCodeBatch:
    """A batch of this campaign, or ``NotInScope``."""
    found = db.session.scalars(
        select(SurveyCodeBatch).where(
            SurveyCodeBatch.id == batch_id, SurveyCodeBatch.campaign_id == campaign.id
        )
    ).one_or_none()
    if found is None:
        raise NotInScope()
    return found
