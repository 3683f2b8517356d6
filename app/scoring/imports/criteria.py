"""Criteria tables (CSV, XLSX, XLS) → criteria rows, with everything wrong in them found at once.

Checks run cell by cell, then over the tree. References to forms, agencies and groups are checked by
``check_references``, which needs to be told what exists.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.errors import Sentence
from app.scoring.imports.criteria_cells import (
    check_figures_named,
    check_maximum,
    linked_programme,
    read_assessed_by,
    read_codes,
    read_evidence_required,
    read_figures,
    read_maximum,
    read_method,
    read_rule,
)
from app.scoring.imports.criteria_references import check_references
from app.scoring.imports.criteria_tree import Shape, caps_of, check_shape, check_sums, rows_with_own_code
from app.scoring.imports.criterion_row import COLUMNS, CriteriaFile, CriterionRow
from app.scoring.imports.decimal_signs import check_decimal_signs
from app.scoring.imports.finding import Finding, Findings
from app.scoring.imports.table import AS_IT_IS, Reading, Table, TableRow, read_table
from app.scoring.rules import Method, ground_of

__all__ = ["COLUMNS", "CriteriaFile", "CriterionRow", "check_references", "parse_criteria"]


def parse_criteria(data: bytes, filename: str, reading: Reading = AS_IT_IS) -> CriteriaFile:
    """The file's criteria. With errors the rows are still given, defaults in place of what is unreadable."""
    table = read_table(data, filename, COLUMNS, reading)
    findings = Findings(_without_plain_numbers(table))
    check_decimal_signs(table.rows, findings)
    rows = rows_with_own_code(table.rows, findings)
    reader = _Reader(Shape(rows), findings, has_figures="figures" in table.present)
    check_shape(rows, reader.shape, findings)
    nodes = [reader.node(row, position) for position, row in enumerate(rows, 1)]
    check_sums(nodes, reader.without_maximum, findings)
    caps = caps_of(nodes)
    nodes = [replace(node, caps=caps[node.code]) if node.code in caps else node for node in nodes]
    return CriteriaFile(nodes, findings.in_order())


def _without_plain_numbers(table: Table) -> Iterator[Finding]:
    """The table's findings; where no code has a second part, the number 1 is the code 1 and nothing else."""
    codes = [row.cells["code"] for row in table.rows]
    is_plain = all(code.isdigit() and not code.startswith("0") for code in codes)
    for finding in table.findings:
        is_warning = finding.severity == "warning" and finding.code == "number_for_code"
        if not (is_plain and is_warning and finding.column in ("code", "parent_code")):
            yield finding


class _Reader:
    """Turns rows into nodes within one file."""

    def __init__(self, shape: Shape, findings: Findings, *, has_figures: bool):
        self.shape = shape
        self.findings = findings
        self.has_figures = has_figures
        self.without_maximum: set[str] = set()

    def node(self, row: TableRow, position: int) -> CriterionRow:
        cells = row.cells
        is_leaf = self.shape.is_leaf(cells["code"])
        if not cells["name"]:
            self.findings.error(row.number, "name", "missing_name", Sentence("Thiếu nội dung tiêu chí."))
        return CriterionRow(
            code=cells["code"],
            parent_code=cells["parent_code"] or None,
            name=cells["name"],
            rule_text=cells["rule"],
            evidence=cells["evidence"],
            evidence_required=read_evidence_required(row, self.findings),
            appraiser_agency=cells["appraiser_agency"],
            not_applicable_for=read_codes(cells["not_applicable_for"]),
            note=cells["note"],
            position=position,
            level=self.shape.levels[cells["code"]],
            is_leaf=is_leaf,
            row=row.number,
            **self._scoring(row, is_leaf),
        )

    def _scoring(self, row: TableRow, is_leaf: bool) -> Mapping[str, Any]:
        maximum = self._maximum(row, is_leaf)
        asked = read_method(row, is_leaf, self.findings)
        figures = read_figures(row, self.findings)
        # A draft has to hold something: an unknown method is kept as points given by hand.
        method, rule = asked or (Method.MANUAL if is_leaf else Method.SUM), {}
        if asked is not None and is_leaf:
            parsed = read_rule(row, asked, maximum, self.findings)
            method, rule = parsed.method, parsed.data
            if self.has_figures and figures is not None:
                check_figures_named(row, method, figures, self.findings)
        linked = linked_programme(row.cells["note"])
        return {
            # The database holds no negative maximum; the finding says what the draft lacks.
            "maximum": max(maximum, Decimal(0)) if maximum is not None else Decimal(0),
            "method": method,
            "rule": rule,
            "figures": figures or {},
            "ground": ground_of(method, rule, figures or {}, linked is not None) if is_leaf else "",
            "linked_programme": linked,
            "assessed_by": read_assessed_by(row, method, self.findings),
        }

    def _maximum(self, row: TableRow, is_leaf: bool) -> Decimal | None:
        maximum = read_maximum(row, self.findings)
        if maximum is None:
            self.without_maximum.add(row.cells["code"])
        else:
            check_maximum(row, maximum, is_leaf, self.findings)
            if maximum < 0:
                self.without_maximum.add(row.cells["code"])
        return maximum
