"""An appraiser's own work: the rounds, the scores assigned with what was given, and whose evidence may be seen."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, literal, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.errors import NotInScope
from app.extensions import db
from app.holding import Held, hold_one
from app.models import Account
from app.scoring.models import (
    Appraisal,
    AppraiserWork,
    Assignment,
    AssignmentAgency,
    Criterion,
    Evidence,
    Round,
    Score,
    Sheet,
)
from app.scoring.queries.assigned import APPRAISED_BY_PEOPLE, Item
from app.scoring.states import BEFORE_APPRAISAL, RoundState

CHUNK = 10_000  # a statement of SQLite takes some thirty thousand values


@dataclass
class Task:
    """A score before its appraiser: what the unit says, and what the appraiser has given so far."""

    score: Score
    appraisal: Appraisal | None

    @property
    def counted_self(self) -> bool:
        """Self points of a sheet that was never sent count as nothing (design §4)."""
        return not self.score.sheet.not_submitted and self.score.criterion.assessed_by == "self"

    @property
    def scored(self) -> bool:
        return self.appraisal is not None

    @property
    def differs(self) -> bool:
        """The appraiser's outcome is not the unit's, so a reason is owed (Đ.10.2)."""
        if self.appraisal is None:
            return False
        given = self.appraisal.points
        return self.counted_self and is_different(self.score.na_claimed, self.score.self_points, given)

    @property
    def needs_reason(self) -> bool:
        return self.differs and not self.appraisal.reason.strip()


def is_different(na_claimed: bool, self_points: Decimal | None, given: Decimal | None) -> bool:
    """Whether an appraisal (None: does not apply) is not what the unit says of itself, where that counts."""
    if given is None or na_claimed:
        return (given is None) != na_claimed
    return self_points != given


def works_of(account: Account) -> list[AppraiserWork]:
    """The appraiser's rounds in appraisal or after it, newest first."""
    return list(
        db.session.scalars(
            select(AppraiserWork)
            .join(Round, Round.id == AppraiserWork.round_id)
            .where(AppraiserWork.appraiser_id == account.id, Round.state != RoundState.PREPARING)
            .options(joinedload(AppraiserWork.round))
            .order_by(Round.period_end.desc(), Round.id.desc())
        )
    )


def get_work(account: Account, round_id: int) -> AppraiserWork:
    """The account's own work on the round, or ``NotInScope``."""
    return _begun(db.session.scalars(_work(account, round_id)).one_or_none())


def hold_work(account: Account, round_id: int) -> Held[AppraiserWork]:
    """As ``get_work``, held until the commit."""
    held = hold_one(_work(account, round_id))
    _begun(held.row if held is not None else None)
    return held


def hold_round_of_work(account: Account, round_id: int) -> Held[Round]:
    """The round that the account works on, held before the work is; or ``NotInScope``."""
    mine = select(Round).where(Round.id == round_id).join(AppraiserWork, AppraiserWork.round_id == Round.id)
    held = hold_one(mine.where(AppraiserWork.appraiser_id == account.id).options(selectinload(Round.sets)))
    if held is None:
        raise NotInScope()
    return held


def _work(account: Account, round_id: int) -> Select[tuple[AppraiserWork]]:
    mine = AppraiserWork.round_id == round_id, AppraiserWork.appraiser_id == account.id
    return (
        select(AppraiserWork).where(*mine).options(joinedload(AppraiserWork.round).selectinload(Round.sets))
    )


def _begun(work: AppraiserWork | None) -> AppraiserWork:
    if work is None or work.round.state in BEFORE_APPRAISAL:
        raise NotInScope()
    return work


def round_works(round_: Round) -> list[AppraiserWork]:
    return list(
        db.session.scalars(
            select(AppraiserWork)
            .where(AppraiserWork.round_id == round_.id)
            .options(joinedload(AppraiserWork.appraiser).joinedload(Account.agency))
            .order_by(AppraiserWork.id)
        )
    )


def done_ids(account_id: int, round_: Round) -> set[int]:
    """Ids of the scores of the round that the appraiser has scored."""
    return set(
        db.session.scalars(
            select(Appraisal.score_id)
            .join(Score, Score.id == Appraisal.score_id)
            .join(Sheet, Sheet.id == Score.sheet_id)
            .where(Appraisal.appraiser_id == account_id, Sheet.round_id == round_.id)
        )
    )


def tasks(account: Account, items: list[Item]) -> list[Task]:
    """The items with everything a desk shows, in their order; four statements for each ``CHUNK`` of them."""
    starts = range(0, len(items), CHUNK)
    return [task for start in starts for task in _tasks(account, items[start : start + CHUNK])]


def _tasks(account: Account, items: list[Item]) -> list[Task]:
    ids = [item.score_id for item in items]
    scores = {
        score.id: score
        for score in db.session.scalars(
            select(Score)
            .where(Score.id.in_(ids))
            .options(
                joinedload(Score.criterion),
                joinedload(Score.sheet).joinedload(Sheet.round),
                selectinload(Score.evidence).joinedload(Evidence.file),
            )
        )
    }
    given = {
        appraisal.score_id: appraisal
        for appraisal in db.session.scalars(
            select(Appraisal).where(Appraisal.appraiser_id == account.id, Appraisal.score_id.in_(ids))
        )
    }
    return [Task(scores[item.score_id], given.get(item.score_id)) for item in items]


def get_task(account: Account, score_id: int) -> Task:
    """One score assigned to the appraiser, or ``NotInScope``."""
    score = db.session.scalars(
        select(Score)
        .where(Score.id == score_id)
        .options(
            joinedload(Score.criterion),
            joinedload(Score.sheet).options(joinedload(Sheet.round), joinedload(Sheet.agency)),
            selectinload(Score.evidence).joinedload(Evidence.file),
        )
    ).one_or_none()
    if score is None or not is_assigned(account, score):
        raise NotInScope()
    appraisal = db.session.scalars(
        select(Appraisal).where(Appraisal.score_id == score_id, Appraisal.appraiser_id == account.id)
    ).one_or_none()
    return Task(score, appraisal)


def is_assigned(account: Account, score: Score) -> bool:
    """Whether this very score is the account's to appraise, in one statement whatever the depth of the tree."""
    sheet = score.sheet
    if account.agency_id == sheet.agency_id or score.na_by_rule:
        return False
    if score.criterion.assessed_by not in APPRAISED_BY_PEOPLE:
        return False
    listed = select(AssignmentAgency.agency_id).where(AssignmentAgency.assignment_id == Assignment.id)
    query = select(Assignment.id).where(
        Assignment.round_id == sheet.round_id,
        Assignment.appraiser_id == account.id,
        Assignment.group_id == sheet.group_id,
        or_(Assignment.criterion_id.is_(None), Assignment.criterion_id.in_(_line_up(score.criterion_id))),
        or_(~listed.exists(), literal(sheet.agency_id).in_(listed)),
    )
    return db.session.execute(query.limit(1)).first() is not None


def _line_up(criterion_id: int) -> Select:
    """Ids of the criterion and of everything above it."""
    line = select(Criterion.id, Criterion.parent_id).where(Criterion.id == criterion_id).cte(recursive=True)
    above = select(Criterion.id, Criterion.parent_id).join(line, Criterion.id == line.c.parent_id)
    return select(line.union_all(above).c.id)


def may_see_evidence(account: Account, evidence: Evidence) -> bool:
    """An appraiser may open a file that proves a score assigned to them, from the round's appraisal on."""
    scores = db.session.scalars(
        select(Score)
        .where(Score.evidence.any(Evidence.id == evidence.id))
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(Round.state.not_in(BEFORE_APPRAISAL))
        .options(joinedload(Score.criterion), joinedload(Score.sheet))
    )
    return any(is_assigned(account, score) for score in scores)
