"""Whose rows the database may show: PostgreSQL's row-level security is told, in each transaction, who asks.

The policies (``row_policies.py``, and ``row_policies.py`` of each system) read the settings ``app.kinds``,
``app.account``, ``app.agency`` and ``app.purpose``, which are set here for the transaction alone. Where nobody is
named, the tables of agencies and persons are empty. SQLite has no such policies: there the filters in ``queries``
stand alone.

A request begins as ``PUBLIC``; ``security.py`` names the account once its session is found. Code that must see more
than the person who asks says so, and why: ``with system_access("the ranking of a round"):``; it works as a decorator,
too. What is written in such a block has to be flushed in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from flask import Flask, g, has_app_context
from sqlalchemy import Connection, event

from app.extensions import db

ANONYMOUS, ENTRY, APPRAISER, MANAGER, ADMINISTRATOR = (
    "public",
    "entry",
    "appraiser",
    "manager",
    "administrator",
)
SIGNING_IN, OWN_SESSION, SYSTEM = "sign_in", "session", "system"


class Asker(NamedTuple):
    """Who asks: kinds of account, separated by commas; account and agency by number, empty where there is none."""

    kinds: str = ""
    account: str = ""
    agency: str = ""
    purpose: str = ""


NOBODY, PUBLIC = Asker(), Asker(ANONYMOUS)
TELL = (
    "select set_config('app.kinds', %s, true), set_config('app.account', %s, true), "
    "set_config('app.agency', %s, true), set_config('app.purpose', %s, true)"
)
_KEY = "rows_asker"


def asker() -> Asker:
    """Who asks now; nobody outside requests and named access."""
    return g.get(_KEY, NOBODY) if has_app_context() else NOBODY


def ask_as(wanted: Asker) -> None:
    """From now on, for the rest of the request."""
    setattr(g, _KEY, wanted)


@contextmanager
def asking(wanted: Asker) -> Iterator[None]:
    """Ask as somebody else within the block."""
    before = asker()
    ask_as(wanted)
    try:
        yield
    finally:
        ask_as(before)


def system_access(purpose: str):
    """Every row, for a purpose in words: a command, or an act whose outcome depends on rows of others."""
    return asking(Asker(SYSTEM, purpose=purpose))


def sign_in_access():
    """The tables of accounts and of signing in, before it is known whose account it is; nothing else."""
    return asking(Asker(SIGNING_IN))


def own_session(account_id: int) -> Asker:
    """The account that a signed cookie or token names, until its session is found: its own rows alone."""
    return Asker(OWN_SESSION, str(account_id))


def init_app(app: Flask) -> None:
    """To be called before anything else that looks at a request, and after the database is bound."""
    app.before_request(_begin_as_public)
    app.teardown_request(_end)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "postgresql":
        event.listen(engine, "begin", _forget)
        event.listen(engine, "before_cursor_execute", _tell)


def _begin_as_public() -> None:
    g.rows_asker_before = asker()
    ask_as(PUBLIC)


def _end(_error: BaseException | None) -> None:
    """A test client may share its application context with the test."""
    ask_as(g.pop("rows_asker_before", NOBODY))


_TOLD = "rows_asker_told"


def _forget(connection: Connection) -> None:
    """A new transaction knows nobody."""
    connection.info[_TOLD] = NOBODY


def _tell(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    """Before a statement, when the transaction was told of another asker or of none."""
    if statement.startswith("ROLLBACK TO SAVEPOINT"):
        connection.info[_TOLD] = None  # what was told since goes with it; the next statement tells again
        return
    wanted = asker()
    if connection.info.get(_TOLD) != wanted:
        connection.info[_TOLD] = wanted  # first: telling is a statement, too
        connection.exec_driver_sql(TELL, tuple(wanted))
