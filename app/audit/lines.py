"""A line in the log for each chain that a transaction has lengthened: whoever keeps the logs elsewhere has its end.

What was done, by whom, and the hash; never what was written. The logger's level is its own, whatever ``LOG_LEVEL``.
"""

import logging
import os
from logging.handlers import SysLogHandler
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.request_log import JsonLines

LINES = logging.getLogger("app.trail")
LINES.setLevel(logging.INFO)


def send_to_collector(socket: str) -> None:
    """For a command that a person types: the lines go to the machine's log, not to the terminal.

    Under systemd, and where the socket is not there, they stay on stderr, which is what the log is made of.
    """
    if os.environ.get("INVOCATION_ID") or LINES.handlers or not Path(socket).is_socket():
        return
    handler = SysLogHandler(address=socket)
    handler.ident = "cham-diem-command: "
    handler.setFormatter(JsonLines())
    LINES.addHandler(handler)
    LINES.propagate = False


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    fresh = session.info.pop("audit_fresh", [])
    ends: dict[str, list[dict[str, Any]]] = {}
    for row in fresh:
        ends.setdefault(row["chain"], []).append(row)
    for chain, rows in ends.items():
        last = rows[-1]
        acts = sorted({row["action"] for row in rows})
        who = {"account_id": last["actor_id"], "address": last["address"]}
        fields = {"chain": chain, "first": rows[0]["place"], "place": last["place"], "hash": last["hash"], "acts": acts}
        LINES.info("trail", extra={"fields": fields | who})
