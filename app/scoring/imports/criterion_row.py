"""One row of a criteria table, its columns and the words that its cells may hold."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.scoring.imports.finding import Finding, has_errors
from app.scoring.imports.table import Column
from app.scoring.imports.text import folded
from app.scoring.rules import METHOD_NAMES, OUTSIDE_MAXIMUM, Method

COLUMNS = (
    Column("code", ("Mã", "Mã tiêu chí"), required=True, longest=40, kind="code"),
    Column("parent_code", ("Mã cha", "Mã tiêu chí cha"), required=True, longest=40, kind="code"),
    Column("name", ("Nội dung", "Nội dung tiêu chí", "Tên tiêu chí"), required=True),
    Column("max_score", ("Điểm tối đa",), required=True, kind="number"),
    Column("scoring_method", ("Cách chấm", "Cách chấm điểm", "Phương pháp chấm"), required=True),
    Column("rule", ("Thang điểm",), kind="rule"),
    Column("figures", ("Số liệu",)),
    Column("evidence", ("Tài liệu kiểm chứng",)),
    Column("evidence_required", ("Bắt buộc",)),
    Column("assessed_by", ("Nguồn điểm",)),
    Column("appraiser_agency", ("Cơ quan thẩm định",), longest=30, kind="code"),
    Column("not_applicable_for", ("Không áp dụng cho",), kind="codes"),
    Column("note", ("Ghi chú",)),
)

# Folded words (no marks, lower case) → value.
ASSESSED_BY = {
    "self": "self",
    "tu cham": "self",
    "don vi": "self",
    "don vi tu cham": "self",
    "council": "council",
    "hoi dong": "council",
    "hoi dong cham": "council",
    "hoi dong tham dinh": "council",
    "tham dinh": "council",
    "survey": "survey",
    "khao sat": "survey",
    "phieu khao sat": "survey",
    "dieu tra xa hoi hoc": "survey",
}

METHOD_WORDS = {
    **{folded(name): method for method, name in METHOD_NAMES.items()},
    **{folded(method.value): method for method in Method},
    "tong": Method.SUM,
    "co/khong": Method.YES_NO,
    "tru dan": Method.DEDUCT,
    "tru diem tu diem toi da": Method.DEDUCT,
    "diem cong": Method.BONUS,
}


@dataclass(frozen=True)
class CriterionRow:
    """``maximum`` in points; ``rule`` as ``parse_rule`` made it, ``rule_text`` as written.

    ``figures`` maps a figure's letter to its label (``{"a": …, "b": …}``), kind in brackets and all; ``ground`` and
    ``caps`` are those of the model. ``position`` counts from 1 in
    the file's order, ``level`` from 1 at the top; ``row`` is the row in the file. In a file with errors
    ``parent_code`` may name a node that is not there.
    """

    code: str
    parent_code: str | None
    name: str
    maximum: Decimal
    method: Method
    rule_text: str
    rule: dict[str, Any]
    figures: dict[str, str]
    ground: str
    evidence: str
    evidence_required: bool
    assessed_by: str
    appraiser_agency: str
    not_applicable_for: tuple[str, ...]
    note: str
    linked_programme: str | None
    position: int
    level: int
    is_leaf: bool
    row: int
    caps: list[list[str]] = field(default_factory=list)

    @property
    def counts_to_maximum(self) -> bool:
        return self.method not in OUTSIDE_MAXIMUM


@dataclass(frozen=True)
class CriteriaFile:
    """``nodes`` in the file's order, without rows that lack a code or repeat one."""

    nodes: list[CriterionRow]
    findings: list[Finding]

    @property
    def has_errors(self) -> bool:
        return has_errors(self.findings)

    @property
    def nodes_count(self) -> int:
        return len(self.nodes)

    @property
    def leaves_count(self) -> int:
        return sum(node.is_leaf for node in self.nodes)

    @property
    def max_points(self) -> Decimal:
        """The set's maximum: all leaves but bonuses and penalties."""
        counted = (node.maximum for node in self.nodes if node.is_leaf and node.counts_to_maximum)
        return sum(counted, Decimal(0))
