"""One typed row of a sheet, and the description of a document."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from app.errors import Refused
from app.figures import FigureKind, read_figure
from app.moments import read_day
from app.points import to_points
from app.scoring.models import Criterion
from app.scoring.operations.evidence import Description
from app.scoring.operations.sheets import EXPLANATION_LIMIT, RowEntry
from app.scoring.rules import Figures

NUMBER_LIMIT, ISSUER_LIMIT, SUMMARY_LIMIT = 80, 200, 1000


KINDS = {"a": FigureKind.DECIMAL, "b": FigureKind.DECIMAL, "n": FigureKind.WHOLE}


def read_row(typed: Mapping[str, str], criterion: Criterion | None = None) -> tuple[RowEntry, int]:
    """The row's entry and the version that the person saw; ``Refused`` names the field that cannot be read.

    The criterion says what its figures count, and how many points there are.
    """
    kinds = KINDS | ({one.letter: one.kind for one in criterion.asked} if criterion is not None else {})
    figures = Figures(
        **{letter: _read(typed, letter, partial(read_figure, kind=kind)) for letter, kind in kinds.items()},
        option=_whole(typed.get("option", "")),
    )
    explanation = typed.get("explanation", "")
    if len(explanation) > EXPLANATION_LIMIT:
        raise Refused("Giải trình dài quá %(limit)s ký tự.", field="explanation", limit=EXPLANATION_LIMIT)
    most = criterion.maximum if criterion is not None else None
    points = _read(typed, "points", partial(to_points, within=most))
    entry = RowEntry(figures, points, explanation, bool(typed.get("na_claimed")))
    return entry, _whole(typed.get("version", "")) or 0


def read_comments(typed: Mapping[str, str]) -> tuple[str, dict[int, str]]:
    """The leader's general comment, and the comments by row: score id → text, empty ones too."""
    of_rows = {
        number: text
        for name, text in typed.items()
        if name.startswith("comment-") and (number := _whole(name.removeprefix("comment-"))) is not None
    }
    return typed.get("comment", ""), of_rows


def _read(typed: Mapping[str, str], name: str, read: Callable[[str], Decimal]) -> Decimal | None:
    text = typed.get(name, "").strip()
    try:
        return read(text) if text else None
    except Refused as refusal:
        raise refusal.at(name) from None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def read_description(typed: Mapping[str, str]) -> Description:
    """Number, date dd/mm/yyyy, issuer and summary of a document."""
    return Description(
        number=_words(typed, "number", NUMBER_LIMIT),
        issued_on=_day(typed.get("issued_on", "").strip()),
        issuer=_words(typed, "issuer", ISSUER_LIMIT),
        summary=_words(typed, "summary", SUMMARY_LIMIT),
    )


def _words(typed: Mapping[str, str], name: str, limit: int) -> str:
    text = " ".join(typed.get(name, "").split())
    if len(text) > limit:
        raise Refused("Nội dung dài quá %(limit)s ký tự.", field=name, limit=limit)
    return text


def _day(text: str) -> date | None:
    try:
        return read_day(text) if text else None
    except Refused as refusal:
        raise refusal.at("issued_on") from None
