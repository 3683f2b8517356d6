"""Answers taken out of the count with a reason, and put back: kept, marked, on the trail."""

from collections.abc import Sequence
from datetime import datetime

from app import audit
from app.accounts import require_manager
from app.errors import Conflict, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account, Agency
from app.scoring.models import SurveyCampaign, SurveyRemoval, SurveyResponse
from app.scoring.operations.surveys import require_unconcluded

REASON_LIMIT = 500


def remove_answers(
    held: Held[SurveyCampaign],
    about: Agency,
    responses: Sequence[SurveyResponse],
    reason: str,
    *,
    actor: Account,
    at: datetime,
) -> SurveyRemoval:
    """The responses, all about the agency, no longer count; points computed before are out of date."""
    require_manager(actor)
    campaign = held.row
    require_unconcluded(campaign.round)
    if not reason.strip():
        raise Refused("Phải nêu lý do loại phiếu.", field="reason")
    if len(reason.strip()) > REASON_LIMIT:
        raise Refused("Nội dung dài quá %(limit)s ký tự.", field="reason", limit=REASON_LIMIT)
    counted = [response for response in responses if response.removal_id is None]
    if not counted:
        raise Refused("Hãy chọn ít nhất một phiếu đang được tính.", field="response")
    removal = SurveyRemoval(
        campaign=campaign,
        about_agency=about,
        count=len(counted),
        reason=reason.strip(),
        removed_at=at,
        removed_by=actor,
    )
    db.session.add(removal)
    db.session.flush()
    for response in counted:
        response.removal_id = removal.id
    campaign.points_at = None
    audit.record(
        "survey_answers_removed",
        removal,
        actor=actor,
        at=at,
        reason=removal.reason,
        responses=[response.id for response in counted],
    )
    return removal


def restore_answers(
    held: Held[SurveyCampaign],
    removal: SurveyRemoval,
    responses: Sequence[SurveyResponse],
    *,
    actor: Account,
    at: datetime,
) -> None:
    """The ``responses`` that this removal took out count again."""
    require_manager(actor)
    require_unconcluded(held.row.round)
    if removal.restored_at is not None:
        raise Conflict("Các phiếu này đã được khôi phục.")
    for response in responses:
        response.removal_id = None
    removal.restored_at = at
    held.row.points_at = None
    audit.record("survey_answers_restored", removal, actor=actor, at=at, count=removal.count)
