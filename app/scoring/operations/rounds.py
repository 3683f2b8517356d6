"""Acts on rounds: create, copy, open, move to appraisal, conclude (Đ.9–11)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from secrets import token_urlsafe

from sqlalchemy import insert, select

from app import audit
from app.accounts import held_accounts, require_manager, unlock_for_new_work
from app.errors import Conflict, Refused
from app.extensions import db
from app.field_rules import one_line
from app.holding import Held, hold_new, hold_row
from app.models import Account, AgencyGroup
from app.scoring.models import (
    AppraiserWork,
    CriteriaSet,
    Criterion,
    GradeBand,
    Round,
    RoundSet,
    Score,
    Sheet,
    SurveyCampaign,
    SurveyForm,
)
from app.scoring.operations.assignments import copy_assignments
from app.scoring.operations.deadlines import require_deadlines
from app.scoring.operations.declaring import changes, freezes
from app.scoring.operations.holding import hold_sheets
from app.scoring.operations.turns import tell_turn
from app.scoring.periods import next_period, period_bounds
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.rounds import agencies_in, tie_break_fields
from app.scoring.states import Matter, SetState, SheetState, round_step

DEFAULT_BANDS = {
    "cchc": [("Xuất sắc", 90), ("Tốt", 80), ("Khá", 65), ("Trung bình", 50), ("Yếu", 0)],
    "htnv": [
        ("Hoàn thành xuất sắc nhiệm vụ", 90),
        ("Hoàn thành tốt nhiệm vụ", 75),
        ("Hoàn thành nhiệm vụ", 50),
        ("Không hoàn thành nhiệm vụ", 0),
    ],
}


def create_round(
    *,
    programme: str,
    period: str,
    name: str,
    entry_deadline: datetime,
    sets: Mapping[AgencyGroup, CriteriaSet],
    actor: Account | None,
    at: datetime,
    appraisal_deadline: datetime | None = None,
) -> Round:
    """A round in preparation with its sets and the programme's usual bands."""
    if actor is not None:
        require_manager(actor)
    start, end = period_bounds(period)
    kept_name = round_name(name, programme)
    require_deadlines(entry_deadline, appraisal_deadline, at=at)
    round_ = Round(
        programme=programme,
        period=period.strip().upper(),
        period_start=start,
        period_end=end,
        name=kept_name,
        entry_deadline=entry_deadline,
        appraisal_deadline=appraisal_deadline,
        tie_break=[],
    )
    round_.bands = [GradeBand(name=label, lower=Decimal(lower)) for label, lower in DEFAULT_BANDS[programme]]
    held = hold_new(round_)
    for group, criteria_set in sets.items():
        set_group(held, group, criteria_set, actor=actor)
    audit.record("round_created", round_, actor=actor, at=at)
    return round_


def round_name(name: str | None, programme: str, *, but: Round | None = None) -> str:
    """The name as it is kept; refused when empty, on two lines, or another round's of the programme."""
    kept = one_line(name, "name", required=False)
    if not kept:
        raise Refused("Hãy đặt tên kỳ chấm điểm.", field="name")
    same = select(Round.id).where(Round.programme == programme, Round.name == kept)
    if but is not None:
        same = same.where(Round.id != but.id)
    if db.session.scalars(same).first() is not None:
        raise Refused("Đã có kỳ chấm điểm tên “%(name)s”.", field="name", name=kept)
    return kept


@changes(Matter.SETTINGS)
def set_group(
    held: Held[Round], group: AgencyGroup, criteria_set: CriteriaSet | None, *, actor: Account | None
) -> None:
    """Map an issued set of the round's programme to a group, or take the group out."""
    if actor is not None:
        require_manager(actor)
    round_ = held.row
    round_step("prepare", round_.state)
    round_.sets = [item for item in round_.sets if item.group_id != group.id]
    db.session.flush()
    if criteria_set is None:
        return
    if criteria_set.programme != round_.programme:
        raise Refused("Bộ tiêu chí “%(name)s” thuộc chương trình khác.", name=str(criteria_set))
    if criteria_set.state != SetState.ISSUED:
        raise Refused("Bộ tiêu chí “%(name)s” chưa ban hành hoặc đã hết hiệu lực.", name=str(criteria_set))
    if group not in criteria_set.groups:
        raise Refused(
            "Bộ tiêu chí “%(name)s” không áp dụng cho khối “%(group)s”.",
            name=str(criteria_set),
            group=group.name,
        )
    round_.sets.append(RoundSet(group=group, criteria_set=criteria_set))
    db.session.flush()


@freezes("open_round")
def open_round(held: Held[Round], *, actor: Account | None, at: datetime) -> int:
    """Open for self-assessment: one sheet for every agency that exists in the period; how many were made."""
    if actor is not None:
        require_manager(actor)
    round_ = held.row
    step = round_step("open", round_.state)
    if not round_.sets:
        raise Conflict("Kỳ chấm điểm chưa có bộ tiêu chí cho khối nào.")
    _require_openable(round_, at)
    made = sum(_make_sheets(round_, round_set, at) for round_set in round_.sets)
    if not made:
        raise Conflict("Không có cơ quan nào tồn tại trong kỳ %(period)s.", period=round_.period)
    _make_campaigns(round_, at)
    round_.state, round_.opened_at = step.target, at
    audit.record("round_opened", round_, actor=actor, at=at, sheets=made)
    tell_turn("opened", round_, actor=actor, at=at)
    return made


def _require_openable(round_: Round, at: datetime) -> None:
    """What was right when it was set may be so no longer: time has passed, other sets were chosen."""
    if round_.entry_deadline <= at:
        raise Conflict("Hạn tự đánh giá đã qua. Hãy đặt lại thời hạn rồi mở kỳ.")
    lost = sorted(set(round_.tie_break or ()) - set(tie_break_fields(round_)))
    if lost:
        raise Conflict(
            "Lĩnh vực “%(code)s” dùng xét khi bằng điểm không còn ở mọi bộ tiêu chí của kỳ. "
            "Hãy chọn lại ở bước Xếp loại.",
            code=lost[0],
        )


def _make_sheets(round_: Round, round_set: RoundSet, at: datetime) -> int:
    leaves = [node for node in round_set.criteria_set.criteria if node.is_leaf]
    sheets = [
        Sheet(
            round=round_,
            agency=agency,
            group_id=round_set.group_id,
            criteria_set_id=round_set.criteria_set_id,
            agency_name=agency.name,
        )
        for agency in agencies_in(round_, round_set.group_id)
    ]
    db.session.add_all(sheets)
    db.session.flush()
    rows = [
        {
            "sheet_id": sheet.id,
            "criterion_id": leaf.id,
            "na_by_rule": not leaf.applies_to(sheet.agency.code, round_set.group.code),
        }
        for sheet in sheets
        for leaf in leaves
    ]
    if rows:
        db.session.execute(insert(Score), rows)
        audit.record_rows(Score, Score.sheet_id.in_([sheet.id for sheet in sheets]), at=at)
    return len(sheets)


def _make_campaigns(round_: Round, at: datetime) -> None:
    """One campaign for each survey form that the round's sets ask for."""
    rules = db.session.scalars(
        select(Criterion.rule).where(
            Criterion.method == "survey",
            Criterion.criteria_set_id.in_([round_set.criteria_set_id for round_set in round_.sets]),
        )
    )
    codes = {rule.get("form") for rule in rules if rule}
    closes = round_.appraisal_deadline or round_.entry_deadline
    for form in db.session.scalars(select(SurveyForm).where(SurveyForm.code.in_(codes))):
        db.session.add(
            SurveyCampaign(round=round_, form=form, token=token_urlsafe(16), opens_at=at, closes_at=closes)
        )


@freezes("begin_appraisal")
def begin_appraisal(held: Held[Round], *, actor: Account, at: datetime) -> int:
    """Close self-assessment and start appraisal; how many sheets were not sent."""
    require_manager(actor)
    round_ = held.row
    step = round_step("appraise", round_.state)
    coverage = Coverage(round_)
    uncovered = len(coverage.uncovered())
    if uncovered:
        raise Conflict("Còn %(count)s tiêu chí của các cơ quan chưa có người thẩm định.", count=uncovered)
    sheets = [held_sheet.row for held_sheet in hold_sheets(held)]
    late = [sheet for sheet in sheets if sheet.state in (SheetState.DRAFT, SheetState.APPROVED)]
    for sheet in late:
        sheet.not_submitted = True
    for sheet in sheets:
        sheet.state = SheetState.APPRAISING
    _open_works(round_, coverage, actor, at)
    round_.state = step.target
    audit.record("appraisal_begun", round_, actor=actor, at=at, not_submitted=[s.agency_name for s in late])
    tell_turn("appraisal_begun", round_, actor=actor, at=at)
    return len(late)


def _open_works(round_: Round, coverage: Coverage, actor: Account, at: datetime) -> None:
    """Work for everybody who is assigned something; accounts that the last sending locked are open again."""
    wanted = {appraiser for item in coverage.items for appraiser in coverage.appraisers(item)}
    there = set(
        db.session.scalars(select(AppraiserWork.appraiser_id).where(AppraiserWork.round_id == round_.id))
    )
    for appraiser_id in sorted(wanted - there):
        db.session.add(AppraiserWork(round_id=round_.id, appraiser_id=appraiser_id))
    for account in held_accounts(wanted - there):
        unlock_for_new_work(account, actor=actor, at=at)


def copy_round(round_: Round, *, actor: Account, at: datetime) -> Round:
    """Next year's round in preparation: sets still issued, bands, ties and assignments of groups that remain."""
    require_manager(actor)
    period = next_period(round_.period)
    name = round_.name.replace(round_.period[:4], period[:4])
    copy = create_round(
        programme=round_.programme,
        period=period,
        name=name if name != round_.name else f"{round_.name} – {period}",
        entry_deadline=_next_deadline(round_.entry_deadline, at),
        sets={s.group: s.criteria_set for s in round_.sets if s.criteria_set.state == SetState.ISSUED},
        actor=actor,
        at=at,
    )
    copy.copied_from_id, copy.places, copy.tie_break = round_.id, round_.places, list(round_.tie_break or [])
    copy.explanation_days = round_.explanation_days
    copy.bands = []
    db.session.flush()
    copy.bands = [GradeBand(name=b.name, lower=b.lower, condition=b.condition) for b in round_.bands]
    copy_assignments(round_, hold_row(copy), actor=actor, at=at)
    audit.record("round_copied", copy, actor=actor, at=at, source=round_.id)
    return copy


def _next_deadline(moment: datetime, at: datetime) -> datetime:
    """The same day of the first later year in which it lies ahead; 29 February becomes the 28th."""
    leap_day = (moment.month, moment.day) == (2, 29)
    later = moment
    while later == moment or later <= at:
        later = moment.replace(year=later.year + 1, day=28 if leap_day else moment.day)
    return later
