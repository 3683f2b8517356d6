"""app/moments.py: the same day or moment by whichever door it comes in, and the same refusal."""

from datetime import UTC, date, datetime, timedelta

import click
import pytest
from wtforms import Form

from app.cli import arguments
from app.errors import Refused
from app.moments import kept_moment, read_day, read_moment, require_ahead
from app.scoring.forms.sheets import read_description
from app.scoring.imports.text import parse_date
from app.scoring.models import CriteriaSet, Round
from app.scoring.views import typed
from app.web.api_columns import _typed as typed_filter
from app.web.fields import DayField, MomentField

DAYS = {
    "31/12/2026": date(2026, 12, 31),
    " 1/7/2025 ": date(2025, 7, 1),
    "01.07.2025": date(2025, 7, 1),
    "01-07-2025": date(2025, 7, 1),
    "2025-07-01": date(2025, 7, 1),
    "2025-07-01 00:00:00": date(2025, 7, 1),
    "29/02/2028": date(2028, 2, 29),
}
NO_DAYS = [
    *("31-12", "31/12/26", "29/02/2027", "32/01/2026", "01/13/2026", "31/12.2026", "hôm nay", "20261231"),
    *("01/01/0025", "31/12/2206", "0025-01-01", "2206-12-31", "01/01/1944", "１/7/2025"),
]
MOMENTS = {
    "31/12/2026 17:00": datetime(2026, 12, 31, 10, tzinfo=UTC),
    "31/12/2026": datetime(2026, 12, 31, 10, tzinfo=UTC),
    "2026-12-31": datetime(2026, 12, 31, 10, tzinfo=UTC),
    "2026-12-31T17:00": datetime(2026, 12, 31, 10, tzinfo=UTC),
    "2026-12-31 17:00": datetime(2026, 12, 31, 10, tzinfo=UTC),
    "2026-12-31T17:00+00:00": datetime(2026, 12, 31, 17, tzinfo=UTC),
    "1/7/2025 8:05": datetime(2025, 7, 1, 1, 5, tzinfo=UTC),
}
NO_MOMENTS = [
    *("31/12/2026 25:00", "31/12/2026 17", "31/12/26 17:00", "17:00", "31.12.2026", "2026-13-01T00:00"),
    *("01/01/0025", "31/12/2206 17:00", "0025-01-01T00:00", "2206-12-31T17:00", "2026-W01-1"),
]


def by_field(kind, text):
    """What a register's, a grid's or an announcement's field makes of it: the value, or the sentence beside it."""
    form = type("One", (Form,), {"one": kind()})()
    try:
        form.one.process_formdata([text])
    except ValueError as error:
        return str(error)
    return form.one.data


def by(read, text):
    try:
        return read(text)
    except Refused as refusal:
        return str(refusal)
    except (ValueError, click.BadParameter) as error:
        return str(error).partition(" Đã nhập “")[0]


def by_desk(app, read, text):
    with app.test_request_context("/", method="POST", data={"one": text}):
        return by(lambda _text: read("one"), text)


@pytest.mark.parametrize("text", [*DAYS, *NO_DAYS])
def test_a_day_is_the_same_by_every_door(app, text):
    with app.test_request_context("/"):
        found = {
            "reader": by(read_day, text),
            "field": by_field(DayField, text),
            "import": by(parse_date, text),
            "command": by(lambda text: arguments.read_day(None, None, text), text),
            "document": by(lambda text: read_description({"issued_on": text}).issued_on, text),
            "api": by(lambda text: typed_filter(CriteriaSet.legal_date.expression, text), text),
        }
    found["desk"] = by_desk(app, typed.day, text)
    assert len(set(found.values())) == 1, found
    assert found["reader"] == DAYS[text] if text in DAYS else isinstance(found["reader"], str)


@pytest.mark.parametrize("text", [*MOMENTS, *NO_MOMENTS])
def test_a_moment_is_the_same_by_every_door(app, text):
    with app.test_request_context("/"):
        found = {
            "reader": by(read_moment, text),
            "field": by_field(MomentField, text),
            "command": by(lambda text: arguments.read_moment(None, None, text), text),
        }
    found["desk"] = by_desk(app, typed.moment, text)
    assert len(set(found.values())) == 1, found
    assert found["reader"] == MOMENTS[text] if text in MOMENTS else isinstance(found["reader"], str)


def test_a_filters_day_alone_is_where_the_day_begins():
    assert typed_filter(Round.entry_deadline.expression, "2026-12-31") == datetime(2026, 12, 30, 17, tzinfo=UTC)


def test_the_minute_that_a_form_shows_again_is_no_change():
    kept = datetime(2026, 12, 31, 10, 0, 41, tzinfo=UTC)
    shown = read_moment("31/12/2026 17:00")
    assert (kept_moment(shown, kept), kept_moment(shown, None)) == (kept, shown)
    later = shown + timedelta(minutes=1)
    assert (kept_moment(later, kept), kept_moment(None, kept)) == (later, None)


def test_a_deadline_that_is_over_is_refused_at_its_field():
    at = datetime(2026, 12, 31, 10, tzinfo=UTC)
    require_ahead(at + timedelta(seconds=1), at, "deadline")
    with pytest.raises(Refused) as refusal:
        require_ahead(at, at, "deadline")
    assert refusal.value.field == "deadline"
