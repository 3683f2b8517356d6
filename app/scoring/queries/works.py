"""How far each appraiser of a round is, for the manager's list."""

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.errors import NotInScope
from app.extensions import db
from app.holding import Held, hold_one
from app.scoring.models import Appraisal, AppraiserWork, Round, Score, Sheet
from app.scoring.queries.appraisals import round_works
from app.scoring.queries.assigned import Coverage


class WorkLine(NamedTuple):
    """An appraiser's work with the number of scores assigned and scored."""

    work: AppraiserWork
    total: int
    done: int


def work_lines(round_: Round) -> list[WorkLine]:
    """Every work of the round; seven statements, however many appraisers."""
    coverage, given = Coverage(round_), _given(round_)
    lines = []
    for work in round_works(round_):
        assigned = {item.score_id for item in coverage.items_of(work.appraiser_id)}
        scored = given[work.appraiser_id]
        # An import may hold scores that nobody was assigned; those are its whole work.
        lines.append(WorkLine(work, len(assigned or scored), len(scored & assigned if assigned else scored)))
    return lines


def _given(round_: Round) -> dict[int, set[int]]:
    """Appraiser id → ids of the scores they have scored."""
    query = (
        select(Appraisal.appraiser_id, Appraisal.score_id)
        .join(Score, Score.id == Appraisal.score_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Sheet.round_id == round_.id)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for appraiser_id, score_id in db.session.execute(query):
        found[appraiser_id].add(score_id)
    return found


def hold_work_of_round(round_: Round, work_id: int) -> Held[AppraiserWork]:
    """A work of this very round, held until the commit; else ``NotInScope``."""
    held = hold_one(
        select(AppraiserWork)
        .where(AppraiserWork.id == work_id, AppraiserWork.round_id == round_.id)
        .options(joinedload(AppraiserWork.appraiser), joinedload(AppraiserWork.round))
    )
    if held is None:
        raise NotInScope()
    return held
