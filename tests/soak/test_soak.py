"""A few rounds of every race and kill, on both databases; ``make soak`` runs hundreds."""

import pytest

from soak import scenes, weapons
from soak.__main__ import soak
from soak.ground import ground
from soak.http_kills import kill_during
from soak.parts import raced, unguarded
from soak.town import town

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_nothing_acknowledged_is_lost_and_every_rule_holds(kind):
    assert soak(kind, times=2, names=("races",)) == []


def test_a_worker_and_a_backend_killed_in_the_middle_take_nothing_along():
    with ground("postgres", times=1) as place:
        with town(place.world, place.folder, place.address, options=("--preload",)) as there:
            for scene, weapon in ((scenes.send, weapons.workers), (scenes.upload, weapons.backend)):
                assert kill_during(there, scene, weapon, 2).wrong == []
        assert place.broken() == []


def test_races_over_http_are_clean_and_not_without_their_guards():
    with ground("postgres", times=1) as place, town(place.world, place.folder, place.address) as there:
        assert raced(there, place) == []
        assert place.broken() == []
        assert unguarded(there, place._replace(only="double_send")) == []
