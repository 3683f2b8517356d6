"""What every form that saves a row needs: was it changed meanwhile, and how a refusal is told."""

import hashlib

from flask import flash
from flask.wrappers import Response
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.audit import QUIET_COLUMNS
from app.errors import DomainError, NotInScope
from app.extensions import db
from app.holding import Held, hold_row
from app.web.desk import refusal_of, said

REFUSALS = (DomainError, IntegrityError, StaleDataError)


def as_refused(response: Response) -> Response:
    """The form comes back with its errors: nothing was saved."""
    response.status_code = 422
    return response


def seen_mark(item) -> str:
    """A digest of the row's values and lists, to notice that someone else has saved it since the form was drawn."""
    mapper = inspect(type(item))
    names = [attribute.key for attribute in mapper.column_attrs]
    values = [str(getattr(item, name)) for name in names if name not in QUIET_COLUMNS]
    lists = [link.key for link in mapper.relationships if link.secondary is not None]
    values += [str(sorted(row.id for row in getattr(item, name))) for name in sorted(lists)]
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:16]


def hold_read(item) -> Held:
    """The row that was read in scope, held until the commit and as it is now; ``NotInScope`` when it is gone."""
    try:
        return hold_row(item)
    except LookupError as gone:
        raise NotInScope() from gone


def roll_back(error: Exception, form=None) -> None:
    """Nothing is saved; the sentence stands at its field or above the page, 403 and 404 are pages of their own."""
    db.session.rollback()
    refusal = refusal_of(error)
    if refusal.status in (403, 404):
        raise refusal
    words = said(refusal.sentence)
    field = form._fields.get(refusal.field) if form is not None and refusal.field else None
    if field is not None:
        field.errors = [*field.errors, words]
    else:
        flash(words, "danger")
