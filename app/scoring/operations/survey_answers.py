"""Take a filled survey form: inside the application, by a one-time code, by the open link."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts import is_data_entry
from app.clock import day_begins
from app.codes import keyed_digest, read_verification_code
from app.errors import Conflict, NotAllowed, NotInScope, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account, Agency
from app.networks import network_digest
from app.scoring.models import (
    Sheet,
    SurveyAnswer,
    SurveyCampaign,
    SurveyCode,
    SurveyCodeBatch,
    SurveyForm,
    SurveyResponse,
)
from app.scoring.operations.surveys import require_citizens
from app.scoring.queries.surveys import is_open

WORDS_LIMIT = 2000
CODE_PURPOSE = "survey-code"
Answers = Mapping[int, int | str]
"""Question id → option index or words. Every scale and choice question counts."""


def respond_inside(
    held: Held[SurveyCampaign], about: Agency, answers: Answers, *, account: Account, at: datetime
) -> SurveyResponse:
    """Officials answer about their own agency, agencies about the others; once an account and agency."""
    campaign = held.row
    _require_open(campaign, about, at)
    if not is_data_entry(account):
        raise NotAllowed("Chỉ cán bộ của cơ quan, đơn vị trả lời phiếu này trong phần mềm.")
    own = account.agency_id == about.id
    if campaign.form.audience == "citizen":
        raise Refused("Phiếu này do người dân, doanh nghiệp trả lời.")
    if campaign.form.audience == "official" and not own:
        raise Refused("Phiếu này chỉ trả lời về cơ quan của mình.")
    if campaign.form.audience == "agency" and own:
        raise Refused("Phiếu này trả lời về cơ quan khác, không phải cơ quan của mình.")
    _require_first(campaign, about, SurveyResponse.account_id == account.id)
    return _keep(campaign, about, answers, at, channel="inside", account_id=account.id)


def respond_by_code(
    held: Held[SurveyCampaign], typed: str, answers: Answers, *, secret: str, network: str, at: datetime
) -> SurveyResponse:
    """The code says which agency the form is about, and is worth nothing afterwards."""
    campaign = held.row
    require_citizens(campaign)
    code = live_code(campaign, typed, secret=secret)
    _require_open(campaign, code.batch.about_agency, at)
    response = _keep(
        campaign, code.batch.about_agency, answers, at, channel=code.batch.channel, network=network
    )
    used = update(SurveyCode).where(SurveyCode.id == code.id, ~SurveyCode.used).values(used=True)
    if db.session.execute(used).rowcount != 1:
        raise _used_up()
    return response


def respond_by_link(
    held: Held[SurveyCampaign], about: Agency, answers: Answers, *, mark: str, network: str, at: datetime
) -> SurveyResponse:
    """Once a page and browser (``mark``), at most ``daily_cap`` a network and day of the province."""
    campaign = held.row
    require_citizens(campaign)
    _require_open(campaign, about, at)
    if campaign.mode != "link":
        raise Refused("Phiếu này chỉ trả lời bằng mã trả lời.", field="code")
    _require_first(campaign, about, SurveyResponse.browser_mark == mark)
    _require_below_cap(campaign, network, at)
    return _keep(campaign, about, answers, at, channel="link", browser_mark=mark, network=network)


def network_within(campaign: SurveyCampaign, address: str, *, secret: str) -> str:
    """What is kept of a public answer's address: the same for a network within the campaign alone."""
    return network_digest(secret, f"survey:{campaign.id}", address)


def live_code(campaign: SurveyCampaign, typed: str, *, secret: str) -> SurveyCode:
    """The code of this campaign that somebody typed, refused when it opens nothing."""
    code = read_verification_code(typed)
    found = db.session.scalars(
        select(SurveyCode)
        .join(SurveyCode.batch)
        .where(
            SurveyCodeBatch.campaign_id == campaign.id,
            SurveyCode.digest == keyed_digest(secret, CODE_PURPOSE, code or ""),
        )
    ).one_or_none()
    if found is None or found.batch.revoked_at is not None:
        raise Refused("Mã trả lời không đúng hoặc đã bị thu hồi. Hãy so lại từng ký tự.", field="code")
    if found.used:
        raise _used_up()
    return found


def _used_up() -> Conflict:
    return Conflict("Mã này đã được dùng để trả lời. Xin cảm ơn.", field="code")


def _require_open(campaign: SurveyCampaign, about: Agency, at: datetime) -> None:
    if not is_open(campaign, at):
        raise Conflict("Phiếu khảo sát không mở để trả lời.")
    scored = select(Sheet.id).where(Sheet.round_id == campaign.round_id, Sheet.agency_id == about.id)
    if db.session.scalar(scored) is None:
        raise NotInScope()


def _require_first(campaign: SurveyCampaign, about: Agency, mine) -> None:
    before = select(func.count()).where(
        SurveyResponse.campaign_id == campaign.id, SurveyResponse.about_agency_id == about.id, mine
    )
    if db.session.scalar(before):
        raise _answered()


def _answered() -> Conflict:
    return Conflict("Phiếu này đã được trả lời. Xin cảm ơn.")


def _require_below_cap(campaign: SurveyCampaign, network: str, at: datetime) -> None:
    """Removed answers count too: whoever sent them has had the day's share."""
    today = select(func.count()).where(
        SurveyResponse.campaign_id == campaign.id,
        SurveyResponse.network == network,
        SurveyResponse.channel == "link",
        SurveyResponse.submitted_at >= day_begins(at),
    )
    if db.session.scalar(today) >= campaign.daily_cap:
        raise Conflict(
            "Mạng đang dùng đã gửi đủ %(cap)s phiếu trong ngày nên phiếu này chưa được ghi nhận. "
            "Hãy trả lời vào ngày khác, hoặc xin mã trả lời tại bộ phận một cửa.",
            cap=campaign.daily_cap,
        )


def _keep(campaign: SurveyCampaign, about: Agency, answers: Answers, at: datetime, **source) -> SurveyResponse:
    response = SurveyResponse(
        campaign_id=campaign.id,
        about_agency_id=about.id,
        submitted_at=at,
        answers=checked_answers(campaign.form, answers),
        **source,
    )
    db.session.add(response)
    try:
        db.session.flush()
    except IntegrityError as error:  # the same page's second arrival was counted in between
        raise _answered() from error
    return response


def checked_answers(form: SurveyForm, given: Answers) -> list[SurveyAnswer]:
    """Every scale and choice question answered with one of its options; words are taken where there are any."""
    answers = []
    for question in form.questions:
        value = given.get(question.id)
        if question.kind == "text":
            words = str(value or "").strip()[:WORDS_LIMIT]
            if words:
                answers.append(SurveyAnswer(question_id=question.id, text=words))
            continue
        if not isinstance(value, int) or not 0 <= value < len(question.options):
            raise Refused("Hãy trả lời câu “%(question)s”.", field=f"q{question.id}", question=question.text)
        answers.append(SurveyAnswer(question_id=question.id, option=value))
    return answers
