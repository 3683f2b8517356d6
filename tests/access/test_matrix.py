"""Who reaches what: route × kind of account × state of the sheet × method, generated from the URL map.

The expected answers are in ``table.py``; a route that is not in it fails. All objects belong to Sở Tư pháp. Every
cell is asked in the state *appraising*, and in each other state those whose answer has read or written a table that
changes with the state: the other answers cannot know of it.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.access.calls import Call, calls, typed, wrong_methods
from tests.access.people import KINDS, Person
from tests.access.stages import Stages
from tests.access.table import STATE_OF_ALL, WHO_REACHES, expected
from tests.access.world import STATES

NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE) (\w+)")
WRITING = ("INSERT", "UPDATE", "DELETE")
ASKED_BY_HEAD = STATES[1::2]
ASKED = STATES if os.environ.get("EVERY_STATE") else ("published",)
"""Beside *appraising*; ``make soak`` asks in every state."""


def letter(answer) -> str:
    """What the answer means; ``!`` for a crash, which no cell allows."""
    if answer.status_code == 401 or "/login/" in answer.headers.get("Location", ""):
        return "L"
    return {403: "F", 404: "N", 409: "C"}.get(answer.status_code, "Y" if answer.status_code < 500 else "!")


@contextmanager
def overheard() -> Iterator[list[str]]:
    """The statements sent to the database, in order."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


class Walk:
    """One person through the routes: what is wrong, how many cells, and which of them depend on the state."""

    def __init__(self, stages: Stages, kind: str):
        self.stages, self.kind = stages, kind
        self.wrong: dict[str, str] = {}
        self.cells = 0

    def through(self, state: str, asked: list[Call]) -> list[Call]:
        """Ask in this state; the calls whose answers read or wrote what changes from state to state."""
        self._enter(state)
        with overheard() as sent:
            return [call for call in asked if self._asks(state, call, sent)]

    def _asks(self, state: str, call: Call, sent: list[str]) -> bool:
        sent.clear()
        method = "HEAD" if call.method == "GET" and state in ASKED_BY_HEAD else call.method
        body = {"data": typed(call.endpoint, self.stages.world)} if method == "POST" else {}
        answer = self.person.ask(method, call.address, **body)
        found, wanted = letter(answer), expected(call.endpoint, call.method, self.kind, state)
        where = f"{state}: {method} {call.address} ({call.endpoint})"
        if found != wanted:
            self.wrong[where] = f"{found} instead of {wanted}"
        written = [statement for statement in sent if statement.startswith(WRITING)]
        if method != "POST" and written:
            self.wrong[f"{where} writes"] = written[0]
        if written:
            self._enter(state)
        self.cells += 1
        return bool({name for statement in sent for name in NAMED.findall(statement)} & self.stages.changing)

    def _enter(self, state: str) -> None:
        self.stages.enter(state)
        self.person.stay_signed_in()

    def refused_methods(self, asked: list[Call]) -> None:
        """What no rule answers is refused before anything is read; OPTIONS tells the methods and nothing else."""
        for address, call in {call.address: call for call in asked}.items():
            for method in wrong_methods(self.stages.app, call):
                self._is(self.person.ask(method, address), 405, f"{method} {address}")
            options = self.person.ask("OPTIONS", address)
            self._is(options, 200, f"OPTIONS {address}")
            assert options.data == b""

    def _is(self, answer, status: int, where: str) -> None:
        self.cells += 1
        if answer.status_code != status:
            self.wrong[where] = f"{answer.status_code} instead of {status}"


def test_every_route_is_declared(stages):
    assert {rule.endpoint for rule in stages.app.url_map.iter_rules()} == set(WHO_REACHES)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_account_reaches_what_the_table_says_in_every_state(kind, stages):
    walk = Walk(stages, kind)
    stages.enter(STATE_OF_ALL)
    walk.person = Person(stages.app, kind)
    depending = walk.through(STATE_OF_ALL, calls(stages.app, stages.world))
    for state in ASKED:
        if state != STATE_OF_ALL:
            walk.through(state, depending)
    print(f"{walk.cells} cells: {kind}")
    assert walk.wrong == {}


@pytest.mark.parametrize("kind", ["anonymous", "clerk of another agency"])
def test_a_method_that_no_rule_answers_is_refused_whoever_asks(kind, stages):
    walk = Walk(stages, kind)
    stages.enter(STATE_OF_ALL)
    walk.person = Person(stages.app, kind)
    walk.refused_methods(calls(stages.app, stages.world))
    print(f"{walk.cells} cells: methods, {kind}")
    assert walk.wrong == {}
