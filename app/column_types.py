"""Column types that all systems share: points, moments, sentences."""

from datetime import UTC
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, TypeDecorator

from app.errors import Sentence


class Points(TypeDecorator):
    """``Decimal`` in Python, whole thousandths in the database: sums are exact on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        milli = Decimal(value) * 1000
        if milli != milli.to_integral_value():
            raise ValueError(f"more than three decimal places: {value}")
        return int(milli)

    def process_result_value(self, value, dialect):
        return None if value is None else Decimal(value).scaleb(-3)


class Moment(TypeDecorator):
    """An aware ``datetime``, kept as naive UTC so that SQLite and PostgreSQL agree."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value, dialect):
        return None if value is None else value.replace(tzinfo=UTC)


class Said(TypeDecorator):
    """A ``Sentence``, its values text, numbers or sentences; kept so that each reader has it in their language."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else _packed(value)

    def process_result_value(self, value, dialect):
        return None if value is None else _unpacked(value)


def _packed(value: Any) -> Any:
    if not isinstance(value, Sentence):
        return value
    return {"template": value.template, "values": {name: _packed(one) for name, one in value.values.items()}}


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    words, values = value["template"], value["values"]
    return Sentence(words, {name: _unpacked(one) for name, one in values.items()})
