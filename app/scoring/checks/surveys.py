"""Survey responses: one respondent, about an agency of the round, answers that the form offers."""

from collections.abc import Iterator

from sqlalchemy import and_, exists, func, or_, select

from app.extensions import db
from app.models import Account
from app.scoring.checks.rules import named, rule
from app.scoring.models import (
    Sheet,
    SurveyAnswer,
    SurveyCampaign,
    SurveyForm,
    SurveyQuestion,
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


@rule("Mỗi phiếu khảo sát có đúng một người trả lời")
def one_respondent() -> Iterator[str]:
    both_or_none = SurveyResponse.account_id.is_(None) == SurveyResponse.browser_mark.is_(None)
    return named("phiếu khảo sát", _responses().where(both_or_none))


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
