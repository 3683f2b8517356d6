"""Which figures a criterion asks for, how they are called, what they count.

Names and kinds stand in the column ``figures`` of a criteria table: ``a: Số vốn đã giải ngân [money]; b: …``. The
kind in brackets may be left out: things are counted in whole numbers, unless the name speaks of an amount of money,
or of a measure that has fractions.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.figures import FigureKind

from .methods import COUNTED, KIND_NAMES, RATIOS, Method


class Asked(NamedTuple):
    """One figure: its letter in data and forms, its name for people, what it counts."""

    letter: str
    name: str
    kind: FigureKind


KIND_WORDS: dict[str, FigureKind] = {
    **{kind.value: kind for kind in FigureKind},
    **{name: kind for kind, name in KIND_NAMES.items()},
    "integer": FigureKind.WHOLE,
    "nguyên": FigureKind.WHOLE,
    "tiền": FigureKind.MONEY,
    "%": FigureKind.PERCENT,
    "tỷ lệ phần trăm": FigureKind.PERCENT,
    "thập phân": FigureKind.DECIMAL,
}
DEFAULT_NAMES = {"a": "Số đạt được", "b": "Tổng số", "n": "Số lượng"}
GROUNDS = {"option": ("option",), "ab": ("a", "b"), "a": ("a",), "n": ("n",), "": ()}
"""The column ``ground`` of a criterion → what must be entered before its points stand on something."""

_COLUMNS = {"option": "option", "a": "figure_a", "b": "figure_b", "n": "figure_n"}

_BRACKETED = re.compile(r"\s*\[([^\[\]]*)\]\s*$")
_FRACTIONS = re.compile(
    r"tỷ đồng|tỉ đồng|\((?:ha|km|m|m2|m3|m²|m³|tấn|tạ|kg|giờ|lít)\)|diện tích|khối lượng|chiều dài|sản lượng"
)
_MONEY = re.compile(r"(?:triệu|nghìn|ngàn|[(,]) ?đồng|vnđ|vnd|số tiền|kinh phí|số vốn|dự toán|ngân sách")


def label_parts(label: str) -> tuple[str, str | None]:
    """A label as written → its name and the word in brackets behind it, None without one."""
    found = _BRACKETED.search(label)
    return (label, None) if found is None else (label[: found.start()].strip(), found[1].strip().casefold())


def kind_of(letter: str, label: str) -> FigureKind:
    """The kind that the label names, else the one that its words suggest; counted things are whole."""
    name, word = label_parts(label)
    if word in KIND_WORDS:
        return KIND_WORDS[word]
    text = name.casefold()
    if letter != "n" and _FRACTIONS.search(text):
        return FigureKind.DECIMAL
    return FigureKind.MONEY if _MONEY.search(text) else FigureKind.WHOLE


def ground_of(method: Method, rule: Mapping[str, Any], labels: Mapping[str, str], linked: bool) -> str:
    """A key of ``GROUNDS``: what the points come from, nothing where they are typed or taken over."""
    if rule.get("options"):
        return "option"
    if linked:
        return ""
    if method in RATIOS:
        alone = "b" not in labels and kind_of("a", labels.get("a", "")) is FigureKind.PERCENT
        return "a" if alone else "ab"
    return "n" if method in COUNTED and (rule.get("unit") or rule.get("bands")) else ""


def asked_figures(criterion: Any) -> tuple[Asked, ...]:
    """The numbers that the criterion's points come from; a choice among options is none of them."""
    labels = criterion.figures or {}
    return tuple(
        Asked(letter, figure_name(criterion, letter), kind_of(letter, labels.get(letter, "")))
        for letter in GROUNDS[criterion.ground]
        if letter != "option"
    )


def figure_name(criterion: Any, letter: str) -> str:
    """What people call the figure; never its letter."""
    name, _word = label_parts((criterion.figures or {}).get(letter, ""))
    noun = (criterion.rule or {}).get("noun", "") if letter == "n" else ""
    if name:
        return name
    return f"Số {noun}" if noun[:1].isalpha() else DEFAULT_NAMES[letter]


def lacking(ground: str, score: Any) -> tuple[str, ...]:
    """What the points of a score should come from and is not there: letters, or ``option``."""
    return tuple(name for name in GROUNDS[ground] if getattr(score, _COLUMNS[name]) is None)


def called(asked: Sequence[Asked]) -> dict[str, str]:
    """Letter → name, the default names for what is not asked for."""
    return DEFAULT_NAMES | {one.letter: one.name for one in asked}
