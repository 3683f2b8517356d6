"""Giving appraisers their parts of a round: all of an act's at once, so with few statements."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts import held_accounts, is_appraiser, require_manager, unlock_for_new_work
from app.errors import Conflict, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account, Agency, AgencyGroup
from app.scoring.models import AppraiserWork, Assignment, Criterion, Round
from app.scoring.operations.declaring import changes
from app.scoring.operations.turns import tell_turn
from app.scoring.states import ASSIGNABLE, Matter, RoundState, WorkState


class Part(NamedTuple):
    """What one appraiser is to be given."""

    appraiser: Account
    group: AgencyGroup
    criterion: Criterion | None
    agencies: Sequence[Agency] = ()


@changes(Matter.ASSIGNMENTS)
def give(
    held: Held[Round], parts: Sequence[Part], *, actor: Account | None, at: datetime
) -> list[Assignment]:
    """An assignment for each part, those that are there widened; written together, so with few statements."""
    if actor is not None:
        require_manager(actor)
    round_ = held.row
    require_assignable(round_)
    hold_people(held, {part.appraiser.id for part in parts})
    there = _assignments_by_part(round_, {part.appraiser.id for part in parts})
    given = [_give_one(held, part, there, actor, at) for part in parts]
    db.session.flush()
    return given


def hold_people(held: Held[Round], ids: Collection[int]) -> None:
    """During appraisal: nobody locks an account that is about to get work, as sending elsewhere would."""
    if held.row.state == RoundState.APPRAISING:
        held_accounts(ids)


def _give_one(
    held: Held[Round], part: Part, there: dict[tuple, Assignment], actor: Account | None, at: datetime
) -> Assignment:
    round_ = held.row
    _require_givable(round_, part)
    key = _key(part.appraiser, part.group, part.criterion)
    same = there.get(key)
    if same is None:
        there[key] = made = Assignment(
            round=round_,
            appraiser=part.appraiser,
            group=part.group,
            criterion=part.criterion,
            agencies=list(part.agencies),
        )
        db.session.add(made)
        reopen_or_add_work(held, part.appraiser, actor, at)
        return made
    wanted = _widened(same, part.agencies)
    if {agency.id for agency in wanted} != {agency.id for agency in same.agencies}:
        same.agencies = wanted
        reopen_or_add_work(held, part.appraiser, actor, at)
    return same


def _require_givable(round_: Round, part: Part) -> None:
    appraiser, group = part.appraiser, part.group
    if not is_appraiser(appraiser):
        raise Refused(
            "“%(name)s” không phải tài khoản thẩm định.", field="appraiser", name=appraiser.full_name
        )
    _require_in_round(round_, group, part.criterion)
    if any(agency.group_id != group.id for agency in part.agencies):
        raise Refused("Có cơ quan không thuộc khối đã chọn.", field="agencies")


def _key(appraiser: Account, group: AgencyGroup, criterion: Criterion | None) -> tuple[int, int, int | None]:
    return appraiser.id, group.id, criterion.id if criterion is not None else None


def _assignments_by_part(round_: Round, appraiser_ids: set[int]) -> dict[tuple, Assignment]:
    """What these appraisers have in the round, by ids of appraiser, group and criterion."""
    found = db.session.scalars(
        select(Assignment)
        .where(Assignment.round_id == round_.id, Assignment.appraiser_id.in_(appraiser_ids))
        .options(selectinload(Assignment.agencies))
    )
    return {(a.appraiser_id, a.group_id, a.criterion_id): a for a in found}


def _widened(assignment: Assignment, agencies: Sequence[Agency]) -> list[Agency]:
    if not agencies or not assignment.agencies:
        return []
    return sorted({*assignment.agencies, *agencies}, key=lambda agency: agency.id)


def _require_in_round(round_: Round, group: AgencyGroup, criterion: Criterion | None) -> None:
    sets = {round_set.group_id: round_set.criteria_set_id for round_set in round_.sets}
    if group.id not in sets:
        raise Refused("Khối “%(group)s” không có trong kỳ này.", field="group", group=group.name)
    if criterion is not None and criterion.criteria_set_id != sets[group.id]:
        raise Refused("Tiêu chí không thuộc bộ tiêu chí của khối trong kỳ này.", field="criterion")


@changes(Matter.ASSIGNMENTS)
def reopen_or_add_work(held: Held[Round], appraiser: Account, actor: Account | None, at: datetime) -> None:
    """During appraisal a new assignment gives the appraiser work at once, and opens what sending elsewhere locked."""
    round_ = held.row
    if round_.state != RoundState.APPRAISING:
        return
    work = db.session.scalars(
        select(AppraiserWork).where(
            AppraiserWork.round_id == round_.id, AppraiserWork.appraiser_id == appraiser.id
        )
    ).one_or_none()
    if work is None:
        db.session.add(AppraiserWork(round_id=round_.id, appraiser_id=appraiser.id))
        unlock_for_new_work(appraiser, actor=actor, at=at)
        tell_turn("assigned", round_, actor=actor, at=at, only={appraiser.id})
    elif work.state == WorkState.SENT:
        raise Conflict("“%(name)s” đã gửi kết quả thẩm định; hãy mở khóa trước.", name=appraiser.full_name)


def require_assignable(round_: Round) -> None:
    if round_.state not in ASSIGNABLE:
        raise Conflict("Kỳ chấm điểm đã tổng hợp nên không đổi phân công được.")
