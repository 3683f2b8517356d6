"""Every act that writes × every freeze that reads it, as races: the list is made from the application's own tables.

``app.scoring.states.FREEZES`` says what each freeze reads and closes, ``@changes`` beside each operation what it
writes. ``soak.scene`` knows where a freeze takes place, ``soak.attempts`` how an act is begun;
``tests/soak/test_pairs.py`` fails when either lacks one.
"""

from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from sqlalchemy import func, select

from app.extensions import db
from app.models import AuditEvent
from app.scoring.operations.declaring import CHANGES, FREEZING
from app.scoring.states import Freeze, Matter
from soak.acts import Answer
from soak.attempts import ATTEMPTS, Attempt
from soak.crew import Crew, Job
from soak.scene import SCENES
from soak.tally import unless
from soak.world import World

_numbers = count(1)

# What may be done after the freeze all the same, each with the reason: only what was frozen is compared then.
STAYS_OPEN = {
    ("return_sheet", "send"): "two managers give a sent sheet back",
    ("return_sheet", "begin_appraisal"): "two managers give a sheet in appraisal back",
    ("request_return", "send"): "a request changes nothing of the sheet",
    ("request_return", "begin_appraisal"): "a request changes nothing of the sheet",
    ("import_appraisals", "send_work"): "appraisals of a file come in as sent, in the importer's name",
    ("refuse_unlock", "conclude_round"): "a request that waits is taken back at any time",
    ("assign_by_sets", "send_work"): "gives nobody anything new here",
}


class Pair(NamedTuple):
    attempt: Attempt
    freeze: Freeze
    closed: bool

    @property
    def name(self) -> str:
        return f"{self.attempt.__name__} / {self.freeze.name}"


def _pairs() -> list[Pair]:
    return [
        Pair(attempt, freeze, bool(matters & freeze.closes) and (attempt.__name__, freeze.name) not in STAYS_OPEN)
        for act, changed in CHANGES.items()
        for attempt, only in ATTEMPTS.get(act, ())
        for matters in [changed if only is None else frozenset({only})]
        for freeze in FREEZING.values()
        if matters & freeze.reads
    ]


PAIRS = sorted(_pairs(), key=lambda pair: (pair.freeze.name, pair.name))


def race_of(pair: Pair) -> Callable[[World, Crew], tuple[list[Answer], list[str]]]:
    """The pair as a race of ``soak.tally.run``."""

    def race(world: World, crew: Crew) -> tuple[list[Answer], list[str]]:
        scene, number = SCENES[pair.freeze.name], next(_numbers)
        place = scene.begin(world)
        jobs = [_tagged(pair.attempt(place), f"act-{number}"), _tagged(scene.freeze(place), f"freeze-{number}")]
        written, frozen = answers = crew.race(jobs)
        wrong = unless(nobody_waits_in_vain="busy" not in (written.status, frozen.status))
        if pair.closed and written.done and frozen.done:
            wrong += unless(nothing_written_after_the_freeze=_came_first(f"act-{number}", f"freeze-{number}"))
        wrong += scene.judge(place)
        scene.end(place)
        return answers, wrong

    race.__name__ = race.__doc__ = pair.name
    return race


def _tagged(job: Job, tag: str) -> Job:
    return Job(job.name, job.values | {"tag": tag})


def _came_first(act: str, freeze: str) -> bool:
    """Whether the trail has all of the act before anything of the freeze."""
    last = db.session.scalar(select(func.max(AuditEvent.id)).where(AuditEvent.request_id == act))
    first = db.session.scalar(select(func.min(AuditEvent.id)).where(AuditEvent.request_id == freeze))
    db.session.remove()
    return last is None or first is None or last < first


__all__ = ["PAIRS", "STAYS_OPEN", "Matter", "Pair", "race_of"]
