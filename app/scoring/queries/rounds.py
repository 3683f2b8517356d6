"""Kỳ chấm điểm: the list, one round, the agencies it takes, and what stands in the way of its next step."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.errors import NotInScope, Sentence
from app.extensions import db
from app.holding import Held, hold_one
from app.models import Agency, AgencyGroup
from app.scoring.models import Criterion, Publication, Round, RoundSet, Sheet
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.standings import round_standings
from app.scoring.states import SetState, SheetState

UNSENT = (SheetState.DRAFT, SheetState.APPROVED)


def rounds(programme: str = "", state: str = "") -> list[Round]:
    """Newest period first."""
    query = (
        select(Round)
        .options(selectinload(Round.sets).joinedload(RoundSet.group))
        .order_by(Round.period_end.desc(), Round.programme, Round.id.desc())
    )
    if programme:
        query = query.where(Round.programme == programme)
    if state:
        query = query.where(Round.state == state)
    return list(db.session.scalars(query))


def get_round(round_id: int) -> Round:
    """The round with its sets, groups and bands, or ``NotInScope``."""
    found = db.session.scalars(_round(round_id)).one_or_none()
    if found is None:
        raise NotInScope()
    return found


def hold_round(round_id: int) -> Held[Round]:
    """As ``get_round``, held until the commit."""
    held = hold_one(_round(round_id))
    if held is None:
        raise NotInScope()
    return held


def _round(round_id: int) -> Select[tuple[Round]]:
    sets = selectinload(Round.sets).options(joinedload(RoundSet.group), joinedload(RoundSet.criteria_set))
    return select(Round).where(Round.id == round_id).options(sets, selectinload(Round.bands))


def agencies_in(round_: Round, group_id: int) -> list[Agency]:
    """Agencies of the group that exist on the period's last day."""
    end = round_.period_end
    return list(
        db.session.scalars(
            select(Agency)
            .where(
                Agency.group_id == group_id,
                or_(Agency.active_from.is_(None), Agency.active_from <= end),
                or_(Agency.active_to.is_(None), Agency.active_to >= end),
            )
            .order_by(Agency.sort_key, Agency.id)
        )
    )


def agencies_by_group(round_: Round) -> list[tuple[AgencyGroup, list[Agency]]]:
    """Every group with the agencies that exist on the period's last day; groups without any are left out."""
    end = round_.period_end
    query = (
        select(Agency)
        .join(AgencyGroup, AgencyGroup.id == Agency.group_id)
        .where(
            or_(Agency.active_from.is_(None), Agency.active_from <= end),
            or_(Agency.active_to.is_(None), Agency.active_to >= end),
        )
        .options(joinedload(Agency.group))
        .order_by(AgencyGroup.sort_order, AgencyGroup.id, Agency.sort_key, Agency.id)
    )
    found: dict[AgencyGroup, list[Agency]] = {}
    for agency in db.session.scalars(query):
        found.setdefault(agency.group, []).append(agency)
    return list(found.items())


def sheet_counts(round_ids: list[int]) -> dict[int, Counter]:
    """Round id → how many sheets stand in each state, in one statement."""
    query = (
        select(Sheet.round_id, Sheet.state, func.count())
        .where(Sheet.round_id.in_(round_ids))
        .group_by(Sheet.round_id, Sheet.state)
    )
    found: dict[int, Counter] = {}
    for round_id, state, count in db.session.execute(query):
        found.setdefault(round_id, Counter())[state] = count
    return found


def sheet_counts_by_group(round_: Round) -> list[tuple[AgencyGroup, Counter]]:
    """Each group of the round with how many of its sheets stand in each state."""
    query = (
        select(AgencyGroup, Sheet.state, func.count())
        .join(AgencyGroup, AgencyGroup.id == Sheet.group_id)
        .where(Sheet.round_id == round_.id)
        .group_by(AgencyGroup.id, Sheet.state)
        .order_by(AgencyGroup.sort_order, AgencyGroup.id)
    )
    found: dict[AgencyGroup, Counter] = {}
    for group, state, count in db.session.execute(query):
        found.setdefault(group, Counter())[state] = count
    return list(found.items())


def unsent_sheets(round_: Round) -> list[Sheet]:
    """Sheets that would count as not submitted if appraisal began now."""
    query = (
        select(Sheet)
        .where(Sheet.round_id == round_.id, Sheet.state.in_(UNSENT))
        .options(joinedload(Sheet.group))
        .order_by(Sheet.group_id, Sheet.sort_key, Sheet.id)
    )
    return list(db.session.scalars(query))


def not_submitted_count(round_: Round) -> int:
    query = select(func.count()).select_from(Sheet)
    return db.session.scalar(query.where(Sheet.round_id == round_.id, Sheet.not_submitted))


def names_of_criteria(criterion_ids: Collection[int]) -> dict[int, str]:
    query = select(Criterion.id, Criterion.name).where(Criterion.id.in_(criterion_ids))
    return {number: name for number, name in db.session.execute(query)}


def unscored_leaves(round_: Round) -> list[tuple[Sheet, int]]:
    """Sheets with leaves that have no points yet, and how many; what keeps the round from being concluded."""
    lines = round_standings(round_).lines
    return [(line.sheet, line.total.unscored) for line in lines if line.total.unscored]


def get_publication(round_id: int, publication_id: int) -> Publication:
    """One of the round's publications with its file, in force or ended; else ``NotInScope``."""
    found = db.session.get(Publication, publication_id)
    if found is None or found.round_id != round_id or found.file is None:
        raise NotInScope()
    return found


def copies_of(round_: Round) -> list[Round]:
    return list(db.session.scalars(select(Round).where(Round.copied_from_id == round_.id).order_by(Round.id)))


def earlier_rounds(round_: Round) -> list[Round]:
    """Other rounds of the programme to copy assignments from, the round's own source first, then the newest."""
    query = (
        select(Round)
        .where(Round.programme == round_.programme, Round.id != round_.id)
        .order_by(Round.period_end.desc(), Round.id.desc())
    )
    return sorted(db.session.scalars(query), key=lambda other: other.id != round_.copied_from_id)


def tie_break_fields(round_: Round) -> dict[str, str]:
    """Field code → its name, of the fields that every set of the round has."""
    set_ids = {item.criteria_set_id for item in round_.sets}
    query = (
        select(Criterion.code, Criterion.name)
        .where(Criterion.criteria_set_id.in_(set_ids), Criterion.level == 1)
        .order_by(Criterion.criteria_set_id.desc(), Criterion.position)
    )
    rows = [tuple(row) for row in db.session.execute(query)]
    in_sets = Counter(code for code, _name in rows)
    return {code: name for code, name in rows if in_sets[code] == len(set_ids)}


# What the guided path shows.


@dataclass(frozen=True)
class Step:
    """One step of preparing a round. ``problem`` says what is missing, ``remark`` what to look at all the same."""

    name: str
    label: str
    summary: Sentence
    problem: Sentence | None = None
    remark: Sentence | None = None

    @property
    def done(self) -> bool:
        return self.problem is None


def preparation(round_: Round, at: datetime) -> list[Step]:
    """The steps of preparing a round in their order, each with what is still missing."""
    by_group = agencies_by_group(round_)
    return [
        _agencies_step(round_, by_group),
        _sets_step(round_, by_group),
        _deadlines_step(round_, at),
        _bands_step(round_),
        _assignments_step(round_),
    ]


def _agencies_step(round_: Round, by_group) -> Step:
    total = sum(len(agencies) for _group, agencies in by_group)
    summary = Sentence(
        "%(count)s cơ quan của %(groups)s khối tồn tại trong kỳ %(period)s",
        {"count": total, "groups": len(by_group), "period": round_.period},
    )
    return Step(
        "agencies", "Cơ quan", summary, None if total else Sentence("Chưa có cơ quan nào tồn tại trong kỳ.")
    )


def _sets_step(round_: Round, by_group) -> Step:
    mapped = {round_set.group_id: round_set.criteria_set for round_set in round_.sets}
    left = [group.name for group, _agencies in by_group if group.id not in mapped]
    stale = [str(chosen) for chosen in mapped.values() if chosen.state != SetState.ISSUED]
    problem = remark = None
    if not mapped:
        problem = Sentence("Chưa chọn bộ tiêu chí cho khối nào.")
    elif stale:
        problem = Sentence("Bộ tiêu chí “%(name)s” không còn hiệu lực.", {"name": stale[0]})
    elif left:
        remark = Sentence("Không chấm khối: %(groups)s.", {"groups": "; ".join(left)})
    summary = Sentence(
        "%(count)s/%(groups)s khối có bộ tiêu chí", {"count": len(mapped), "groups": len(by_group)}
    )
    return Step("sets", "Bộ tiêu chí", summary, problem, remark)


def _deadlines_step(round_: Round, at: datetime) -> Step:
    problem = remark = None
    if round_.entry_deadline <= at:
        problem = Sentence("Hạn tự đánh giá đã qua.")
    elif round_.appraisal_deadline is None:
        remark = Sentence("Chưa đặt hạn thẩm định.")
    return Step("deadlines", "Thời hạn", Sentence("Hạn tự đánh giá và hạn thẩm định"), problem, remark)


def _bands_step(round_: Round) -> Step:
    summary = Sentence("%(count)s mức xếp loại", {"count": len(round_.bands)})
    return Step("bands", "Xếp loại", summary, None if round_.bands else Sentence("Chưa có mức xếp loại nào."))


def _assignments_step(round_: Round) -> Step:
    coverage = Coverage(round_)
    total, gaps = len(coverage.items), len(coverage.uncovered())
    summary = Sentence(
        "%(covered)s/%(total)s lượt tiêu chí đã có người thẩm định", {"covered": total - gaps, "total": total}
    )
    remark = (
        Sentence("Còn %(count)s lượt tiêu chí chưa có người thẩm định.", {"count": gaps}) if gaps else None
    )
    return Step("assignments", "Phân công", summary, None, remark)
