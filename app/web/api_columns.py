"""A resource's columns: what is shown, what it means, and whether one may filter and order by it."""

import operator
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from flask_appbuilder.exceptions import InvalidColumnFilterFABException
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import fields
from sqlalchemy import Boolean, ColumnElement, Date, Integer, Text

from app.clock import PROVINCE_ZONE
from app.column_types import Moment, Points
from app.errors import Refused
from app.limits import LARGEST_WHOLE
from app.moments import read_day, read_moment
from app.points import plain, to_points
from app.text import fold


class PointsText(fields.Field):
    """Points as text with a decimal point, ``"1.25"``: a reader that makes floats of numbers cannot spoil them."""

    def _serialize(self, value: Decimal | None, attr, obj, **kwargs) -> str | None:
        return None if value is None else plain(value)


class MomentText(fields.Field):
    """ISO 8601 with the province's offset."""

    def _serialize(self, value: datetime | None, attr, obj, **kwargs) -> str | None:
        return None if value is None else value.astimezone(PROVINCE_ZONE).isoformat(timespec="seconds")


class Column(NamedTuple):
    """``column`` is what one may filter by and order by; None for what is only shown. ``order`` where it differs.

    ``values`` are the words that stand in the data, where they are few or have a form.
    """

    about: Any
    field: fields.Field
    column: Any = None
    order: Any = None
    values: tuple[str, ...] = ()

    @property
    def operators(self) -> list[str]:
        if self.column is None:
            return []
        kind = self.column.type
        if isinstance(kind, Points | Moment | Date):
            return ["eq", "gt", "lt"]
        return ["ct"] if isinstance(kind, Text) else ["eq"]


OPERATORS = {
    "eq": operator.eq,
    "gt": operator.gt,
    "lt": operator.lt,
    "ct": lambda column, value: column.contains(value, autoescape=True),
}
OPERATOR_NAMES = {
    "eq": _l("bằng"),
    "gt": _l("lớn hơn"),
    "lt": _l("nhỏ hơn"),
    "ct": _l("chứa (không phân biệt dấu)"),
}

FILTER = {
    "type": "object",
    "properties": {
        "col": {"type": "string"},
        "opr": {"type": "string", "enum": list(OPERATORS)},
        "value": {"type": ["string", "number", "boolean"]},
    },
    "required": ["col", "opr", "value"],
    "additionalProperties": False,
}


def condition(name: str, column: Column, operation: str, value: Any) -> ColumnElement:
    """What a filter of the request says, in SQL; raises FAB's exception for what cannot be asked."""
    if operation not in column.operators:
        raise InvalidColumnFilterFABException(_("Không lọc được cột “%(name)s” theo cách này.", name=name))
    try:
        return OPERATORS[operation](column.column, _typed(column.column, value))
    except (Refused, ValueError, TypeError, OverflowError):
        words = _("Giá trị lọc của cột “%(name)s” không hợp lệ.", name=name)
        raise InvalidColumnFilterFABException(words) from None


def _typed(column: Any, value: Any) -> Any:
    """The value as the column has it; ``ValueError`` or ``Refused`` for anything that it cannot be."""
    kind = column.type
    if isinstance(kind, Points):
        return to_points(str(value))
    if isinstance(kind, Moment):  # a filter's day alone is where it begins: what happened in it lies after
        return read_moment(str(value), day_alone=time.min).astimezone(UTC)
    if isinstance(kind, Date):
        return read_day(str(value))
    if isinstance(kind, Boolean):
        return ("false", "true").index(str(value).lower()) == 1
    if isinstance(kind, Integer):
        return range(LARGEST_WHOLE + 1).index(int(str(value)))
    text = str(value)
    return fold(text) if isinstance(kind, Text) else text
