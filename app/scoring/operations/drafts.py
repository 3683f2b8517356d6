"""Edits of what is not in force yet: drafts of criteria sets, survey forms that nobody has answered."""

from datetime import datetime

from sqlalchemy import func, select

from app.accounts import require_manager
from app.errors import Conflict, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.scoring.models import CriteriaSet, Criterion, RoundSet, SurveyQuestion
from app.scoring.operations.criteria import next_version, recheck, require_draft
from app.scoring.operations.declaring import changes
from app.scoring.queries.surveys import answered_forms
from app.scoring.states import Matter


def check_new_set(criteria_set: CriteriaSet, *, actor: Account, at: datetime) -> None:
    """Guard of a set that is about to be made; it becomes the next version of its name."""
    require_manager(actor)
    _require_groups(criteria_set)
    criteria_set.state, criteria_set.created_at = "draft", at
    criteria_set.version = next_version(criteria_set.programme, criteria_set.name)


@changes(Matter.CRITERIA)
def check_set(held: Held[CriteriaSet], *, actor: Account) -> None:
    """Guard of a set's own fields, already on it and not yet written."""
    require_manager(actor)
    _require_groups(held.row)
    require_draft(held.row)


def _require_groups(criteria_set: CriteriaSet) -> None:
    if not criteria_set.groups:
        raise Refused("Hãy chọn ít nhất một khối áp dụng.", field="groups")


@changes(Matter.CRITERIA)
def check_set_unused(held: Held[CriteriaSet], *, actor: Account) -> None:
    """Only a draft that no round points at is ever deleted."""
    require_manager(actor)
    criteria_set = held.row
    require_draft(criteria_set)
    if db.session.scalar(
        select(func.count()).select_from(RoundSet).where(RoundSet.criteria_set_id == criteria_set.id)
    ):
        raise Conflict("Bộ tiêu chí đang được dùng trong một kỳ chấm điểm.")


@changes(Matter.CRITERIA)
def place(held: Held[Criterion], *, actor: Account) -> None:
    """Put a new criterion below its parent, after the parent's last descendant."""
    require_manager(actor)
    criterion = held.row
    require_draft(criterion.criteria_set)
    parent, siblings = criterion.parent, list(criterion.criteria_set.criteria)
    if parent is not None and parent.criteria_set_id != criterion.criteria_set.id:
        raise Refused("Mục cha thuộc bộ tiêu chí khác.", field="parent")
    if any(other.code == criterion.code for other in siblings if other is not criterion):
        raise Refused("Mã %(code)s đã có trong bộ tiêu chí.", field="code", code=criterion.code)
    criterion.level, criterion.is_leaf = (parent.level + 1 if parent else 1), True
    criterion.field_code = parent.field_code if parent else criterion.code
    others = [other for other in siblings if other is not criterion]
    criterion.position = 1 + max((o.position for o in _branch(parent, others)), default=0)
    for other in others:
        if other.position >= criterion.position:
            other.position += 1


def _branch(parent: Criterion | None, others: list[Criterion]) -> list[Criterion]:
    """The parent and everything below it; without a parent the whole set."""
    if parent is None:
        return others
    found = {parent.id}
    for other in sorted(others, key=lambda node: node.position):
        if other.parent_id in found:
            found.add(other.id)
    return [other for other in others if other.id in found]


@changes(Matter.CRITERIA)
def take_out(held: Held[Criterion], *, actor: Account) -> None:
    """Guard of deleting: a draft's criterion that has nothing below it; the set is read again without it."""
    require_manager(actor)
    criterion = held.row
    require_draft(criterion.criteria_set)
    if any(other.parent_id == criterion.id for other in criterion.criteria_set.criteria):
        raise Conflict("Mục này còn mục con; hãy xóa mục con trước.")
    criteria_set = criterion.criteria_set
    criteria_set.criteria.remove(criterion)
    recheck_draft(held.parent, actor=actor)


@changes(Matter.CRITERIA)
def recheck_draft(held: Held[CriteriaSet], *, actor: Account) -> int:
    """Read the draft again after a change: rules, leaves, fields and findings; how many errors it has now."""
    require_manager(actor)
    criteria_set = held.row
    require_draft(criteria_set)
    nodes = list(criteria_set.criteria)
    parents = {node.parent for node in nodes}
    for node in sorted(nodes, key=lambda node: (node.level, node.position)):
        node.is_leaf = node not in parents
        node.field_code = node.parent.field_code if node.parent is not None else node.code
    criteria_set.criteria.sort(key=lambda node: node.position)
    return sum(finding.severity == "error" for finding in recheck(criteria_set))


def check_question(question: SurveyQuestion, *, actor: Account) -> None:
    """A scale or choice has at least two options, a free text none; a form with answers stays as it is."""
    form = question.form
    require_unanswered(form.id, actor=actor)
    if question.kind == "text":
        question.options = []
    elif len(question.options or ()) < 2:
        raise Refused("Câu hỏi chọn phải có ít nhất hai phương án, mỗi dòng một phương án.", field="options")


def require_unanswered(form_id: int, *, actor: Account) -> None:
    require_manager(actor)
    if form_id in answered_forms():
        raise Conflict("Phiếu khảo sát đã có người trả lời nên không sửa được.")
