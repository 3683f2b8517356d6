"""Results as people may see them: whose rounds and groups, the years before, one agency against its group."""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts import is_appraiser, is_data_entry, is_manager
from app.errors import NotInScope
from app.extensions import db
from app.holding import Held, hold_one
from app.models import Account, AgencyGroup
from app.row_access import system_access
from app.scoring.models import AppraiserWork, Criterion, FailedCondition, GradeBand, Publication, Round, Sheet
from app.scoring.policy import require_manager, works_for
from app.scoring.queries.outlines import fields_of, round_outlines
from app.scoring.queries.standings import Line, Standings, round_standings
from app.scoring.queries.years import ranks_before
from app.scoring.rules import Band, Cluster, Method, close_neighbours, mean_of, next_band, rounded
from app.scoring.states import RoundState

MARGIN = Decimal("0.25")
STEP = 5
MOVERS = 24


@dataclass(frozen=True)
class FieldView:
    """A field of the group's set: its column in tables, with the group's mean, best and lowest index."""

    code: str
    name: str
    mean: Fraction | None
    best: Fraction | None
    lowest: Fraction | None


@dataclass(frozen=True)
class GroupView:
    """A group's ranking and what can be said about it. ``movement``: sheet id → places won since last time."""

    group: AgencyGroup
    lines: list[Line]
    fields: list[FieldView]
    grades: list[tuple[str, int]]
    close: list[Cluster]
    movement: dict[int, int]
    mean: Fraction | None

    @property
    def unscored(self) -> int:
        return sum(line.total.unscored for line in self.lines)

    @property
    def nothing_scored(self) -> bool:
        """Nobody has a point yet: there is nothing to rank."""
        return all(final.points is None for line in self.lines for final in line.leaves.values())

    @property
    def spread(self) -> list[tuple[int, int]]:
        """How many agencies have an index in each ``STEP`` of percent: (its lower end, count), from the lowest on."""
        counted = Counter(
            min(int(line.index // STEP), 100 // STEP - 1) * STEP
            for line in self.lines
            if line.index is not None
        )
        return (
            [(low, counted[low]) for low in range(min(counted), max(counted) + STEP, STEP)] if counted else []
        )

    @property
    def movers(self) -> list[tuple[Line, int]]:
        """Who won or lost places since last time, the greatest gain first; of many, both ends."""
        moved = [(line, steps) for line in self.lines if (steps := self.movement.get(line.sheet.id))]
        moved.sort(key=lambda mover: -mover[1])
        return moved if len(moved) <= MOVERS else moved[: MOVERS // 2] + moved[-MOVERS // 2 :]


@dataclass(frozen=True)
class Loss:
    """A leaf with the points an agency did not get there."""

    criterion: Criterion
    points: Decimal
    lost: Decimal


def visible_rounds(account: Account) -> list[Round]:
    """Rounds whose results the account may open, newest first: managers every opened one, the others
    concluded ones that their agency or they themselves took part in."""
    query = select(Round).order_by(Round.period_end.desc(), Round.programme, Round.id.desc())
    if is_manager(account):
        return list(db.session.scalars(query.where(Round.state != RoundState.PREPARING)))
    query = query.where(Round.state == RoundState.CONCLUDED)
    if is_data_entry(account):
        mine = select(Sheet.round_id).where(Sheet.agency_id == account.agency_id)
    elif is_appraiser(account):
        mine = select(AppraiserWork.round_id).where(AppraiserWork.appraiser_id == account.id)
    else:
        return []
    return list(db.session.scalars(query.where(Round.id.in_(mine))))


def get_result_round(account: Account, round_id: int) -> Round:
    """The round within the account's sight, or ``NotInScope``."""
    found = next((round_ for round_ in visible_rounds(account) if round_.id == round_id), None)
    if found is None:
        raise NotInScope()
    return found


def get_export_round(account: Account, round_id: int) -> Round:
    """The round for files with every agency's points: the manager's alone."""
    round_ = get_result_round(account, round_id)
    require_manager(account)
    return round_


@system_access("the ranking of a round in the account's sight")
def visible_standings(account: Account, round_: Round) -> Standings:
    """The round's standings; a data-entry account gets its own group alone."""
    standings = round_standings(round_)
    if not is_data_entry(account):
        return standings
    own = [
        (group, lines)
        for group, lines in standings.groups
        if any(works_for(account, line.sheet.agency_id) for line in lines)
    ]
    return replace(standings, groups=own)


def group_views(standings: Standings) -> list[GroupView]:
    """Every group with its fields, grades, neighbours and movement; two statements more."""
    outlines, before = round_outlines(standings.round), ranks_before(standings.round)
    return [_group_view(standings, group, lines, outlines, before) for group, lines in standings.groups]


def _group_view(standings, group, lines, outlines, before) -> GroupView:
    fields = fields_of(outlines.get(lines[0].sheet.criteria_set_id, []))
    ranked = [(line.sheet.id, line.rank, line.index) for line in lines if line.rank is not None]
    return GroupView(
        group,
        lines,
        [_field_view(field, lines) for field in fields],
        _grades(standings.round, lines),
        close_neighbours(ranked, MARGIN),
        {
            line.sheet.id: before[line.sheet.agency_id] - line.rank
            for line in lines
            if line.rank is not None and line.sheet.agency_id in before
        },
        mean_of(line.index for line in lines),
    )


def _field_view(field: Criterion, lines: list[Line]) -> FieldView:
    found = [line.fields[field.code].index for line in lines if field.code in line.fields]
    there = [index for index in found if index is not None]
    lowest, best = min(there, default=None), max(there, default=None)
    return FieldView(field.code, field.name, mean_of(there), best, lowest)


def _grades(round_: Round, lines: list[Line]) -> list[tuple[str, int]]:
    counted = Counter(line.grade for line in lines)
    return [(band.name, counted[band.name]) for band in round_.bands]


def get_line(account: Account, standings: Standings, sheet_id: int) -> Line:
    """One agency's line: any for a manager, the own one for data entry; else ``NotInScope``."""
    for line in standings.lines:
        own = is_manager(account) or works_for(account, line.sheet.agency_id)
        if line.sheet.id == sheet_id and own:
            return line
    raise NotInScope()


def own_line(account: Account, standings: Standings) -> Line | None:
    return next((line for line in standings.lines if works_for(account, line.sheet.agency_id)), None)


def losses(line: Line, limit: int = 10) -> list[Loss]:
    """Where the agency lost the most points: scored leaves below their maximum, and penalties."""
    leaves = db.session.scalars(
        select(Criterion)
        .where(Criterion.criteria_set_id == line.sheet.criteria_set_id, Criterion.is_leaf)
        .order_by(Criterion.position)
    )
    found = []
    for leaf in leaves:
        final = line.leaves.get(leaf.id)
        if final is None or not final.applicable or final.points is None or leaf.method == Method.BONUS:
            continue
        lost = final.points if leaf.method == Method.PENALTY else leaf.maximum - final.points
        if lost > 0:
            found.append(Loss(leaf, final.points, lost))
    return sorted(found, key=lambda loss: (-loss.lost, loss.criterion.position))[:limit]


def to_next_band(round_: Round, line: Line) -> tuple[str, Decimal] | None:
    """Name of the next higher grade and the percent points missing, as shown."""
    found = next_band(line.index, [Band(band.name, band.lower) for band in round_.bands])
    return None if found is None else (found[0].name, rounded(found[1], round_.places))


def failures_of(round_: Round) -> list[FailedCondition]:
    """Agencies that fail a band's extra condition, in the order of names."""
    return list(
        db.session.scalars(
            select(FailedCondition)
            .join(Sheet, Sheet.id == FailedCondition.sheet_id)
            .where(Sheet.round_id == round_.id)
            .options(joinedload(FailedCondition.sheet), joinedload(FailedCondition.band))
            .order_by(Sheet.sort_key, FailedCondition.id)
        )
    )


def hold_failure(account: Account, round_id: int, failure_id: int) -> Held[FailedCondition]:
    """What a manager noted of a sheet of this very round, held with the sheet; else ``NotInScope``."""
    get_result_round(account, round_id)
    mine = FailedCondition.id == failure_id, Sheet.round_id == round_id
    held = hold_one(select(FailedCondition).join(FailedCondition.sheet).where(*mine))
    if held is None:
        raise NotInScope()
    return held


def published_rounds() -> list[Round]:
    """Concluded and published, newest first: all that the public sees."""
    return list(
        db.session.scalars(
            select(Round)
            .where(Round.state == RoundState.CONCLUDED, Round.published_at.is_not(None))
            .options(selectinload(Round.publications))
            .order_by(Round.period_end.desc(), Round.programme, Round.id.desc())
        )
    )


def get_published_round(round_id: int) -> Round:
    round_ = db.session.get(Round, round_id)
    if round_ is None or round_.state != RoundState.CONCLUDED or round_.published_at is None:
        raise NotInScope()
    return round_


def published_decision(round_id: int) -> Publication:
    """The decision of a published round, with its file; ``NotInScope`` where no file was kept."""
    found = get_published_round(round_id).publication
    if found is None or found.file is None:
        raise NotInScope()
    return found


def hold_sheet_of(round_: Round, sheet_id: int | None) -> Held[Sheet]:
    """A sheet of this very round, held until the commit; else ``NotInScope``."""
    held = hold_one(select(Sheet).where(Sheet.id == sheet_id, Sheet.round_id == round_.id))
    if held is None:
        raise NotInScope()
    return held


def get_band(round_: Round, band_id: int | None) -> GradeBand:
    """A grade band of this very round, or ``NotInScope``."""
    band = next((band for band in round_.bands if band.id == band_id), None)
    if band is None:
        raise NotInScope()
    return band


@system_access("the ranking of a published round")
def published_standings(round_id: int) -> Standings:
    return round_standings(get_published_round(round_id))


def one_group(standings: Standings, group_id: int | None) -> Standings:
    """The standings of the group asked for, or of the first one."""
    wanted = [pair for pair in standings.groups if pair[0].id == group_id]
    return replace(standings, groups=wanted or standings.groups[:1])


def leaves_of_lines(round_: Round, lines: list[Line]) -> list[Criterion]:
    """The leaves that the lines are scored at, in the set's order."""
    set_id = lines[0].sheet.criteria_set_id
    return [node for node in round_outlines(round_).get(set_id, []) if node.is_leaf]
