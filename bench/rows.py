"""What row-level security costs: ``python -m bench.rows``, the same requests with the policies on and off by turns.

PostgreSQL as in the tests, its application's own role. Printed: the median of each act in milliseconds with and without
the policies, and the ratio; both in one run, by turns, so that whatever else the machine does falls on both.
"""

import logging
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import perf_counter

from flask import Flask

from app import create_app
from app.extensions import db
from app.row_access import system_access
from app.row_policies import POLICIES
from bench.measures import _require
from bench.province import PASSWORD, Large, build
from soak.databases import empty, grant, migrate
from tests.conftest import Browser, settings
from tests.shelves import hasty, in_memory

AGENCIES, LEAVES, TURNS, EACH = 40, 100, 8, 12
NAME = "rows"


def main() -> int:
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(dir=in_memory(), prefix="bench-") as name:
        server = hasty(Path(name))
        app = create_app(settings(Path(name)) | {"SQLALCHEMY_DATABASE_URI": empty(server, NAME)})
        with app.app_context(), system_access("bench"):
            migrate()
            large = build(AGENCIES, LEAVES)
            db.session.remove()
        grant(server, NAME)
        server.psql(f"\\connect {NAME}\nvacuum analyze;")
        acts, times = _acts(app, large), defaultdict(list)
        for turn in range(TURNS * 2):
            on = turn % 2 == 0
            words = "enable" if on else "disable"
            changes = "".join(
                f"alter table {table} {words} row level security;" for table in sorted(POLICIES)
            )
            server.psql(f"\\connect {NAME}\n{changes}")
            for act, run in acts.items():
                run()  # plans are made anew after the change
                for _ in range(EACH):
                    start = perf_counter()
                    run()
                    times[act, on].append(perf_counter() - start)
        _print(acts, times)
        with app.app_context():
            db.engine.dispose()
        server.cleanup()
    return 0


def _acts(app: Flask, large: Large) -> dict[str, Callable[[], None]]:
    clerk, manager, appraiser = (_signed_in(app, name) for name in ("clerk", "manager", "appraiser"))
    return {
        "a clerk saves a row": _saver(clerk, large),
        "a clerk opens the sheet": lambda: _require(clerk.get(f"/sheets/{large.sheet_id}").status_code),
        "a clerk opens home": lambda: _require(clerk.get("/home/").status_code),
        "an appraiser opens home": lambda: _require(appraiser.get("/home/").status_code),
        "a manager opens home": lambda: _require(manager.get("/home/").status_code),
        "a manager opens the ranking": lambda: _require(
            manager.get(f"/results/{large.round_id}").status_code
        ),
    }


def _saver(clerk: Browser, large: Large) -> Callable[[], None]:
    """Saves other figures each time, with the version that the last save left."""
    versions = count(1)

    def save() -> None:
        version = next(versions)
        form = {"a": str(version % 9), "b": "9", "version": str(version)}
        _require(clerk.htmx(f"/sheets/rows/{large.score_id}", form).status_code)

    return save


def _signed_in(app: Flask, name: str) -> Browser:
    browser = Browser(app.test_client())
    browser.post("/login/", {"username": name, "password": PASSWORD})
    return browser


def _print(acts: dict[str, Callable[[], None]], times: dict[tuple[str, bool], list[float]]) -> None:
    print(f"{'':<30}{'on':>8}{'off':>8}{'ratio':>8}")
    for act in acts:
        on, off = (statistics.median(times[act, state]) * 1000 for state in (True, False))
        print(f"{act:<30}{on:>8.1f}{off:>8.1f}{on / off:>8.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
