"""Phân công thẩm định: by hand, from the sets' own appraising agencies, copied from last year."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app import audit
from app.accounts import is_appraiser, require_manager
from app.errors import Conflict, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account, Agency, AgencyGroup
from app.scoring.models import Assignment, CriteriaSet, Criterion, Round
from app.scoring.operations.declaring import changes
from app.scoring.operations.giving import Part, give, hold_people, reopen_or_add_work, require_assignable
from app.scoring.operations.release import release
from app.scoring.queries.assigned import Coverage, assignments_of, suggested_appraisers
from app.scoring.states import Matter


@changes(Matter.ASSIGNMENTS)
def assign(
    held: Held[Round],
    appraiser: Account,
    group: AgencyGroup,
    criterion: Criterion | None,
    agencies: Sequence[Agency] = (),
    *,
    actor: Account | None,
    at: datetime,
) -> Assignment:
    """Give an appraiser a subtree (none: the whole set) of a group's agencies (none listed: all of them)."""
    part = Part(appraiser, group, criterion, agencies)
    return give(held, [part], actor=actor, at=at)[0]


def _same(round_, appraiser, group, criterion) -> Assignment | None:
    return db.session.scalars(
        select(Assignment).where(
            Assignment.round_id == round_.id,
            Assignment.appraiser_id == appraiser.id,
            Assignment.group_id == group.id,
            Assignment.criterion_id.is_(None)
            if criterion is None
            else Assignment.criterion_id == criterion.id,
        )
    ).one_or_none()


@changes(Matter.ASSIGNMENTS)
def reassign(held: Held[Assignment], appraiser: Account, *, actor: Account, at: datetime) -> None:
    """Give an assignment to somebody else, and take what the first appraiser had given to its scores along."""
    require_manager(actor)
    assignment, round_ = held.row, held.parent.row
    require_assignable(round_)
    if appraiser is assignment.appraiser:
        return
    if not is_appraiser(appraiser):
        raise Refused(
            "“%(name)s” không phải tài khoản thẩm định.", field="appraiser", name=appraiser.full_name
        )
    if _same(round_, appraiser, assignment.group, assignment.criterion) is not None:
        raise Conflict(
            "“%(name)s” đã được phân công mục này.", field="appraiser", name=appraiser.full_name
        )
    release(held, assignment.appraiser, actor=actor, at=at)
    assignment.appraiser = appraiser
    hold_people(held.parent, [appraiser.id])
    reopen_or_add_work(held.parent, appraiser, actor, at)


@changes(Matter.ASSIGNMENTS)
def unassign(held: Held[Assignment], *, actor: Account, at: datetime) -> None:
    """Take an assignment back, and with it what was given to scores that are nobody else's of this appraiser."""
    require_manager(actor)
    assignment = held.row
    require_assignable(held.parent.row)
    release(held, assignment.appraiser, actor=actor, at=at)
    audit.record("assignment_removed", assignment, actor=actor, at=at)
    db.session.delete(assignment)


@changes(Matter.ASSIGNMENTS)
def assign_by_sets(held: Held[Round], *, actor: Account | None, at: datetime) -> int:
    """Assign as the sets say (``appraiser_agency``, Đ.14), one leaf or subtree at a time; how many were made.

    A leaf that its agency would have to appraise for itself goes to the appraiser with the most assignments who
    is of another agency.
    """
    if actor is not None:
        require_manager(actor)
    round_ = held.row
    require_assignable(round_)
    parts = [
        Part(appraiser, round_set.group, node)
        for round_set in round_.sets
        for appraiser, node in _suggested(round_set.criteria_set)
    ]
    give(held, parts, actor=actor, at=at)
    return len(parts) + _assign_stand_ins(held, actor, at)


def _suggested(criteria_set: CriteriaSet) -> list[tuple[Account, Criterion]]:
    """Who appraises what as the set says, where an agency has an appraiser."""
    by_agency = _by_agency(criteria_set.criteria)
    people = suggested_appraisers(set(by_agency))
    return [(people[code], node) for code, nodes in by_agency.items() if code in people for node in nodes]


def _by_agency(criteria: Sequence[Criterion]) -> dict[str, list[Criterion]]:
    """Appraising agency → the highest nodes whose leaves are all its own."""
    leaves = [node for node in criteria if node.is_leaf and node.assessed_by != "survey"]
    owners: dict[int, set[str]] = {}
    for leaf in leaves:
        node: Criterion | None = leaf
        while node is not None:
            owners.setdefault(node.id, set()).add(leaf.appraiser_agency)
            node = node.parent
    found: dict[str, list[Criterion]] = {}
    for node in criteria:
        mine = owners.get(node.id, set())
        above = owners.get(node.parent_id, set())
        if len(mine) == 1 and len(above) != 1:
            found.setdefault(next(iter(mine)), []).append(node)
    return found


def _assign_stand_ins(held: Held[Round], actor: Account | None, at: datetime) -> int:
    counted = Counter(assignment.appraiser for assignment in assignments_of(held.row))
    stand_ins = [person for person, _count in counted.most_common()]
    if not stand_ins:
        return 0
    coverage, wanted = Coverage(held.row), {}
    for item in coverage.uncovered():
        person = next((p for p in stand_ins if p.agency_id != item.agency_id), None)
        if person is not None:
            wanted.setdefault((person.id, item.group_id, item.criterion_id), set()).add(item.agency_id)
    people = {person.id: person for person in stand_ins}
    ids = set().union(*wanted.values())
    agencies = {agency.id: agency for agency in db.session.scalars(select(Agency).where(Agency.id.in_(ids)))}
    parts = [
        Part(
            people[person_id],
            db.session.get(AgencyGroup, group_id),
            db.session.get(Criterion, criterion_id),
            [agencies[number] for number in sorted(agency_ids)],
        )
        for (person_id, group_id, criterion_id), agency_ids in wanted.items()
    ]
    give(held, parts, actor=actor, at=at)
    return len(parts)


@changes(Matter.ASSIGNMENTS)
def assign_many(
    held: Held[Round],
    appraisers: Sequence[Account],
    group: AgencyGroup,
    criteria: Sequence[Criterion],
    agencies: Sequence[Agency] = (),
    *,
    actor: Account,
    at: datetime,
) -> int:
    """Every appraiser gets every chosen subtree (none chosen: the whole set) of the group; how many were given."""
    require_manager(actor)
    if not appraisers:
        raise Refused("Hãy chọn ít nhất một người thẩm định.", field="appraisers")
    parts = [Part(person, group, node, agencies) for person in appraisers for node in (criteria or [None])]
    return len(give(held, parts, actor=actor, at=at))


@changes(Matter.ASSIGNMENTS)
def copy_from(source: Round, held: Held[Round], *, actor: Account, at: datetime) -> int:
    """Take another round's assignments over, beside those that are there; how many came."""
    require_manager(actor)
    target = held.row
    require_assignable(target)
    if source.programme != target.programme or source.id == target.id:
        raise Refused("Hãy chọn một kỳ khác của cùng chương trình.", field="source")
    made = copy_assignments(source, held, actor=actor, at=at)
    audit.record("assignments_copied", target, actor=actor, at=at, source=source.id, count=made)
    return made


@changes(Matter.ASSIGNMENTS)
def copy_assignments(source: Round, held: Held[Round], *, actor: Account, at: datetime) -> int:
    """Last year's assignments whose group and criterion are in the new round too; how many were new.

    In a newer version of a set the criterion is the one with the same code. People who no longer appraise and
    agencies that have left the group are not taken over.
    """
    target = held.row
    sets = {round_set.group_id: round_set.criteria_set_id for round_set in target.sets}
    twins = {
        (node.criteria_set_id, node.code): node
        for node in db.session.scalars(select(Criterion).where(Criterion.criteria_set_id.in_(sets.values())))
    }
    there = {(a.appraiser_id, a.group_id, a.criterion_id) for a in assignments_of(target)}
    made, before = 0, assignments_of(source)
    hold_people(held, {assignment.appraiser_id for assignment in before})
    for assignment in before:
        set_id, criterion = sets.get(assignment.group_id), None
        if assignment.criterion is not None:
            criterion = twins.get((set_id, assignment.criterion.code))
        gone = set_id is None or (assignment.criterion is not None and criterion is None)
        if gone or not _may_take_over(assignment, criterion, there):
            continue
        agencies = [agency for agency in assignment.agencies if agency.group_id == assignment.group_id]
        if assignment.agencies and not agencies:
            continue
        db.session.add(
            Assignment(
                round=target,
                appraiser=assignment.appraiser,
                group=assignment.group,
                criterion=criterion,
                agencies=agencies,
            )
        )
        reopen_or_add_work(held, assignment.appraiser, actor, at)
        made += 1
    return made


def _may_take_over(assignment: Assignment, criterion: Criterion | None, there: set) -> bool:
    person = assignment.appraiser
    key = (person.id, assignment.group_id, criterion.id if criterion is not None else None)
    return key not in there and person.active and is_appraiser(person)
