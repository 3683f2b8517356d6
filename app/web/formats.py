"""Numbers, dates and names of states as people read them; every function is a Jinja filter of its name."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from flask import Flask
from flask_babel import gettext as _

from app.clock import PROVINCE_ZONE, local_date, now, written
from app.figures import FigureKind, write_figure
from app.files import size_text
from app.points import format_points, round_half_up
from app.web.desk import said

NONE = "–"


def points(value: Decimal | None) -> str:
    """``1,25``; a dash for nothing."""
    return NONE if value is None else format_points(value)


def figure(value: Decimal | None, kind: FigureKind = FigureKind.WHOLE) -> str:
    """``1.042``, in the form in which it may be typed again; nothing for nothing."""
    return "" if value is None else write_figure(value, kind)


def index(value: Fraction | Decimal | None, places: int = 2) -> str:
    """A percentage to so many places, ``81,33``; a dash for nothing."""
    return NONE if value is None else f"{round_half_up(value, places):f}".replace(".", ",")


def day(value: date | datetime | None) -> str:
    """``31/12/2026``; of a moment, the day in the province."""
    value = local_date(value) if isinstance(value, datetime) else value
    return NONE if value is None else f"{value:%d/%m/%Y}"


def moment(value: datetime | None) -> str:
    """``31/12/2026 17:00`` in the province's time."""
    return NONE if value is None else written(value)


def iso(value: datetime) -> str:
    """For ``<time datetime>``."""
    return value.astimezone(PROVINCE_ZONE).isoformat(timespec="seconds")


def stamp(value: datetime) -> str:
    """``14:05`` today, ``22/11/2026 14:05`` on any other day."""
    return (
        f"{value.astimezone(PROVINCE_ZONE):%H:%M}"
        if local_date(value) == local_date(now())
        else moment(value)
    )


def time_left(deadline: datetime) -> str:
    """How long until the deadline: days, on the last two days hours, in the last hour minutes."""
    minutes = int((deadline - now()).total_seconds() // 60)
    if minutes < 0:
        return _("đã hết hạn")
    if minutes < 60:
        return _("còn %(count)s phút", count=minutes)
    if minutes < 48 * 60:
        return _("còn %(count)s giờ", count=minutes // 60)
    return _("còn %(count)s ngày", count=minutes // (24 * 60))


def size(value: int | None) -> str:
    """Bytes as people read them: ``882 KB``, ``1,5 MB``."""
    return NONE if value is None else size_text(value)


def init_app(app: Flask) -> None:
    for function in (points, figure, index, day, moment, iso, said, stamp, time_left, size):
        app.jinja_env.filters[function.__name__] = function
