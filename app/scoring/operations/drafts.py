"""Acts on what is not in force yet: drafts of criteria sets and their criteria. An issued set never changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.accounts import require_manager
from app.errors import Conflict, Refused
from app.extensions import db
from app.field_rules import one_line
from app.holding import Held, hold_new
from app.models import Account
from app.scoring.models import CriteriaSet, Criterion
from app.scoring.operations.criteria import next_version, recheck, require_draft, set_values
from app.scoring.operations.declaring import changes
from app.scoring.rules import METHOD_NAMES
from app.scoring.states import PROGRAMME_NAMES, Matter

ASSESSORS = ("self", "council", "survey")
TEXTS = ("rule_text", "evidence", "note")
CRITERION_FIELDS = (
    *("code", "name", "maximum", "method", "rule_text", "figures", "evidence", "evidence_required"),
    *("assessed_by", "appraiser_agency", "not_applicable_for", "note"),
)
EMPTY = {"figures": {}, "evidence_required": False, "assessed_by": "self", "not_applicable_for": []}


def create_set(values: Mapping[str, Any], *, actor: Account, at: datetime) -> CriteriaSet:
    """A new draft without criteria; it becomes the next version of its name."""
    require_manager(actor)
    new = set_values({"name": "", "groups": ()} | {k: v for k, v in values.items() if k != "programme"})
    programme = values.get("programme")
    if programme not in set(PROGRAMME_NAMES):
        raise Refused("Hãy chọn chương trình.", field="programme")
    made = CriteriaSet(
        **new,
        programme=programme,
        state="draft",
        created_at=at,
        version=next_version(programme, new["name"]),
        findings=[],
    )
    return hold_new(made).row


@changes(Matter.CRITERIA)
def change_set(held: Held[CriteriaSet], values: Mapping[str, Any], *, actor: Account) -> None:
    """Change the fields of a draft named in ``values`` (of ``criteria.SET_FIELDS``); its criteria stay."""
    require_manager(actor)
    require_draft(held.row)
    for name, value in set_values(values).items():
        setattr(held.row, name, value)


@changes(Matter.CRITERIA)
def add_criterion(
    held: Held[CriteriaSet], parent: Criterion | None, values: Mapping[str, Any], *, actor: Account
) -> int:
    """A new criterion below its parent, after the parent's last descendant; how many errors the draft has now."""
    require_manager(actor)
    criteria_set = held.row
    require_draft(criteria_set)
    if parent is not None and parent.criteria_set_id != criteria_set.id:
        raise Refused("Mục cha thuộc bộ tiêu chí khác.", field="parent")
    new = _criterion_values(dict.fromkeys(CRITERION_FIELDS) | EMPTY | dict(values))
    others = list(criteria_set.criteria)
    _require_own_code(new["code"], others)
    position = 1 + max((other.position for other in _branch(parent, others)), default=0)
    for other in others:
        if other.position >= position:
            other.position += 1
    made = Criterion(**new, position=position, level=parent.level + 1 if parent else 1, is_leaf=True, field_code="")
    made.parent = parent
    criteria_set.criteria.append(made)
    return _read_again(criteria_set)


@changes(Matter.CRITERIA)
def change_criterion(held: Held[Criterion], values: Mapping[str, Any], *, actor: Account) -> int:
    """Change the fields named in ``values`` (of ``CRITERION_FIELDS``); how many errors the draft has now."""
    require_manager(actor)
    criterion, criteria_set = held.row, held.parent.row
    require_draft(criteria_set)
    new = _criterion_values(values)
    if "code" in new:
        _require_own_code(new["code"], [other for other in criteria_set.criteria if other is not criterion])
    for name, value in new.items():
        setattr(criterion, name, value)
    return _read_again(criteria_set)


@changes(Matter.CRITERIA)
def remove_criterion(held: Held[Criterion], *, actor: Account) -> int:
    """Delete a draft's criterion that has nothing below it; how many errors the draft has without it."""
    require_manager(actor)
    criterion, criteria_set = held.row, held.parent.row
    require_draft(criteria_set)
    if any(other.parent_id == criterion.id for other in criteria_set.criteria):
        raise Conflict("Mục này còn mục con; hãy xóa mục con trước.")
    criteria_set.criteria.remove(criterion)
    db.session.flush()
    return _read_again(criteria_set)


def _criterion_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept, or a refusal that names the field."""
    if unknown := values.keys() - set(CRITERION_FIELDS):
        raise TypeError(f"not changeable: {sorted(unknown)}")
    new = dict(values)
    if "code" in new:
        new["code"] = one_line(new["code"], "code")
    if "name" in new and not (new["name"] or "").strip():
        raise Refused("Không được để trống ô này.", field="name")
    for name in new.keys() & {"name", *TEXTS}:
        new[name] = (new[name] or "").strip()
    if "appraiser_agency" in new:
        new["appraiser_agency"] = one_line(new["appraiser_agency"], "appraiser_agency", required=False)
    _require_known(new)
    return new


def _require_known(new: Mapping[str, Any]) -> None:
    if "maximum" in new and (new["maximum"] is None or new["maximum"] < 0):
        raise Refused("Điểm tối đa không được âm.", field="maximum")
    if "method" in new and new["method"] not in set(METHOD_NAMES):
        raise Refused("Hãy chọn một mục trong danh sách.", field="method")
    if "assessed_by" in new and new["assessed_by"] not in ASSESSORS:
        raise Refused("Hãy chọn một mục trong danh sách.", field="assessed_by")


def _require_own_code(code: str, others: list[Criterion]) -> None:
    if any(other.code == code for other in others):
        raise Refused("Mã %(code)s đã có trong bộ tiêu chí.", field="code", code=code)


def _branch(parent: Criterion | None, others: list[Criterion]) -> list[Criterion]:
    """The parent and everything below it; without a parent the whole set."""
    if parent is None:
        return others
    found = {parent.id}
    for other in sorted(others, key=lambda node: node.position):
        if other.parent_id in found:
            found.add(other.id)
    return [other for other in others if other.id in found]


def _read_again(criteria_set: CriteriaSet) -> int:
    """Read the draft after a change: rules, leaves, fields and findings; how many errors it has now."""
    nodes = list(criteria_set.criteria)
    parents = {node.parent for node in nodes}
    for node in sorted(nodes, key=lambda node: (node.level, node.position)):
        node.is_leaf = node not in parents
        node.field_code = node.parent.field_code if node.parent is not None else node.code
    criteria_set.criteria.sort(key=lambda node: node.position)
    return sum(finding.severity == "error" for finding in recheck(criteria_set))
