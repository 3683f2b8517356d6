"""How a stored value is written into a backup and read back: the database's own, before a type of ours turns it.

A ``TypeDecorator`` (points, moments, sentences) is taken off: what lies below it is what the database stores. JSON is
kept as the text that it is. A type that is not in ``FORMS`` stops the application at its start.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    TableClause,
    Text,
    TypeDecorator,
    cast,
    column,
    table,
)
from sqlalchemy.types import TypeEngine, UserDefinedType


class JsonText(UserDefinedType):
    """The text of a JSON column, neither parsed nor written anew."""

    cache_ok = True

    def column_expression(self, column):
        return cast(column, Text)


class Form(NamedTuple):
    """``kind``: what the database gives; ``word``: what stands in the backup, made by ``write``, undone by ``read``."""

    kind: type
    word: type
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _as_it_is(value: Any) -> Any:
    return value


_WHOLE, _TEXT = Form(int, int, _as_it_is, _as_it_is), Form(str, str, _as_it_is, _as_it_is)
FORMS: dict[type, Form] = {
    **dict.fromkeys((Integer, BigInteger, SmallInteger), _WHOLE),
    **dict.fromkeys((String, Text, JsonText), _TEXT),
    **dict.fromkeys((Float, Double), Form(float, float, _as_it_is, _as_it_is)),
    Boolean: Form(bool, bool, _as_it_is, _as_it_is),
    DateTime: Form(datetime, str, datetime.isoformat, datetime.fromisoformat),
    Date: Form(date, str, date.isoformat, date.fromisoformat),
}
"""By exact type: a subclass (an enumeration is a ``String``) may store something else."""


def stored_type(of: Column) -> TypeEngine:
    """The type of what the database stores; TypeError when no form writes and reads it."""
    kind = of.type
    while isinstance(kind, TypeDecorator):
        if kind._variant_mapping or type(kind).load_dialect_impl is not TypeDecorator.load_dialect_impl:
            raise _unwritable(of)
        kind = kind.impl_instance
    if type(kind) is JSON and not kind._variant_mapping:
        return JsonText()
    if type(kind) not in FORMS or kind._variant_mapping or getattr(kind, "timezone", False):
        raise _unwritable(of)
    return kind


def _unwritable(of: Column) -> TypeError:
    return TypeError(f"{of.table.name}.{of.name}: no backup can write {of.type!r}; see app/backup/columns.py")


def check_types(metadata: MetaData) -> None:
    """TypeError names the first column whose values no backup could write and read."""
    for one in metadata.sorted_tables:
        for of in one.columns:
            stored_type(of)


def stored(of: Table) -> TableClause:
    """The table by its stored values, without defaults that would change a row on its way back."""
    return table(of.name, *(column(one.name, stored_type(one)) for one in of.columns))


def write(value: Any, kind: TypeEngine) -> Any:
    """What stands in the backup; ValueError for a value that is not of its column's type."""
    form = FORMS[type(kind)]
    if value is not None and type(value) is not form.kind:
        raise ValueError(f"{value!r} is no {form.kind.__name__}")
    return value if value is None else form.write(value)


def read(word: Any, kind: TypeEngine) -> Any:
    """The value for the database; ValueError for a word that no column of this type wrote."""
    form = FORMS[type(kind)]
    if word is not None and type(word) is not form.word:
        raise ValueError(f"{word!r} is no {form.word.__name__}")
    value = word if word is None else form.read(word)
    if isinstance(value, datetime) and value.tzinfo is not None:
        raise ValueError(f"{word!r} has a time zone")
    return value
