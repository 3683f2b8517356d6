"""What is under way when a process is killed: how it begins, and what the database must hold afterwards.

Each scene prepares its place, and gives the act to be killed in and the judge of what it left: everything or
nothing, and everything when it was acknowledged.
"""

import hashlib
import random
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import func, select

from app.clock import now
from app.extensions import db
from app.models import AgencyGroup, AuditEvent, StoredFile
from app.scoring.models import (
    CriteriaSet,
    Criterion,
    Evidence,
    Result,
    Round,
    RoundRecord,
    Score,
    ScoreEvidence,
    Sheet,
)
from app.scoring.queries.conclusion import conclusion_checks
from app.scoring.states import RoundState, SheetState
from soak.acts import Answer
from soak.http_races import POINTS
from soak.people import Person, answer_of
from soak.tally import unless
from soak.town import Town
from soak.world import World
from tests.province import REFORM_SET
from tests.scoring.checks.stages import PDF

CRITERIA = REFORM_SET.count("\n") - 1


class Scene(NamedTuple):
    """``judge`` gets whether the act was acknowledged; whether it is there, and what is wrong."""

    act: Callable[[], Answer]
    judge: Callable[[bool], tuple[bool, list[str]]]


SCENES: list[Callable[[Town], Scene]] = []


OWN_ROWS = ("1.1", "1.2", "1.3", "2.1", "2.2", "3.1", "3.2")


def scene(function: Callable[[Town], Scene]) -> Callable[[Town], Scene]:
    SCENES.append(function)
    return function


def _count(*where) -> int:
    found = db.session.scalar(select(func.count()).where(*where))
    db.session.remove()
    return found


def _whole(parts: list[bool], told: bool) -> tuple[bool, list[str]]:
    return all(parts), unless(all_or_none=len(set(parts)) == 1, acknowledged_is_there=all(parts) or not told)


@scene
def save(town: Town) -> Scene:
    """a clerk saves a row"""
    world, row, clerk = town.world, town.world.rows["2.1"], town.people["tp-nhap"][0]
    world.draft()
    before, points = world.read(Score, row), random.choice(POINTS)
    old = before.version, before.self_points, before.explanation
    new = before.version + 1, Decimal(points), f"Theo thực tế {points}"

    def judge(told: bool) -> tuple[bool, list[str]]:
        after = world.read(Score, row)
        now = after.version, after.self_points, after.explanation
        return now == new, unless(old_or_new=now in (old, new), acknowledged_is_there=now == new or not told)

    return Scene(lambda: answer_of(clerk.save(row, points, before.version)), judge)


@scene
def upload(town: Town) -> Scene:
    """a clerk uploads evidence"""
    world, clerk = town.world, town.people["tp-nhap"][0]
    row = world.rows[random.choice(OWN_ROWS)]  # one row takes thirty files
    world.draft()
    content = PDF + uuid4().hex.encode()
    digest = hashlib.sha256(content).hexdigest()

    def judge(told: bool) -> tuple[bool, list[str]]:
        kept = StoredFile.sha256 == digest
        parts = [
            _count(kept) == 1,
            _count(kept, Evidence.file_id == StoredFile.id, ScoreEvidence.evidence_id == Evidence.id) == 1,
        ]
        there, wrong = _whole(parts, told)
        return there, wrong + unless(file_is_whole=not there or world.store.verify(digest))

    return Scene(lambda: answer_of(clerk.upload(row, content, "tài liệu.pdf")), judge)


@scene
def send(town: Town) -> Scene:
    """a clerk sends the report"""
    world, clerk = town.world, town.people["tp-nhap"][0]
    world.signed()
    on_trail = AuditEvent.action == "sheet_sent", AuditEvent.chain == f"sheet:{world.sheet_id}"
    before = _count(*on_trail)

    def judge(told: bool) -> tuple[bool, list[str]]:
        sheet = world.read(Sheet, world.sheet_id)
        sent = sheet.state == SheetState.SUBMITTED
        parts = [sent, sheet.submitted_at is not None, sheet.receipt_number is not None]
        there, wrong = _whole([*parts, _count(*on_trail) == before + 1], told)
        return there, wrong + _sent_after_all(clerk, world, before + 1, on_trail)

    return Scene(lambda: answer_of(clerk.step(world.sheet_id, "send")), judge)


def _sent_after_all(clerk: Person, world: World, wanted: int, on_trail: tuple) -> list[str]:
    """Who got no answer sends again, and has the one receipt."""
    again = answer_of(clerk.step(world.sheet_id, "send"))
    number = world.read(Sheet, world.sheet_id).receipt_number
    shown = number in clerk.get(f"/sheets/{world.sheet_id}/receipt").text
    return unless(sent_again=again.done, receipt_shown=shown, sent_once=_count(*on_trail) == wanted)


@scene
def conclude(town: Town) -> Scene:
    """a manager concludes the round"""
    world, manager = town.world, town.people["quan-ly"][0]
    round_id = world.round_id
    if world.read(Round, round_id).state == RoundState.CONCLUDED:
        world.take_conclusion_back()
    world.consolidated()
    mine, on_trail = Sheet.round_id == round_id, AuditEvent.action == "round_concluded"
    sheets, before = _count(mine), _count(on_trail)

    def judge(told: bool) -> tuple[bool, list[str]]:
        parts = [
            world.read(Round, round_id).state == RoundState.CONCLUDED,
            _count(Result.round_id == round_id) == sheets,
            _count(mine, Sheet.state == SheetState.CONCLUDED) == sheets,
            _count(RoundRecord.round_id == round_id) == 1,
            _count(on_trail) == before + 1,
        ]
        there, wrong = _whole(parts, told)
        if there:
            world.take_conclusion_back()
        return there, wrong

    left = conclusion_checks(db.session.get(Round, round_id), now()).left
    db.session.remove()
    seen = {"asked": left.asked, "kept": left.kept, "mark": left.mark}
    return Scene(lambda: answer_of(manager.post(f"/rounds/{round_id}/conclude", seen)), judge)


@scene
def load(town: Town) -> Scene:
    """a manager imports a set of criteria"""
    manager, name = town.people["quan-ly"][0], f"Bộ {uuid4().hex}"
    group = db.session.scalar(select(AgencyGroup.id).where(AgencyGroup.code == "so"))
    db.session.remove()
    form = {"programme": "cchc", "groups": str(group), "name": name}

    def judge(told: bool) -> tuple[bool, list[str]]:
        made = CriteriaSet.name == name
        parts = [
            _count(made) == 1,
            _count(made, Criterion.criteria_set_id == CriteriaSet.id) == CRITERIA,
            _count(AuditEvent.action == "criteria_set_imported", AuditEvent.label.contains(name)) == 1,
        ]
        return _whole(parts, told)

    files = {"file": ("bo.csv", REFORM_SET.encode())}
    return Scene(lambda: answer_of(manager.post("/criteria/import", form, files=files)), judge)
