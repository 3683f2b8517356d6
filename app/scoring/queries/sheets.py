"""What a sheet's page shows: the tree with its scores, self totals, progress and what is still missing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.errors import NotInScope, Sentence
from app.extensions import db
from app.holding import Held, hold_one
from app.models import Account, Agency
from app.scoring.models import Criterion, Evidence, Round, Score, ScoreEvidence, Sheet
from app.scoring.policy import require_visible
from app.scoring.queries.deviation import forbidden_deviation
from app.scoring.queries.doneness import done_clause, is_done
from app.scoring.queries.standings import KINDS, leaf_of, reform_index
from app.scoring.rules import (
    Figures,
    Method,
    Standing,
    Suggestion,
    Total,
    check_figures,
    field_totals,
    lacking,
    linked,
    rounded,
    suggest,
    total,
)
from app.scoring.states import RoundState, SheetState
from app.text import fold


@dataclass
class Row:
    """A node of the tree; leaves carry their score and its suggestion."""

    criterion: Criterion
    score: Score | None = None
    suggestion: Suggestion = Suggestion()

    @property
    def self_scored(self) -> bool:
        """Whether this leaf is the unit's to score."""
        return self.score is not None and self.criterion.assessed_by == "self" and not self.score.na_by_rule

    @property
    def done(self) -> bool:
        return self.self_scored and is_done(self.criterion, self.score)

    @property
    def missing(self) -> Sentence | None:
        """Which figures are not there though something else is typed; None where all are or nothing is typed."""
        score = self.score
        missing = lacking(self.criterion.ground, score) if self.self_scored and not score.na_claimed else ()
        begun = score is not None and any(value is not None for value in (*figures_of(score), score.self_points))
        if not missing or not begun:
            return None
        if "option" in missing:
            return Sentence("Chưa nhập số liệu: chưa chọn mức đạt được.")
        names = ", ".join(self.criterion.figure_name(letter) for letter in missing)
        return Sentence("Chưa nhập số liệu: %(names)s.", {"names": names})

    @property
    def differs(self) -> bool:
        """The unit's points are not those that its figures give."""
        suggested, own = self.suggestion.points, self.score.self_points if self.score else None
        return suggested is not None and own is not None and own != suggested

    @property
    def forbidden(self) -> Sentence | None:
        """Why the set does not take the points that the row has, or None."""
        own = self.score.self_points if self.self_scored else None
        return forbidden_deviation(self.criterion, self.suggestion, own)

    @property
    def allows_deviation(self) -> bool:
        """Whether an explanation may stand in for figures, and for the suggested points."""
        return self.criterion.criteria_set.allows_deviation


@dataclass
class Page:
    """A sheet with every row in the set's order."""

    sheet: Sheet
    rows: list[Row]
    total: Total
    fields: dict[str, Total]
    deadline: datetime

    @property
    def leaves(self) -> list[Row]:
        return [row for row in self.rows if row.score is not None]

    @property
    def to_do(self) -> int:
        return sum(row.self_scored for row in self.rows)

    @property
    def done(self) -> int:
        return sum(row.done for row in self.rows)

    def field_progress(self, code: str) -> tuple[int, int]:
        rows = [row for row in self.rows if row.criterion.field_code == code and row.self_scored]
        return sum(row.done for row in rows), len(rows)


def get_sheet(account: Account, sheet_id: int) -> Sheet:
    """The sheet within the account's rows, or ``NotInScope``."""
    query = _sheet(sheet_id).options(joinedload(Sheet.criteria_set))
    return _in_sight(account, db.session.scalars(query).unique().one_or_none())


def hold_sheet(account: Account, sheet_id: int) -> Held[Sheet]:
    """The sheet within the account's rows held until the commit, or ``NotInScope``."""
    held = hold_one(_sheet(sheet_id))
    _in_sight(account, held.row if held is not None else None)
    return held


def _sheet(sheet_id: int) -> Select[tuple[Sheet]]:
    parts = joinedload(Sheet.round), joinedload(Sheet.agency), joinedload(Sheet.extensions)
    return select(Sheet).where(Sheet.id == sheet_id).options(*parts)


def _in_sight(account: Account, sheet: Sheet | None) -> Sheet:
    if sheet is None:
        raise NotInScope()
    require_visible(account, sheet)
    return sheet


def get_score(account: Account, score_id: int) -> Score:
    """A score of a sheet within the account's rows, with criterion, sheet, round and evidence."""
    score = db.session.scalars(_score(score_id)).unique().one_or_none()
    _in_sight(account, score.sheet if score is not None else None)
    return score


def hold_score(account: Account, score_id: int) -> Held[Score]:
    """As ``get_score``, held with its sheet until the commit: an approval waits for the row, or the row for it."""
    held = hold_one(_score(score_id))
    _in_sight(account, held.row.sheet if held is not None else None)
    return held


def _score(score_id: int) -> Select[tuple[Score]]:
    sheet = contains_eager(Score.sheet).options(
        joinedload(Sheet.round), joinedload(Sheet.agency), joinedload(Sheet.extensions)
    )
    evidence = selectinload(Score.evidence).joinedload(Evidence.file)
    query = select(Score).join(Score.sheet).where(Score.id == score_id)
    return query.options(joinedload(Score.criterion), sheet, evidence)


def deadline_of(sheet: Sheet) -> datetime:
    """The round's entry deadline, or the agency's latest extension."""
    return max([sheet.round.entry_deadline, *(extension.deadline for extension in sheet.extensions)])


def can_enter(sheet: Sheet, at: datetime) -> bool:
    """Whether the unit may still change its draft: round open (or sheet returned during appraisal), in time."""
    returned = sheet.round.state == RoundState.APPRAISING and sheet.return_reason is not None
    return (
        sheet.state == SheetState.DRAFT
        and (sheet.round.state == RoundState.OPEN or returned)
        and at <= deadline_of(sheet)
    )


def figures_of(score: Score) -> Figures:
    return Figures(a=score.figure_a, b=score.figure_b, n=score.figure_n, option=score.option)


def suggestion_of(criterion: Criterion, figures: Figures) -> Suggestion:
    """What typed figures give, by the criterion's own rule."""
    given = figures.read_by(criterion.ground)
    found = suggest(Method(criterion.method), criterion.rule, criterion.maximum, given, criterion.asked)
    if found.nothing_to_do and not criterion.criteria_set.allows_deviation:
        named = {"name": criterion.figure_name("b")}
        return found._replace(working=Sentence("%(name)s bằng 0: không phát sinh – đề nghị không áp dụng", named))
    return found


def suggestion_for(score: Score, figures: Figures | None = None) -> Suggestion:
    """What the figures give, those of the score or others; for a linked leaf, what the agency's reform index gives."""
    criterion = score.criterion
    if criterion.linked_programme:
        index = reform_index(score.sheet)
        return linked(criterion.maximum, None if index is None else rounded(index, score.sheet.round.places))
    return suggestion_of(criterion, figures_of(score) if figures is None else figures)


def sheet_page(sheet: Sheet) -> Page:
    """The whole tree in six statements, whatever its size."""
    criteria = db.session.scalars(
        select(Criterion)
        .where(Criterion.criteria_set_id == sheet.criteria_set_id)
        .order_by(Criterion.position)
    ).all()
    scores = {
        score.criterion_id: score
        for score in db.session.scalars(
            select(Score)
            .where(Score.sheet_id == sheet.id)
            .options(selectinload(Score.evidence).joinedload(Evidence.file), joinedload(Score.saved_by))
        )
    }
    rows = [_row(criterion, scores.get(criterion.id)) for criterion in criteria]
    standings = [self_standing(row) for row in rows if row.score is not None]
    return Page(sheet, rows, total(standings), field_totals(standings), deadline_of(sheet))


def _row(criterion: Criterion, score: Score | None) -> Row:
    return Row(criterion, score, suggestion_for(score)) if score is not None else Row(criterion)


def self_standing(row: Row) -> Standing:
    """How the unit sees itself at a leaf: its own points; claimed not-applicable leaves both sums."""
    score = row.score
    applicable = not (score.na_by_rule or score.na_claimed)
    return Standing(leaf_of(row.criterion), applicable, score.self_points if applicable else None)


def wrong_figures(criterion: Criterion, figures: Figures) -> Sentence | None:
    """Why the criterion cannot have these figures, or None."""
    given = figures.read_by(criterion.ground)
    return check_figures(Method(criterion.method), given, criterion.rule, criterion.asked)


def agency_evidence(agency: Agency | int, search: str = "") -> list[Evidence]:
    """The agency's library, newest first, searched without diacritics."""
    agency_id = agency if isinstance(agency, int) else agency.id
    query = (
        select(Evidence)
        .where(Evidence.agency_id == agency_id)
        .options(joinedload(Evidence.file))
        .order_by(Evidence.id.desc())
        .limit(200)
    )
    if search.strip():
        query = query.where(Evidence.search_text.contains(fold(search.strip()), autoescape=True))
    return list(db.session.scalars(query))


def sheets_of_agency(agency_id: int, programme: str | None = None) -> list[Sheet]:
    """The agency's sheets of opened rounds, newest period first."""
    query = (
        select(Sheet)
        .join(Round, Round.id == Sheet.round_id)
        .where(Sheet.agency_id == agency_id)
        .options(joinedload(Sheet.round), selectinload(Sheet.extensions))
        .order_by(Round.period_end.desc(), Round.id.desc())
    )
    return list(db.session.scalars(query if programme is None else query.where(Round.programme == programme)))


def progress_counts(sheet_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Sheet id → (leaves done, leaves to score) of the unit's own part, in one statement."""
    done = func.sum(db.case((done_clause(), 1), else_=0))
    query = (
        select(Score.sheet_id, done, func.count())
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Score.sheet_id.in_(sheet_ids), Criterion.assessed_by == "self", ~Score.na_by_rule)
        .group_by(Score.sheet_id)
    )
    return {sheet_id: (int(done), total_) for sheet_id, done, total_ in db.session.execute(query)}


def evidence_counts(sheet_ids: list[int]) -> dict[int, int]:
    """Sheet id → number of evidence links."""
    query = (
        select(Score.sheet_id, func.count())
        .join(ScoreEvidence, ScoreEvidence.score_id == Score.id)
        .where(Score.sheet_id.in_(sheet_ids))
        .group_by(Score.sheet_id)
    )
    return {key: value for key, value in db.session.execute(query)}


__all__ = [
    "KINDS",
    "Page",
    "Row",
    "agency_evidence",
    "can_enter",
    "deadline_of",
    "evidence_counts",
    "figures_of",
    "get_score",
    "get_sheet",
    "hold_score",
    "hold_sheet",
    "progress_counts",
    "self_standing",
    "sheet_page",
    "sheets_of_agency",
    "suggestion_for",
    "suggestion_of",
    "wrong_figures",
]
