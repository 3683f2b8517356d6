"""The derived list of races: complete, and a short run of it on both databases."""

import os
import random

import pytest

from app.scoring.operations.declaring import CHANGES, FREEZING
from soak.acts import perform
from soak.attempts import ATTEMPTS, WITHIN
from soak.crew import Crew
from soak.ground import ground
from soak.pairs import PAIRS, STAYS_OPEN, Pair, race_of
from soak.parts import FOUND
from soak.scene import SCENES
from soak.tally import run, unless
from soak.world import World

SHORT = 6
"""As many of the pairs that nobody has seen lost a short run draws by lot."""


def test_every_act_that_is_declared_is_attempted_or_done_within_one_that_is():
    assert set(CHANGES) == set(ATTEMPTS) | set(WITHIN)
    assert set(WITHIN.values()) <= set(ATTEMPTS)


def test_every_freeze_has_its_scene():
    assert set(SCENES) == {freeze.name for freeze in FREEZING.values()}


def test_every_act_that_writes_meets_every_freeze_that_reads_it():
    met = {(pair.attempt, pair.freeze.name) for pair in PAIRS}
    wanted = {
        (attempt, freeze.name)
        for act, matters in CHANGES.items()
        for attempt, only in ATTEMPTS.get(act, ())
        for freeze in FREEZING.values()
        if ({only} if only else matters) & freeze.reads
    }
    assert met == wanted


def test_what_is_said_of_a_pair_is_said_of_one_that_is_there():
    names = {pair.name for pair in PAIRS}
    assert set(FOUND) | {" / ".join(pair) for pair in STAYS_OPEN} <= names


def test_what_a_freeze_closes_is_refused_after_it_and_changes_nothing():
    """One after the other: the freeze, then the act."""
    with ground("sqlite", times=1) as place:
        wrong = [words for pair in chosen(SHORT * 2) for words in late(pair, place.world)] + place.broken()
    assert wrong == []


def late(pair: Pair, world: World) -> list[str]:
    scene = SCENES[pair.freeze.name]
    place = scene.begin(world)
    act, freeze = pair.attempt(place), scene.freeze(place)
    frozen, written = (perform(job.name, **job.values) for job in (freeze, act))
    wrong = unless(
        frozen=frozen.done or pair.name in FREEZES_NOTHING, refused=not (pair.closed and frozen.done and written.done)
    )
    wrong += scene.judge(place)
    scene.end(place)
    return [f"{pair.name}: {words} {written}" for words in wrong]


# The act's own start keeps the freeze from being possible at all.
FREEZES_NOTHING = {
    "confirm_unlock / conclude_round",
    "return_sheet / send",
    "take_over / send_work",
    "unlock_work / conclude_round",
}


def test_the_kinds_found_lost_and_some_others_are_held_on_sqlite():
    assert a_few("sqlite") == []


@pytest.mark.postgres
def test_the_kinds_found_lost_and_some_others_are_held_on_postgres():
    assert a_few("postgres") == []


def chosen(others: int) -> list[Pair]:
    """The pairs that a review found lost and so many others by lot; all with ``EVERY_PAIR=1``."""
    if os.environ.get("EVERY_PAIR"):
        return PAIRS
    rest = [pair for pair in PAIRS if pair.name not in FOUND]
    return [pair for pair in PAIRS if pair.name in FOUND] + random.sample(rest, others)


def a_few(kind: str) -> list[str]:
    with ground(kind, times=2) as place, Crew(place.world.app) as crew:
        wrong = [run(race_of(pair), 2, place.world, crew).violations for pair in chosen(SHORT)]
        return [words for some in wrong for words in some] + place.broken()
