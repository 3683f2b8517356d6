"""app/rate_counts.py: the count that all workers and machines share."""

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import RateCount
from app.rate_counts import DatabaseStorage


@pytest.fixture
def counts(app):
    with app.app_context():
        yield DatabaseStorage("database://")
        db.session.rollback()


def end(key: str) -> None:
    db.session.get(RateCount, key).ends_at = 1.0
    db.session.commit()


def test_the_application_counts_in_its_database(app):
    assert app.config["RATELIMIT_STORAGE_URI"] == "database://"


def test_a_window_counts_on(counts):
    assert ([counts.incr("a", 60), counts.incr("a", 60), counts.incr("b", 60, 3)], counts.get("a")) == (
        [1, 2, 3],
        2,
    )


def test_a_window_that_is_over_begins_anew(counts):
    counts.incr("a", 60, 5)
    end("a")
    assert (counts.get("a"), counts.incr("a", 60), counts.get("a")) == (0, 1, 1)


def test_windows_that_are_over_are_cleared_by_whoever_comes_next(counts):
    for key in ("a", "b"):
        counts.incr(key, 60)
        end(key)
    counts.incr("c", 60)
    assert db.session.scalars(select(RateCount.key)).all() == ["c"]


def test_a_window_ends_when_it_was_said_to(counts):
    counts.incr("a", 60)
    first = counts.get_expiry("a")
    counts.incr("a", 60)
    assert counts.get_expiry("a") == first


def test_counts_can_be_cleared(counts):
    for key in ("a", "b", "c"):
        counts.incr(key, 60)
    counts.clear("a")
    assert (counts.check(), counts.get("a"), counts.reset(), counts.get("b")) == (True, 0, 2, 0)
