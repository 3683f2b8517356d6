"""``python -m bench.pages [--on sqlite|postgres] [--stage appraised]``: every kind of account's pages, in milliseconds.

The demo province is made anew; each account follows the links of its pages, one page for each route, and the second
reading of each is timed. A page that takes longer than ``LIMIT`` is named, and the run fails.
"""

import argparse
import logging
import sys
import tempfile
from collections import deque
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

import lxml.html
from flask import Flask
from werkzeug.exceptions import HTTPException

from app import create_app
from app.cli.database import migrate
from app.cli.seeding import fill
from app.extensions import db
from app.scoring.demo import PASSWORD
from soak.databases import database
from tests.conftest import Browser, settings
from tests.statements import counted

PEOPLE = {
    "manager": "quanly",
    "appraiser": "so-nv.thamdinh",
    "data entry": "so-tp.nhap",
    "leader": "so-tp.duyet",
    "administrator": "quantri",
    "anyone": "",
}
LIMIT = 2.0
FIRST = ("/home/", "/search/?q=a", "/public/")
NOT_FOLLOWED = ("/static/", "/logout", "/lang/", "/api/")


class Walk:
    """What one account reads: route → (seconds, statements) of the second reading."""

    def __init__(self, app: Flask, person: str):
        self.browser, self.adapter = Browser(app.test_client()), app.url_map.bind("localhost")
        self.read: dict[str, tuple[float, int]] = {}
        if person:
            self.browser.post("/login/", {"username": person, "password": PASSWORD})
        waiting, seen = deque(FIRST), set(FIRST)
        while waiting:
            found = [url for url in self._links(waiting.popleft()) if url not in seen]
            seen.update(found)
            waiting.extend(found)

    def _links(self, url: str) -> list[str]:
        """Addresses on the page; none when its route has been read already, or it is no page."""
        route = self._route(url)
        if route is None or route in self.read:
            return []
        answer = self.browser.get(url)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            answer.close()
            return []
        with counted() as statements:
            start = perf_counter()
            self.browser.get(url)
            self.read[route] = perf_counter() - start, len(statements)
        links = lxml.html.fromstring(answer.text).xpath("//main//a/@href | //nav//a/@href | //aside//a/@href")
        return [link for link in dict.fromkeys(links) if self._route(link) is not None]

    def _route(self, link: str) -> str | None:
        """The endpoint that answers to the link; None for what is not followed."""
        parts = urlsplit(link)
        is_file = "." in parts.path.rpartition("/")[2]
        if parts.netloc or not parts.path or is_file or parts.path.startswith(NOT_FOLLOWED):
            return None
        try:
            return self.adapter.match(parts.path, method="GET")[0]
        except HTTPException:
            return None


def walks(kind: str, stage: str) -> dict[str, Walk]:
    """Kind of account → what it read, on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="pages-") as folder, database(kind, Path(folder)) as address:
        app = create_app(settings(Path(folder)) | {"SQLALCHEMY_DATABASE_URI": address})
        with app.app_context():
            migrate()
            fill(stage)
            db.session.commit()
            if kind == "postgres":
                db.session.execute(db.text("analyze"))
                db.session.commit()
            db.session.remove()
        made = {name: Walk(app, person) for name, person in PEOPLE.items()}
        with app.app_context():
            db.engine.dispose()
    return made


def table(made: dict[str, Walk]) -> list[str]:
    """One line a route that somebody read, slowest first; milliseconds for each kind of account."""
    routes = {route for walk in made.values() for route in walk.read}
    slowest = sorted(routes, key=lambda r: -max(walk.read.get(r, (0, 0))[0] for walk in made.values()))
    lines = [f"{'page':<34}" + "".join(f"{name:>15}" for name in made)]
    for route in slowest:
        cells = [walk.read.get(route) for walk in made.values()]
        shown = "".join(f"{'' if cell is None else round(cell[0] * 1000):>15}" for cell in cells)
        lines.append(f"{route:<34}{shown}")
    return lines


def too_slow(made: dict[str, Walk]) -> list[str]:
    return [
        f"{name} {route}: {seconds:.1f} s"
        for name, walk in made.items()
        for route, (seconds, _statements) in walk.read.items()
        if seconds > LIMIT
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--on", choices=("sqlite", "postgres"))
    parser.add_argument("--stage", default="appraised")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    wrong = []
    for kind in [options.on] if options.on else ["sqlite", "postgres"]:
        made = walks(kind, options.stage)
        print(f"{kind}, demo province at stage “{options.stage}”, milliseconds", *table(made), sep="\n", flush=True)
        wrong += [f"{kind}: {words}" for words in too_slow(made)]
    print(*(wrong or [f"no page over {LIMIT:.0f} s"]), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
