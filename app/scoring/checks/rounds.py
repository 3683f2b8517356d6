"""Rounds: their periods, sets, states and times, and the sheets that belong to each state (design §4)."""

from collections.abc import Iterator

from sqlalchemy import and_, exists, func, or_, select

from app.extensions import db
from app.scoring.checks.rules import named, rule
from app.scoring.models import (
    AppraiserWork,
    CriteriaSet,
    CriteriaSetGroup,
    Publication,
    Round,
    RoundSet,
    Sheet,
)
from app.scoring.periods import period_bounds
from app.scoring.states import RoundState, SetState, SheetState, WorkState

COLUMNS = (Round.id, Round.name)


@rule("Ngày đầu và ngày cuối phải đúng với kỳ")
def period_dates() -> Iterator[str]:
    for round_ in db.session.scalars(select(Round).order_by(Round.id)):
        if period_bounds(round_.period) != (round_.period_start, round_.period_end):
            yield f"kỳ {round_.id} ({round_.name})"


@rule("Kỳ chỉ dùng bộ tiêu chí đã ban hành, cùng chương trình và dành cho khối đó")
def round_sets_fit() -> Iterator[str]:
    for_group = exists().where(
        CriteriaSetGroup.criteria_set_id == RoundSet.criteria_set_id,
        CriteriaSetGroup.group_id == RoundSet.group_id,
    )
    query = (
        select(*COLUMNS, CriteriaSet.name)
        .join(RoundSet, RoundSet.round_id == Round.id)
        .join(CriteriaSet, CriteriaSet.id == RoundSet.criteria_set_id)
        .where(or_(CriteriaSet.state == SetState.DRAFT, CriteriaSet.programme != Round.programme, ~for_group))
    )
    return named("kỳ", query)


@rule("Trạng thái của kỳ phải khớp các thời điểm mở, kết luận, công bố")
def round_states_dated() -> Iterator[str]:
    opened, concluded = Round.opened_at.is_not(None), Round.concluded_at.is_not(None)
    sound = and_(
        opened == (Round.state != RoundState.PREPARING),
        concluded == (Round.state == RoundState.CONCLUDED),
        or_(Round.published_at.is_(None), and_(concluded, Round.decision_number.is_not(None))),
    )
    return named("kỳ", select(*COLUMNS).where(~sound))


@rule("Kỳ đang công bố phải có đúng một lần công bố còn hiệu lực, cùng số quyết định và thời điểm")
def publications_fit_round() -> Iterator[str]:
    in_force = exists().where(
        Publication.round_id == Round.id,
        Publication.ended_at.is_(None),
        Publication.published_at == Round.published_at,
        Publication.decision_number == Round.decision_number,
    )
    count = (
        select(func.count())
        .where(Publication.round_id == Round.id, Publication.ended_at.is_(None))
        .scalar_subquery()
    )
    sound = or_(
        and_(Round.published_at.is_(None), count == 0),
        and_(Round.published_at.is_not(None), count == 1, in_force),
    )
    return named("kỳ", select(*COLUMNS).where(~sound))


@rule("Kỳ đã mở thì có phiếu, kỳ đang chuẩn bị thì chưa có phiếu")
def sheets_since_opening() -> Iterator[str]:
    has_sheets = exists().where(Sheet.round_id == Round.id)
    return named("kỳ", select(*COLUMNS).where(has_sheets == (Round.state == RoundState.PREPARING)))


@rule("Trạng thái của phiếu phải khớp trạng thái của kỳ")
def sheet_states_fit_round() -> Iterator[str]:
    draft, approved, submitted, appraising, appraised, concluded = SheetState
    returned = and_(Sheet.return_reason.is_not(None), Sheet.state.in_([draft, approved]))
    fits = or_(
        and_(Round.state == RoundState.OPEN, Sheet.state.in_([draft, approved, submitted])),
        and_(Round.state == RoundState.APPRAISING, or_(Sheet.state.in_([appraising, appraised]), returned)),
        and_(Round.state == RoundState.CONSOLIDATED, Sheet.state == appraised),
        and_(Round.state == RoundState.CONCLUDED, Sheet.state == concluded),
    )
    query = select(Sheet.id, Sheet.agency_name, Sheet.state).join(Round, Round.id == Sheet.round_id)
    return named("phiếu", query.where(~fits))


@rule("Kỳ phải tự tổng hợp khi mọi người thẩm định đã gửi")
def rounds_consolidated() -> Iterator[str]:
    works = exists().where(AppraiserWork.round_id == Round.id)
    waiting = exists().where(AppraiserWork.round_id == Round.id, AppraiserWork.state == WorkState.OPEN)
    returned = exists().where(
        Sheet.round_id == Round.id, Sheet.state.in_([SheetState.DRAFT, SheetState.APPROVED])
    )
    stuck = and_(Round.state == RoundState.APPRAISING, works, ~waiting, ~returned)
    return named("kỳ", select(*COLUMNS).where(stuck))
