"""The entry cells of a workbook's row: what they are called, which of them a criterion asks for, how they are read."""

import re
from collections.abc import Callable, Collection
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from app.errors import Refused, Sentence
from app.figures import read_figure
from app.points import format_points, to_points
from app.scoring.imports.finding import Findings
from app.scoring.imports.text import cleaned, folded, parse_yes_no
from app.scoring.rules import GROUNDS, asked_figures, plain
from app.text import entered, printable

LABEL_LENGTH = 180
YES, NO = "Có", "Không"
HEADINGS = {
    "option": "Mức đã chọn",
    "a": "Số đạt được",
    "b": "Tổng số",
    "n": "Số lượng",
    "points": "Điểm tự chấm",
    "not_applicable": "Đề nghị không áp dụng",
    "explanation": "Giải trình",
}
FORMER_HEADINGS = {"a": "Số đạt (a)", "b": "Tổng số (b)", "n": "Số lượng (n)"}
"""Those of workbooks that went out before; they are still taken back."""
FIGURES = ("option", "a", "b", "n")


_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
NUMBERS = frozenset({"a", "b", "n", "points"})


class Cells(NamedTuple):
    """One row's entry. ``points`` None takes the suggestion; ``option`` counts from 0."""

    option: int | None = None
    a: Decimal | None = None
    b: Decimal | None = None
    n: Decimal | None = None
    points: Decimal | None = None
    not_applicable: bool = False
    explanation: str = ""


def asked(criterion: Any) -> frozenset[str]:
    """Names of the figures that the criterion's points come from; those of any other are locked."""
    return frozenset(GROUNDS[criterion.ground])


def option_texts(criterion: Any) -> list[str]:
    """What the drop-down list offers: number, label and points of each option, within Excel's limits."""
    return [
        f"{place}. {_short(normal(option['label']))} ({format_points(Decimal(option['points']))} điểm)"
        for place, option in enumerate((criterion.rule or {}).get("options", ()), 1)
    ]


def _short(label: str) -> str:
    label = " ".join(label.split())
    return label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1] + "…"


def normal(text: str) -> str:
    """Text as it comes back from a workbook."""
    return entered(printable(cleaned(text)))


def packed(cells: Cells) -> list:
    """Plain values for JSON, in the order of the fields."""
    numbers = [None if value is None else plain(value) for value in cells[1:5]]
    return [cells.option, *numbers, cells.not_applicable, normal(cells.explanation)]


def unpacked(values: list) -> Cells:
    option, *numbers, not_applicable, explanation = values
    read = [None if value is None else Decimal(value) for value in numbers]
    return Cells(option, *read, not_applicable, explanation)


def read_cells(
    row: int,
    texts: dict[str, str],
    kept: Cells,
    criterion: Any,
    findings: Findings,
    numeric: Collection[str] = (),
) -> Cells:
    """The entry that the texts say; what the criterion does not ask for stays as kept.

    A cell that cannot be read becomes a finding and keeps its value. ``numeric``: cells that are numbers of the
    spreadsheet, which have no grouping.
    """
    wanted, found = asked(criterion), kept._asdict()
    readers = _readers(criterion)
    for name, text in texts.items():
        if name in FIGURES and name not in wanted:
            if text:
                findings.error(row, name, "cell_not_asked", Sentence("Tiêu chí này không dùng ô này."))
            continue
        if name in numeric and found[name] is not None and text == plain_cell(found[name]):
            continue
        try:
            found[name] = readers[name](cell_value(name, text, numeric))
        except Refused as refusal:
            findings.error(row, name, f"bad_{name}", refusal.sentence)
    return Cells(**found)


def cell_value(name: str, text: str, numeric: Collection[str]) -> str | Decimal:
    """A number cell as its number, anything else as its text."""
    is_number = name in numeric and name in NUMBERS and _NUMBER.fullmatch(text)
    return Decimal(text) if is_number else text


def plain_cell(value: Any) -> str:
    """How a number that we wrote comes back."""
    return plain(value) if isinstance(value, Decimal) else str(value)


def _readers(criterion: Any) -> dict[str, Callable[[Any], Any]]:
    figures = {
        one.letter: partial(_filled, read=partial(read_figure, kind=one.kind))
        for one in asked_figures(criterion)
    }
    return figures | {
        "points": partial(read_points, most=criterion.maximum),
        "option": lambda text: _option(text, option_texts(criterion)),
        "not_applicable": read_answer,
        "explanation": normal,
    }


def _filled(cell: str | Decimal, read: Callable[[str | Decimal], Decimal]) -> Decimal | None:
    return None if cell == "" else read(cell)


def read_points(cell: str | Decimal, most: Decimal | None = None) -> Decimal | None:
    """Points in a cell; ``most`` is how many there are."""
    return _filled(cell, partial(to_points, within=most))


def read_answer(text: str) -> bool:
    answer = parse_yes_no(text)
    if answer is None:
        raise Refused("Ô này chỉ nhận “Có” hoặc “Không”.")
    return answer


def _option(text: str, offered: list[str]) -> int | None:
    """Which option was chosen from the list, or typed as its number."""
    if not text:
        return None
    names = {folded(option): place for place, option in enumerate(offered)}
    numbers = {str(place + 1): place for place in range(len(offered))}
    place = (numbers | names).get(folded(text))
    if place is None:
        raise Refused("“%(text)s” không có trong danh sách mức; hãy chọn từ danh sách.", text=text[:60])
    return place
