"""Counting what a screen asks of the database."""

from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.engine import Engine


def counted(act: Callable) -> list[str]:
    """The SELECTs, INSERTs, UPDATEs and DELETEs that ``act`` sends."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.split(maxsplit=1)[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return sent
