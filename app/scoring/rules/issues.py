"""What is wrong in a rule's text, and the pieces that every reader of a rule uses."""

from decimal import Decimal
from typing import Any, Literal, NamedTuple

from app.errors import Refused, Sentence
from app.points import to_points

from .methods import Method


class Issue(NamedTuple):
    """Something wrong in a rule: an error stops the import, a warning is for a person to judge."""

    severity: Literal["error", "warning"]
    code: str
    sentence: Sentence


class ParsedRule(NamedTuple):
    """``method`` may differ from the one asked for: percentages told in prose become tiers to choose from."""

    method: Method
    data: dict[str, Any]
    issues: tuple[Issue, ...]


class Line(NamedTuple):
    """One ``label => points`` of a rule."""

    label: str
    points: Decimal


def rule_error(code: str, template: str, **values: Any) -> Issue:
    return Issue("error", code, Sentence(template, values))


def rule_warning(code: str, template: str, **values: Any) -> Issue:
    return Issue("warning", code, Sentence(template, values))


def unreadable(text: str) -> Issue:
    return rule_error("rule_unreadable", "Không đọc được thang điểm: “%(text)s”.", text=text[:80])


def read_number(text: str) -> Decimal | None:
    try:
        return to_points(text)
    except Refused:
        return None
