"""The derived list of races: complete, and a short run of it on both databases."""

import random

import pytest

from app.scoring.operations.declaring import CHANGES, FREEZING
from soak.attempts import ATTEMPTS, WITHIN
from soak.crew import Crew
from soak.ground import ground
from soak.pairs import PAIRS, STAYS_OPEN, race_of
from soak.parts import FOUND
from soak.scene import SCENES
from soak.tally import run

SHORT = 8
"""Of the pairs that a review did not find lost, as many as a short run draws by lot."""


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


def test_the_kinds_found_lost_and_some_others_are_held_on_sqlite():
    assert a_few("sqlite") == []


@pytest.mark.postgres
def test_the_kinds_found_lost_and_some_others_are_held_on_postgres():
    assert a_few("postgres") == []


def a_few(kind: str) -> list[str]:
    found = [pair for pair in PAIRS if pair.name in FOUND]
    others = random.sample([pair for pair in PAIRS if pair.name not in FOUND], SHORT)
    with ground(kind, times=2) as place, Crew(place.world.app) as crew:
        wrong = [run(race_of(pair), 2, place.world, crew).violations for pair in found + others]
        return [words for some in wrong for words in some] + place.broken()
