"""What was typed into a form of the setting-up desks, read the Vietnamese way or refused beside its field."""

from datetime import date, datetime
from decimal import Decimal

from flask import request

from app.errors import Refused
from app.field_rules import whole_of
from app.moments import read_day, read_moment
from app.points import to_points
from app.web.rows import row_id


def text(name: str) -> str:
    return request.form.get(name, "").strip()


def moment(name: str, *, required: bool = True) -> datetime | None:
    """dd/mm/yyyy hh:mm, or None when it may be empty and is."""
    typed = text(name)
    if not typed:
        if required:
            raise Refused("Hãy ghi thời điểm.", field=name)
        return None
    try:
        return read_moment(typed)
    except Refused as refusal:
        raise refusal.at(name) from None


def day(name: str) -> date | None:
    """dd/mm/yyyy, or None when empty."""
    typed = text(name)
    if not typed:
        return None
    try:
        return read_day(typed)
    except Refused as refusal:
        raise refusal.at(name) from None


def whole(name: str) -> int:
    return whole_of(text(name), name)


def percent(typed: str, field: str) -> Decimal:
    try:
        return to_points(typed.removesuffix("%").rstrip())
    except Refused as refusal:
        raise Refused(refusal.sentence.template, field=field, **refusal.sentence.values) from refusal


def ids(name: str) -> list[int]:
    """Ids of the boxes that are ticked; anything that is no id is left out."""
    return [number for value in request.form.getlist(name) if (number := row_id(value)) is not None]
