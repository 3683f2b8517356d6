"""Issued criteria sets: they add up, their trees hold together, their rules are what their words say (Đ.6.2)."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.extensions import db
from app.scoring.checks.rules import named, rule
from app.scoring.imports.criteria_tree import sum_findings
from app.scoring.models import CriteriaSet, Criterion
from app.scoring.rules import Method, parse_rule
from app.scoring.states import SetState

Child = aliased(Criterion)
NOT_DRAFT = Criterion.criteria_set_id.in_(select(CriteriaSet.id).where(CriteriaSet.state != SetState.DRAFT))
COLUMNS = (Criterion.id, Criterion.code, Criterion.name)


@rule("Điểm tối đa phải bằng tổng điểm tối đa của các tiêu chí con")
def set_sums() -> Iterator[str]:
    query = select(Criterion).where(NOT_DRAFT).options(joinedload(Criterion.parent)).order_by(Criterion.id)
    sets: dict[int, list[Criterion]] = defaultdict(list)
    for node in db.session.scalars(query):
        sets[node.criteria_set_id].append(node)
    for nodes in sets.values():
        for found in sum_findings(nodes):
            if found.severity == "error":
                yield f"tiêu chí {found.node.id} ({found.node.code}, {found.node.name})"


@rule("Tiêu chí có tiêu chí con thì không chấm điểm, không có thì chấm điểm")
def leaves_without_children() -> Iterator[str]:
    has_children = exists().where(Child.parent_id == Criterion.id)
    return named("tiêu chí", select(*COLUMNS).where(Criterion.is_leaf == has_children))


@rule("Tiêu chí con phải cùng bộ, cùng lĩnh vực và sâu hơn tiêu chí cha một cấp")
def tree_in_one_piece() -> Iterator[str]:
    astray = or_(
        Child.criteria_set_id != Criterion.criteria_set_id,
        Child.field_code != Criterion.field_code,
        Child.level != Criterion.level + 1,
    )
    query = select(Child.id, Child.code, Child.name).join(Criterion, Criterion.id == Child.parent_id)
    roots = select(*COLUMNS).where(
        Criterion.parent_id.is_(None), or_(Criterion.level != 1, Criterion.field_code != Criterion.code)
    )
    yield from named("tiêu chí", query.where(astray))
    yield from named("tiêu chí", roots)


@rule("Thang điểm phải đúng như lời văn của nó")
def rules_as_worded() -> Iterator[str]:
    for criterion in db.session.scalars(select(Criterion).where(NOT_DRAFT).order_by(Criterion.id)):
        parsed = parse_rule(Method(criterion.method), criterion.rule_text, criterion.maximum)
        if parsed.data != criterion.rule or parsed.method != criterion.method:
            yield f"tiêu chí {criterion.id} ({criterion})"


@rule("Bộ tiêu chí đã ban hành thì có thời điểm ban hành; hết hiệu lực thì có thời điểm hết hiệu lực")
def set_states_dated() -> Iterator[str]:
    state, issued, retired = CriteriaSet.state, CriteriaSet.issued_at, CriteriaSet.retired_at
    sound = or_(
        and_(state == SetState.DRAFT, issued.is_(None), retired.is_(None)),
        and_(state == SetState.ISSUED, issued.is_not(None), retired.is_(None)),
        and_(state == SetState.RETIRED, issued.is_not(None), retired.is_not(None)),
    )
    return named("bộ tiêu chí", select(CriteriaSet.id, CriteriaSet.name).where(~sound))


@rule("Bộ tiêu chí còn lỗi thì không được ban hành")
def issued_sets_without_errors() -> Iterator[str]:
    issued = select(CriteriaSet).where(CriteriaSet.state != SetState.DRAFT).order_by(CriteriaSet.id)
    for criteria_set in db.session.scalars(issued):
        if criteria_set.has_errors:
            yield f"bộ tiêu chí {criteria_set.id} ({criteria_set})"
