"""The one reader of days and moments, for forms, the grid, imports, commands and the data API, with their limits.

Whichever way it comes in, ``31/12/2026`` and ``2026-12-31`` are one day, and a day alone where a moment is asked for
ends at 17:00 in the province, when its offices close. A refusal names no field: the caller adds it (``Refused.at``).
"""

import re
from datetime import date, datetime, time

from app.clock import PROVINCE_ZONE
from app.errors import Refused

FIRST_YEAR, LAST_YEAR = 1945, 2100
"""The state's offices are no older; a year beyond these is a slip of the keyboard (0025, 2206)."""
OFFICE_CLOSING = time(17)

_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T].*)?", re.ASCII)
_MOMENT = re.compile(r"(\d{1,2}/\d{1,2}/\d{4})(?: +(\d{1,2}):(\d\d)(?::(\d\d))?)?", re.ASCII)
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d.*)?", re.ASCII)


def read_day(text: str) -> date:
    """The day that ``31/12/2026`` or ``2026-12-31`` names, the time of a spreadsheet's cell left aside."""
    text = text.strip()
    written, iso = _DAY.fullmatch(text), _ISO_DAY.fullmatch(text)
    try:
        if written is not None:
            return _within(date(int(written[4]), int(written[3]), int(written[1])))
        if iso is not None:
            return _within(date(int(iso[1]), int(iso[2]), int(iso[3])))
    except ValueError:
        pass
    raise Refused("Ngày phải ghi theo dạng dd/mm/yyyy, ví dụ 31/12/2026.")


def read_moment(text: str, *, day_alone: time = OFFICE_CLOSING) -> datetime:
    """The moment that ``31/12/2026[ 17:00]`` or ISO 8601 names, in the province's time where no zone is written."""
    text = text.strip()
    written = _MOMENT.fullmatch(text)
    try:
        if written is not None:
            hour = time(int(written[2]), int(written[3]), int(written[4] or 0)) if written[2] else day_alone
            return datetime.combine(read_day(written[1]), hour, PROVINCE_ZONE)
        if _ISO_MOMENT.fullmatch(text):
            return _iso_moment(text, day_alone)
    except ValueError:
        pass
    raise Refused("Thời điểm phải ghi theo dạng dd/mm/yyyy hh:mm, ví dụ 31/12/2026 17:00.")


def _iso_moment(text: str, day_alone: time) -> datetime:
    moment = datetime.fromisoformat(text)
    _within(moment.date())
    if len(text) == len("2026-12-31"):
        moment = datetime.combine(moment.date(), day_alone)
    return moment if moment.tzinfo else moment.replace(tzinfo=PROVINCE_ZONE)


def _within(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused("Năm phải từ %(first)s đến %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
    return day


def kept_moment(new: datetime | None, old: datetime | None) -> datetime | None:
    """``old`` when both are the same to the minute, which is all that forms show; else ``new``."""
    same = new is not None and old is not None and _minute(new) == _minute(old)
    return old if same else new


def require_ahead(moment: datetime, at: datetime, field: str) -> None:
    """Refuse a deadline that is over when it is set."""
    if moment <= at:
        raise Refused("Thời hạn mới phải ở sau thời điểm hiện tại.", field=field)


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(PROVINCE_ZONE).replace(second=0, microsecond=0)
