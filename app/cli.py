"""``flask scoring …``"""

from flask import Flask
from flask.cli import AppGroup

import app.scoring.models  # noqa: F401
from app.accounts import ACCOUNT_TYPES
from app.extensions import db
from app.models import Account

scoring = AppGroup("scoring", help="Chấm điểm: bulk work and automation.")


def make_roles() -> None:
    """FAB's role rows for the account types; what they may do is in ``security.GRANTS``. Commits."""
    model = Account.roles.property.mapper.class_
    there = set(db.session.scalars(db.select(model.name)))
    db.session.add_all([model(name=name) for name in ACCOUNT_TYPES if name not in there])
    db.session.commit()


def init_app(app: Flask) -> None:
    app.cli.add_command(scoring)
