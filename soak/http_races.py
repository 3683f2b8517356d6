"""The races of the issue against a real gunicorn: who posts at once, and what the database must hold afterwards."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import requests
from sqlalchemy import func, select

from app.clock import now
from app.extensions import db
from app.models import AuditEvent
from app.scoring.models import AppraiserWork, Score, Sheet, Snapshot
from soak.acts import Answer, perform
from soak.people import Person, answer_of
from soak.tally import rules, unless
from soak.town import Town
from soak.world import must
from tests.scoring.checks.stages import PDF

MOST_TRIES = 200
POINTS = ("0.25", "0.5", "0.75", "1")
SECONDS_TO_DEADLINE = (0.05, 0.5)
MANY = 100  # saves: no machine gets through them before the deadline is there
Race = Callable[[Town], tuple[list[Answer], list[str]]]
HTTP_RACES: list[Race] = []


def race(function: Race) -> Race:
    HTTP_RACES.append(function)
    return function


@race
def two_tabs(town: Town):
    """Two tabs on one cell."""
    world, row, tabs = town.world, town.world.rows["2.1"], town.people["tp-nhap"]
    world.draft()
    seen, typed = world.read(Score, row).version, random.sample(POINTS, 2)
    answers = town.race(
        lambda: tabs[0].save(row, typed[0], seen),
        lambda: tabs[1].save(row, typed[1], seen),
    )
    after = world.read(Score, row)
    winners = [Decimal(points) for points, answer in zip(typed, answers, strict=True) if answer.done]
    return answers, unless(
        one_wins=len(winners) == 1,
        the_winners_points_stand=[after.self_points] == winners,
        one_version_more=after.version == seen + 1,
    )


@race
def save_against_send(town: Town):
    """Save a row on and on – approve, sign and send."""
    world, row = town.world, town.world.rows["2.1"]
    world.draft()
    seen = world.read(Score, row).version
    clerk, leader = town.people["tp-nhap"][0], town.people["tp-duyet"][0]
    sender = town.people["tp-nhap"][1]
    saved, sent = answers = town.race(
        lambda: save_until_refused(clerk, row, seen),
        lambda: _hand_in(sender, leader, world.sheet_id),
    )
    wrong = unless(sent=sent.done, acknowledged_is_kept=_is_kept(town, row, seen, saved))
    return answers, wrong + rules("content_equals_rows", "sent_have_everything")


def _hand_in(clerk: Person, leader: Person, sheet_id: int) -> Answer:
    """The last of three answers, or the first that was not what it should be."""
    answer = answer_of(leader.step(sheet_id, "approve"))
    answer = answer_of(clerk.sign(sheet_id, PDF)) if answer.done else answer
    return answer_of(clerk.step(sheet_id, "send")) if answer.done else answer


def save_until_refused(clerk: Person, row: int, version: int, most: int = MOST_TRIES) -> Answer:
    """``value``: the versions and points that were acknowledged, in order."""
    kept = []
    for _ in range(most):
        points = random.choice(POINTS)
        answer = answer_of(clerk.save(row, points, version))
        if not answer.done:
            return answer._replace(value=kept) if answer.status == "refused" else answer
        version += 1
        kept.append((version, Decimal(points)))
    return Answer("broken", "never refused")


def _is_kept(town: Town, row: int, seen: int, saved: Answer) -> bool:
    """The row is as the last acknowledgement said, and nothing was written after it."""
    after, kept = town.world.read(Score, row), saved.value
    if not isinstance(kept, list):
        return False
    return after.version == seen if not kept else (after.version, after.self_points) == kept[-1]


@race
def save_against_deadline(town: Town):
    """Save on and on – the deadline."""
    world, clerks = town.world, town.people["tc-nhap"]
    rows = [world.late_rows["1.1"], world.late_rows["2.1"]]
    seen = [world.read(Score, row).version for row in rows]
    ahead = timedelta(minutes=10)
    world.close_entry(now() + ahead)
    town.switches.set_clock(ahead - timedelta(seconds=random.uniform(*SECONDS_TO_DEADLINE)))
    answers = town.race(
        lambda: save_until_refused(clerks[0], rows[0], seen[0], MANY),
        lambda: save_until_refused(clerks[1], rows[1], seen[1], MANY),
    )
    town.switches.set_clock(timedelta())
    kept = [_is_kept(town, *each) for each in zip(rows, seen, answers, strict=True)]
    late = rules("saved_in_time")
    world.open_entry()
    return answers, unless(last_acknowledged_is_kept=all(kept)) + late


@race
def appraisal_against_its_sending(town: Town):
    """Save an appraisal – send the appraiser's work."""
    world, tabs = town.world, town.people["td-nv"]
    world.working()
    points, before = random.choice(POINTS), world.appraisal()
    saved, sent = answers = town.race(
        lambda: tabs[0].appraise(world.disputed_id, points, before.version),
        lambda: tabs[1].send_work(world.round_id),
    )
    kept = world.appraisal().points == (Decimal(points) if saved.done else before.points)
    wrong = unless(sent=sent.done, acknowledged_is_kept=kept)
    return answers, wrong + rules("nothing_saved_after_sending", "sent_works_complete")


@race
def unlock_against_save(town: Town):
    """The second manager unlocks – save on and on."""
    world, work_id = town.world, town.world.works["td-nv"]
    world.consolidated()
    values = {"round_id": world.round_id, "work_id": work_id}
    unlock_id = must(perform("request_unlock", person="quan-ly", **values))
    points, before = random.choice(POINTS), world.appraisal()
    manager, appraiser = town.people["quan-ly-2"][0], town.people["td-nv"][0]
    saved, unlocked = answers = town.race(
        lambda: _appraise_until_kept(appraiser, world.disputed_id, points, before.version),
        lambda: manager.post(f"/differences/{world.round_id}/unlocks/{unlock_id}/confirm"),
    )
    if not unlocked.done:
        perform("refuse_unlock", person="quan-ly", round_id=world.round_id, unlock_id=unlock_id)
    after, work = world.appraisal(), world.read(AppraiserWork, work_id)
    return answers, unless(
        unlocked=unlocked.done and work.state == "open",
        acknowledged_is_kept=after.points == (Decimal(points) if saved.done else before.points),
        saved_only_once_unlocked=not saved.done or after.saved_at >= work.unlocked_at,
    )


def _appraise_until_kept(appraiser: Person, score_id: int, points: str, version: int) -> Answer:
    """The first answer that is no refusal: the work must have been open by then."""
    for _ in range(MOST_TRIES):
        answer = answer_of(appraiser.appraise(score_id, points, version))
        if answer.status != "refused":
            break
    return answer


@race
def double_send(town: Town):
    """Send twice at once."""
    world, tabs = town.world, town.people["tp-nhap"]
    world.signed()
    answers = town.race(
        lambda: tabs[0].step(world.sheet_id, "send"),
        lambda: tabs[1].step(world.sheet_id, "send"),
    )
    return answers, unless(both_sent=all(answer.done for answer in answers), **_one_receipt(town, tabs))


@race
def send_again_after_a_lost_answer(town: Town):
    """Send, lose the answer, send again."""
    world, tabs = town.world, town.people["tp-nhap"]
    world.signed()
    with suppress(requests.Timeout):  # the connection is closed; the server may be anywhere in its work
        tabs[0].step(world.sheet_id, "send", timeout=(5, 0.001))
    answer = answer_of(tabs[0].step(world.sheet_id, "send"))
    return [answer], unless(told=answer.done, **_one_receipt(town, tabs))


def _one_receipt(town: Town, tabs: list[Person]) -> dict[str, bool]:
    """One number for everybody, one snapshot that counts, one sending on the trail."""
    world = town.world
    sheet = world.read(Sheet, world.sheet_id)
    sent = select(func.count()).where(
        AuditEvent.action == "sheet_sent",
        AuditEvent.chain == f"sheet:{sheet.id}",
        AuditEvent.changes["receipt"].as_string() == sheet.receipt_number,
    )
    current = select(func.count()).where(Snapshot.sheet_id == sheet.id, Snapshot.status == "current")
    counts = (db.session.scalar(sent), db.session.scalar(current))
    db.session.remove()
    pages = [tab.get(f"/sheets/{sheet.id}/receipt").text for tab in tabs]
    shown = [(sheet.receipt_number or "no number") in page for page in pages]
    return {"one_sending_and_snapshot": counts == (1, 1), "one_number": all(shown)}
