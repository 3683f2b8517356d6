"""An appraiser's queue: every score assigned to an account, and how far it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.errors import NotInScope
from app.extensions import db
from app.holding import Held, hold_beside
from app.models import Account
from app.scoring.models import (
    Appraisal,
    AppraiserWork,
    Assignment,
    Criterion,
    Round,
    RoundSet,
    Score,
    Sheet,
)
from app.scoring.queries.appraisals import Task, is_assigned, is_different, works_of
from app.scoring.queries.assigned import APPRAISED_BY_PEOPLE, subtrees
from app.scoring.states import BEFORE_APPRAISAL, RoundState


class Place(NamedTuple):
    """One score of the queue, as light as counting needs."""

    score_id: int
    sheet_id: int
    criterion_id: int
    scored: bool
    lacks_reason: bool
    differs: bool

    @property
    def is_open(self) -> bool:
        return not self.scored or self.lacks_reason


class Count(NamedTuple):
    """How far a part of the queue is: scores given, reasons still owed, the score to do next if any."""

    total: int
    done: int
    owed: int
    differing: int
    first_open: int | None


@dataclass
class Queue:
    """An account's places in one round, by agency in Vietnamese order, then in the set's order."""

    places: list[Place] = field(default_factory=list)

    @property
    def count(self) -> Count:
        return _count(self.places)

    @property
    def lacking(self) -> list[Place]:
        return [place for place in self.places if place.is_open]

    def by_sheet(self) -> dict[int, Count]:
        return _counts(self.places, lambda place: place.sheet_id)

    def by_criterion(self) -> dict[int, Count]:
        return _counts(self.places, lambda place: place.criterion_id)

    def of_sheet(self, sheet_id: int) -> list[Place]:
        return [place for place in self.places if place.sheet_id == sheet_id]

    def of_criterion(self, criterion_id: int) -> list[Place]:
        return [place for place in self.places if place.criterion_id == criterion_id]

    def next_open(self, beyond: set[int]) -> Place | None:
        """The first open place after those given, starting again from the top at the end."""
        last = max((spot for spot, place in enumerate(self.places) if place.score_id in beyond), default=-1)
        ahead = self.places[last + 1 :] + self.places[: last + 1]
        return next((place for place in ahead if place.is_open and place.score_id not in beyond), None)


def _count(places: Iterable[Place]) -> Count:
    places = list(places)
    first = next((place.score_id for place in places if place.is_open), None)
    return Count(
        len(places),
        sum(place.scored for place in places),
        sum(place.lacks_reason for place in places),
        sum(place.differs for place in places),
        first,
    )


def _counts(places: list[Place], key: Callable[[Place], int]) -> dict[int, Count]:
    parts: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        parts[key(place)].append(place)
    return {part: _count(members) for part, members in parts.items()}


def queues(account: Account, rounds: Iterable[Round]) -> dict[int, Queue]:
    """Round id → the account's queue; five statements, however many rounds."""
    ids = [round_.id for round_ in rounds]
    scope = _scope(account, ids)
    found = {round_id: Queue() for round_id in ids}
    for row in db.session.execute(_rows(account, scope)) if scope else ():
        if any(_covers(part, row) for part in scope[row.round_id, row.group_id]):
            found[row.round_id].places.append(_place(row))
    return found


def queue_of(account: Account, round_: Round) -> Queue:
    return queues(account, [round_])[round_.id]


class _Part(NamedTuple):
    """What assignments to the same agencies cover; no agencies or no criteria mean all of them."""

    agencies: frozenset[int]
    criteria: set[int] | None


def _scope(account: Account, round_ids: list[int]) -> dict[tuple[int, int], list[_Part]]:
    """(round id, group id) → what the account's assignments cover there."""
    sets = select(RoundSet.criteria_set_id).where(RoundSet.round_id.in_(round_ids))
    below = subtrees(set(db.session.scalars(sets)))
    assignments = db.session.scalars(
        select(Assignment)
        .where(Assignment.round_id.in_(round_ids), Assignment.appraiser_id == account.id)
        .options(selectinload(Assignment.agencies))
    )
    merged: dict[tuple[int, int], dict[frozenset[int], set[int] | None]] = defaultdict(dict)
    for assignment in assignments:
        agencies = frozenset(agency.id for agency in assignment.agencies)
        parts = merged[assignment.round_id, assignment.group_id]
        known = parts.get(agencies, set())
        everything = known is None or assignment.criterion_id is None
        parts[agencies] = None if everything else known | below[assignment.criterion_id]
    return {key: [_Part(*part) for part in parts.items()] for key, parts in merged.items()}


def assigned(account: Account, rounds: Iterable[Round]) -> ColumnElement:
    """Which scores of these rounds are the account's: a condition on score, sheet and criterion; three statements."""
    scope = _scope(account, [round_.id for round_ in rounds])
    reached = [_reached(key, part) for key, parts in scope.items() for part in parts]
    if not reached:
        return false()
    return and_(or_(*reached), *_appraisable(account))


def assigned_now(account: Account) -> ColumnElement:
    """``assigned`` of every round whose appraisal has begun."""
    begun = [work.round for work in works_of(account) if work.round.state not in BEFORE_APPRAISAL]
    return assigned(account, begun)


def _reached(key: tuple[int, int], part: _Part) -> ColumnElement:
    conditions = [Sheet.round_id == key[0], Sheet.group_id == key[1]]
    if part.criteria is not None:
        conditions.append(Score.criterion_id.in_(part.criteria))
    if part.agencies:
        conditions.append(Sheet.agency_id.in_(part.agencies))
    return and_(*conditions)


def _appraisable(account: Account) -> tuple[ColumnElement, ...]:
    """Scores that people appraise, of every agency but the account's own."""
    return (
        ~Score.na_by_rule,
        Criterion.assessed_by.in_(APPRAISED_BY_PEOPLE),
        Sheet.agency_id != (account.agency_id or 0),
    )


def _covers(part: _Part, row) -> bool:
    within = part.criteria is None or row.criterion_id in part.criteria
    return within and (not part.agencies or row.agency_id in part.agencies)


def _rows(account: Account, scope: dict[tuple[int, int], list[_Part]]) -> Select:
    """Scores of the groups and criteria in scope, of every agency but the appraiser's own."""
    within = or_(*(_within(key, parts) for key, parts in scope.items()))
    mine = and_(Appraisal.score_id == Score.id, Appraisal.appraiser_id == account.id)
    return (
        select(
            Score.id,
            Score.sheet_id,
            Score.criterion_id,
            Score.na_claimed,
            Score.self_points,
            Sheet.round_id,
            Sheet.group_id,
            Sheet.agency_id,
            Sheet.not_submitted,
            Criterion.assessed_by,
            Appraisal.id.label("appraisal_id"),
            Appraisal.points,
            Appraisal.reason,
        )
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .outerjoin(Appraisal, mine)
        .where(within, *_appraisable(account))
        .order_by(Sheet.sort_key, Sheet.id, Criterion.position)
    )


def _within(key: tuple[int, int], parts: list[_Part]):
    round_id, group_id = key
    here = and_(Sheet.round_id == round_id, Sheet.group_id == group_id)
    if any(part.criteria is None for part in parts):
        return here
    return and_(here, Score.criterion_id.in_(set().union(*(part.criteria for part in parts))))


def _place(row) -> Place:
    scored = row.appraisal_id is not None
    counts = row.assessed_by == "self" and not row.not_submitted
    differs = scored and counts and is_different(row.na_claimed, row.self_points, row.points)
    lacks = differs and not row.reason.strip()
    return Place(row.id, row.sheet_id, row.criterion_id, scored, lacks, differs)


def sheets_by_id(ids: Iterable[int]) -> dict[int, Sheet]:
    """With their groups, in Vietnamese order of the agencies' names."""
    query = (
        select(Sheet)
        .where(Sheet.id.in_(list(ids)))
        .options(joinedload(Sheet.group))
        .order_by(Sheet.sort_key, Sheet.id)
    )
    return {sheet.id: sheet for sheet in db.session.scalars(query)}


def criteria_by_id(ids: Iterable[int]) -> dict[int, Criterion]:
    """In the sets' order."""
    query = (
        select(Criterion)
        .where(Criterion.id.in_(list(ids)))
        .order_by(Criterion.criteria_set_id, Criterion.position)
    )
    return {criterion.id: criterion for criterion in db.session.scalars(query)}


def fields_of(set_id: int) -> dict[str, str]:
    """Field code → its name, in the set's order."""
    query = (
        select(Criterion.code, Criterion.name)
        .where(Criterion.criteria_set_id == set_id, Criterion.parent_id.is_(None))
        .order_by(Criterion.position)
    )
    return dict(db.session.execute(query).all())


def task_to_save(account: Account, score_id: int) -> tuple[Task, Held[AppraiserWork]]:
    """One assigned score with the account's work on its round held, in two statements; else ``NotInScope``."""
    query = (
        select(AppraiserWork, Score, Appraisal)
        .select_from(Score)
        .join(Score.sheet)
        .join(Sheet.round)
        .join(Score.criterion)
        .join(
            AppraiserWork,
            and_(AppraiserWork.round_id == Sheet.round_id, AppraiserWork.appraiser_id == account.id),
        )
        .outerjoin(Appraisal, and_(Appraisal.score_id == Score.id, Appraisal.appraiser_id == account.id))
        .where(Score.id == score_id, Round.state.not_in([RoundState.PREPARING, RoundState.OPEN]))
        .options(joinedload(Score.criterion), joinedload(Score.sheet).joinedload(Sheet.round))
    )
    found = hold_beside(query)
    if not found or not is_assigned(account, found[0][1]):
        raise NotInScope()
    work, score, appraisal = found[0]
    return Task(score, appraisal), work


def done_count(account: Account, round_id: int) -> int:
    """How many scores of the round the appraiser has scored, for the small answer after a save."""
    query = (
        select(func.count())
        .select_from(Appraisal)
        .join(Score, Score.id == Appraisal.score_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Appraisal.appraiser_id == account.id, Sheet.round_id == round_id)
    )
    return db.session.scalar(query)
