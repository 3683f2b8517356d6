"""A few rounds of every race and kill, on both databases; ``make soak`` runs hundreds."""

import pytest

from soak.__main__ import soak


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_nothing_acknowledged_is_lost_and_every_rule_holds(kind):
    assert soak(kind, times=3) == []
