"""The readers of numbers, days and moments: any text at all is read or refused, never a crash, never a lie."""

from contextlib import suppress
from datetime import UTC, date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Refused
from app.limits import LARGEST_WHOLE, whole
from app.points import LIMIT, format_points, to_milli, to_points
from app.scoring.forms.sheets import read_description, read_row
from app.scoring.imports.text import parse_date
from app.web.fields import read_moment
from app.web.rows import row_id
from tests.hostile.strings import HOSTILE

CASES = 300
DIGITS = st.text(st.sampled_from("0123456789.,-+eE_ \u2212\uff11\u0661\u00b2:/NaInf"), max_size=30)
ANYTHING = st.one_of(st.text(max_size=60), DIGITS, st.sampled_from(list(HOSTILE.values())))


@settings(max_examples=CASES, deadline=None)
@given(ANYTHING)
def test_points_are_read_exactly_or_refused(text):
    with suppress(Refused):
        points = to_points(text)
        assert points.is_finite() and abs(points) < LIMIT
        assert (to_points(format_points(points)), Decimal(to_milli(points)).scaleb(-3)) == (points, points)


@settings(max_examples=CASES, deadline=None)
@given(ANYTHING)
def test_an_id_is_a_number_that_a_column_holds_or_nothing(text):
    number = row_id(text)
    assert number is None or 0 <= number <= LARGEST_WHOLE
    with suppress(ValueError):
        assert abs(whole(text)) <= LARGEST_WHOLE


@settings(max_examples=CASES, deadline=None)
@given(ANYTHING)
def test_a_day_in_a_file_is_a_day_or_a_value_error(text):
    with suppress(ValueError):
        assert isinstance(parse_date(text), date)


@pytest.mark.parametrize(
    "text", [*HOSTILE.values(), "01/01/0001 00:00", "31/12/9999 23:59"], ids=range(len(HOSTILE) + 2)
)
def test_a_moment_is_one_on_every_clock_or_refused(app, text):
    with app.test_request_context(), suppress(ValueError):
        assert 1899 <= read_moment(text).astimezone(UTC).year <= 2200


@settings(max_examples=CASES, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "n", "points", "option", "explanation", "version", "na_claimed"]), ANYTHING
    )
)
def test_a_row_is_read_or_refused_with_its_field(typed):
    try:
        read_row(typed)
    except Refused as refusal:
        assert refusal.field in typed


@settings(max_examples=CASES, deadline=None)
@given(st.dictionaries(st.sampled_from(["number", "issued_on", "issuer", "summary"]), ANYTHING))
def test_a_description_is_read_or_refused_with_its_field(typed):
    try:
        read_description(typed)
    except Refused as refusal:
        assert refusal.field in typed
