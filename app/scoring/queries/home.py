"""What waits for each account type: the rows of the home pages."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.errors import Sentence
from app.extensions import db
from app.models import Account, AccountRequest, ResetRequest
from app.office.models import Proposal
from app.scoring.models import AppraiserWork, Round, Score, Sheet, SurveyCampaign
from app.scoring.queries.appraisals import done_ids, works_of
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.next_step import UNSENT, Facts, NextStep, facts_of, next_step
from app.scoring.queries.precheck import row_problems
from app.scoring.queries.sheets import (
    Page,
    deadline_of,
    progress_counts,
    sheet_page,
    sheets_of_agency,
)
from app.scoring.queries.surveys import answered_about, campaigns_for
from app.scoring.queries.years import Year, years_of
from app.scoring.states import Programme, RoundState, SheetState


@dataclass(frozen=True)
class OpenSheet:
    """One of the agency's sheets under way, how far it is and what comes next."""

    sheet: Sheet
    done: int
    to_do: int
    deadline: datetime
    late: bool
    next_step: NextStep


@dataclass(frozen=True)
class FieldLeft:
    """How far one field (lĩnh vực) of a sheet is."""

    code: str
    name: str
    done: int
    to_do: int


@dataclass(frozen=True)
class Outlook:
    """A draft from near: its fields, and what the pre-send check finds in how many rows that are scored."""

    fields: list[FieldLeft]
    missing: list[tuple[Sentence, int]]


@dataclass(frozen=True)
class OpenWork:
    """An appraiser's work on a round under way."""

    work: AppraiserWork
    done: int
    to_do: int


@dataclass(frozen=True)
class OpenRound:
    """A round under way. ``states`` counts its sheets; ``late`` those not sent after their deadline."""

    round: Round
    states: Counter
    late: list[Sheet]

    @property
    def sheets(self) -> int:
        return sum(self.states.values())

    @property
    def sent(self) -> int:
        return self.sheets - sum(self.states[state] for state in UNSENT)


def open_sheets(account: Account, at: datetime) -> list[OpenSheet]:
    """Sheets of rounds not yet concluded: those that can still be sent first, then by deadline."""
    sheets = [s for s in sheets_of_agency(account.agency_id) if s.round.state != RoundState.CONCLUDED]
    facts = facts_of(sheets, progress_counts([sheet.id for sheet in sheets]), at)
    found = [_open_sheet(account, sheet, facts[sheet.id], at) for sheet in sheets]
    return sorted(found, key=lambda row: (row.sheet.state not in UNSENT, row.deadline, row.sheet.id))


def _open_sheet(account: Account, sheet: Sheet, facts: Facts, at: datetime) -> OpenSheet:
    deadline = deadline_of(sheet)
    late = sheet.state in UNSENT and at > deadline
    return OpenSheet(sheet, facts.done, facts.to_do, deadline, late, next_step(account, sheet, facts, at))


def outlooks(sheets: list[OpenSheet]) -> dict[int, Outlook]:
    """Sheet id → what is still to be done in each draft that can be entered; six statements a draft."""
    drafts = [row.sheet for row in sheets if row.sheet.state == SheetState.DRAFT and not row.late]
    return {sheet.id: _outlook(sheet_page(sheet)) for sheet in drafts}


def _outlook(page: Page) -> Outlook:
    heads = {row.criterion.code: row.criterion.name for row in page.rows}
    fields = [FieldLeft(code, heads.get(code, ""), *page.field_progress(code)) for code in page.fields]
    scored = {row.score.id for row in page.leaves if row.done}
    counts = Counter(found.heading.template for found in row_problems(page) if found.score_id in scored)
    return Outlook(fields, [(Sentence(words), count) for words, count in counts.most_common()])


def explanations_due(account: Account, at: datetime) -> list[Score]:
    """Rows of the agency that wait for its explanation, the nearest end first."""
    query = (
        select(Score)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(
            Sheet.agency_id == account.agency_id,
            Sheet.state == SheetState.APPRAISED,
            Score.asked_at.is_not(None),
            Score.answered_at.is_(None),
            Score.answer_due_at >= at,
        )
        .options(joinedload(Score.criterion), joinedload(Score.sheet).joinedload(Sheet.round))
        .order_by(Score.answer_due_at, Score.id)
    )
    return list(db.session.scalars(query))


def surveys_due(account: Account, at: datetime) -> list[tuple[SurveyCampaign, int]]:
    """Open forms with the number of agencies that the account has not answered about."""
    campaigns = campaigns_for(account, at)
    answered = answered_about(account, [campaign for campaign, _agencies in campaigns])
    counted = [(campaign, len(agencies) - len(answered[campaign.id])) for campaign, agencies in campaigns]
    return [(campaign, left) for campaign, left in counted if left > 0]


def last_results(account: Account) -> list[tuple[Programme, Year]]:
    """The agency's latest concluded result in each programme."""
    found = [(programme, years_of(account.agency_id, programme)) for programme in Programme]
    return [(programme, years[-1]) for programme, years in found if years]


def open_works(account: Account) -> list[OpenWork]:
    """The appraiser's works of rounds in appraisal and after it, those still to do first."""
    works = [work for work in works_of(account) if work.round.state != RoundState.OPEN]
    found = [_open_work(account, work) for work in works if work.round.state != RoundState.CONCLUDED]
    return sorted(found, key=lambda row: (row.work.state != "open", -row.work.round_id))


def _open_work(account: Account, work: AppraiserWork) -> OpenWork:
    items = {item.score_id for item in Coverage(work.round).items_of(account.id)}
    return OpenWork(work, len(items & done_ids(account.id, work.round)), len(items))


def open_rounds(at: datetime) -> list[OpenRound]:
    """Rounds that are not concluded, those in preparation last, the newest first; two statements."""
    rounds = db.session.scalars(
        select(Round)
        .where(Round.state != RoundState.CONCLUDED)
        .order_by(
            Round.state == RoundState.PREPARING, Round.period_end.desc(), Round.programme, Round.id.desc()
        )
    ).all()
    states: dict[int, Counter] = defaultdict(Counter)
    for round_id, state, count in db.session.execute(
        select(Sheet.round_id, Sheet.state, func.count())
        .where(Sheet.round_id.in_([round_.id for round_ in rounds]))
        .group_by(Sheet.round_id, Sheet.state)
    ):
        states[round_id][state] = count
    late = late_sheets(at)
    return [
        OpenRound(round_, states[round_.id], [sheet for sheet in late if sheet.round_id == round_.id])
        for round_ in rounds
    ]


def late_sheets(at: datetime) -> list[Sheet]:
    """Sheets of open rounds not sent although their deadline, extensions counted, has passed."""
    query = (
        select(Sheet)
        .join(Round, Round.id == Sheet.round_id)
        .where(Round.state == RoundState.OPEN, Round.entry_deadline < at, Sheet.state.in_(UNSENT))
        .options(joinedload(Sheet.round), joinedload(Sheet.extensions))
        .order_by(Sheet.sort_key, Sheet.id)
    )
    return [sheet for sheet in db.session.scalars(query).unique() if deadline_of(sheet) < at]


def waiting_counts() -> dict[str, int]:
    """How many requests wait for a manager, by kind."""
    counts = {
        "accounts": select(func.count()).select_from(AccountRequest).where(AccountRequest.state == "pending"),
        "resets": select(func.count()).select_from(ResetRequest).where(ResetRequest.state == "pending"),
        "proposals": select(func.count()).select_from(Proposal).where(Proposal.state == "new"),
        "answers": (
            select(func.count())
            .select_from(Score)
            .join(Sheet, Sheet.id == Score.sheet_id)
            .where(
                Sheet.state == SheetState.APPRAISED,
                Score.answered_at.is_not(None),
                Score.concluded_points.is_(None),
                ~Score.concluded_na,
            )
        ),
    }
    return {name: db.session.scalar(query) for name, query in counts.items()}
