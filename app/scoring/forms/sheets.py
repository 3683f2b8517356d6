"""One typed row of a sheet, and the description of a document."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from app.errors import Refused
from app.points import to_points
from app.scoring.operations.evidence import Description
from app.scoring.operations.sheets import EXPLANATION_LIMIT, RowEntry
from app.scoring.rules import Figures

NUMBER_LIMIT, ISSUER_LIMIT, SUMMARY_LIMIT = 80, 200, 1000


def read_row(typed: Mapping[str, str]) -> tuple[RowEntry, int]:
    """The row's entry and the version that the person saw; ``Refused`` names the field that cannot be read."""
    figures = Figures(
        a=_number(typed, "a"),
        b=_number(typed, "b"),
        n=_number(typed, "n"),
        option=_whole(typed.get("option", "")),
    )
    explanation = typed.get("explanation", "")
    if len(explanation) > EXPLANATION_LIMIT:
        raise Refused("Giải trình dài quá %(limit)s ký tự.", field="explanation", limit=EXPLANATION_LIMIT)
    entry = RowEntry(figures, _number(typed, "points"), explanation, bool(typed.get("na_claimed")))
    return entry, _whole(typed.get("version", "")) or 0


def _number(typed: Mapping[str, str], name: str) -> Decimal | None:
    text = typed.get(name, "").strip()
    if not text:
        return None
    try:
        return to_points(text)
    except Refused as refusal:
        raise Refused(refusal.sentence.template, field=name, **refusal.sentence.values) from refusal


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
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError as error:
        sentence = "Ngày phải ghi theo dạng dd/mm/yyyy, ví dụ 31/12/2026."
        raise Refused(sentence, field="issued_on") from error
