"""When a unit's own leaf is done: the one predicate, for a row in hand and for many rows in SQL.

Own points stand on what the criterion asks for (its figures, or a chosen option); without it they count as done only
with an explanation, and only where the set allows deviation. A leaf claimed not applicable is done too: what it still
lacks is its reason.
"""

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from app.scoring.models import CriteriaSet, Criterion, Score
from app.scoring.rules import GROUNDS, lacking


def is_done(criterion: Criterion, score: Score) -> bool:
    if score.na_claimed or score.self_points is None:
        return bool(score.na_claimed)
    if not lacking(criterion.ground, score):
        return True
    return bool(score.explanation.strip()) and criterion.criteria_set.allows_deviation


COLUMNS = {
    "option": Score.option,
    "a": Score.figure_a,
    "b": Score.figure_b,
    "n": Score.figure_n,
}


def done_clause() -> ColumnElement[bool]:
    """``is_done`` over scores joined with their criteria."""
    grounded = case(
        *(
            (Criterion.ground == ground, and_(*(COLUMNS[name].is_not(None) for name in names)))
            for ground, names in GROUNDS.items()
            if names
        ),
        else_=true(),
    )
    free = select(CriteriaSet.id).where(CriteriaSet.allows_deviation)
    explained = and_(func.trim(Score.explanation) != "", Criterion.criteria_set_id.in_(free))
    return or_(Score.na_claimed, and_(Score.self_points.is_not(None), or_(grounded, explained)))
