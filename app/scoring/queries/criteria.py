"""Bộ tiêu chí: the list with its sizes, one set with its tree, who uses it, and what two versions differ in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import selectinload

from app.errors import NotInScope, Refused
from app.extensions import db
from app.holding import Held, hold_one
from app.models import AgencyGroup
from app.scoring.models import CriteriaSet, Criterion, Round, RoundSet
from app.scoring.rules import METHOD_NAMES, OUTSIDE_MAXIMUM, Method, format_points, to_points
from app.scoring.states import SetState
from app.text import fold

ASSESSED_NAMES = {"self": "Đơn vị tự chấm", "council": "Hội đồng chấm", "survey": "Khảo sát"}


class SetLine(NamedTuple):
    """A set in a list; ``maximum`` leaves bonuses and penalties out."""

    criteria_set: CriteriaSet
    nodes: int
    leaves: int
    maximum: Decimal
    rounds: int


def criteria_sets(programme: str = "", state: str = "", words: str = "") -> list[SetLine]:
    """Sets by programme, drafts first, then newest; three statements whatever their number."""
    query = (
        select(CriteriaSet)
        .options(selectinload(CriteriaSet.groups))
        .order_by(CriteriaSet.programme, CriteriaSet.state, CriteriaSet.sort_key, CriteriaSet.version.desc())
    )
    if programme:
        query = query.where(CriteriaSet.programme == programme)
    if state:
        query = query.where(CriteriaSet.state == state)
    for word in fold(words).split():
        query = query.where(CriteriaSet.search_text.contains(word, autoescape=True))
    sizes, used = _sizes(), _uses()
    return [
        SetLine(found, *sizes.get(found.id, (0, 0, Decimal(0))), used.get(found.id, 0))
        for found in db.session.scalars(query)
    ]


def _sizes() -> dict[int, tuple[int, int, Decimal]]:
    counted = Criterion.is_leaf & Criterion.method.not_in([method.value for method in OUTSIDE_MAXIMUM])
    query = select(
        Criterion.criteria_set_id,
        func.count(),
        func.sum(case((Criterion.is_leaf, 1), else_=0)),
        func.sum(case((counted, Criterion.maximum), else_=None)),
    ).group_by(Criterion.criteria_set_id)
    return {
        set_id: (nodes, int(leaves), maximum or Decimal(0))
        for set_id, nodes, leaves, maximum in db.session.execute(query)
    }


def _uses() -> dict[int, int]:
    query = select(RoundSet.criteria_set_id, func.count()).group_by(RoundSet.criteria_set_id)
    return {set_id: count for set_id, count in db.session.execute(query)}


def get_set(set_id: int) -> CriteriaSet:
    """The set with its groups and its tree in order, or ``NotInScope``."""
    found = db.session.scalars(_set(set_id)).one_or_none()
    if found is None:
        raise NotInScope()
    return found


def hold_set(set_id: int) -> Held[CriteriaSet]:
    """As ``get_set``, held until the commit: its criteria are changed, or it is issued."""
    held = hold_one(_set(set_id))
    if held is None:
        raise NotInScope()
    return held


def _set(set_id: int) -> Select[tuple[CriteriaSet]]:
    tree = selectinload(CriteriaSet.groups), selectinload(CriteriaSet.criteria)
    return select(CriteriaSet).where(CriteriaSet.id == set_id).options(*tree)


def maximum_of(criteria_set: CriteriaSet) -> Decimal:
    """The sum of its leaves but bonuses and penalties."""
    counted = (
        node.maximum
        for node in criteria_set.criteria
        if node.is_leaf and Method(node.method) not in OUTSIDE_MAXIMUM
    )
    return sum(counted, Decimal(0))


def fields_of(criteria_set: CriteriaSet) -> list[tuple[Criterion, list[Criterion], Decimal]]:
    """Fields in order: the first-level node, what stands below it, the sum of its leaves."""
    below: dict[str, list[Criterion]] = {}
    for node in criteria_set.criteria:
        if node.level > 1:
            below.setdefault(node.field_code, []).append(node)
    return [
        (root, below.get(root.code, []), root.maximum) for root in criteria_set.criteria if root.level == 1
    ]


def rule_lines(text: str) -> list[tuple[str, str]]:
    """A rule as a person reads it: (condition, points with the decimal comma), the points empty where none stand."""
    found = []
    for part in filter(None, (part.strip() for part in text.split("|"))):
        condition, arrow, points = (piece.strip() for piece in part.rpartition("=>"))
        found.append((condition, _written(points)) if arrow else (part, ""))
    return found


def _written(points: str) -> str:
    try:
        return format_points(to_points(points))
    except Refused:
        return points


def rounds_with(criteria_set: CriteriaSet) -> list[Round]:
    """Rounds that score by the set, newest period first."""
    using = select(RoundSet.round_id).where(RoundSet.criteria_set_id == criteria_set.id)
    query = select(Round).where(Round.id.in_(using)).order_by(Round.period_end.desc(), Round.id.desc())
    return list(db.session.scalars(query))


def comparable_sets(criteria_set: CriteriaSet) -> list[CriteriaSet]:
    """Other sets of the programme: what it was copied from first, then its own versions, then the rest."""
    others = db.session.scalars(
        select(CriteriaSet)
        .where(CriteriaSet.programme == criteria_set.programme, CriteriaSet.id != criteria_set.id)
        .order_by(CriteriaSet.sort_key, CriteriaSet.version.desc(), CriteriaSet.id)
    )
    return sorted(
        others,
        key=lambda other: (other.id != criteria_set.copied_from_id, other.name != criteria_set.name),
    )


def issued_sets(programme: str) -> dict[int, list[CriteriaSet]]:
    """Group id → the issued sets of the programme that fit the group, newest version first."""
    query = (
        select(CriteriaSet)
        .where(CriteriaSet.programme == programme, CriteriaSet.state == SetState.ISSUED)
        .options(selectinload(CriteriaSet.groups))
        .order_by(CriteriaSet.issued_at.desc(), CriteriaSet.id.desc())
    )
    found: dict[int, list[CriteriaSet]] = {}
    for criteria_set in db.session.scalars(query):
        for group in criteria_set.groups:
            found.setdefault(group.id, []).append(criteria_set)
    return found


def groups() -> list[AgencyGroup]:
    return list(db.session.scalars(select(AgencyGroup).order_by(AgencyGroup.sort_order, AgencyGroup.id)))


# Comparison of two versions.

COMPARED = {
    "parent_code": "Thuộc tiêu chí",
    "name": "Nội dung",
    "maximum": "Điểm tối đa",
    "method": "Cách chấm",
    "rule_text": "Thang điểm",
    "figures": "Số liệu",
    "evidence": "Tài liệu kiểm chứng",
    "evidence_required": "Bắt buộc có tài liệu",
    "assessed_by": "Nguồn điểm",
    "appraiser_agency": "Cơ quan thẩm định",
    "not_applicable_for": "Không áp dụng cho",
    "linked_programme": "Liên kết chỉ số CCHC",
    "note": "Ghi chú",
}
COMPARED_OF_SET = {"allows_deviation": "Cho tự chấm khác gợi ý khi có giải trình"}


class Change(NamedTuple):
    """One attribute's words before and after; ``label`` is the attribute's Vietnamese."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Comparison:
    """What ``new`` adds to, takes from and changes in ``old``, in the order of its set; ``own``: fields of the set."""

    added: list[Criterion]
    removed: list[Criterion]
    changed: list[tuple[Criterion, list[Change]]]
    own: Sequence[Change] = ()

    @property
    def is_same(self) -> bool:
        return not (self.added or self.removed or self.changed or self.own)


def compare_sets(old: CriteriaSet, new: CriteriaSet) -> Comparison:
    """Their criteria, and what of the sets themselves decides how they score."""
    return replace(compare(old.criteria, new.criteria), own=_changes(old, new, COMPARED_OF_SET))


def compare(old: Sequence[Criterion], new: Sequence[Criterion]) -> Comparison:
    """Nodes are the same when their codes are."""
    before = {node.code: node for node in old}
    after = {node.code: node for node in new}
    changed = [(node, _changes(before[node.code], node)) for node in new if node.code in before]
    return Comparison(
        added=[node for node in new if node.code not in before],
        removed=[node for node in old if node.code not in after],
        changed=[(node, changes) for node, changes in changed if changes],
    )


def _changes(old: Any, new: Any, compared: Mapping[str, str] = COMPARED) -> list[Change]:
    found = [
        Change(label, worded(name, getattr(old, name)), worded(name, getattr(new, name)))
        for name, label in compared.items()
    ]
    return [change for change in found if change.old != change.new]


def worded(attribute: str, value) -> str:
    """An attribute's value as a person reads it; empty for nothing."""
    if attribute == "method":
        return METHOD_NAMES[Method(value)]
    if attribute == "assessed_by":
        return ASSESSED_NAMES.get(value, value)
    if attribute == "rule_text":
        return " | ".join(f"{left} → {right}" if right else left for left, right in rule_lines(value or ""))
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, Decimal):
        return format_points(value)
    if isinstance(value, dict):
        return "; ".join(value.values())
    if isinstance(value, list):
        return "; ".join(value)
    return str(value or "")
