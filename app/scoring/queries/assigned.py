"""Who must appraise what: the scores of a round, the assignments that reach them, and what nobody covers."""

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts import APPRAISER
from app.extensions import db
from app.models import Account, Agency, AgencyGroup
from app.scoring.models import Assignment, Criterion, Round, RoundSet, Score, Sheet
from app.scoring.states import RoundState

APPRAISED_BY_PEOPLE = ("self", "council")


class Item(NamedTuple):
    """One score to appraise, as light as counting needs."""

    score_id: int
    sheet_id: int
    agency_id: int
    group_id: int
    criterion_id: int


def _items(round_: Round) -> Select:
    return (
        select(Score.id, Score.sheet_id, Sheet.agency_id, Sheet.group_id, Score.criterion_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(
            Sheet.round_id == round_.id,
            ~Score.na_by_rule,
            Criterion.assessed_by.in_(APPRAISED_BY_PEOPLE),
        )
        .order_by(Sheet.sort_key, Sheet.id, Criterion.position)
    )


def subtrees(set_ids: set[int]) -> dict[int, set[int]]:
    """Criterion id → ids of itself and everything below, for these criteria sets."""
    rows = db.session.execute(
        select(Criterion.id, Criterion.parent_id)
        .where(Criterion.criteria_set_id.in_(set_ids))
        .order_by(Criterion.level.desc())
    ).all()
    below: dict[int, set[int]] = defaultdict(set)
    for criterion_id, parent_id in rows:
        below[criterion_id].add(criterion_id)
        if parent_id is not None:
            below[parent_id] |= below[criterion_id]
    return below


def assignments_of(round_: Round) -> list[Assignment]:
    return list(
        db.session.scalars(
            select(Assignment)
            .where(Assignment.round_id == round_.id)
            .options(
                joinedload(Assignment.appraiser),
                joinedload(Assignment.group),
                joinedload(Assignment.criterion),
                selectinload(Assignment.agencies),
            )
            .order_by(Assignment.id)
        )
    )


def _planned_items(round_: Round) -> list[Item]:
    """What would be scored if the round opened now; before that there are no sheets (score and sheet are 0)."""
    end = round_.period_end
    query = (
        select(Agency.id, Agency.code, RoundSet.group_id, AgencyGroup.code, RoundSet.criteria_set_id)
        .join(RoundSet, RoundSet.group_id == Agency.group_id)
        .join(AgencyGroup, AgencyGroup.id == Agency.group_id)
        .where(
            RoundSet.round_id == round_.id,
            or_(Agency.active_from.is_(None), Agency.active_from <= end),
            or_(Agency.active_to.is_(None), Agency.active_to >= end),
        )
        .order_by(Agency.sort_key, Agency.id)
    )
    leaves = defaultdict(list)
    for leaf in db.session.scalars(
        select(Criterion)
        .where(
            Criterion.criteria_set_id.in_([round_set.criteria_set_id for round_set in round_.sets]),
            Criterion.is_leaf,
            Criterion.assessed_by.in_(APPRAISED_BY_PEOPLE),
        )
        .order_by(Criterion.position)
    ):
        leaves[leaf.criteria_set_id].append(leaf)
    return [
        Item(0, 0, agency_id, group_id, leaf.id)
        for agency_id, code, group_id, group_code, set_id in db.session.execute(query)
        for leaf in leaves[set_id]
        if leaf.applies_to(code, group_code)
    ]


class Coverage:
    """Who appraises which score of a round; nobody appraises their own agency."""

    def __init__(self, round_: Round):
        if round_.state == RoundState.PREPARING:
            self.items = _planned_items(round_)
        else:
            self.items = [Item(*row) for row in db.session.execute(_items(round_))]
        self.below = subtrees({round_set.criteria_set_id for round_set in round_.sets})
        self.by_group: dict[int, list[Assignment]] = defaultdict(list)
        for assignment in assignments_of(round_):
            self.by_group[assignment.group_id].append(assignment)
        self._by_criterion: dict[tuple[int, int], list[Assignment]] = {}
        self._only = {
            assignment.id: {agency.id for agency in assignment.agencies}
            for assignments in self.by_group.values()
            for assignment in assignments
        }

    def appraisers(self, item: Item) -> set[int]:
        return {a.appraiser_id for a in self._assigned(item) if self._covers(a, item)}

    def has_own_only(self, item: Item) -> bool:
        """Somebody is assigned, but they work for the agency itself."""
        assigned = [a for a in self._assigned(item) if self._reaches(a, item)]
        return bool(assigned) and all(a.appraiser.agency_id == item.agency_id for a in assigned)

    def _assigned(self, item: Item) -> list[Assignment]:
        """Assignments to the item's criterion, for whichever agencies; looked up once a criterion."""
        key = item.group_id, item.criterion_id
        if key not in self._by_criterion:
            self._by_criterion[key] = [
                assignment
                for assignment in self.by_group.get(item.group_id, ())
                if assignment.criterion_id is None or item.criterion_id in self.below[assignment.criterion_id]
            ]
        return self._by_criterion[key]

    def _covers(self, assignment: Assignment, item: Item) -> bool:
        return assignment.appraiser.agency_id != item.agency_id and self._reaches(assignment, item)

    def _reaches(self, assignment: Assignment, item: Item) -> bool:
        only = self._only[assignment.id]
        return not only or item.agency_id in only

    def items_of(self, appraiser_id: int) -> list[Item]:
        return [item for item in self.items if appraiser_id in self.appraisers(item)]

    def items_lost(self, assignment: Assignment, appraiser: Account) -> list[Item]:
        """What the appraiser has through this assignment and through no other."""
        reached = [
            item
            for item in self.items
            if item.agency_id != appraiser.agency_id
            and assignment.id in {a.id for a in self._assigned(item)}
            and self._reaches(assignment, item)
        ]
        given = self.by_group[assignment.group_id]
        kept = {a.id for a in given if a.id != assignment.id and a.appraiser_id == appraiser.id}
        return [
            item
            for item in reached
            if not any(a.id in kept and self._reaches(a, item) for a in self._assigned(item))
        ]

    def drop(self, assignment: Assignment) -> None:
        """Count as if the assignment were no more."""
        given = self.by_group[assignment.group_id]
        self.by_group[assignment.group_id] = [a for a in given if a.id != assignment.id]
        self._by_criterion.clear()

    def uncovered(self) -> list[Item]:
        return [item for item in self.items if not self.appraisers(item)]


def suggested_appraisers(agency_codes: set[str]) -> dict[str, Account]:
    """Agency code → its active appraiser with the lowest id."""
    query = (
        select(Agency.code, Account)
        .join(Account, Account.agency_id == Agency.id)
        .where(Agency.code.in_(agency_codes), Account.active, Account.roles.any(name=APPRAISER))
        .order_by(Account.id.desc())
    )
    return {code: account for code, account in db.session.execute(query)}
