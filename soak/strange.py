"""``python -m soak.strange --requests 20000 [--seed 1] [--on sqlite|postgres]``: strange text at every door, no 500.

Each request is drawn from a seed: a route with its places, query, form, JSON, headers, names of files filled from
``STRANGE`` or from random characters. Every account type asks, and nobody. Counted: answers by status.
"""

import argparse
import io
import json
import logging
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_from_bytes, urlencode

from flask import Flask
from werkzeug.routing import BuildError

from app import create_app
from app.cli import make_roles
from app.extensions import db
from app.row_access import system_access
from app.text import is_writable
from soak.databases import database, migrate
from tests import province
from tests.conftest import Browser, settings
from tests.province import PASSWORD

PEOPLE = ("", "tp-nhap", "tp-duyet", "td-nv", "quan-ly", "quan-tri")
ENDS_SESSIONS = ("logout", "OwnSessionsView", "SessionView", "PasswordView", "SecondFactor", "AccountDeskView")
STRANGE = (
    "", " ", "\x00", "a\x00b", "\x01\x1b[31m", "\x7f", "\x85", "\ud800", "a\udfffb", "\uffff", "\u202egnp", "\u2028",
    "a" + "\u0301" * 300, "Đ" * 700, "x" * 9_000, "0", "-1", "1", "1.5", "1,5", "NaN", "Infinity", "-inf", "1e999",
    "9" * 400, "9" * 5_000, "4294967296", "0x1F", "\u0663", "\u00b2", "0001-01-01", "0001-01-01T00:00:00",
    "9999-12-31T23:59:59-14:00", "9999-12-31", "01/01/0001", "31/12/9999 23:59", "2026-02-30", "%", "_", "\\", "'",
    '"', "%s%n{0}", "../../etc/passwd", "..\\..\\x\x00.pdf", "[" * 3_000, "{", "null", "true", "[]", "{}", "//a.b/",
    "javascript:x()", "Quyê\u0301t đi\u0323nh", "\u00d0ô\u0300ng", "\U0001f600\U0010ffff", "\r\nSet-Cookie: a=b",
)  # fmt: skip
WRITABLE = tuple(text for text in STRANGE if is_writable(text) and len(text) < 2_000)
QUERIES = (
    "q", "code", "agency", "network", "hour", "channel", "next", "kind", "group", "view", "field", "page", "sort",
    "psize_RoundView", "page_RoundView", "_oc_RoundView", "_od_RoundView", "_flt_0_name", "_flt_1_at", "_flt_0_form",
    "search", "flt0_0", "flt1_1", "at", "sheet", "period", "status",
)  # fmt: skip
FIELDS = (
    "username", "password", "name", "code", "mark", "agency", "reason", "points", "deadline", "closes_at", "version",
    "list_form_pk", "email", "title", "body", "a", "b", "n", "explanation", "count", "channel", "mode", "daily_cap",
    "seen", "response", "network", "hour", "what", "number", "issued_on", "contact", "minutes_number", "rowid",
)  # fmt: skip
COLUMNS = ("id", "name", "period", "state", "entry_deadline", "points", "agency", "rank", "search_text")
HEADERS = ("User-Agent", "Referer", "X-Request-ID", "X-Forwarded-For", "Accept-Language", "HX-Request", "Cookie")


@dataclass
class Fuzz:
    """``wrong``: what was asked and answered with 500 or more, or broke the client."""

    app: Flask
    rng: random.Random
    browsers: dict[str, Browser] = field(default_factory=dict)
    statuses: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    gentle: bool = False

    def __post_init__(self) -> None:
        self.rules = [
            rule
            for rule in self.app.url_map.iter_rules()
            if not rule.endpoint.startswith(ENDS_SESSIONS) or rule.endpoint == "SessionView.login"
        ]
        self.adapter = self.app.url_map.bind("localhost")
        for person in PEOPLE:
            self._sign_in(person)

    def _sign_in(self, person: str) -> None:
        browser = Browser(self.app.test_client())
        if person:
            browser.post("/login/", {"username": person, "password": PASSWORD})
        browser.token()
        self.browsers[person] = browser

    def run(self, count: int) -> None:
        for number in range(count):
            if number % 500 == 499:
                for person in PEOPLE:
                    self._sign_in(person)
            self._ask()

    def _ask(self) -> None:
        self.gentle = self.rng.random() < 0.65
        person, rule = self.rng.choice(PEOPLE), self.rng.choice(self.rules)
        method = self.rng.choice(sorted(rule.methods - {"HEAD", "OPTIONS"}))
        url, request = self._url(rule), self._request(method)
        browser = self.browsers[person]
        request["headers"] = {"X-CSRFToken": browser._token} | request.get("headers", {})
        try:
            answer = browser.client.open(url, method=method, **request)
        except UnicodeError:
            self.statuses["not sendable"] += 1
            return
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            sent = request.get("data", "")
            asked = f"{person or 'nobody'} {method} {rule.rule} {url[:300]!r} {str(sent)[:600]!r}"
            self.wrong.append(f"{answer.status_code} {asked}")
        answer.close()

    def _url(self, rule) -> str:
        places = {name: self._place(rule, name) for name in rule.arguments}
        try:
            path = self.adapter.build(rule.endpoint, places)
        except (BuildError, ValueError, UnicodeError):
            path = rule.rule.replace("<", "").replace(">", "")
        if self.rng.random() < 0.2:
            path += quote(self._strange(), errors="surrogatepass")
        return f"{path}?{self._query()}" if self.rng.random() < 0.6 else path

    def _place(self, rule, name: str) -> object:
        if type(rule._converters[name]).__name__ == "WholeNumber":
            return self.rng.choice((1, 2, 3, 99, 2**31 - 1))
        return self._strange() or "x"

    def _strange(self) -> str:
        """In most requests only what the gate lets in, so that the views are asked too."""
        if self.gentle:
            return self.rng.choice(WRITABLE)
        if self.rng.random() < 0.7:
            return self.rng.choice(STRANGE)
        return "".join(chr(self.rng.choice((self.rng.randrange(0x250), self.rng.randrange(0x11000)))) for _ in range(5))

    def _query(self) -> str:
        pairs = [(self.rng.choice(QUERIES), self._strange()) for _ in range(self.rng.randrange(1, 4))]
        if self.rng.random() < 0.5:
            pairs.append(("q", self._asked_of_api()))
        query = urlencode(pairs, errors="surrogatepass")
        return query if self.rng.random() < 0.9 else query + "&x=" + quote_from_bytes(self.rng.randbytes(6))

    def _asked_of_api(self) -> str:
        value = self.rng.choice((self._strange(), 10**400, 1e300, True, None, [], {}, [[[]]], -1))
        column, operation = self.rng.choice(COLUMNS), self.rng.choice(("eq", "gt", "lt", "ct"))
        asked = {
            "filters": [{"col": column, "opr": operation, "value": value}],
            "order_column": self.rng.choice((*COLUMNS, self._strange())),
            "page": self.rng.choice((0, 1.0, 10**6, 10**30, -1, "x")),
            "page_size": self.rng.choice((1, 2.0, 10**9, 10**30, 1e300)),
            "columns": [self.rng.choice((*COLUMNS, self._strange()))],
        }
        kept = {name: part for name, part in asked.items() if self.rng.random() < 0.4}
        text = json.dumps(kept)
        return text.replace("1e+300", "1e999") if self.rng.random() < 0.2 else text

    def _request(self, method: str) -> dict:
        request: dict = {"headers": self._headers()}
        if method == "GET":
            return request
        form = {self.rng.choice(FIELDS): self._strange() for _ in range(self.rng.randrange(1, 6))}
        kind = self.rng.random()
        if kind < 0.3:
            text = json.dumps(form | {"password": self._strange()})
            request |= {"data": text if kind < 0.25 else "[" * 5000, "content_type": "application/json"}
        elif kind < 0.5:
            name = self._strange().replace("\r", "").replace("\n", "").encode(errors="replace").decode() or "a"
            clean = {name: value.encode(errors="replace").decode() for name, value in form.items()}
            request["data"] = clean | {"file": (io.BytesIO(self.rng.randbytes(30)), name)}
        else:
            request["data"] = urlencode(form, errors="surrogatepass")
            request["content_type"] = "application/x-www-form-urlencoded"
        return request

    def _headers(self) -> dict[str, str]:
        if self.rng.random() < 0.7:
            return {}
        text = self._strange().replace("\r", "").replace("\n", "")
        return {self.rng.choice(HEADERS[:-1]): text.encode(errors="replace").decode("latin-1")}


def fuzzed(app: Flask, count: int, seed: int) -> Fuzz:
    fuzz = Fuzz(app, random.Random(seed))
    fuzz.run(count)
    return fuzz


def _soak(kind: str, count: int, seed: int) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="strange-") as folder, database(kind, Path(folder)) as address:
        values = {"SQLALCHEMY_DATABASE_URI": address, "PROPAGATE_EXCEPTIONS": False, "LOG_LEVEL": "ERROR"}
        app = create_app(settings(Path(folder)) | values)
        with app.app_context(), system_access("soak"):
            migrate()
            make_roles()
            made = province.build()
            province.open_round(made)
            db.session.remove()
        fuzz = fuzzed(app, count, seed)
        with app.app_context():
            db.engine.dispose()
    statuses = ", ".join(f"{status}: {number}" for status, number in sorted(fuzz.statuses.items(), key=str))
    print(f"{kind}: {count} requests, seed {seed}: {statuses}; {len(fuzz.wrong)} answers of 500 or more", flush=True)
    return fuzz.wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m soak.strange", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", choices=("sqlite", "postgres"))
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    kinds = [options.on] if options.on else ["sqlite", "postgres"]
    wrong = [words for kind in kinds for words in _soak(kind, options.requests, options.seed)]
    for words in wrong[:20]:
        print("WRONG", words)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
