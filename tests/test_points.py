"""Points as typed, stored and shown."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Refused, Unclear
from app.scoring.rules import format_points, from_milli, plain, quantise, round_half_up, to_milli, to_points


@pytest.mark.parametrize(
    "typed", ["1,25", "1.25", " 1,25 ", "１,２５", "１．２５", "1,250", 1.25, Decimal("1.2500")]
)
def test_comma_and_point_are_both_decimal(typed):
    assert to_points(typed) == Decimal("1.25")


def test_whole_numbers_are_points():
    assert [to_points(value) for value in (3, "3", 3.0, Decimal("1E+1"))] == [3, 3, 3, 10]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "NaN",
        "Infinity",
        "1e3",
        "1E3",
        "1.234,5",
        "1,234.5",
        "1 000",
        "1,2345",
        "1234567890",
        "+1",
        ".5",
        "5.",
        "1_000",
        "٣",
        "một",
        None,
        True,
        float("nan"),
        0.1 + 0.2,
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("1E+999999"),
        Decimal("0.0001"),
        10**4000,
    ],
)
def test_anything_but_a_plain_decimal_is_refused(typed):
    with pytest.raises(Refused):
        to_points(typed)


def test_a_refusal_quotes_what_was_typed():
    with pytest.raises(Refused) as refusal:
        to_points("1.234,5")
    assert str(refusal.value) == (
        "“1.234,5” không phải là số điểm hợp lệ: hãy nhập số có tối đa 3 chữ số thập phân, ví dụ 1,25."
    )


def test_negative_zero_is_zero():
    assert plain(to_points("-0,0")) == "0"


def test_points_are_stored_as_thousandths():
    assert (to_milli(Decimal("0.125")), from_milli(125), from_milli(None)) == (125, Decimal("0.125"), None)


def test_thousandths_round_half_up():
    assert [quantise(Decimal(text)) for text in ("0.8335", "0.8334999", "2.0005")] == [
        Decimal("0.834"),
        Decimal("0.833"),
        Decimal("2.001"),
    ]


def test_points_are_shown_with_a_comma_and_without_trailing_zeros():
    shown = [format_points(Decimal(text)) for text in ("1.250", "10", "10.000", "0.000", "1E+1", "100")]
    assert shown == ["1,25", "10", "10", "0", "10", "100"]


def test_fixed_places_round_half_up():
    assert [format_points(Decimal(text), 2) for text in ("1", "1.005", "89.995", "2.344")] == [
        "1,00",
        "1,01",
        "90,00",
        "2,34",
    ]


def test_half_up_is_away_from_zero():
    assert (round_half_up(Decimal("-0.5"), 0), round_half_up(Fraction(1, 2), 0)) == (-1, 1)


@given(st.integers(-(10**11), 10**11))
def test_stored_points_come_back_from_screen_and_json(milli):
    points = from_milli(milli)
    assert [to_milli(to_points(text)) for text in (format_points(points), plain(points))] == [milli, milli]


@pytest.mark.parametrize(("typed", "most"), [("1.500", 1500), ("1.042", 2000), ("1.000", 1000)])
def test_a_dot_that_could_group_thousands_is_asked_back_where_as_many_points_can_be_given(typed, most):
    with pytest.raises(Unclear) as unclear:
        to_points(typed, within=Decimal(most))
    assert [to_points(reading, within=Decimal(most)) for reading in unclear.value.choices] == [
        Decimal(typed),
        Decimal(typed) * 1000,
    ]


@pytest.mark.parametrize("typed", ["1.500", "1,500", "1.5"])
@pytest.mark.parametrize("most", ["2", "1499"])
def test_where_fewer_points_can_be_given_a_dot_is_decimal(typed, most):
    assert to_points(typed, within=Decimal(most)) == Decimal("1.5")


@given(st.decimals(0, 10**6, places=3), st.integers(1, 10**6))
def test_points_that_are_shown_read_back_as_themselves_whatever_can_be_given(points, most):
    assert to_points(format_points(points), within=Decimal(most)) == points
