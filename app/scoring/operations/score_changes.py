"""Which points an import of scores replaces, and which rows it leaves because they say what is there."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from app.scoring.imports.changes import Change
from app.scoring.imports.scores import ScoreRow
from app.scoring.models import Appraisal, Score
from app.scoring.rules import format_points


class _Value(NamedTuple):
    """What stands at a stage; neither points nor not applicable is nothing yet."""

    points: Decimal | None
    not_applicable: bool
    reason: str

    @property
    def is_given(self) -> bool:
        return self.points is not None or self.not_applicable

    def __str__(self) -> str:
        if self.not_applicable:
            return "Không áp dụng"
        return "" if self.points is None else format_points(self.points)


def changes_of(
    found: Sequence[tuple[ScoreRow, Score]],
    stage: str,
    there: Mapping[int, Appraisal],
    present: Collection[str],
) -> tuple[list[Change], int]:
    """The values that are replaced, and how many rows say what is there already."""
    changes, same = [], 0
    for row, score in found:
        old, what = _old(score, stage, there), f"{row.agency_code} – {row.criterion_code}"
        new = _new(row, old, stage, present)
        same += old == new
        if not old.is_given:
            continue
        if str(old) != str(new):
            changes.append(Change(row.row, what, "points", str(old), str(new)))
        if old.reason and old.reason != new.reason:
            changes.append(Change(row.row, what, "reason", old.reason, new.reason))
    return changes, same


def is_there(row: ScoreRow, score: Score, stage: str) -> bool:
    """Whether the score says already what the row says."""
    old = _old(score, stage, {})
    return old == _new(row, old, stage, ())


def _old(score: Score, stage: str, there: Mapping[int, Appraisal]) -> _Value:
    if stage == "self":
        return _Value(score.self_points, score.na_claimed, score.explanation or "")
    if stage == "survey":
        return _Value(score.survey_points, False, "")
    if stage == "concluded":
        return _Value(score.concluded_points, bool(score.concluded_na), score.conclusion_reason or "")
    given = there.get(score.id)
    return _Value(given.points, given.not_applicable, given.reason or "") if given else _Value(None, False, "")


def _new(row: ScoreRow, old: _Value, stage: str, present: Collection[str]) -> _Value:
    """An empty reason leaves the one that is there, but in an appraisal, which is written anew with its reason."""
    if stage == "survey":
        return _Value(row.points, False, "")
    replaces = stage == "appraisal" and "reason" in present
    return _Value(row.points, row.not_applicable, row.reason if replaces else row.reason or old.reason)
