"""Appraisal: by whom it was assigned to, complete when sent, and accounts locked afterwards (Đ.10)."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import String, and_, cast, exists, or_, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Account, AuditEvent
from app.scoring.checks.rules import named, rule
from app.scoring.models import Appraisal, AppraiserWork, Criterion, Round, Score, Sheet
from app.scoring.queries.appraisals import tasks
from app.scoring.queries.assigned import Coverage
from app.scoring.rules import Method, allowed_points
from app.scoring.states import BEFORE_APPRAISAL, RoundState, SheetState, WorkState

COLUMNS = (Appraisal.id, Criterion.code, Sheet.agency_name, Account.username)
WORK_COLUMNS = (AppraiserWork.id, Account.username, Round.name)
IN_APPRAISAL = (RoundState.APPRAISING, RoundState.CONSOLIDATED)


def _appraisals(*columns):
    return (
        select(*(columns or COLUMNS))
        .select_from(Appraisal)
        .join(Score, Score.id == Appraisal.score_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Account, Account.id == Appraisal.appraiser_id)
        .order_by(Appraisal.id)
    )


def _works(*columns):
    return (
        select(*(columns or WORK_COLUMNS))
        .select_from(AppraiserWork)
        .join(Round, Round.id == AppraiserWork.round_id)
        .join(Account, Account.id == AppraiserWork.appraiser_id)
        .order_by(AppraiserWork.id)
    )


def _rounds_in_appraisal() -> list[Round]:
    return list(db.session.scalars(select(Round).where(Round.state.not_in(BEFORE_APPRAISAL)).order_by(Round.id)))


@rule("Chỉ người được phân công mới thẩm định, trừ điểm nhập từ tệp")
def appraised_by_the_assigned() -> Iterator[str]:
    for round_ in _rounds_in_appraisal():
        coverage = Coverage(round_)
        assigned = {item.score_id: coverage.appraisers(item) for item in coverage.items}
        query = _appraisals(*COLUMNS, Appraisal.score_id, Appraisal.appraiser_id)
        query = query.where(Sheet.round_id == round_.id, Appraisal.source != "file")
        for number, code, agency, name, score_id, appraiser_id in db.session.execute(query):
            if appraiser_id not in assigned.get(score_id, ()):
                yield f"thẩm định {number} ({code}, {agency}, {name})"


@rule("Không ai thẩm định cơ quan của mình")
def nobody_appraises_their_own() -> Iterator[str]:
    return named("thẩm định", _appraisals().where(Account.agency_id == Sheet.agency_id))


@rule("Điểm thẩm định phải trong thang điểm")
def appraised_in_bounds() -> Iterator[str]:
    query = _appraisals(*COLUMNS, Criterion.method, Criterion.rule, Criterion.maximum, Appraisal.points)
    for number, code, agency, name, method, rule_, maximum, points in db.session.execute(query):
        if points is not None and allowed_points(Method(method), rule_, maximum, points):
            yield f"thẩm định {number} ({code}, {agency}, {name})"


@rule("Mỗi lượt thẩm định hoặc có điểm, hoặc chấp nhận không áp dụng")
def points_or_not_applicable() -> Iterator[str]:
    return named("thẩm định", _appraisals().where(Appraisal.points.is_(None) != Appraisal.not_applicable))


@rule("Không thẩm định tiêu chí không áp dụng cho cơ quan")
def excluded_leaves_not_appraised() -> Iterator[str]:
    return named("thẩm định", _appraisals().where(Score.na_by_rule))


@rule("Lượt thẩm định phải thuộc phần việc của người thẩm định trong kỳ")
def appraisals_belong_to_work() -> Iterator[str]:
    work = and_(AppraiserWork.round_id == Sheet.round_id, AppraiserWork.appraiser_id == Account.id)
    return named("thẩm định", _appraisals().outerjoin(AppraiserWork, work).where(AppraiserWork.id.is_(None)))


@rule("Sau khi gửi không lưu điểm thẩm định nữa")
def nothing_saved_after_sending() -> Iterator[str]:
    work = and_(AppraiserWork.round_id == Sheet.round_id, AppraiserWork.appraiser_id == Account.id)
    late = and_(AppraiserWork.state == WorkState.SENT, Appraisal.saved_at > AppraiserWork.sent_at)
    query = _appraisals().join(AppraiserWork, work)
    return named("thẩm định", query.where(late, Appraisal.source != "file"))


@rule("Phần thẩm định đã gửi có thời điểm và biên nhận; chưa gửi thì không, trừ khi được mở khóa")
def works_dated() -> Iterator[str]:
    sent, stamped = AppraiserWork.state == WorkState.SENT, AppraiserWork.sent_at.is_not(None)
    whole = and_(stamped, AppraiserWork.receipt_number.is_not(None))
    unlocked = and_(AppraiserWork.unlocked_at.is_not(None), AppraiserWork.unlock_reason.is_not(None))
    sound = or_(and_(sent, whole), and_(~sent, or_(~stamped, unlocked)))
    return named("phần thẩm định", _works().where(~sound))


@rule("Phần thẩm định chỉ mở khi kỳ đang thẩm định")
def works_fit_round() -> Iterator[str]:
    unfit = and_(AppraiserWork.state == WorkState.OPEN, Round.state != RoundState.APPRAISING)
    return named("phần thẩm định", _works().where(unfit))


@rule("Phần thẩm định đã gửi phải chấm đủ và nêu đủ lý do")
def sent_works_complete() -> Iterator[str]:
    """A reason is owed for what the agency had sent by then; a sheet returned and sent again came later."""
    sent = [AppraiserWork.state == WorkState.SENT, Round.state.not_in(BEFORE_APPRAISAL)]
    by_round = defaultdict(list)
    for work in db.session.scalars(_works(AppraiserWork).where(*sent, ~_from_file())):
        by_round[work.round].append(work)
    for round_, works in by_round.items():
        coverage = Coverage(round_)
        for work in works:
            found = tasks(work.appraiser, coverage.items_of(work.appraiser_id))
            if any(not task.scored or _owes_reason(task, work) for task in found):
                yield f"phần thẩm định {work.id} ({work.appraiser.username}, {round_.name})"


def _owes_reason(task, work: AppraiserWork) -> bool:
    sent = task.score.sheet.submitted_at
    return task.needs_reason and (sent is None or sent <= work.sent_at)


def _from_file():
    """Work that came in as sent from a file: its receipt says so, and it may be part of the whole."""
    return AppraiserWork.receipt_number.startswith("TEP-")


@rule("Gửi hết việc thẩm định thì tài khoản bị khóa, trừ khi người quản lý mở khóa")
def senders_are_locked() -> Iterator[str]:
    other, others_round = aliased(AppraiserWork), aliased(Round)
    still_open = exists().where(
        other.appraiser_id == Account.id,
        other.state == WorkState.OPEN,
        others_round.id == other.round_id,
        others_round.state == RoundState.APPRAISING,
    )
    reopened = exists().where(
        AuditEvent.action == "account_unlocked",
        AuditEvent.object_id == cast(Account.id, String),
        AuditEvent.at >= AppraiserWork.sent_at,
    )
    query = _works().where(
        AppraiserWork.state == WorkState.SENT, Round.state.in_(IN_APPRAISAL), Account.locked_at.is_(None)
    )
    return named("phần thẩm định", query.where(~_from_file(), ~still_open, ~reopened))


@rule("Phiếu chỉ được thẩm định xong khi mọi người được phân công đã gửi")
def appraised_when_all_sent() -> Iterator[str]:
    for round_ in _rounds_in_appraisal():
        query = select(AppraiserWork.appraiser_id).where(
            AppraiserWork.round_id == round_.id, AppraiserWork.state == WorkState.OPEN
        )
        waiting, coverage = set(db.session.scalars(query)), Coverage(round_)
        open_sheets = {item.sheet_id for item in coverage.items if coverage.appraisers(item) & waiting}
        finished = Sheet.state.in_([SheetState.APPRAISED, SheetState.CONCLUDED])
        yield from named(
            "phiếu", select(Sheet.id, Sheet.agency_name).where(Sheet.id.in_(open_sheets), finished)
        )
