"""The guards that hold the races, each with what the application is without it.

``install`` puts a switch before each of them in a server that the soak has started. A race that stays clean when
its guard is taken out would show nothing when it is in place.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial, wraps
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.selectable import GenerativeSelect

from app import extensions
from app.scoring.operations import appraisals, sheets
from app.scoring.queries import sheets as sheet_queries
from app.scoring.states import SheetState
from app.scoring.views import sheet_rows
from soak.switches import Switches

NEVER = datetime(2999, 1, 1, tzinfo=UTC)


def install(switches: Switches) -> None:
    """Every guard can be taken out from now on; until then nothing is changed."""
    swap = partial(_swap, switches)
    swap("version", sheet_rows, "save_row", _save_whatever_was_seen)
    swap("version", appraisals, "save_appraisal", _appraise_whatever_was_seen)
    swap("state", sheets, "sheet_step", partial(_any_state, "edit"))
    swap("state", sheets, "can_enter", lambda _original, _sheet, _at: True)
    swap("deadline", sheets, "deadline_of", _never)
    swap("deadline", sheet_queries, "deadline_of", _never)
    swap("sent work", appraisals, "require_open_work", lambda _original, _work: None)
    swap("sent work", appraisals, "sheet_step", partial(_any_state, "appraise"))
    swap("sent once", sheets, "send", _send_again)
    swap("lock", GenerativeSelect, "with_for_update", lambda _original, query, **_how: query)
    _swap_begin(switches)


def _swap(
    switches: Switches, guard: str, owner: ModuleType | type, name: str, without: Callable[..., Any]
) -> None:
    """``without`` gets what it stands in for as its first argument."""
    original = getattr(owner, name)

    @wraps(original)
    def either(*args: Any, **kwargs: Any) -> Any:
        if switches.is_out(guard):
            return without(original, *args, **kwargs)
        return original(*args, **kwargs)

    setattr(owner, name, either)


def _swap_begin(switches: Switches) -> None:
    """``BEGIN IMMEDIATE`` is to SQLite what ``FOR UPDATE`` is to PostgreSQL."""
    original = extensions._begin_sqlite

    def begin(connection: Connection) -> None:
        if switches.is_out("lock") and connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            original(connection)

    event.remove(Engine, "begin", original)
    event.listen(Engine, "begin", begin)


def _save_whatever_was_seen(original, held, entry, **who):
    return original(held, entry, **who | {"version": held.row.version})


def _appraise_whatever_was_seen(original, task, work, verdict, **who):
    kept = task.appraisal.version if task.appraisal is not None else 0
    return original(task, work, verdict, **who | {"version": kept})


def _any_state(act: str, original, name: str, state: str):
    return None if name == act else original(name, state)


def _never(_original, _sheet) -> datetime:
    return NEVER


def _send_again(original, held, **who):
    """As if nobody had looked whether the sheet was sent."""
    set_committed_value(held.row, "submitted_at", None)
    set_committed_value(held.row, "state", SheetState.APPROVED)
    return original(held, **who)
