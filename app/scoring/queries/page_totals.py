"""What is computed for the rows of one page of the data API, whatever their number: totals and final points."""

from collections import defaultdict

from sqlalchemy import Select, select

from app.extensions import db
from app.row_access import system_access
from app.scoring.models import Criterion, Score, Sheet
from app.scoring.queries.standings import finals, leaf_of
from app.scoring.rules import Final, Standing, Total, total
from app.scoring.states import RoundState


def self_totals(sheets: list[Sheet], scope: Select) -> dict[int, Total]:
    """Sheet id → total of what the unit gave itself, over the scores of ``scope``; one statement."""
    rows = db.session.execute(
        select(
            Score.sheet_id,
            Score.self_points,
            Score.na_by_rule,
            Score.na_claimed,
            Criterion.code,
            Criterion.field_code,
            Criterion.maximum,
            Criterion.method,
            Criterion.caps,
        )
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Score.sheet_id.in_([sheet.id for sheet in sheets]), Score.id.in_(scope))
        .order_by(Score.sheet_id, Criterion.position)
    )
    found: dict[int, list[Standing]] = defaultdict(list)
    for row in rows:
        applies = not (row.na_by_rule or row.na_claimed)
        found[row.sheet_id].append(Standing(leaf_of(row), applies, row.self_points if applies else None))
    return {sheet.id: total(found.get(sheet.id, [])) for sheet in sheets}


@system_access("final points of concluded rounds, made of appraisals that others sent")
def final_of_scores(scores: list[Score]) -> dict[int, Final]:
    """Score id → its final, for those of concluded rounds; three statements a round."""
    wanted: dict = defaultdict(set)
    for score in scores:
        if score.sheet.round.state == RoundState.CONCLUDED:
            wanted[score.sheet.round].add(score.sheet_id)
    known = {}
    for round_, sheet_ids in wanted.items():
        only = next(iter(sheet_ids)) if len(sheet_ids) == 1 else None
        known |= finals(round_, only)
    return {
        score.id: known[score.sheet_id][score.criterion_id] for score in scores if score.sheet_id in known
    }
