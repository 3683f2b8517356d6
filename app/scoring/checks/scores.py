"""Scores: one for each leaf of the sheet's set, within bounds, given by whom it is for (design §3)."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import Account
from app.scoring.checks.rules import named, rule
from app.scoring.models import Criterion, Evidence, Round, Score, ScoreEvidence, Sheet
from app.scoring.queries.sheets import deadline_of
from app.scoring.rules import Method, allowed_points

COLUMNS = (Score.id, Criterion.code, Sheet.agency_name)
POINTS = (Score.self_points, Score.survey_points, Score.concluded_points)
FROM_SURVEYS = (Method.SURVEY, Method.SURVEY_TIERS)


def _scores(*columns):
    return (
        select(*(columns or COLUMNS))
        .select_from(Score)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .order_by(Score.id)
    )


@rule("Phiếu phải có điểm cho mọi tiêu chí chấm điểm của bộ")
def every_leaf_has_a_score() -> Iterator[str]:
    own = and_(Score.sheet_id == Sheet.id, Score.criterion_id == Criterion.id)
    query = (
        select(Sheet.id, Sheet.agency_name, Criterion.code)
        .join(Criterion, and_(Criterion.criteria_set_id == Sheet.criteria_set_id, Criterion.is_leaf))
        .outerjoin(Score, own)
        .where(Score.id.is_(None))
    )
    return named("phiếu", query)


@rule("Phiếu không có điểm nào ngoài các tiêu chí chấm điểm của bộ")
def no_score_beside_the_leaves() -> Iterator[str]:
    astray = or_(~Criterion.is_leaf, Criterion.criteria_set_id != Sheet.criteria_set_id)
    return named("điểm", _scores().where(astray))


@rule("Mỗi tiêu chí của phiếu chỉ có một điểm")
def one_score_a_leaf() -> Iterator[str]:
    query = select(func.min(Score.id)).group_by(Score.sheet_id, Score.criterion_id)
    return named("điểm", query.having(func.count() > 1))


@rule("Điểm tự chấm, khảo sát, kết luận phải trong thang điểm")
def points_in_bounds() -> Iterator[str]:
    query = _scores(*COLUMNS, Criterion.method, Criterion.rule, Criterion.maximum, *POINTS)
    for number, code, agency, method, rule_, maximum, *given in db.session.execute(query):
        wrong = [p for p in given if p is not None and allowed_points(Method(method), rule_, maximum, p)]
        if wrong:
            yield f"điểm {number} ({code}, {agency})"


@rule("Tiêu chí đề nghị không áp dụng thì không có điểm tự chấm")
def claimed_or_scored() -> Iterator[str]:
    return named("điểm", _scores().where(Score.na_claimed, Score.self_points.is_not(None)))


@rule("Tiêu chí không áp dụng cho cơ quan thì không có điểm nào")
def excluded_leaves_stay_empty() -> Iterator[str]:
    touched = or_(Score.na_claimed, *(column.is_not(None) for column in POINTS))
    return named("điểm", _scores().where(Score.na_by_rule, touched))


@rule("Cơ quan chỉ tự chấm tiêu chí dành cho cơ quan tự chấm")
def self_points_where_asked() -> Iterator[str]:
    given = or_(Score.na_claimed, Score.self_points.is_not(None))
    return named("điểm", _scores().where(Criterion.assessed_by != "self", given))


@rule("Điểm khảo sát chỉ có ở tiêu chí khảo sát")
def survey_points_where_asked() -> Iterator[str]:
    surveyed = or_(Criterion.assessed_by == "survey", Criterion.method.in_(FROM_SURVEYS))
    return named("điểm", _scores().where(Score.survey_points.is_not(None), ~surveyed))


@rule("Điểm kết luận và kết luận không áp dụng không đi cùng nhau")
def concluded_once() -> Iterator[str]:
    return named("điểm", _scores().where(Score.concluded_na, Score.concluded_points.is_not(None)))


@rule("Cơ quan chỉ lưu điểm trong thời hạn của mình")
def saved_in_time() -> Iterator[str]:
    query = (
        select(Score)
        .join(Account, Account.id == Score.saved_by_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Account.agency_id == Sheet.agency_id)
        .options(
            joinedload(Score.sheet).options(joinedload(Sheet.round), selectinload(Sheet.extensions)),
            joinedload(Score.criterion),
        )
        .order_by(Score.id)
    )
    for score in db.session.scalars(query):
        if score.saved_at is not None and score.saved_at > deadline_of(score.sheet):
            yield f"điểm {score.id} ({score.criterion.code}, {score.sheet.agency_name})"


@rule("Giải trình chỉ có khi được yêu cầu, và trong thời hạn trả lời")
def answers_were_asked_for() -> Iterator[str]:
    late = or_(Score.asked_at.is_(None), Score.answered_at > Score.answer_due_at)
    return named("điểm", _scores().where(Score.answered_at.is_not(None), late))


@rule("Tài liệu kiểm chứng chỉ chứng minh cho phiếu của chính cơ quan")
def evidence_of_its_own_agency() -> Iterator[str]:
    query = _scores(Evidence.id, Evidence.file_name, Sheet.agency_name)
    query = query.join(ScoreEvidence, ScoreEvidence.score_id == Score.id)
    query = query.join(Evidence, Evidence.id == ScoreEvidence.evidence_id)
    return named("tài liệu", query.where(Evidence.agency_id != Sheet.agency_id))


@rule("Sau khi kỳ kết luận không lưu điểm nữa")
def scores_frozen() -> Iterator[str]:
    query = _scores().join(Round, Round.id == Sheet.round_id)
    return named("điểm", query.where(Score.saved_at > Round.concluded_at))
