"""A few rounds of every race and kill, on both databases; ``make soak`` runs hundreds."""

import pytest

from soak import scenes, weapons
from soak.__main__ import soak
from soak.ground import ground
from soak.http_kills import kill_during
from soak.parts import raced, races, unguarded
from soak.town import town


def test_races_are_clean_on_sqlite():
    assert soak("sqlite", times=2, names=("races",)) == []


@pytest.mark.postgres
def test_races_are_clean_kills_take_nothing_along_and_only_the_guard_holds_them_on_postgres():
    with ground("postgres", times=1) as place:
        assert races(place._replace(times=2)) == []
        with town(place.world, place.folder, place.address, options=("--preload",)) as there:
            assert raced(there, place) == []
            for scene, weapon in ((scenes.send, weapons.workers), (scenes.upload, weapons.backend)):
                assert kill_during(there, scene, weapon, 2).wrong == []
            assert place.broken() == []
            assert unguarded(there, place._replace(only="double_send")) == []
