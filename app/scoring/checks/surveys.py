"""Survey responses: one respondent, about an agency of the round, answers that the form offers."""

from collections.abc import Iterator

from sqlalchemy import and_, exists, func, or_, select

from app.extensions import db
from app.models import Account, Agency
from app.scoring.checks.rules import named, rule
from app.scoring.models import (
    Sheet,
    SurveyAnswer,
    SurveyCampaign,
    SurveyCode,
    SurveyCodeBatch,
    SurveyForm,
    SurveyQuestion,
    SurveyRemoval,
    SurveyResponse,
)


def _responses(*columns):
    return (
        select(*(columns or (SurveyResponse.id, SurveyForm.code)))
        .select_from(SurveyResponse)
        .join(SurveyCampaign, SurveyCampaign.id == SurveyResponse.campaign_id)
        .join(SurveyForm, SurveyForm.id == SurveyCampaign.form_id)
        .order_by(SurveyResponse.id)
    )


@rule("Phiếu khảo sát trong phần mềm có tài khoản, qua liên kết có dấu của trang, trên giấy có số tờ")
def one_respondent() -> Iterator[str]:
    marks = {
        SurveyResponse.account_id: ["inside"],
        SurveyResponse.browser_mark: ["link", "unknown"],
        SurveyResponse.paper_number: ["paper"],
    }
    wrong = [column.is_not(None) != SurveyResponse.channel.in_(kinds) for column, kinds in marks.items()]
    return named("phiếu khảo sát", _responses().where(or_(*wrong)))


@rule("Người dân không trả lời phiếu của cán bộ, cơ quan; phiếu từ trước thì không rõ nguồn")
def officials_answer_inside() -> Iterator[str]:
    outside = SurveyResponse.channel.not_in(["inside", "unknown"])
    return named("phiếu khảo sát", _responses().where(SurveyForm.audience != "citizen", outside))


@rule("Số mã đã dùng bằng số phiếu trả lời bằng mã của cùng cơ quan và kênh")
def codes_open_once() -> Iterator[str]:
    used = (
        select(func.count())
        .select_from(SurveyCode)
        .join(SurveyCodeBatch, SurveyCodeBatch.id == SurveyCode.batch_id)
        .where(
            SurveyCode.used,
            SurveyCodeBatch.campaign_id == SurveyResponse.campaign_id,
            SurveyCodeBatch.about_agency_id == SurveyResponse.about_agency_id,
            SurveyCodeBatch.channel == SurveyResponse.channel,
        )
        .correlate(SurveyResponse)
        .scalar_subquery()
    )
    by_code = (
        select(SurveyResponse.campaign_id, Agency.name, SurveyResponse.channel)
        .join(Agency, Agency.id == SurveyResponse.about_agency_id)
        .where(SurveyResponse.channel.in_(["print", "sms"]))
        .group_by(
            SurveyResponse.campaign_id, SurveyResponse.about_agency_id, Agency.name, SurveyResponse.channel
        )
        .having(func.count() != used)
        .order_by(SurveyResponse.campaign_id, Agency.name, SurveyResponse.channel)
    )
    return named("đợt khảo sát", by_code)


@rule("Phiếu bị loại phải thuộc một lần loại chưa khôi phục, về cùng cơ quan của cùng đợt")
def removals_of_their_own() -> Iterator[str]:
    query = _responses().join(SurveyRemoval, SurveyRemoval.id == SurveyResponse.removal_id)
    foreign = or_(
        SurveyRemoval.campaign_id != SurveyResponse.campaign_id,
        SurveyRemoval.about_agency_id != SurveyResponse.about_agency_id,
        SurveyRemoval.restored_at.is_not(None),
    )
    return named("phiếu khảo sát", query.where(foreign))


@rule("Phiếu khảo sát phải về một cơ quan của kỳ")
def about_an_agency_of_the_round() -> Iterator[str]:
    scored = exists().where(
        Sheet.round_id == SurveyCampaign.round_id, Sheet.agency_id == SurveyResponse.about_agency_id
    )
    return named("phiếu khảo sát", _responses().where(~scored))


@rule("Cán bộ chỉ trả lời về cơ quan mình, cơ quan chỉ trả lời về cơ quan khác")
def asked_the_right_people() -> Iterator[str]:
    own = Account.agency_id == SurveyResponse.about_agency_id
    astray = or_(and_(SurveyForm.audience == "official", ~own), and_(SurveyForm.audience == "agency", own))
    query = _responses().join(Account, Account.id == SurveyResponse.account_id)
    return named("phiếu khảo sát", query.where(astray))


@rule("Câu trả lời phải thuộc mẫu phiếu của đợt khảo sát")
def answers_of_the_form() -> Iterator[str]:
    query = (
        _responses(SurveyAnswer.id, SurveyQuestion.code)
        .join(SurveyAnswer, SurveyAnswer.response_id == SurveyResponse.id)
        .join(SurveyQuestion, SurveyQuestion.id == SurveyAnswer.question_id)
    )
    return named("câu trả lời", query.where(SurveyQuestion.form_id != SurveyForm.id))


@rule("Câu trả lời phải là một phương án của câu hỏi; câu hỏi mở thì là lời")
def answers_are_offered() -> Iterator[str]:
    query = select(SurveyAnswer.id, SurveyAnswer.option, SurveyAnswer.text, SurveyQuestion)
    query = query.join(SurveyQuestion, SurveyQuestion.id == SurveyAnswer.question_id)
    for number, option, text, question in db.session.execute(query.order_by(SurveyAnswer.id)):
        words = question.kind == "text"
        offered = option is not None and 0 <= option < len(question.options)
        if (words and not text) or (words and option is not None) or (not words and not offered):
            yield f"câu trả lời {number} ({question.code})"


@rule("Phiếu khảo sát phải trả lời đủ các câu có phương án")
def responses_are_complete() -> Iterator[str]:
    asked = (
        select(func.count())
        .where(SurveyQuestion.form_id == SurveyForm.id, SurveyQuestion.kind != "text")
        .correlate(SurveyForm)
        .scalar_subquery()
    )
    given = (
        select(func.count())
        .where(SurveyAnswer.response_id == SurveyResponse.id, SurveyAnswer.option.is_not(None))
        .correlate(SurveyResponse)
        .scalar_subquery()
    )
    return named("phiếu khảo sát", _responses().where(asked != given))
