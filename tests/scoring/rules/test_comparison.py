"""Means, close neighbours and the way to the next grade."""

from decimal import Decimal
from fractions import Fraction

from app.scoring.rules import Band, close_neighbours, mean_of, next_band

BANDS = [Band("Xuất sắc", Decimal(90)), Band("Tốt", Decimal(80)), Band("Yếu", Decimal(0))]


def test_the_mean_leaves_out_what_is_not_there():
    assert mean_of([Fraction(80), None, Fraction(81)]) == Fraction(161, 2)
    assert mean_of([None]) is None


def test_neighbours_are_close_when_each_gap_is_within_the_margin():
    ranked = [
        ("a", 1, Fraction(95)),
        ("b", 2, Fraction("90.5")),
        ("c", 3, Fraction("90.3")),
        ("d", 4, Fraction("90.1")),
    ]
    found = close_neighbours(ranked, Decimal("0.25"))
    assert [(run.first, run.last, run.keys, run.spread) for run in found] == [
        (2, 4, ("b", "c", "d"), Fraction("0.4"))
    ]


def test_a_gap_of_exactly_the_margin_is_close_and_a_thousandth_more_is_not():
    near = [("a", 1, Fraction("90.25")), ("b", 2, Fraction(90))]
    far = [("a", 1, Fraction("90.251")), ("b", 2, Fraction(90))]
    assert (len(close_neighbours(near, Decimal("0.25"))), close_neighbours(far, Decimal("0.25"))) == (1, [])


def test_equal_indexes_share_a_rank_and_a_spread_of_nothing():
    run = close_neighbours([("a", 1, Fraction(90)), ("b", 1, Fraction(90))], Decimal("0.25"))[0]
    assert (run.first, run.last, run.spread) == (1, 1, 0)


def test_the_next_band_is_the_nearest_above():
    assert next_band(Fraction("79.995"), BANDS) == (BANDS[1], Fraction("0.005"))
    assert next_band(Fraction(90), BANDS) is None
    assert next_band(None, BANDS) is None
