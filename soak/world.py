"""The little province of the tests with one round open and one in appraisal, and the ways back to a start."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import delete, select, text, update

from app import create_app
from app.cli import make_roles
from app.clock import now
from app.extensions import db
from app.files import FileStore
from app.row_access import system_access
from app.scoring.checks import check
from app.scoring.models import (
    Appraisal,
    AppraiserWork,
    FailedCondition,
    Result,
    Round,
    RoundRecord,
    Score,
    Sheet,
)
from app.scoring.states import RoundState, SheetState, WorkState
from soak.acts import Answer, perform
from soak.databases import by_owner, migrate
from tests import province as little
from tests.scoring.checks import stages

APPRAISERS = ("td-nv", "td-tp")
SETTLED = (
    "concluded_points",
    "conclusion_reason",
    "minutes_number",
    "asked_at",
    "asked_reason",
    "answer_due_at",
    "answer",
    "answered_at",
)


@dataclass(frozen=True)
class World:
    """Ids of the rows that are fought over. ``rows`` and ``late_rows``: code → score of two open sheets."""

    app: Flask
    sheet_id: int
    rows: dict[str, int]
    late_rows: dict[str, int]
    open_round_id: int
    round_id: int
    works: dict[str, int]
    disputed_id: int

    def draft(self) -> None:
        """Sở Tư pháp's sheet is a draft again."""
        state = self.read(Sheet, self.sheet_id).state
        if state == SheetState.APPROVED:
            must(perform("reopen", person="tp-duyet", sheet_id=self.sheet_id))
        elif state == SheetState.SUBMITTED:
            must(perform("return_sheet", person="quan-ly", sheet_id=self.sheet_id))

    def signed(self) -> None:
        """Sở Tư pháp's report is approved and signed."""
        self.draft()
        must(perform("approve", person="tp-duyet", sheet_id=self.sheet_id))
        must(perform("sign", person="tp-nhap", sheet_id=self.sheet_id))

    def working(self) -> None:
        """Both appraisers may work."""
        for name in APPRAISERS:
            if self.read(AppraiserWork, self.works[name]).state == WorkState.SENT:
                must(self.unlock(name))

    def consolidated(self) -> None:
        self.working()
        for name in APPRAISERS:
            must(perform("send_work", person=name, round_id=self.round_id))

    def unlock(self, name: str) -> Answer:
        work_id = self.works[name]
        return perform("unlock_work", person="quan-ly", round_id=self.round_id, work_id=work_id)

    def take_conclusion_back(self) -> None:
        """By hand, as no person can: the round is consolidated again and its scores have no conclusion.

        The database guards the frozen record; in this province its guard is taken off.
        """
        if db.engine.dialect.name == "postgresql":
            by_owner("drop trigger if exists round_record_final on round_record")
        else:
            db.session.execute(text("drop trigger if exists round_record_no_delete"))
        mine = select(Sheet.id).where(Sheet.round_id == self.round_id)
        self.by_hand(
            delete(RoundRecord).where(RoundRecord.round_id == self.round_id),
            delete(Result).where(Result.round_id == self.round_id),
            update(Sheet).where(Sheet.id.in_(mine)).values(state=SheetState.APPRAISED),
            update(Score)
            .where(Score.sheet_id.in_(mine))
            .values(**{name: None for name in SETTLED} | {"concluded_na": False}),
            delete(FailedCondition).where(FailedCondition.sheet_id.in_(mine)),
            update(Round)
            .where(Round.id == self.round_id)
            .values(state=RoundState.CONSOLIDATED, concluded_at=None),
        )

    def close_entry(self, deadline: datetime) -> None:
        change = update(Round).where(Round.id == self.open_round_id).values(entry_deadline=deadline)
        db.session.execute(change.execution_options(synchronize_session=False))
        db.session.commit()
        db.session.remove()

    def open_entry(self) -> None:
        self.close_entry(now() + timedelta(days=30))

    def concludable(self) -> None:
        """The round in appraisal is consolidated, nothing of it concluded, asked about or failed."""
        state = self.read(Round, self.round_id).state
        if state == RoundState.APPRAISING:
            self.consolidated()
        else:
            self.take_conclusion_back()

    def begun_no_more(self) -> None:
        """By hand: the open round's appraisal has not begun, and its sheets are as they were before."""
        mine = Sheet.round_id == self.open_round_id
        before = {
            SheetState.DRAFT: Sheet.snapshot_id.is_(None),
            SheetState.APPROVED: Sheet.snapshot_id.is_not(None) & Sheet.submitted_at.is_(None),
            SheetState.SUBMITTED: Sheet.submitted_at.is_not(None),
        }
        changes = [
            update(Round).where(Round.id == self.open_round_id).values(state=RoundState.OPEN),
            update(Sheet).where(mine).values(not_submitted=False),
            delete(AppraiserWork).where(AppraiserWork.round_id == self.open_round_id),
        ]
        changes += [update(Sheet).where(mine, where).values(state=state) for state, where in before.items()]
        self.by_hand(*changes)

    def by_hand(self, *changes: Any) -> None:
        """What no person does: rows put back where a race begins. The trail does not tell of them (``is_by_hand``)."""
        self.app.extensions["soak_by_hand"] = True
        for change in changes:
            db.session.execute(change.execution_options(synchronize_session=False))
        db.session.commit()
        db.session.remove()

    @property
    def is_by_hand(self) -> bool:
        """Whether rows were put back, so that they are not all as the trail says last."""
        return "soak_by_hand" in self.app.extensions

    def find(self, query: Any) -> Any:
        """One value, as it is committed now."""
        found = db.session.scalars(query).first()
        db.session.remove()
        return found

    def read(self, model: type, number: int) -> Any:
        """The row as it is committed now; holds no transaction open, which on SQLite would hold the writers up."""
        found = db.session.get(model, number)
        db.session.expunge(found)
        db.session.remove()
        return found

    def appraisal(self) -> Appraisal:
        mine = select(Appraisal).join(AppraiserWork, AppraiserWork.appraiser_id == Appraisal.appraiser_id)
        mine = mine.where(Appraisal.score_id == self.disputed_id, AppraiserWork.id == self.works["td-nv"])
        return self.read(Appraisal, db.session.scalars(mine.with_only_columns(Appraisal.id)).one())

    def broken(self) -> list[str]:
        found = [str(broken) for broken in check(self.store)]
        db.session.remove()
        return found

    @property
    def store(self) -> FileStore:
        return FileStore(self.app.config["FILES_DIR"], 1_000_000)


def must(answer: Answer) -> Any:
    """The answer's value; a start that cannot be reached is an error of the soak itself."""
    if not answer.done:
        raise RuntimeError(f"not reached: {answer}")
    return answer.value


def migrate_and_fill() -> little.Province:
    """The little province in an empty database."""
    migrate()
    make_roles()
    return little.build()


def build(settings: dict[str, Any]) -> World:
    """Migrate and fill an empty database. Leaves an application context to be pushed by the caller."""
    app = create_app(settings)
    with app.app_context(), system_access("soak"):
        province, store = migrate_and_fill(), FileStore(app.config["FILES_DIR"], 1_000_000)
        entry = little.open_round(province, period="2026")
        sheet, _clerk, _file = stages.fill(province, store, entry, "SO-TP", "tp")
        late = little.sheet_of(entry, province, "SO-TC")
        judged = little.open_round(province, period="2027")
        stages.send(province, store, judged, "SO-TP", "tp")
        little.answer_surveys(judged, province)
        little.begin_appraisal(judged, province)
        for name in APPRAISERS:
            little.appraise_everything(judged, province, name, send=False)
        little.begin_appraisal(
            little.open_round(province, period="2028"), province
        )  # keeps their accounts open
        works = select(AppraiserWork).where(AppraiserWork.round_id == judged.id)
        disputed = little.score_of(little.sheet_of(judged, province, "SO-TP"), "1.2")
        world = World(
            app,
            sheet.id,
            {score.criterion.code: score.id for score in sheet.scores},
            {score.criterion.code: score.id for score in late.scores},
            entry.id,
            judged.id,
            {work.appraiser.username: work.id for work in db.session.scalars(works)},
            disputed.id,
        )
        db.session.commit()
        db.session.remove()
        return world
