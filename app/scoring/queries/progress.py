"""How far a round is: each agency's sheet, the groups' stages, the appraisers' work."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.errors import NotInScope
from app.extensions import db
from app.holding import Held, hold_one
from app.models import Account, AgencyGroup
from app.scoring.models import Appraisal, AppraiserWork, Extension, Reminder, Round, Score, Sheet
from app.scoring.policy import require_manager
from app.scoring.queries.appraisals import round_works
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.reminders import last_reminders
from app.scoring.queries.sheets import deadline_of, evidence_counts, progress_counts
from app.scoring.states import RoundState, SheetState
from app.text import fold

UNSENT = (SheetState.DRAFT, SheetState.APPROVED)
LATE, NOT_STARTED = "late", "not_started"


@dataclass(frozen=True)
class AgencyRow:
    """One agency in the round. ``late``: not sent although its deadline has passed."""

    sheet: Sheet
    done: int
    to_do: int
    evidence: int
    saved_at: datetime | None
    deadline: datetime
    late: bool
    reminder: Reminder | None = None

    @property
    def unsent(self) -> bool:
        return self.sheet.state in UNSENT

    @property
    def not_started(self) -> bool:
        return self.sheet.state == SheetState.DRAFT and not self.done

    @property
    def extension(self) -> Extension | None:
        return self.sheet.extensions[-1] if self.sheet.extensions else None


@dataclass(frozen=True)
class Stages:
    """A group's sheets counted by state."""

    group: AgencyGroup
    states: Counter

    @property
    def total(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to; empty means everything. ``state`` may be ``late`` or ``not_started``."""

    group: str = ""
    state: str = ""
    search: str = ""

    def takes(self, row: AgencyRow) -> bool:
        return (
            (not self.group or str(row.sheet.group_id) == self.group)
            and self._takes_state(row)
            and fold(self.search.strip()) in row.sheet.search_text
        )

    def _takes_state(self, row: AgencyRow) -> bool:
        special = {"": True, LATE: row.late, NOT_STARTED: row.not_started, "unsent": row.unsent}
        return special.get(self.state, row.sheet.state == self.state)


@dataclass(frozen=True)
class WorkRow:
    """One appraiser's progress."""

    work: AppraiserWork
    done: int
    to_do: int


def get_progress_round(account: Account, round_id: int) -> Round:
    """An opened round, for managers."""
    require_manager(account)
    return _opened(db.session.get(Round, round_id))


def hold_progress_round(account: Account, round_id: int) -> Held[Round]:
    """As ``get_progress_round``, held until the commit."""
    require_manager(account)
    held = hold_one(select(Round).where(Round.id == round_id))
    _opened(held.row if held is not None else None)
    return held


def _opened(round_: Round | None) -> Round:
    if round_ is None or round_.state == RoundState.PREPARING:
        raise NotInScope()
    return round_


def followed_rounds() -> list[Round]:
    """Opened rounds, those under way first, then the newest."""
    rounds = db.session.scalars(
        select(Round)
        .where(Round.state != RoundState.PREPARING)
        .order_by(Round.period_end.desc(), Round.programme, Round.id.desc())
    )
    return sorted(rounds, key=lambda round_: round_.state == RoundState.CONCLUDED)


def agency_rows(round_: Round, at: datetime) -> list[AgencyRow]:
    """Every agency of the round by group and name; six statements whatever their number."""
    sheets = db.session.scalars(
        select(Sheet)
        .join(AgencyGroup, AgencyGroup.id == Sheet.group_id)
        .where(Sheet.round_id == round_.id)
        .options(joinedload(Sheet.group), joinedload(Sheet.round), selectinload(Sheet.extensions))
        .order_by(AgencyGroup.sort_order, AgencyGroup.code, Sheet.sort_key, Sheet.id)
    ).all()
    ids = [sheet.id for sheet in sheets]
    done, evidence, saved = progress_counts(ids), evidence_counts(ids), _last_saved(round_)
    reminded = last_reminders(round_)
    return [
        AgencyRow(
            sheet,
            *done.get(sheet.id, (0, 0)),
            evidence.get(sheet.id, 0),
            saved.get(sheet.id),
            deadline_of(sheet),
            _is_late(sheet, at),
            reminded.get(sheet.id),
        )
        for sheet in sheets
    ]


def _is_late(sheet: Sheet, at: datetime) -> bool:
    waiting = sheet.round.state == RoundState.OPEN and sheet.state in UNSENT
    return waiting and at > deadline_of(sheet)


def _last_saved(round_: Round) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Score.sheet_id, func.max(Score.saved_at))
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Sheet.round_id == round_.id)
        .group_by(Score.sheet_id)
    )
    return {sheet_id: saved_at for sheet_id, saved_at in rows if saved_at is not None}


def stages_of(rows: list[AgencyRow]) -> list[Stages]:
    """Groups in their order, each with its sheets by state."""
    found: dict[AgencyGroup, Counter] = defaultdict(Counter)
    for row in rows:
        found[row.sheet.group][row.sheet.state] += 1
    return [Stages(group, states) for group, states in found.items()]


def get_row(round_: Round, sheet_id: int, at: datetime) -> AgencyRow:
    found = next((row for row in agency_rows(round_, at) if row.sheet.id == sheet_id), None)
    if found is None:
        raise NotInScope()
    return found


def work_rows(round_: Round) -> list[WorkRow]:
    """Appraisers of the round, the least advanced first; nobody before the round goes to appraisal."""
    works = round_works(round_)
    if not works:
        return []
    coverage, done = Coverage(round_), _appraised(round_)
    rows = [
        WorkRow(work, done.get(work.appraiser_id, 0), len(coverage.items_of(work.appraiser_id)))
        for work in works
    ]
    return sorted(rows, key=lambda row: (row.work.state != "open", row.done / (row.to_do or 1), row.work.id))


def _appraised(round_: Round) -> dict[int, int]:
    """Appraiser → number of their appraisals in the round."""
    rows = db.session.execute(
        select(Appraisal.appraiser_id, func.count())
        .join(Score, Score.id == Appraisal.score_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Sheet.round_id == round_.id)
        .group_by(Appraisal.appraiser_id)
    )
    return {appraiser_id: count for appraiser_id, count in rows}


def of_round(sheet: Held[Sheet], round_: Round) -> Held[Sheet]:
    """The sheet when it belongs to the round, else ``NotInScope``."""
    if sheet.row.round_id != round_.id:
        raise NotInScope()
    return sheet
