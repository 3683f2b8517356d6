"""What is measured: statements sent to the database and the time of the second run."""

from collections.abc import Callable
from itertools import count
from time import perf_counter
from typing import NamedTuple

from flask import Flask

from app.extensions import db
from app.scoring.models import Round
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.standings import round_standings
from bench.province import PASSWORD, Large
from tests.conftest import Browser
from tests.statements import counted


class Cost(NamedTuple):
    statements: int
    seconds: float


def measure(app: Flask, large: Large) -> dict[str, Cost]:
    """Name of the place → its cost."""
    browser = Browser(app.test_client())
    browser.post("/login/", {"username": large.clerk, "password": PASSWORD})
    headers = {"X-CSRFToken": browser.token(), "HX-Request": "true"}
    return {
        "sheet opens": _cost(lambda: _page(browser, large)),
        "row saves": _cost(_saver(browser, headers, large)),
        "ranking": _cost(lambda: _in_context(app, large, round_standings)),
        "coverage": _cost(lambda: _in_context(app, large, lambda round_: Coverage(round_).uncovered())),
    }


def _cost(act: Callable[[], None]) -> Cost:
    act()
    with counted() as statements:
        start = perf_counter()
        act()
        seconds = perf_counter() - start
    return Cost(len(statements), seconds)


def _page(browser: Browser, large: Large) -> None:
    _require(browser.get(f"/sheets/{large.sheet_id}").status_code)


def _saver(browser: Browser, headers: dict[str, str], large: Large) -> Callable[[], None]:
    """Saves other figures each time, with the version that the last save left."""
    versions = count(1)

    def save() -> None:
        version = next(versions)
        form = {"a": str(version), "b": "9", "version": str(version)}
        _require(
            browser.client.post(f"/sheets/rows/{large.score_id}", data=form, headers=headers).status_code
        )

    return save


def _require(status: int) -> None:
    if status != 200:
        raise RuntimeError(f"HTTP {status}")


def _in_context(app: Flask, large: Large, act: Callable[[Round], object]) -> None:
    with app.app_context():
        act(db.session.get(Round, large.round_id))
        db.session.rollback()
