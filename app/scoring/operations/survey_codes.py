"""One-time codes for citizens: made for an agency and a channel, shown once, kept as keyed digests, taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert

from app import audit
from app.accounts import require_manager
from app.codes import keyed_digest, verification_code
from app.errors import Conflict, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account, Agency
from app.scoring.models import SurveyCampaign, SurveyCode, SurveyCodeBatch
from app.scoring.operations.survey_answers import CODE_PURPOSE
from app.scoring.operations.surveys import require_citizens, require_unconcluded

MOST_AN_AGENCY, MOST_AT_ONCE = 500, 20_000
CHANNELS = ("print", "sms")


class NewCodes(NamedTuple):
    """The only time that codes are readable."""

    agency: Agency
    codes: list[str]


def make_codes(
    held: Held[SurveyCampaign],
    agencies: Sequence[Agency],
    channel: str,
    count: int,
    *,
    secret: str,
    actor: Account,
    at: datetime,
) -> list[NewCodes]:
    """``count`` codes for each of the agencies."""
    require_manager(actor)
    campaign = held.row
    require_citizens(campaign)
    require_unconcluded(campaign.round)
    if channel not in CHANNELS:
        raise Refused("Hãy chọn kênh phát mã.", field="channel")
    if not 1 <= count <= MOST_AN_AGENCY or count * len(agencies) > MOST_AT_ONCE:
        raise Refused(
            "Mỗi lần tạo từ 1 đến %(most)s mã cho một cơ quan, tất cả không quá %(all)s mã.",
            field="count",
            most=MOST_AN_AGENCY,
            all=MOST_AT_ONCE,
        )
    made = [NewCodes(agency, [verification_code() for _ in range(count)]) for agency in agencies]
    for new in made:
        _keep(campaign, new, channel, secret, actor, at)
    audit.record(
        "survey_codes_made", campaign, actor=actor, at=at, channel=channel, count=count * len(agencies)
    )
    return made


def _keep(
    campaign: SurveyCampaign, new: NewCodes, channel: str, secret: str, actor: Account, at: datetime
) -> None:
    batch = SurveyCodeBatch(
        campaign_id=campaign.id,
        about_agency_id=new.agency.id,
        channel=channel,
        count=len(new.codes),
        created_at=at,
        created_by_id=actor.id,
    )
    db.session.add(batch)
    db.session.flush()
    digests = sorted(keyed_digest(secret, CODE_PURPOSE, code) for code in new.codes)  # not in the order shown
    rows = [{"batch_id": batch.id, "digest": digest, "used": False} for digest in digests]
    db.session.execute(insert(SurveyCode), rows)
    audit.record_rows(SurveyCodeBatch, SurveyCodeBatch.id == batch.id, at=at)


def revoke_codes(held: Held[SurveyCampaign], batch: SurveyCodeBatch, *, actor: Account, at: datetime) -> None:
    """Codes of the batch that nobody has used open nothing from now on."""
    require_manager(actor)
    require_unconcluded(held.row.round)
    if batch.revoked_at is not None:
        raise Conflict("Các mã này đã được thu hồi.")
    batch.revoked_at = at
    audit.record("survey_codes_revoked", batch, actor=actor, at=at, count=batch.count)
