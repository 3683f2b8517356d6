"""Ranks and grades."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.rules import Band, Entry, grade, rank, rounded

BANDS = [
    Band("Khá", Decimal(75)),
    Band("Tốt", Decimal(90), conditional=True),
    Band("Trung bình", Decimal(50)),
    Band("Yếu", Decimal(0)),
]


def ranks(*indexes):
    return list(rank([Entry(key, index) for key, index in enumerate(indexes)]).values())


def test_equals_share_a_rank_and_the_next_is_skipped():
    assert ranks(Fraction(80), Fraction(90), Fraction(70), Fraction(80)) == [2, 1, 4, 2]


def test_the_unrounded_index_decides():
    higher, lower = Fraction(81334, 1000), Fraction(81331, 1000)
    assert (rounded(higher), ranks(lower, higher)) == (rounded(lower), [2, 1])


def test_without_an_index_there_is_no_rank_and_no_place_is_taken():
    assert ranks(None, Fraction(0), Fraction(50)) == [None, 2, 1]


def test_ties_are_broken_in_turn_and_the_higher_comes_first():
    entries = [
        Entry("a", Fraction(80), (Fraction(5), Decimal("1.5"))),
        Entry("b", Fraction(80), (Fraction(5), Fraction(2))),
        Entry("c", Fraction(80), (Decimal(6), Decimal(0))),
        Entry("d", Fraction(80), (None, Decimal(9))),
        Entry("e", Fraction(79), (Decimal(99), Decimal(99))),
    ]
    assert rank(entries) == {"c": 1, "b": 2, "a": 3, "d": 4, "e": 5}


def test_tie_breaks_that_are_equal_leave_the_tie():
    entries = [Entry("a", Fraction(80), (Decimal("0.5"),)), Entry("b", Fraction(80), (Fraction(1, 2),))]
    assert rank(entries) == {"a": 1, "b": 1}


def test_nobody_is_ranked_among_nobody():
    assert rank([]) == {}


@pytest.mark.parametrize(
    ("index", "name"),
    [("90", "Tốt"), ("89.995", "Khá"), ("89.5", "Khá"), ("75", "Khá"), ("0", "Yếu"), ("110", "Tốt")],
)
def test_a_band_begins_at_its_lower_bound(index, name):
    assert grade(Fraction(index), BANDS) == name


def test_an_index_shown_as_ninety_may_lie_below_ninety():
    assert (rounded(Fraction("89.995")), grade(Fraction("89.995"), BANDS)) == (Decimal("90.00"), "Khá")


def test_a_failed_condition_leads_to_the_next_band_below():
    assert grade(Fraction(95), BANDS, failed={"Tốt"}) == "Khá"


def test_only_a_conditional_band_can_fail():
    assert grade(Fraction(80), BANDS, failed={"Khá"}) == "Khá"


def test_no_index_or_no_band_reached_is_no_grade():
    assert (grade(None, BANDS), grade(Fraction(10), BANDS[:1]), grade(Fraction(10), [])) == (None, None, None)


@given(st.lists(st.none() | st.fractions(0, 100), max_size=8), st.randoms())
def test_ranks_do_not_depend_on_the_order_of_entries(indexes, random):
    entries = [Entry(key, index) for key, index in enumerate(indexes)]
    assert rank(random.sample(entries, len(entries))) == rank(entries)


@given(st.lists(st.fractions(0, 100), min_size=1, max_size=8))
def test_a_rank_is_one_more_than_the_number_ahead(indexes):
    assert ranks(*indexes) == [1 + sum(other > index for other in indexes) for index in indexes]
