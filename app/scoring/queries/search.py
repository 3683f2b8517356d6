"""What an account finds by words: agencies, criteria, evidence and rounds within its own rows, and no other.

Words are compared without marks (``search_text``); every word must be there. A manager finds everything, an agency's
clerks what is the agency's own, an appraiser what is assigned, from the round's appraisal on. Six statements at most
for a group of hits, whatever the number of rows.
"""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select

from app.accounts import is_appraiser, is_data_entry, is_manager
from app.extensions import db
from app.models import Account, Agency
from app.scoring.models import CriteriaSet, Criterion, Evidence, Round, RoundSet, Score, ScoreEvidence, Sheet
from app.scoring.queries.appraisals import works_of
from app.scoring.queries.queue import assigned_now
from app.scoring.states import BEFORE_APPRAISAL
from app.text import fold

LONGEST, MOST_WORDS = 200, 8


class Hit(NamedTuple):
    """``place`` names the screen that the hit leads to, ``keys`` the rows it needs; the views know the addresses."""

    place: str
    keys: tuple
    title: str
    detail: str = ""


class Finder:
    """Whoever looks, and what they look for; each group of hits is a method."""

    def __init__(self, account: Account, typed: str, limit: int):
        self.account, self.limit = account, limit
        self.words = fold(typed[:LONGEST]).split()[:MOST_WORDS]
        self._mine: ColumnElement | None = None

    def matches(self, model) -> ColumnElement:
        """Every word stands somewhere in the row's ``search_text``."""
        return and_(*(model.search_text.contains(word, autoescape=True) for word in self.words))

    @property
    def mine(self) -> ColumnElement:
        """The appraiser's scores, as a condition on score, sheet and criterion."""
        if self._mine is None:
            self._mine = assigned_now(self.account)
        return self._mine

    def agencies(self) -> list[Hit]:
        if is_manager(self.account):
            query = select(Agency.id, Agency.name, Agency.code).where(self.matches(Agency))
            order = (self._together(Agency), Agency.sort_key, Agency.id)
            return self._hits(query.order_by(*order), "agency", 1)
        shown = (Sheet.round_id, Sheet.id, Sheet.agency_name, Round.name, Round.period_end, Sheet.sort_key)
        query = select(*shown).join(Sheet.round).join(Sheet.agency).where(self.matches(Agency))
        query = query.order_by(Round.period_end.desc(), Sheet.sort_key, Sheet.id)
        if is_appraiser(self.account):
            there = select(Score.id).join(Criterion, Criterion.id == Score.criterion_id)
            there = there.where(Score.sheet_id == Sheet.id, self.mine).correlate(Sheet)
            return self._hits(query.where(there.exists()), "desk agency", 2)
        return self._hits(query.where(self._own()), "sheet", 2)

    def criteria(self) -> list[Hit]:
        """By code first: ``1.2`` finds criterion 1.2 before everything that merely holds it."""
        best, latest = self._by_code(), Round.period_end.desc()
        if is_manager(self.account):
            query = select(Criterion.criteria_set_id, Criterion.code, _named(), CriteriaSet.name)
            query = query.join(Criterion.criteria_set).where(
                self.matches(Criterion), CriteriaSet.id.in_(select(RoundSet.criteria_set_id))
            )
            return self._hits(query.order_by(best, CriteriaSet.id.desc(), Criterion.position), "set", 2)
        if is_appraiser(self.account):
            shown = (Round.id, Criterion.id, _named(), Round.name, Round.period_end, Criterion.position, best)
            query = self._scores(select(*shown).distinct()).where(self.mine, self.matches(Criterion))
            order = (best, latest, Criterion.position, Criterion.id)
            return self._hits(query.order_by(*order), "desk criterion", 2)
        query = self._scores(select(Sheet.id, Score.id, _named(), Round.name))
        query = query.where(self._own(), self.matches(Criterion))
        return self._hits(query.order_by(best, latest, Criterion.position, Score.id), "row", 2)

    def evidence(self) -> list[Hit]:
        """Newest first; the detail is the document's number, issuer and summary, for a manager its agency too."""
        query = select(Evidence, Agency.name).join(Evidence.agency).where(self.matches(Evidence))
        if is_appraiser(self.account):
            proofs = self._scores(select(Score.id)).join(ScoreEvidence, ScoreEvidence.score_id == Score.id)
            proofs = proofs.where(ScoreEvidence.evidence_id == Evidence.id, self.mine).correlate(Evidence)
            query = query.where(proofs.exists())
        elif not is_manager(self.account):
            query = query.where(self._own(Evidence))
        found = db.session.execute(query.order_by(self._together(Evidence), Evidence.id.desc()).limit(self.limit))
        whose = not is_data_entry(self.account)
        return [_evidence_hit(row, name if whose else "") for row, name in found]

    def rounds(self) -> list[Hit]:
        order = (Round.period_end.desc(), Round.id.desc())
        query = select(Round.id, Round.name, Round.state).where(self.matches(Round)).order_by(*order)
        if is_manager(self.account):
            return self._hits(query, "round", 1)
        if is_appraiser(self.account):
            works = [w.round_id for w in works_of(self.account) if w.round.state not in BEFORE_APPRAISAL]
            return self._hits(query.where(Round.id.in_(works)), "desk", 1)
        query = select(Sheet.id, Round.name, Sheet.state).join(Sheet.round).where(self.matches(Round))
        return self._hits(query.where(self._own()).order_by(*order), "sheet of round", 1)

    def _own(self, model=Sheet) -> ColumnElement:
        """Rows of the agency that the account enters data for; none for an account without one."""
        if not is_data_entry(self.account) or self.account.agency_id is None:
            return false()
        return model.agency_id == self.account.agency_id

    def _by_code(self) -> ColumnElement:
        code = self.words[0] if len(self.words) == 1 else ""
        known = func.lower(Criterion.code)
        if not code:
            return self._together(Criterion)
        return case((known == code, 0), (known.startswith(code, autoescape=True), 1), else_=2).label("best")

    def _together(self, model) -> ColumnElement:
        """Rows where the words stand side by side come first."""
        side_by_side = model.search_text.contains(" ".join(self.words), autoescape=True)
        return case((side_by_side, 0), else_=1).label("best")

    @staticmethod
    def _scores(query: Select) -> Select:
        return (
            query.select_from(Score)
            .join(Sheet, Sheet.id == Score.sheet_id)
            .join(Criterion, Criterion.id == Score.criterion_id)
            .join(Round, Round.id == Sheet.round_id)
        )

    def _hits(self, query: Select, place: str, keys: int) -> list[Hit]:
        """Rows as hits: first the keys, then title and detail."""
        rows = db.session.execute(query.limit(self.limit))
        return [Hit(place, tuple(row[:keys]), row[keys], row[keys + 1]) for row in rows]


def _named() -> ColumnElement[str]:
    return Criterion.code + " " + Criterion.name


def _evidence_hit(evidence: Evidence, agency: str) -> Hit:
    detail = " · ".join(part for part in (evidence.number, evidence.issuer, evidence.summary, agency) if part)
    return Hit("evidence", (evidence.id,), evidence.file_name, detail)
