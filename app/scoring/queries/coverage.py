"""Phân công thẩm định as a matrix of groups and fields, and where nobody appraises."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts import APPRAISER
from app.errors import NotInScope
from app.extensions import db
from app.holding import Held, hold_one
from app.models import Account, Agency, AgencyGroup
from app.scoring.models import Assignment, Criterion, Round
from app.scoring.queries.assigned import Coverage, Item


@dataclass(frozen=True)
class LeafGap:
    """A leaf that nobody appraises for these agencies.

    ``own`` are those among them whose only assigned appraisers are their own people: nobody appraises their
    own agency.
    """

    group: AgencyGroup
    criterion: Criterion
    agencies: list[Agency]
    own: list[Agency]


@dataclass
class FieldRow:
    """One field of a group's set: how many leaves there are to appraise, how many stand open, and who is given it.

    ``leaves`` and ``open`` count leaf × agency.
    """

    field: Criterion
    leaves: int
    open: int
    assignments: list[Assignment]


@dataclass
class GroupMatrix:
    """A group of the round with its fields in the set's order; ``whole`` are assignments of the whole set."""

    group: AgencyGroup
    agencies: int
    fields: list[FieldRow]
    whole: list[Assignment]


def matrix(round_: Round, coverage: Coverage) -> list[GroupMatrix]:
    """Group by group in the province's order; two statements beside those of ``coverage``."""
    sets = sorted(round_.sets, key=lambda item: (item.group.sort_order, item.group_id))
    criteria = _criteria(item.criteria_set_id for item in sets)
    by_id = {node.id: node for node in criteria}
    items, gaps, agencies = Counter(), Counter(), defaultdict(set)
    for item in coverage.items:
        items[item.group_id, by_id[item.criterion_id].field_code] += 1
        agencies[item.group_id].add(item.agency_id)
    for item in coverage.uncovered():
        gaps[item.group_id, by_id[item.criterion_id].field_code] += 1
    found = []
    for item in sets:
        given = coverage.by_group.get(item.group_id, [])
        roots = [n for n in criteria if n.criteria_set_id == item.criteria_set_id and n.level == 1]
        rows = [
            FieldRow(
                root,
                items[item.group_id, root.code],
                gaps[item.group_id, root.code],
                [a for a in given if a.criterion is not None and a.criterion.field_code == root.code],
            )
            for root in roots
        ]
        whole = [assignment for assignment in given if assignment.criterion is None]
        found.append(GroupMatrix(item.group, len(agencies[item.group_id]), rows, whole))
    return found


def _criteria(set_ids: Iterable[int]) -> list[Criterion]:
    query = (
        select(Criterion)
        .where(Criterion.criteria_set_id.in_(set(set_ids)))
        .order_by(Criterion.criteria_set_id, Criterion.position)
    )
    return list(db.session.scalars(query))


def leaf_gaps(coverage: Coverage) -> list[LeafGap]:
    """Every leaf that somebody's agency is left alone with, in the order of groups and sets."""
    open_items: dict[tuple[int, int], list[Item]] = defaultdict(list)
    for item in coverage.uncovered():
        open_items[item.group_id, item.criterion_id].append(item)
    agencies = _rows(Agency, {item.agency_id for items in open_items.values() for item in items})
    criteria = _rows(Criterion, {criterion_id for _group, criterion_id in open_items})
    groups = _rows(AgencyGroup, {group_id for group_id, _criterion in open_items})
    found = [
        LeafGap(
            groups[group_id],
            criteria[criterion_id],
            [agencies[item.agency_id] for item in items],
            [agencies[item.agency_id] for item in items if coverage.has_own_only(item)],
        )
        for (group_id, criterion_id), items in open_items.items()
    ]
    return sorted(found, key=lambda gap: (gap.group.sort_order, gap.group.id, gap.criterion.position))


def _rows(model, ids: set[int]) -> dict:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}


def hold_assignment(round_id: int, assignment_id: int) -> Held[Assignment]:
    """An assignment of this very round, held with the round until the commit; else ``NotInScope``."""
    mine = Assignment.id == assignment_id, Assignment.round_id == round_id
    held = hold_one(select(Assignment).join(Assignment.round).where(*mine))
    if held is None:
        raise NotInScope()
    return held


def appraisers() -> list[Account]:
    """Active appraisers in Vietnamese order, with their agencies."""
    query = (
        select(Account)
        .where(Account.active, Account.roles.any(name=APPRAISER))
        .options(joinedload(Account.agency))
        .order_by(Account.sort_key, Account.id)
    )
    return list(db.session.scalars(query))


def nodes_to_give(round_: Round) -> dict[int, list[Criterion]]:
    """Group id → the nodes of its set that can be assigned: fields and everything below."""
    criteria = _criteria(item.criteria_set_id for item in round_.sets)
    return {
        item.group_id: [node for node in criteria if node.criteria_set_id == item.criteria_set_id]
        for item in round_.sets
    }


def topmost(nodes: list[Criterion]) -> list[Criterion]:
    """Without those whose parent or grandparent is chosen too: a subtree needs giving once."""
    chosen = {node.id for node in nodes}
    return [node for node in nodes if not _has_ancestor_in(node, chosen)]


def _has_ancestor_in(node: Criterion, chosen: set[int]) -> bool:
    while node.parent is not None:
        node = node.parent
        if node.id in chosen:
            return True
    return False
