"""Criteria → the rows of a table that imports again as the same set."""

from collections.abc import Iterable
from typing import Any

from app.scoring.imports.criterion_row import COLUMNS
from app.scoring.imports.decimal_signs import rule_signs
from app.scoring.rules import Method, format_points, plain

TEMPLATE_HEADINGS_EN = tuple(column.name for column in COLUMNS)
TEMPLATE_HEADINGS_VI = tuple(column.headings[0] for column in COLUMNS)


def criteria_rows(nodes: Iterable[Any]) -> list[list[str]]:
    """One row of text a node, in the columns of the template; rules stay as they were written.

    ``nodes`` are anything with the attributes of ``CriterionRow``, in the order of the set. Maximums take
    the decimal comma when the set's rules do, so that the file does not mix two signs.
    """
    nodes = list(nodes)
    signs = {sign for node in nodes for sign in rule_signs(node.rule_text or "")}
    written = format_points if signs == {","} else plain
    return [_row(node, written(node.maximum)) for node in nodes]


def _row(node: Any, maximum: str) -> list[str]:
    return [
        node.code,
        node.parent_code or "",
        node.name,
        maximum,
        Method(node.method).value,
        node.rule_text or "",
        "; ".join(f"{letter}: {label}" for letter, label in (node.figures or {}).items()),
        node.evidence or "",
        _yes_no(node),
        "" if not node.is_leaf and node.assessed_by == "self" else node.assessed_by,
        node.appraiser_agency or "",
        ";".join(node.not_applicable_for or ()),
        node.note or "",
    ]


def _yes_no(node: Any) -> str:
    if node.evidence_required:
        return "yes"
    return "no" if node.is_leaf else ""
