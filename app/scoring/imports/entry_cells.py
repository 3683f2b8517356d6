"""The entry cells of a workbook's row: what they are called, which of them a criterion asks for, how they are read."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from app.errors import Refused, Sentence
from app.points import format_points, to_points
from app.scoring.imports.finding import Findings
from app.scoring.imports.text import cleaned, folded, parse_yes_no
from app.scoring.rules import RATIOS, Method, plain
from app.text import printable

LABEL_LENGTH = 180
YES, NO = "Có", "Không"
HEADINGS = {
    "option": "Mức đã chọn",
    "a": "Số đạt (a)",
    "b": "Tổng số (b)",
    "n": "Số lượng (n)",
    "points": "Điểm tự chấm",
    "not_applicable": "Đề nghị không áp dụng",
    "explanation": "Giải trình",
}
FIGURES = ("option", "a", "b", "n")


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
    rule = criterion.rule or {}
    if rule.get("options"):
        return frozenset({"option"})
    if criterion.linked_programme:
        return frozenset()
    if Method(criterion.method) in RATIOS:
        return frozenset({"a", "b"})
    return frozenset({"n"}) if rule.get("unit") else frozenset()


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
    return printable(cleaned(text))


def packed(cells: Cells) -> list:
    """Plain values for JSON, in the order of the fields."""
    numbers = [None if value is None else plain(value) for value in cells[1:5]]
    return [cells.option, *numbers, cells.not_applicable, normal(cells.explanation)]


def unpacked(values: list) -> Cells:
    option, *numbers, not_applicable, explanation = values
    read = [None if value is None else Decimal(value) for value in numbers]
    return Cells(option, *read, not_applicable, explanation)


def read_cells(row: int, texts: dict[str, str], kept: Cells, criterion: Any, findings: Findings) -> Cells:
    """The entry that the texts say; what the criterion does not ask for stays as kept.

    A cell that cannot be read becomes a finding and keeps its value.
    """
    wanted, found = asked(criterion), kept._asdict()
    readers = _readers(criterion)
    for name, text in texts.items():
        if name in FIGURES and name not in wanted:
            if text:
                findings.error(row, name, "cell_not_asked", Sentence("Tiêu chí này không dùng ô này."))
            continue
        try:
            found[name] = readers[name](text)
        except Refused as refusal:
            findings.error(row, name, f"bad_{name}", refusal.sentence)
    return Cells(**found)


def _readers(criterion: Any) -> dict[str, Callable[[str], Any]]:
    numbers = {name: read_number for name in ("a", "b", "n", "points")}
    return numbers | {
        "option": lambda text: _option(text, option_texts(criterion)),
        "not_applicable": read_answer,
        "explanation": normal,
    }


def read_number(text: str) -> Decimal | None:
    return to_points(text) if text else None


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
