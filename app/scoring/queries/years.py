"""The years before: an agency's and a group's concluded rounds of a programme, and last time's ranks."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from app.extensions import db
from app.row_access import system_access
from app.scoring.models import Result, Round, Sheet
from app.scoring.rules import mean_of
from app.scoring.states import RoundState


@dataclass(frozen=True)
class Year:
    """One concluded round of a programme for one agency, with the mean of its group then."""

    period: str
    round_name: str
    index: Fraction | None
    rank: int | None
    agencies: int
    mean: Fraction | None
    best: Fraction | None
    grade: str | None


def previous_round(round_: Round) -> Round | None:
    """The last concluded round of the programme before this one with the same kind of period."""
    kind = len(round_.period)
    earlier = db.session.scalars(
        select(Round)
        .where(
            Round.programme == round_.programme,
            Round.state == RoundState.CONCLUDED,
            Round.period_end < round_.period_end,
        )
        .order_by(Round.period_end.desc(), Round.id.desc())
    )
    return next((found for found in earlier if len(found.period) == kind), None)


@system_access("ranks of the round before")
def ranks_before(round_: Round) -> dict[int, int]:
    """Agency id → rank in the previous round, for agencies that were in the same group then."""
    before = previous_round(round_)
    if before is None:
        return {}
    rows = db.session.execute(
        select(Sheet.agency_id, Result.rank)
        .join(Sheet, Sheet.id == Result.sheet_id)
        .where(Result.round_id == before.id, Result.rank.is_not(None))
    )
    return {agency_id: rank for agency_id, rank in rows}


@system_access("an agency's years beside the means of its group")
def years_of(agency_id: int, programme: str) -> list[Year]:
    """The agency's concluded rounds of the programme, oldest first; two statements."""
    own = db.session.execute(
        select(Result, Sheet.group_id, Round)
        .join(Sheet, Sheet.id == Result.sheet_id)
        .join(Round, Round.id == Result.round_id)
        .where(Sheet.agency_id == agency_id, Round.programme == programme)
        .order_by(Round.period_end, Round.id)
    ).all()
    mates = _indexes_of_groups([round_.id for _result, _group_id, round_ in own])
    return [
        Year(
            round_.period,
            round_.name,
            result.index,
            result.rank,
            len(mates[round_.id, group_id]),
            mean_of(mates[round_.id, group_id]),
            max((index for index in mates[round_.id, group_id] if index is not None), default=None),
            result.grade,
        )
        for result, group_id, round_ in own
    ]


def _indexes_of_groups(round_ids: list[int]) -> dict[tuple[int, int], list[Fraction | None]]:
    found: dict[tuple[int, int], list[Fraction | None]] = defaultdict(list)
    for result, group_id in db.session.execute(
        select(Result, Sheet.group_id)
        .join(Sheet, Sheet.id == Result.sheet_id)
        .where(Result.round_id.in_(round_ids))
    ):
        found[result.round_id, group_id].append(result.index)
    return found


@system_access("means of a group over the years")
def group_years(round_: Round, group_id: int) -> list[tuple[str, Fraction | None, Fraction | None]]:
    """(period, mean, best) of the group in the programme's concluded rounds, oldest first; one statement."""
    rows = db.session.execute(
        select(Result, Round)
        .join(Sheet, Sheet.id == Result.sheet_id)
        .join(Round, Round.id == Result.round_id)
        .where(Sheet.group_id == group_id, Round.programme == round_.programme)
        .order_by(Round.period_end, Round.id)
    )
    by_round: dict[Round, list[Fraction | None]] = defaultdict(list)
    for result, found in rows:
        by_round[found].append(result.index)
    return [
        (found.period, mean_of(indexes), max((index for index in indexes if index is not None), default=None))
        for found, indexes in by_round.items()
    ]
