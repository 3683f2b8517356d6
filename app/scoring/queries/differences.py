"""Where appraisal and self-assessment part, light enough for a whole round: the heat map and its list."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.errors import NotInScope
from app.extensions import db
from app.holding import Held, hold_all, hold_one
from app.models import AgencyGroup
from app.scoring.models import Criterion, Evidence, Round, RoundSet, Score, Sheet
from app.scoring.queries.standings import sent_points
from app.scoring.rules import Final, Method, final_points, plain
from app.scoring.states import RoundState

AFTER_ENTRY = (RoundState.APPRAISING, RoundState.CONSOLIDATED, RoundState.CONCLUDED)
ZERO = Decimal(0)


class Pair(NamedTuple):
    """A leaf of an agency: what the unit says, the mean of the appraisals sent, and what is settled.

    ``due``: until when the agency may explain, when it was asked.
    """

    score_id: int
    sheet_id: int
    criterion_id: int
    code: str
    field_code: str
    agency: str
    group_id: int
    version: int
    own: Final | None
    appraised: Final | None
    final: Final
    due: datetime | None
    answered: bool
    concluded: bool

    @property
    def asked(self) -> bool:
        return self.due is not None

    def is_awaited(self, at: datetime) -> bool:
        """The agency may still explain."""
        return self.due is not None and not self.answered and not self.concluded and at <= self.due

    @property
    def mark(self) -> str:
        """What a person saw of the row: another one when the row or its appraisals have changed since."""
        return f"{self.version}:{_mark(self.own)}:{_mark(self.appraised)}"

    @property
    def differs(self) -> bool:
        """``own`` is None where self points do not count."""
        return self.own is not None and self.appraised is not None and self.appraised != self.own

    @property
    def unscored(self) -> bool:
        """Appraisers have sent and there is still no outcome: they disagree on “does not apply”."""
        return self.appraised is not None and self.final.applicable and self.final.points is None

    @property
    def counts(self) -> bool:
        """Belongs on the list of differences."""
        return self.differs or self.unscored or self.concluded

    @property
    def is_open(self) -> bool:
        return self.counts and not self.concluded

    @property
    def size(self) -> tuple[bool, Decimal]:
        """How far the two sides part; where they do not even agree whether it applies, furthest."""
        return self.gap is None, abs(self.gap or ZERO)

    @property
    def gap(self) -> Decimal | None:
        """Appraised less own points; None where one side has none."""
        own = self.own.points if self.own is not None else None
        given = self.appraised.points if self.appraised is not None else None
        return None if own is None or given is None else given - own


def _mark(value: Final | None) -> str:
    if value is None:
        return "-"
    return plain(value.points) if value.points is not None else "?" if value.applicable else "na"


SORTS: dict[str, Callable[[Pair], Any]] = {
    "size": lambda pair: (not pair.size[0], -pair.size[1]),
    "agency": lambda pair: 0,
    "criterion": lambda pair: sortable_code(pair.code),
}
"""Name of the list's order → key; what is equal stays by agency and criterion."""


def sortable_code(code: str) -> tuple[tuple[bool, int, str], ...]:
    """1.10 after 1.9."""
    parts = code.split(".")
    return tuple((not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts)


@dataclass
class Cell:
    """An agency's differences within one field or leaf: how many, how many open, the sum of the gaps."""

    count: int = 0
    open: int = 0
    gap: Decimal = ZERO
    amount: Decimal = ZERO
    gaps: int = 0

    def add(self, pair: Pair) -> None:
        self.count += pair.counts
        self.open += pair.is_open
        if pair.counts and pair.gap is not None:
            self.gaps += 1
            self.gap += pair.gap
            self.amount += abs(pair.gap)


@dataclass
class HeatMap:
    """``columns``: field or leaf code → name; ``cells`` by sheet id and column code; ``sums`` by sheet id."""

    columns: dict[str, str]
    cells: dict[int, dict[str, Cell]] = field(default_factory=lambda: defaultdict(dict))
    sums: dict[int, Cell] = field(default_factory=dict)


def rounds_after_entry() -> list[Round]:
    """Rounds in appraisal or later, newest first."""
    query = (
        select(Round).where(Round.state.in_(AFTER_ENTRY)).order_by(Round.period_end.desc(), Round.id.desc())
    )
    return list(db.session.scalars(query))


def get_round(round_id: int) -> Round:
    """A round in appraisal or later with its groups and sets, or ``NotInScope``."""
    return _after_entry(db.session.scalars(_round(round_id)).one_or_none())


def hold_round(round_id: int) -> Held[Round]:
    """As ``get_round``, held until the commit."""
    held = hold_one(_round(round_id))
    _after_entry(held.row if held is not None else None)
    return held


def _round(round_id: int) -> Select[tuple[Round]]:
    sets = selectinload(Round.sets).options(joinedload(RoundSet.group))
    return select(Round).where(Round.id == round_id).options(sets)


def _after_entry(round_: Round | None) -> Round:
    if round_ is None or round_.state not in AFTER_ENTRY:
        raise NotInScope()
    return round_


def groups_of(round_: Round) -> list[AgencyGroup]:
    return sorted((item.group for item in round_.sets), key=lambda group: (group.sort_order, group.code))


def group_sheets(round_: Round, group_id: int) -> list[Sheet]:
    """The group's sheets in Vietnamese order of the agencies' names."""
    query = select(Sheet).where(Sheet.round_id == round_.id, Sheet.group_id == group_id)
    return list(db.session.scalars(query.order_by(Sheet.sort_key, Sheet.id)))


def round_pairs(
    round_: Round, group_id: int | None = None, score_ids: Collection[int] | None = None
) -> list[Pair]:
    """Every applicable leaf of the round, of one group or of these scores, in two statements."""
    query = (
        select(
            Score.id,
            Score.sheet_id,
            Score.criterion_id,
            Score.version,
            Score.na_claimed,
            Score.self_points,
            Score.survey_points,
            Score.concluded_points,
            Score.concluded_na,
            Score.answer_due_at,
            Score.answered_at,
            Criterion.code,
            Criterion.field_code,
            Criterion.method,
            Criterion.assessed_by,
            Sheet.not_submitted,
            Sheet.agency_name,
            Sheet.group_id,
        )
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Sheet.round_id == round_.id, ~Score.na_by_rule)
        .order_by(Sheet.sort_key, Sheet.id, Criterion.position)
    )
    sent = sent_points(round_)
    if group_id is not None:
        query = query.where(Sheet.group_id == group_id)
    if score_ids is not None:
        query = query.where(Score.id.in_(score_ids))
    rows = db.session.execute(query)
    return [_pair(row, sent.get(row.id)) for row in rows]


def _pair(row, given: list[Decimal | None] | None) -> Pair:
    is_survey = row.method in (Method.SURVEY, Method.SURVEY_TIERS)
    own = None
    if row.assessed_by == "self" and not row.not_submitted:
        own = Final(not row.na_claimed, None if row.na_claimed else row.self_points)
    appraised = final_points(None, False, given) if given else None
    concluded = row.concluded_na or row.concluded_points is not None
    final = appraised
    if concluded or appraised is None:
        final = final_points(row.concluded_points, row.concluded_na, (), row.survey_points, is_survey)
    return Pair(
        row.id,
        row.sheet_id,
        row.criterion_id,
        row.code,
        row.field_code,
        row.agency_name,
        row.group_id,
        row.version,
        own,
        appraised,
        final,
        row.answer_due_at,
        row.answered_at is not None,
        concluded,
    )


def columns_of(round_: Round, group_id: int, field_code: str = "") -> dict[str, str]:
    """Code → name: the fields of the group's set, or the leaves of one field."""
    set_id = next(item.criteria_set_id for item in round_.sets if item.group_id == group_id)
    query = select(Criterion.code, Criterion.name).where(Criterion.criteria_set_id == set_id)
    if field_code:
        query = query.where(Criterion.field_code == field_code, Criterion.is_leaf)
    else:
        query = query.where(Criterion.parent_id.is_(None))
    return dict(db.session.execute(query.order_by(Criterion.position)).all())


def heat_map(pairs: Iterable[Pair], columns: dict[str, str], field_code: str = "") -> HeatMap:
    """The pairs counted by agency and column."""
    column: Callable[[Pair], str] = (lambda pair: pair.code) if field_code else (lambda pair: pair.field_code)
    found = HeatMap(columns)
    for pair in pairs:
        found.cells[pair.sheet_id].setdefault(column(pair), Cell()).add(pair)
        found.sums.setdefault(pair.sheet_id, Cell()).add(pair)
    return found


def scores_with_rows(score_ids: list[int]) -> dict[int, Score]:
    """Scores with criterion and sheet, for the page of the list that is shown."""
    query = (
        select(Score)
        .where(Score.id.in_(score_ids))
        .options(joinedload(Score.criterion), joinedload(Score.sheet).joinedload(Sheet.round))
    )
    return {score.id: score for score in db.session.scalars(query)}


def hold_scores(round_: Held[Round], score_ids: Collection[int]) -> list[Held[Score]]:
    """Those of the scores that are of this round, held with their sheets, sheet by sheet."""
    return hold_all(
        select(Score)
        .join(Score.sheet)
        .where(Score.id.in_(score_ids), Sheet.round_id == round_.row.id)
        .options(joinedload(Score.criterion), contains_eager(Score.sheet).joinedload(Sheet.round))
        .order_by(Score.sheet_id, Score.id)
    )


def evidence_of(sheet: Sheet) -> dict[int, list[Evidence]]:
    """Score id → its evidence, for one sheet."""
    query = (
        select(Score)
        .where(Score.sheet_id == sheet.id)
        .options(selectinload(Score.evidence).joinedload(Evidence.file))
    )
    return {score.id: score.evidence for score in db.session.scalars(query)}


def minutes_numbers(round_: Round) -> list[str]:
    """Numbers of the council's minutes that hold conclusions of the round."""
    query = (
        select(Score.minutes_number)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Sheet.round_id == round_.id, Score.minutes_number.is_not(None))
        .distinct()
        .order_by(Score.minutes_number)
    )
    return list(db.session.scalars(query))


def rows_named(pairs: Collection[Pair], most: int = 5) -> str:
    """``1.3.2 – Sở Y tế; …``: the first few rows, and that there are more."""
    named = [f"{pair.code} – {pair.agency}" for pair in list(pairs)[:most]]
    return "; ".join(named) + ("; …" if len(pairs) > most else "")
