"""Assigned work: which scores an appraiser must appraise, how far they are, and what nobody covers."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Select, literal, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.errors import NotInScope
from app.extensions import db
from app.models import Account, Agency, AgencyGroup
from app.scoring.models import (
    Appraisal,
    AppraiserWork,
    Assignment,
    AssignmentAgency,
    Criterion,
    Evidence,
    Round,
    RoundSet,
    Score,
    Sheet,
)
from app.scoring.states import BEFORE_APPRAISAL, RoundState

CHUNK = 10_000  # a statement of SQLite takes some thirty thousand values
APPRAISED_BY_PEOPLE = ("self", "council")


class Item(NamedTuple):
    """One score to appraise, as light as counting needs."""

    score_id: int
    sheet_id: int
    agency_id: int
    group_id: int
    criterion_id: int


@dataclass
class Task:
    """A score before its appraiser: what the unit says, and what the appraiser has given so far."""

    score: Score
    appraisal: Appraisal | None

    @property
    def counted_self(self) -> bool:
        """Self points of a sheet that was never sent count as nothing (design §4)."""
        return not self.score.sheet.not_submitted and self.score.criterion.assessed_by == "self"

    @property
    def scored(self) -> bool:
        return self.appraisal is not None

    @property
    def differs(self) -> bool:
        """The appraiser's outcome is not the unit's, so a reason is owed (Đ.10.2)."""
        if self.appraisal is None:
            return False
        given = self.appraisal.points
        return self.counted_self and is_different(self.score.na_claimed, self.score.self_points, given)

    @property
    def needs_reason(self) -> bool:
        return self.differs and not self.appraisal.reason.strip()


def is_different(na_claimed: bool, self_points: Decimal | None, given: Decimal | None) -> bool:
    """Whether an appraisal (None: does not apply) is not what the unit says of itself, where that counts."""
    if given is None or na_claimed:
        return (given is None) != na_claimed
    return self_points != given


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


def works_of(account: Account) -> list[AppraiserWork]:
    """The appraiser's rounds in appraisal or after it, newest first."""
    return list(
        db.session.scalars(
            select(AppraiserWork)
            .join(Round, Round.id == AppraiserWork.round_id)
            .where(AppraiserWork.appraiser_id == account.id, Round.state != RoundState.PREPARING)
            .options(joinedload(AppraiserWork.round))
            .order_by(Round.period_end.desc(), Round.id.desc())
        )
    )


def get_work(account: Account, round_id: int, *, with_round: bool = False) -> AppraiserWork:
    """The account's own work on the round, or ``NotInScope``. ``with_round`` holds the round before the work."""
    if with_round:
        db.session.execute(select(Round.id).where(Round.id == round_id).with_for_update())
    work = db.session.scalars(
        select(AppraiserWork)
        .where(AppraiserWork.round_id == round_id, AppraiserWork.appraiser_id == account.id)
        .options(joinedload(AppraiserWork.round).selectinload(Round.sets))
        .with_for_update(of=AppraiserWork)
    ).one_or_none()
    if work is None or work.round.state in BEFORE_APPRAISAL:
        raise NotInScope()
    return work


def round_works(round_: Round) -> list[AppraiserWork]:
    return list(
        db.session.scalars(
            select(AppraiserWork)
            .where(AppraiserWork.round_id == round_.id)
            .options(joinedload(AppraiserWork.appraiser).joinedload(Account.agency))
            .order_by(AppraiserWork.id)
        )
    )


def done_ids(account_id: int, round_: Round) -> set[int]:
    """Ids of the scores of the round that the appraiser has scored."""
    return set(
        db.session.scalars(
            select(Appraisal.score_id)
            .join(Score, Score.id == Appraisal.score_id)
            .join(Sheet, Sheet.id == Score.sheet_id)
            .where(Appraisal.appraiser_id == account_id, Sheet.round_id == round_.id)
        )
    )


def tasks(account: Account, items: list[Item]) -> list[Task]:
    """The items with everything a desk shows, in their order; four statements for each ``CHUNK`` of them."""
    starts = range(0, len(items), CHUNK)
    return [task for start in starts for task in _tasks(account, items[start : start + CHUNK])]


def _tasks(account: Account, items: list[Item]) -> list[Task]:
    ids = [item.score_id for item in items]
    scores = {
        score.id: score
        for score in db.session.scalars(
            select(Score)
            .where(Score.id.in_(ids))
            .options(
                joinedload(Score.criterion),
                joinedload(Score.sheet).joinedload(Sheet.round),
                selectinload(Score.evidence).joinedload(Evidence.file),
            )
        )
    }
    given = {
        appraisal.score_id: appraisal
        for appraisal in db.session.scalars(
            select(Appraisal).where(Appraisal.appraiser_id == account.id, Appraisal.score_id.in_(ids))
        )
    }
    return [Task(scores[item.score_id], given.get(item.score_id)) for item in items]


def get_task(account: Account, score_id: int) -> Task:
    """One score assigned to the appraiser, or ``NotInScope``."""
    score = db.session.scalars(
        select(Score)
        .where(Score.id == score_id)
        .options(
            joinedload(Score.criterion),
            joinedload(Score.sheet).options(joinedload(Sheet.round), joinedload(Sheet.agency)),
            selectinload(Score.evidence).joinedload(Evidence.file),
        )
    ).one_or_none()
    if score is None or not is_assigned(account, score):
        raise NotInScope()
    appraisal = db.session.scalars(
        select(Appraisal).where(Appraisal.score_id == score_id, Appraisal.appraiser_id == account.id)
    ).one_or_none()
    return Task(score, appraisal)


def is_assigned(account: Account, score: Score) -> bool:
    """Whether this very score is the account's to appraise, in one statement whatever the depth of the tree."""
    sheet = score.sheet
    if account.agency_id == sheet.agency_id or score.na_by_rule:
        return False
    if score.criterion.assessed_by not in APPRAISED_BY_PEOPLE:
        return False
    listed = select(AssignmentAgency.agency_id).where(AssignmentAgency.assignment_id == Assignment.id)
    query = select(Assignment.id).where(
        Assignment.round_id == sheet.round_id,
        Assignment.appraiser_id == account.id,
        Assignment.group_id == sheet.group_id,
        or_(Assignment.criterion_id.is_(None), Assignment.criterion_id.in_(_line_up(score.criterion_id))),
        or_(~listed.exists(), literal(sheet.agency_id).in_(listed)),
    )
    return db.session.execute(query.limit(1)).first() is not None


def _line_up(criterion_id: int) -> Select:
    """Ids of the criterion and of everything above it."""
    line = select(Criterion.id, Criterion.parent_id).where(Criterion.id == criterion_id).cte(recursive=True)
    above = select(Criterion.id, Criterion.parent_id).join(line, Criterion.id == line.c.parent_id)
    return select(line.union_all(above).c.id)


def may_see_evidence(account: Account, evidence: Evidence) -> bool:
    """An appraiser may open a file that proves a score assigned to them, from the round's appraisal on."""
    scores = db.session.scalars(
        select(Score)
        .where(Score.evidence.any(Evidence.id == evidence.id))
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(Round.state.not_in(BEFORE_APPRAISAL))
        .options(joinedload(Score.criterion), joinedload(Score.sheet))
    )
    return any(is_assigned(account, score) for score in scores)


def suggested_appraisers(agency_codes: set[str]) -> dict[str, Account]:
    """Agency code → its active appraiser with the lowest id."""
    query = (
        select(Agency.code, Account)
        .join(Account, Account.agency_id == Agency.id)
        .where(Agency.code.in_(agency_codes), Account.active, Account.roles.any(name="Thẩm định"))
        .order_by(Account.id.desc())
    )
    return {code: account for code, account in db.session.execute(query)}
