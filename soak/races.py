"""The races: what is prepared, who acts at once, and what must be true afterwards."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from app.clock import now
from app.extensions import db
from app.models import AuditEvent
from app.scoring.models import Round, Score, Sheet
from app.scoring.states import RoundState
from soak.acts import Answer
from soak.crew import Crew, job
from soak.tally import rules, unless
from soak.world import World

POINTS = ("0.25", "0.5", "0.75", "1")


Race = Callable[[World, Crew], tuple[list[Answer], list[str]]]
RACES: list[Race] = []


def race(function: Race) -> Race:
    RACES.append(function)
    return function


def _points() -> str:
    return random.choice(POINTS)


@race
def two_savers(world: World, crew: Crew):
    """Two tabs save one row."""
    world.draft()
    row = world.rows["2.1"]
    seen, typed = world.read(Score, row).version, random.sample(POINTS, 2)
    answers = crew.race(
        [job("save", person="tp-nhap", score_id=row, points=points, version=seen) for points in typed]
    )
    after = world.read(Score, row)
    winners = [points for points, answer in zip(typed, answers, strict=True) if answer.done]
    return answers, unless(
        one_wins=len(winners) == 1,
        the_winners_points_stand=[after.self_points] == [Decimal(points) for points in winners],
        one_version_more=after.version == seen + 1,
    )


@race
def save_against_approval(world: World, crew: Crew):
    """Save a row – approve the report."""
    world.draft()
    row, points = world.rows["2.1"], _points()
    before = world.read(Score, row)
    version, old = before.version, before.self_points
    saved, approved = answers = crew.race(
        [
            job("save", person="tp-nhap", score_id=row, points=points, version=version),
            job("approve", person="tp-duyet", sheet_id=world.sheet_id),
        ]
    )
    kept = world.read(Score, row).self_points == (Decimal(points) if saved.done else old)
    return answers, unless(approved=approved.done, acknowledged_is_kept=kept) + rules("content_equals_rows")


@race
def save_against_send(world: World, crew: Crew):
    """Save a row – send the report."""
    world.signed()
    row = world.rows["2.1"]
    version = world.read(Score, row).version
    saved, sent = answers = crew.race(
        [
            job("save", person="tp-nhap", score_id=row, points=_points(), version=version),
            job("send", person="tp-nhap", sheet_id=world.sheet_id),
        ]
    )
    wrong = unless(sent=sent.done, nothing_saved=not saved.done)
    return answers, wrong + rules("content_equals_rows", "sent_have_everything")


@race
def reopen_against_send(world: World, crew: Crew):
    """Reopen the report – send it."""
    world.signed()
    answers = crew.race(
        [
            job("reopen", person="tp-duyet", sheet_id=world.sheet_id),
            job("send", person="tp-nhap", sheet_id=world.sheet_id),
        ]
    )
    wrong = unless(one_wins=sum(answer.done for answer in answers) == 1)
    return answers, wrong + rules("drafts_are_bare", "sent_have_everything", "current_is_the_sheets_own")


@race
def double_send(world: World, crew: Crew):
    """Send twice."""
    world.signed()
    answers = crew.race([job("send", person="tp-nhap", sheet_id=world.sheet_id)] * 2)
    sheet = world.read(Sheet, world.sheet_id)
    told = select(func.count()).where(
        AuditEvent.action == "sheet_sent",
        AuditEvent.chain == f"sheet:{world.sheet_id}",
        AuditEvent.at >= sheet.submitted_at,
    )
    count = db.session.scalar(told)
    db.session.remove()
    return answers, unless(
        both_have_the_receipt=[answer.value for answer in answers] == [sheet.receipt_number] * 2,
        sent_once=count == 1,
    )


@race
def save_against_deadline(world: World, crew: Crew):
    """Save until the deadline and after it."""
    world.open_entry()
    rows = [world.late_rows["1.1"], world.late_rows["2.1"]]
    versions = [world.read(Score, row).version for row in rows]
    deadline = now() + timedelta(milliseconds=80)
    world.close_entry(deadline)
    answers = crew.race(
        [
            job("save_until_refused", person="tc-nhap", score_id=row, version=version)
            for row, version in zip(rows, versions, strict=True)
        ]
    )
    wrong = []
    for row, seen, answer in zip(rows, versions, answers, strict=True):
        after, last = world.read(Score, row), (answer.value or [(seen, deadline)])[-1]
        wrong += unless(
            last_acknowledged_is_kept=after.version == last[0],
            none_late=all(at <= deadline for _version, at in answer.value),
        )
    late = rules("saved_in_time")
    world.open_entry()
    return answers, wrong + late


@race
def appraisal_against_its_sending(world: World, crew: Crew):
    """Save an appraisal – send the appraiser's work."""
    world.working()
    points, before = _points(), world.appraisal()
    version, old = before.version, before.points
    saved, sent = answers = crew.race(
        [
            job("save_appraisal", person="td-nv", score_id=world.disputed_id, points=points, version=version),
            job("send_work", person="td-nv", round_id=world.round_id),
        ]
    )
    kept = world.appraisal().points == (Decimal(points) if saved.done else old)
    wrong = unless(sent=sent.done, acknowledged_is_kept=kept)
    return answers, wrong + rules("nothing_saved_after_sending", "sent_works_complete")


@race
def two_appraisals(world: World, crew: Crew):
    """Two tabs save one appraisal."""
    world.working()
    seen, typed = world.appraisal().version, random.sample(POINTS, 2)
    values = {"person": "td-nv", "score_id": world.disputed_id, "version": seen}
    answers = crew.race([job("save_appraisal", points=points, **values) for points in typed])
    winners = [Decimal(points) for points, answer in zip(typed, answers, strict=True) if answer.done]
    return answers, unless(one_wins=len(winners) == 1, it_stands=[world.appraisal().points] == winners)


@race
def unlock_against_save(world: World, crew: Crew):
    """Unlock an appraiser – save an appraisal."""
    world.consolidated()
    points, before = _points(), world.appraisal()
    version, old = before.version, before.points
    unlock = {"person": "quan-ly", "round_id": world.round_id, "work_id": world.works["td-nv"]}
    saved, unlocked = answers = crew.race(
        [
            job("save_appraisal", person="td-nv", score_id=world.disputed_id, points=points, version=version),
            job("unlock_work", **unlock),
        ]
    )
    kept = world.appraisal().points == (Decimal(points) if saved.done else old)
    return answers, unless(unlocked=unlocked.done, acknowledged_is_kept=kept)


@race
def two_appraisers_send(world: World, crew: Crew):
    """The last two appraisers send."""
    world.working()
    answers = crew.race([job("send_work", person=name, round_id=world.round_id) for name in world.works])
    state = world.read(Round, world.round_id).state
    consolidated = state == RoundState.CONSOLIDATED
    return answers, unless(both_sent=all(answer.done for answer in answers), consolidated=consolidated)


@race
def score_against_conclusion(world: World, crew: Crew):
    """Conclude a score – conclude the round."""
    world.consolidated()
    scored, concluded = answers = crew.race(
        [
            job("conclude_score", person="quan-ly", score_id=world.disputed_id, points=_points()),
            job("conclude_round", person="quan-ly-2", round_id=world.round_id),
        ]
    )
    wrong = unless(concluded=concluded.done)
    wrong += rules("result_points", "result_fields", "result_ranks", "result_grades")
    world.take_conclusion_back()
    return answers, wrong
