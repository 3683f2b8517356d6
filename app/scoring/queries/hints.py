"""What helps an appraiser to decide: what the figures give, reasons used before."""

from fractions import Fraction

from sqlalchemy import func, select

from app.extensions import db
from app.models import Account
from app.row_access import system_access
from app.scoring.models import Appraisal, Round
from app.scoring.queries.appraisals import Task
from app.scoring.queries.sheets import suggestion_for
from app.scoring.queries.standings import round_standings
from app.scoring.rules import Suggestion, linked, rounded
from app.scoring.states import RoundState

PHRASES = 15


def suggestions(found: list[Task]) -> dict[int, Suggestion]:
    """Score id → what the unit's figures give; reform indexes are computed once, not once a row."""
    indexes: dict[int, Fraction | None] | None = None
    answer = {}
    for task in found:
        criterion, sheet = task.score.criterion, task.score.sheet
        if not criterion.linked_programme:
            answer[task.score.id] = suggestion_for(task.score)
            continue
        if indexes is None:
            indexes = _reform_indexes(sheet.round.period)
        index = indexes.get(sheet.agency_id)
        shown = None if index is None else rounded(index, sheet.round.places)
        answer[task.score.id] = linked(criterion.maximum, shown)
    return answer


@system_access("reform indexes of a period, for a criterion linked to them")
def _reform_indexes(period: str) -> dict[int, Fraction | None]:
    """Agency id → reform index of the period (None while nothing is scored)."""
    rounds = db.session.scalars(
        select(Round)
        .where(Round.programme == "cchc", Round.period == period, Round.state != RoundState.PREPARING)
        .order_by(Round.id)
    )
    return {
        line.sheet.agency_id: line.index if line.total.unscored < len(line.leaves) else None
        for round_ in rounds
        for line in round_standings(round_).lines
    }


def phrases(account: Account) -> list[str]:
    """Reasons that this appraiser has used, the latest first."""
    query = (
        select(Appraisal.reason)
        .where(Appraisal.appraiser_id == account.id, Appraisal.reason != "")
        .group_by(Appraisal.reason)
        .order_by(func.max(Appraisal.saved_at).desc(), Appraisal.reason)
        .limit(PHRASES)
    )
    return list(db.session.scalars(query))
