"""Where each freeze of ``app.scoring.states.FREEZES`` takes place: how it stands, who does it, what must hold after.

A scene begins at the same place every time, whatever the race before it left.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select

from app.extensions import db
from app.scoring.models import (
    Appraisal,
    AppraiserWork,
    Assignment,
    AssignmentAgency,
    Criterion,
    Round,
    Score,
    Sheet,
    UnlockRequest,
)
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.records import record_content, record_of
from app.scoring.queries.standings import round_standings
from app.scoring.states import RoundState
from soak.acts import perform
from soak.crew import Job, job
from soak.tally import rules, unless
from soak.world import World, must


@dataclass
class Place:
    """Ids of what a freeze and an act meet on. ``rows``: code → score of Sở Tư pháp's sheet."""

    world: World
    round_id: int = 0
    sheet_id: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    set_id: int = 0

    @property
    def score_id(self) -> int:
        return self.rows["1.2"]

    def signed(self) -> None:
        self.world.signed()

    def sent(self) -> None:
        self.world.signed()
        must(perform("send", person="tp-nhap", sheet_id=self.sheet_id))

    def without_requests(self) -> None:
        """By hand: no request to unlock or return waits."""
        self.world.by_hand(delete(UnlockRequest).where(UnlockRequest.state == "pending"))

    def criterion(self, code: str) -> int:
        mine = Criterion.criteria_set_id == self.set_id, Criterion.code == code
        return self.world.find(select(Criterion.id).where(*mine))

    def assigned_by_sets(self) -> None:
        """By hand: assignments and appraisals of the round are as they were when the soak began."""
        kept = self.world.app.extensions.setdefault("soak_kept", {})
        now = {name: _rows(query) for name, query in self._kept().items()}
        before = kept.setdefault(self.round_id, now)
        if before == now:
            return
        mine = select(Assignment.id).where(Assignment.round_id == self.round_id)
        scores = select(Score.id).join(Sheet).where(Sheet.round_id == self.round_id)
        changes = [
            delete(AssignmentAgency).where(AssignmentAgency.assignment_id.in_(mine)),
            delete(Assignment).where(Assignment.round_id == self.round_id),
            delete(Appraisal).where(Appraisal.score_id.in_(scores)),
        ]
        tables = {"assignment": Assignment, "assignment_agency": AssignmentAgency, "appraisal": Appraisal}
        changes += [insert(tables[name]).values(before[name]) for name in tables if before[name]]
        self.world.by_hand(*changes)

    def _kept(self) -> dict[str, Any]:
        mine = select(Assignment.id).where(Assignment.round_id == self.round_id)
        scores = select(Score.id).join(Sheet).where(Sheet.round_id == self.round_id)
        given, listed, appraisal = (model.__table__ for model in (Assignment, AssignmentAgency, Appraisal))
        return {
            "assignment": select(given).where(given.c.round_id == self.round_id),
            "assignment_agency": select(listed).where(listed.c.assignment_id.in_(mine)),
            "appraisal": select(appraisal).where(appraisal.c.score_id.in_(scores)),
        }

    def source_of_assignments(self) -> int:
        """A round where td-nv has a subtree that is td-tp's elsewhere."""
        third = self.world.find(select(Round.id).where(Round.name == "CCHC 2028"))
        must(perform("assign", person="quan-ly", round_id=third, appraiser="td-nv", code="2"))
        return third


def _rows(query: Any) -> list[dict[str, Any]]:
    found = [dict(row._mapping) for row in db.session.execute(query)]
    db.session.remove()
    return sorted(found, key=lambda row: list(row.values())[:2])


@dataclass(frozen=True)
class Scene:
    """``begin`` makes the place, ``freeze`` is the job, ``judge`` says what is wrong, ``end`` leaves it sound."""

    begin: Callable[[World], Place]
    freeze: Callable[[Place], Job]
    judge: Callable[[Place], list[str]]
    end: Callable[[Place], None] = lambda _place: None


def _open(world: World) -> Place:
    world.begun_no_more()
    world.draft()
    place = Place(world, world.open_round_id, world.sheet_id, world.rows)
    place.assigned_by_sets()
    return place


def _signed(world: World) -> Place:
    place = _open(world)
    world.signed()
    return place


def _judged(world: World) -> Place:
    sheet_id = world.read(Score, world.disputed_id).sheet_id
    query = select(Criterion.code, Score.id).join(Criterion).where(Score.sheet_id == sheet_id)
    rows = {code: number for code, number in db.session.execute(query)}
    db.session.remove()
    return Place(world, world.round_id, sheet_id, rows)


def _working(world: World) -> Place:
    place = _judged(world)
    if world.read(Round, world.round_id).state == RoundState.CONCLUDED:
        world.take_conclusion_back()
    world.working()
    place.assigned_by_sets()
    return place


def _concludable(world: World) -> Place:
    _working(world) if world.read(Round, world.round_id).state == RoundState.APPRAISING else None
    world.concludable()
    return _judged(world)


def _preparing(world: World) -> Place:
    made = must(perform("create_round", person="quan-ly", name=f"Kỳ {uuid4().hex}"))
    return Place(world, round_id=made)


def _draft(world: World) -> Place:
    return Place(world, set_id=must(perform("import_set", person="quan-ly", name=f"Bộ {uuid4().hex}")))


def _conclusion(place: Place) -> list[str]:
    """What was frozen is what the rows say, point by point."""
    round_ = db.session.get(Round, place.round_id)
    wrong = []
    if round_.state == RoundState.CONCLUDED:
        wrong = unless(record_equals_rows=record_of(round_).content == record_content(round_, round_standings(round_)))
    db.session.remove()
    return wrong + rules("result_points", "result_fields", "result_ranks", "result_grades", "concluded_once")


def _works(place: Place) -> list[str]:
    """Everybody who is assigned something has work."""
    round_, wrong = db.session.get(Round, place.round_id), []
    if round_.state == RoundState.APPRAISING:
        coverage = Coverage(round_)
        wanted = {person for item in coverage.items for person in coverage.appraisers(item)}
        works = select(AppraiserWork.appraiser_id).where(AppraiserWork.round_id == round_.id)
        wrong = unless(who_is_assigned_has_work=wanted <= set(db.session.scalars(works)))
    db.session.remove()
    return wrong + rules("works_fit_round", "content_equals_rows", "sheet_states_fit_round", "drafts_are_bare")


def _sheets(place: Place) -> list[str]:
    """An opened round has sheets of the groups that it takes in, by their sets."""
    round_ = db.session.get(Round, place.round_id)
    sets = {given.group_id: given.criteria_set_id for given in round_.sets}
    sheets = db.session.scalars(select(Sheet).where(Sheet.round_id == round_.id)).all()
    wrong = unless(sheets_fit_sets={(s.group_id, s.criteria_set_id) for s in sheets} <= set(sets.items()))
    db.session.remove()
    return wrong


def _issued(place: Place) -> list[str]:
    return rules("issued_sets_without_errors", "set_sums", "leaves_without_children", "tree_in_one_piece")


SCENES = {
    "approve": Scene(
        _open,
        lambda place: job("approve", person="tp-duyet", sheet_id=place.sheet_id),
        lambda place: rules("content_equals_rows", "frozen_at_approval", "approved_have_snapshot"),
    ),
    "send": Scene(
        _signed,
        lambda place: job("send", person="tp-nhap", sheet_id=place.sheet_id),
        lambda place: rules("content_equals_rows", "sent_have_everything", "drafts_are_bare"),
    ),
    "begin_appraisal": Scene(
        _open,
        lambda place: job("begin_appraisal", person="quan-ly-2", round_id=place.round_id),
        _works,
        lambda place: place.world.begun_no_more(),
    ),
    "send_work": Scene(
        _working,
        lambda place: job("send_work", person="td-nv", round_id=place.round_id),
        lambda place: rules("nothing_saved_after_sending", "sent_works_complete", "appraised_by_the_assigned"),
    ),
    "conclude_round": Scene(
        _concludable,
        lambda place: job("conclude_round", person="quan-ly-2", round_id=place.round_id),
        _conclusion,
        lambda place: place.world.take_conclusion_back()
        if place.world.read(Round, place.round_id).state == RoundState.CONCLUDED
        else None,
    ),
    "open_round": Scene(
        _preparing, lambda place: job("open_round", person="quan-ly-2", round_id=place.round_id), _sheets
    ),
    "issue_set": Scene(_draft, lambda place: job("issue_set", person="quan-ly-2", set_id=place.set_id), _issued),
}
