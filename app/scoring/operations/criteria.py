"""Acts on criteria sets: import, issue, retire, copy to a new version, edit a draft (Đ.6.2, 9.1)."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app import audit
from app.accounts import require_manager
from app.errors import Conflict, Refused
from app.extensions import db
from app.field_rules import one_line
from app.holding import Held
from app.models import Account, Agency, AgencyGroup
from app.scoring.imports.columns import AS_IT_IS, Reading
from app.scoring.imports.criteria import parse_criteria
from app.scoring.imports.criteria_export import TEMPLATE_HEADINGS_EN, criteria_rows
from app.scoring.imports.criteria_references import Answers, check_references
from app.scoring.imports.criterion_row import CriteriaFile, CriterionRow
from app.scoring.imports.finding import Finding
from app.scoring.models import CriteriaSet, Criterion, RoundSet, SurveyForm
from app.scoring.operations.declaring import changes, freezes
from app.scoring.states import SET_NAMES, Matter, SetState

SET_FIELDS = ("name", "groups", "legal_number", "legal_date", "legal_issuer", "allows_deviation")
COPIED = [
    "code",
    "field_code",
    "name",
    "position",
    "level",
    "is_leaf",
    "maximum",
    "method",
    "rule_text",
    "rule",
    "figures",
    "ground",
    "caps",
    "evidence",
    "evidence_required",
    "assessed_by",
    "appraiser_agency",
    "not_applicable_for",
    "note",
    "linked_programme",
]


def read_criteria(
    data: bytes, file_name: str, reading: Reading = AS_IT_IS
) -> tuple[CriteriaFile, list[Finding]]:
    """The file's nodes, and its findings with those about survey forms, agencies and groups that are not known."""
    parsed = parse_criteria(data, file_name, reading)
    forms = {
        form.code: {q.code: Answers(q.kind, q.options or ()) for q in form.questions}
        for form in db.session.scalars(select(SurveyForm))
    }
    references = check_references(
        parsed,
        forms=forms,
        agencies=set(db.session.scalars(select(Agency.code))),
        groups=set(db.session.scalars(select(AgencyGroup.code))),
    )
    return parsed, sorted([*parsed.findings, *references], key=lambda finding: finding.row or 0)


def import_criteria(
    data: bytes,
    file_name: str,
    *,
    programme: str,
    groups: Sequence[AgencyGroup],
    name: str,
    actor: Account | None,
    at: datetime,
    keep_draft: bool = False,
    legal_number: str = "",
    legal_date: date | None = None,
    legal_issuer: str = "",
    allows_deviation: bool = True,
    reading: Reading = AS_IT_IS,
) -> tuple[CriteriaSet | None, CriteriaFile, list[Finding]]:
    """Import a whole set or nothing. With errors the set is None, unless ``keep_draft`` keeps what could be read
    as a draft that cannot be issued."""
    if actor is not None:
        require_manager(actor)
    own = set_values(
        {
            "name": name,
            "groups": groups,
            "legal_number": legal_number,
            "legal_date": legal_date,
            "legal_issuer": legal_issuer,
            "allows_deviation": allows_deviation,
        }
    )
    parsed, findings = read_criteria(data, file_name, reading)
    has_errors = any(finding.severity == "error" for finding in findings)
    if not parsed.nodes or (has_errors and not keep_draft):
        return None, parsed, findings
    criteria_set = CriteriaSet(
        programme=programme,
        **own,
        version=next_version(programme, own["name"]),
        findings=[finding.as_dict() for finding in findings],
        created_at=at,
    )
    db.session.add(criteria_set)
    _add_nodes(criteria_set, parsed.nodes)
    audit.record(
        "criteria_set_imported", criteria_set, actor=actor, at=at, file=file_name, nodes=len(parsed.nodes)
    )
    return criteria_set, parsed, findings


def set_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of ``SET_FIELDS`` as they are kept, or a refusal that names the field."""
    if unknown := values.keys() - set(SET_FIELDS):
        raise TypeError(f"not changeable: {sorted(unknown)}")
    new = dict(values)
    if "name" in new:
        new["name"] = one_line(new["name"], "name", required=False)
        if not new["name"]:
            raise Refused("Hãy đặt tên bộ tiêu chí.", field="name")
    if "groups" in new:
        new["groups"] = list(new["groups"])
        if not new["groups"]:
            raise Refused("Hãy chọn ít nhất một khối áp dụng.", field="groups")
    for name in new.keys() & {"legal_number", "legal_issuer"}:
        new[name] = one_line(new[name], name, required=False) or None
    if "allows_deviation" in new:
        new["allows_deviation"] = bool(new["allows_deviation"])
    return new


def next_version(programme: str, name: str) -> int:
    newest = db.session.scalar(
        select(func.max(CriteriaSet.version)).where(
            CriteriaSet.programme == programme, CriteriaSet.name == name
        )
    )
    return (newest or 0) + 1


def _add_nodes(criteria_set: CriteriaSet, nodes: Sequence[CriterionRow]) -> None:
    made: dict[str, Criterion] = {}
    for node in nodes:
        values = {
            key: getattr(node, key) for key in COPIED if key not in ("field_code", "not_applicable_for")
        }
        made[node.code] = Criterion(
            **values, field_code=node.code, not_applicable_for=list(node.not_applicable_for)
        )
    for node in nodes:
        criterion = made[node.code]
        criterion.parent = made.get(node.parent_code or "")
        criteria_set.criteria.append(criterion)
    for criterion in made.values():
        criterion.field_code = _root(criterion).code
    db.session.flush()


def _root(criterion: Criterion) -> Criterion:
    seen = {criterion}
    while criterion.parent is not None and criterion.parent not in seen:
        criterion = criterion.parent
        seen.add(criterion)
    return criterion


def as_table(criteria_set: CriteriaSet) -> list[list[str]]:
    """The set as the rows of its import file, headings first."""
    return [list(TEMPLATE_HEADINGS_EN), *criteria_rows(criteria_set.criteria)]


def recheck(criteria_set: CriteriaSet) -> list[Finding]:
    """Check a draft again, after edits in the grid, by reading its own export; refreshes rules and findings."""
    text = io.StringIO()
    csv.writer(text).writerows(as_table(criteria_set))
    parsed, findings = read_criteria(text.getvalue().encode(), "draft.csv")
    nodes = {node.code: node for node in parsed.nodes}
    for criterion in criteria_set.criteria:
        node = nodes.get(criterion.code)
        if node is not None:
            criterion.method, criterion.rule = node.method.value, node.rule
            criterion.linked_programme, criterion.ground, criterion.caps = (
                node.linked_programme,
                node.ground,
                node.caps,
            )
    criteria_set.findings = [finding.as_dict() for finding in findings]
    return findings


@changes(Matter.CRITERIA)
def check_draft(held: Held[CriteriaSet], *, actor: Account) -> list[Finding]:
    """Check a draft again on demand; its findings are kept with it."""
    require_manager(actor)
    require_draft(held.row)
    return recheck(held.row)


@freezes("issue_set")
def issue(held: Held[CriteriaSet], *, actor: Account | None, at: datetime) -> None:
    """Issue a draft without errors; from now on it never changes."""
    if actor is not None:
        require_manager(actor)
    criteria_set = held.row
    _require_state(criteria_set, SetState.DRAFT)
    findings = recheck(criteria_set)
    errors = sum(finding.severity == "error" for finding in findings)
    if errors or not criteria_set.criteria:
        raise Conflict("Bộ tiêu chí còn %(count)s lỗi nên chưa thể ban hành.", count=errors)
    if not criteria_set.groups:
        raise Conflict("Bộ tiêu chí chưa chọn khối áp dụng.")
    criteria_set.state, criteria_set.issued_at = SetState.ISSUED, at
    audit.record("criteria_set_issued", criteria_set, actor=actor, at=at)


def retire(held: Held[CriteriaSet], *, actor: Account, at: datetime) -> None:
    """No new round may use it; rounds that do keep it."""
    require_manager(actor)
    criteria_set = held.row
    _require_state(criteria_set, SetState.ISSUED)
    criteria_set.state, criteria_set.retired_at = SetState.RETIRED, at
    audit.record("criteria_set_retired", criteria_set, actor=actor, at=at)


def copy_set(criteria_set: CriteriaSet, *, actor: Account, at: datetime) -> CriteriaSet:
    """A new draft version with the same tree."""
    require_manager(actor)
    copy = CriteriaSet(
        programme=criteria_set.programme,
        name=criteria_set.name,
        version=next_version(criteria_set.programme, criteria_set.name),
        findings=list(criteria_set.findings or []),
        created_at=at,
        copied_from_id=criteria_set.id,
        allows_deviation=criteria_set.allows_deviation,
        groups=list(criteria_set.groups),
    )
    made: dict[int, Criterion] = {}
    for criterion in criteria_set.criteria:
        twin = Criterion(**{key: getattr(criterion, key) for key in COPIED})
        made[criterion.id] = twin
        copy.criteria.append(twin)
    for criterion in criteria_set.criteria:
        if criterion.parent_id is not None:
            made[criterion.id].parent = made[criterion.parent_id]
    db.session.add(copy)
    db.session.flush()
    audit.record("criteria_set_copied", copy, actor=actor, at=at, source=criteria_set.id)
    return copy


@changes(Matter.CRITERIA)
def delete_draft(held: Held[CriteriaSet], *, actor: Account, at: datetime) -> None:
    """Throw a draft away with its tree; copies made from it forget where they came from."""
    require_manager(actor)
    criteria_set = held.row
    require_draft(criteria_set)
    if db.session.scalar(select(func.count()).where(RoundSet.criteria_set_id == criteria_set.id)):
        raise Conflict("Bộ tiêu chí đang được dùng trong một kỳ chấm điểm.")
    audit.record("criteria_set_deleted", criteria_set, actor=actor, at=at, nodes=len(criteria_set.criteria))
    for copy in db.session.scalars(select(CriteriaSet).where(CriteriaSet.copied_from_id == criteria_set.id)):
        copy.copied_from_id = None
    db.session.delete(criteria_set)


def require_draft(criteria_set: CriteriaSet) -> None:
    """Guard of every edit of a set or its criteria: issued sets never change."""
    _require_state(criteria_set, SetState.DRAFT)


def _require_state(criteria_set: CriteriaSet, state: SetState) -> None:
    if criteria_set.state != state:
        raise Conflict(
            "Bộ tiêu chí đang ở trạng thái “%(state)s” nên không thực hiện được.",
            state=SET_NAMES[SetState(criteria_set.state)],
        )
