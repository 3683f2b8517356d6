"""``flask --app run scoring …``: bulk work and automation (design §7); ``backup …``, ``audit …``: keeping it safe.

Exit status: 0 done; 1 findings (nothing imported) or a refused act; 2 wrong use. ``--json`` prints one JSON value.
"""

from flask import Flask

import app.scoring.models  # noqa: F401
from app.cli import accounts, checking, loading, mail, proving, rounds, seeding, verifying  # noqa: F401
from app.cli.auditing import audit
from app.cli.backing_up import backup
from app.cli.commands import scoring
from app.cli.database import make_roles
from app.cli.server import serve

__all__ = ["init_app", "make_roles", "serve"]


def init_app(app: Flask) -> None:
    for group in (scoring, backup, audit):
        app.cli.add_command(group)
