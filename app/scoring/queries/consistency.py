"""An appraiser's own consistency: like cases of one criterion that got unlike points, across all agencies."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, select

from app.extensions import db
from app.models import Account
from app.scoring.models import Appraisal, Evidence, Score, ScoreEvidence, Sheet
from app.scoring.rules import Figures

MOST = 20


class Case(NamedTuple):
    """``given``: the appraiser's points; None: does not apply."""

    score_id: int
    agency: str
    given: Decimal | None


class Unlike(NamedTuple):
    """Like cases by what they were given, most points first. Alike are ``figures``, or the file named ``document``."""

    figures: Figures | None
    document: str
    given: list[tuple[Decimal | None, list[Case]]]

    @property
    def cases(self) -> list[Case]:
        return [case for _given, cases in self.given for case in cases]


def unlike_cases(account: Account, score_ids: Iterable[int]) -> list[Unlike]:
    """Among these scores of one criterion: the same figures or the same file, and other points. Two statements."""
    rows = _given(account, list(score_ids))
    cases = {row.id: Case(row.id, row.agency_name, row.points) for row in rows}
    by_figures: dict[Hashable, list[Case]] = defaultdict(list)
    for row in rows:
        figures = Figures(a=row.figure_a, b=row.figure_b, n=row.figure_n, option=row.option)
        if any(value is not None for value in figures):
            by_figures[figures].append(cases[row.id])
    found = [Unlike(figures, "", _by_given(alike)) for figures, alike in by_figures.items()]
    named = _files(list(cases))
    found += [
        Unlike(None, name, _by_given([cases[score_id] for score_id in ids])) for name, ids in named.values()
    ]
    return [alike for alike in found if len(alike.given) > 1][:MOST]


def other_of(unlike: list[Unlike]) -> dict[int, tuple[Unlike, str]]:
    """Score id → the first likeness that it is in, and an agency there with other points."""
    answer: dict[int, tuple[Unlike, str]] = {}
    for alike in unlike:
        for case in alike.cases:
            other = next(o for o in alike.cases if o.given != case.given)
            answer.setdefault(case.score_id, (alike, other.agency))
    return answer


def _given(account: Account, score_ids: list[int]) -> list[Row[Any]]:
    figures = (Score.figure_a, Score.figure_b, Score.figure_n, Score.option)
    query = (
        select(Score.id, *figures, Sheet.agency_name, Appraisal.points)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Appraisal, and_(Appraisal.score_id == Score.id, Appraisal.appraiser_id == account.id))
        .where(Score.id.in_(score_ids))
        .order_by(Sheet.sort_key, Sheet.id)
    )
    return list(db.session.execute(query))


def _files(score_ids: list[int]) -> dict[int, tuple[str, list[int]]]:
    """File id → (name, scores that it proves): the same content is one file, whoever sent it."""
    query = (
        select(Evidence.file_id, Evidence.file_name, ScoreEvidence.score_id)
        .join(ScoreEvidence, ScoreEvidence.evidence_id == Evidence.id)
        .where(ScoreEvidence.score_id.in_(score_ids))
        .order_by(Evidence.id, ScoreEvidence.score_id)
    )
    found: dict[int, tuple[str, list[int]]] = {}
    for file_id, name, score_id in db.session.execute(query):
        _name, ids = found.setdefault(file_id, (name, []))
        if score_id not in ids:
            ids.append(score_id)
    return found


def _by_given(cases: list[Case]) -> list[tuple[Decimal | None, list[Case]]]:
    parts: dict[Decimal | None, list[Case]] = defaultdict(list)
    for case in cases:
        parts[case.given].append(case)
    return sorted(parts.items(), key=lambda part: (part[0] is not None, part[0] or 0), reverse=True)
