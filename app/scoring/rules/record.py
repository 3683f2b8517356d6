"""A round's frozen record, read alone: from scores, appraisals and conclusions to the ranking again."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from app.points import plain

from .ranking import Band, Entry, grade, rank
from .totals import Caps, Final, Leaf, Standing, Total, field_totals, final_points, total

RULES_VERSION = "2"
"""Raised whenever the same data would give other points, ranks or grades; a record says which version made it.

2: headings may limit their bonuses or penalties together (``caps``), deductions and rising tiers.
"""

KNOWN_VERSIONS = frozenset({"1", RULES_VERSION})
"""Versions whose records ``recompute`` still gives as they were: 1 knows no ``caps``, and its records hold none."""

SURVEYED = ("survey", "survey_tiers")

Data = Mapping[str, Any]


def recompute(record: Data) -> list[dict[str, Any]]:
    """The ranking rows that the frozen data give, in the order of sheets (shape: ``ranking_row``)."""
    leaves = {item["id"]: _leaves(item["criteria"]) for item in record["criteria_sets"]}
    bands = [Band(band["name"], Decimal(band["lower"]), True) for band in record["bands"]]
    groups: dict[str, list[tuple[Data, Total, dict[str, Total]]]] = {}
    for sheet in record["sheets"]:
        standings = _standings(sheet["scores"], leaves[sheet["criteria_set"]])
        groups.setdefault(sheet["group"], []).append((sheet, total(standings), field_totals(standings)))
    rows = []
    for members in groups.values():
        ranks = rank([Entry(s["id"], t.index, _ties(record, f)) for s, t, f in members])
        rows += [
            ranking_row(s["id"], s["agency"], t, f, ranks[s["id"]], grade(t.index, bands, s["failed_bands"]))
            for s, t, f in members
        ]
    return sorted(rows, key=lambda row: row["sheet"])


def ranking_row(
    sheet: int, agency: str, whole: Total, fields: Mapping[str, Total], place: int | None, grade: str | None
) -> dict[str, Any]:
    """One line of a ranking in JSON: points as plain decimals, the index exact, as a fraction of percent."""
    return {
        "sheet": sheet,
        "agency": agency,
        "points": plain(whole.points),
        "maximum": plain(whole.maximum),
        "index": None if whole.index is None else str(whole.index),
        "rank": place,
        "grade": grade,
        "fields": {code: [plain(found.points), plain(found.maximum)] for code, found in fields.items()},
    }


def _leaves(criteria: Iterable[Data]) -> dict[str, tuple[Leaf, bool]]:
    """Code → the leaf, and whether a survey gives its points."""
    return {
        node["code"]: (
            Leaf(node["code"], node["field"], Decimal(node["maximum"]), node["kind"], _caps(node)),
            node["method"] in SURVEYED,
        )
        for node in criteria
        if node["is_leaf"]
    }


def _caps(node: Data) -> Caps:
    return tuple((code, Decimal(most)) for code, most in node.get("caps", ()))


def _standings(scores: Iterable[Data], leaves: Mapping[str, tuple[Leaf, bool]]) -> list[Standing]:
    return [Standing(leaves[score["code"]][0], *_final(score, leaves[score["code"]][1])) for score in scores]


def _final(score: Data, surveyed: bool) -> Final:
    if score.get("excluded"):
        return Final(False, None)
    return final_points(
        _points(score.get("concluded")),
        bool(score.get("concluded_not_applicable")),
        [_points(given.get("points")) for given in score.get("appraisals", ())],
        _points(score.get("survey")),
        surveyed,
    )


def _points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _ties(record: Data, fields: Mapping[str, Total]) -> tuple:
    codes = record["round"]["tie_break"]
    return tuple(fields[code].index if code in fields else None for code in codes)
