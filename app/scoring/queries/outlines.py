"""The trees of criteria that the sheets of a round are scored by."""

from collections import defaultdict

from sqlalchemy import select

from app.extensions import db
from app.scoring.models import Criterion, Round, Sheet
from app.scoring.rules import Total


def round_outlines(round_: Round) -> dict[int, list[Criterion]]:
    """Criteria set id → every node in the set's order, for the sets of the round's sheets; one statement."""
    used = select(Sheet.criteria_set_id).where(Sheet.round_id == round_.id)
    found: dict[int, list[Criterion]] = defaultdict(list)
    for criterion in db.session.scalars(
        select(Criterion)
        .where(Criterion.criteria_set_id.in_(used))
        .order_by(Criterion.criteria_set_id, Criterion.position)
    ):
        found[criterion.criteria_set_id].append(criterion)
    return dict(found)


def sheet_outline(sheet: Sheet) -> list[Criterion]:
    """Every node of the sheet's set in its order."""
    return list(
        db.session.scalars(
            select(Criterion)
            .where(Criterion.criteria_set_id == sheet.criteria_set_id)
            .order_by(Criterion.position)
        )
    )


def fields_of(outline: list[Criterion]) -> list[Criterion]:
    """The first level (lĩnh vực) in order."""
    return [criterion for criterion in outline if criterion.parent_id is None]


def is_outside(field: Criterion, found: Total) -> bool:
    """Whether the field adds to no maximum: bonuses and penalties."""
    return not found.maximum and (not field.maximum or found.points != 0)


def leaves_of(outline: list[Criterion]) -> list[Criterion]:
    return [criterion for criterion in outline if criterion.is_leaf]
