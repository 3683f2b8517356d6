"""What a column can hold, asked before the database is: SQLite keeps any text, PostgreSQL fails on what is too long.

Both refuse alike then, with a sentence and the field's name, and nothing of the change is written.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, String, event, inspect
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, ValidationError

from app.errors import Refused

LARGEST_WHOLE = 2**31 - 1
"""Ids and counters are 32-bit numbers on PostgreSQL."""


def whole(text: str | int) -> int:
    """The number that a field or an address names; ValueError for what no column could hold."""
    if len(str(text)) > 20 or abs(number := int(text)) > LARGEST_WHOLE:
        raise ValueError(f"beyond 32 bits: {str(text)[:30]}")
    return number


class WholeNumber(IntegerConverter):
    """``<int:…>`` of a route: an address with a larger number does not exist."""

    num_convert = staticmethod(whole)

    def to_python(self, value: str) -> int:
        try:
            return super().to_python(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error


@cache
def _limits(model: type) -> tuple[tuple[str, int, bool], ...]:
    """(attribute, limit, whether it is a text) of each column that has a limit."""
    return tuple(_limits_of(inspect(model)))


def _limits_of(mapper) -> Iterator[tuple[str, int, bool]]:
    for attribute in mapper.column_attrs:
        kind = attribute.columns[0].type
        if isinstance(kind, String) and kind.length:
            yield attribute.key, kind.length, True
        elif isinstance(kind, Integer) and not isinstance(kind, BigInteger):
            yield attribute.key, LARGEST_WHOLE, False


@event.listens_for(Session, "before_flush")
def _refuse_what_does_not_fit(session: Session, _context, _instances) -> None:
    for thing in (*session.new, *session.dirty):
        loaded = inspect(thing).dict
        for name, limit, is_text in _limits(type(thing)):
            _refuse(name, loaded.get(name), limit, is_text)


def _refuse(name: str, value: Any, limit: int, is_text: bool) -> None:
    if is_text and isinstance(value, str) and len(value) > limit:
        raise Refused("Nội dung dài quá %(limit)s ký tự.", field=name, limit=limit)
    if not is_text and isinstance(value, int) and abs(value) > limit:
        raise Refused("Hãy ghi một số nguyên.", field=name)
