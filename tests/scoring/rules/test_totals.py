"""Final points, totals and the index."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.rules import Final, Leaf, Standing, Total, field_totals, final_points, rounded, total


def standing(points, maximum="2", kind="normal", applicable=True, field="I"):
    leaf = Leaf("x", field, Decimal(maximum), kind)
    return Standing(leaf, applicable, None if points is None else Decimal(points))


def decimals(*texts):
    return [None if text is None else Decimal(text) for text in texts]


def test_what_does_not_apply_leaves_both_sums():
    result = total([standing("68.32", "84"), standing(None, "16", applicable=False)])
    assert (result.points, result.maximum, result.unscored) == (Decimal("68.32"), Decimal(84), 0)
    assert (result.index, rounded(result.index)) == (Fraction(6832, 84), Decimal("81.33"))


def test_sums_are_exact_to_the_thousandth():
    assert total([standing("0.1")] * 3 + [standing("0.125"), standing("0.15")]).points == Decimal("0.575")


def test_bonus_and_penalty_touch_the_points_only_and_each_under_its_cap():
    result = total([standing("8", "10"), standing("3", "1", "bonus"), standing("5", "2", "penalty")])
    assert result == Total(Decimal(7), Decimal(10), Fraction(70), 0)


def test_a_bonus_can_lift_the_index_above_a_hundred():
    assert total([standing("10", "10"), standing("1", "1", "bonus")]).index == 110


FIVE, THREE = ("9", Decimal(5)), ("9.1", Decimal(3))


def capped(points, *caps, kind="bonus"):
    return Standing(Leaf("x", "9", Decimal(10), kind, caps), True, Decimal(points))


@pytest.mark.parametrize(
    ("given_", "points"),
    [
        ([capped("2", FIVE), capped("2", FIVE)], "14"),
        ([capped("4", FIVE), capped("4", FIVE)], "15"),
        ([capped("4", THREE, FIVE), capped("4", FIVE)], "15"),
        ([capped("4", THREE, FIVE), capped("1", FIVE)], "14"),
        ([capped("4", FIVE, kind="penalty"), capped("4", FIVE, kind="penalty")], "5"),
        ([capped("9", FIVE), capped("9")], "24"),
    ],
)
def test_a_heading_may_limit_its_bonuses_or_penalties_together(given_, points):
    result = total([standing("10", "10"), *given_])
    assert (result.points, result.maximum) == (Decimal(points), Decimal(10))


def test_a_total_never_falls_below_nothing():
    assert total([standing("1"), standing("4", "4", "penalty")]) == Total(
        Decimal(0), Decimal(2), Fraction(0), 0
    )


def test_points_are_capped_by_the_maximum_of_their_leaf():
    assert total([standing("3"), standing("-1")]).points == Decimal(2)


def test_unscored_leaves_are_counted_and_keep_their_maximum():
    result = total([standing("1"), standing(None), standing(None, "1", "bonus")])
    assert result == Total(Decimal(1), Decimal(4), Fraction(25), 2)


def test_where_nothing_applies_there_is_no_index():
    assert total([standing(None, applicable=False), standing("1", "1", "bonus")]).index is None


def test_fields_are_totalled_the_same_way():
    fields = field_totals(
        [standing("1"), standing("2", field="II"), standing("0.5"), standing("1", "1", "penalty", field="II")]
    )
    assert fields == {
        "I": Total(Decimal("1.5"), Decimal(4), Fraction(75, 2), 0),
        "II": Total(Decimal(1), Decimal(2), Fraction(50), 0),
    }


@pytest.mark.parametrize(
    ("appraisals", "expected"),
    [
        (["1", "1.5", "1.25"], Final(True, Decimal("1.25"))),
        (["1", "1", "0.5"], Final(True, Decimal("0.833"))),
        (["0.001", "0"], Final(True, Decimal("0.001"))),
        (["0"], Final(True, Decimal(0))),
        ([None, None], Final(False, None)),
        ([None, "1"], Final(True, None)),
        ([], Final(True, None)),
    ],
)
def test_the_mean_of_the_appraisals_sent(appraisals, expected):
    assert final_points(None, False, decimals(*appraisals)) == expected


def test_the_council_has_the_last_word():
    sent = decimals("1", None)
    assert final_points(Decimal(0), False, sent) == Final(True, Decimal(0))
    assert final_points(Decimal(2), True, sent) == Final(False, None)


def test_a_survey_counts_where_nobody_appraised():
    points = Decimal("1.58")
    assert final_points(None, False, [], points, is_survey=True) == Final(True, points)
    assert final_points(None, False, decimals("1"), points, is_survey=True) == Final(True, Decimal(1))
    assert final_points(None, False, [], points, is_survey=False) == Final(True, None)
    assert final_points(None, False, [], None, is_survey=True) == Final(True, None)


STANDINGS = st.lists(
    st.builds(
        standing,
        st.none() | st.decimals(0, 5, places=3).map(str),
        st.decimals("0.25", 5, places=3).map(str),
        st.just("normal"),
        st.booleans(),
        st.sampled_from(["I", "II"]),
    ),
    max_size=12,
)


@given(STANDINGS, st.randoms())
def test_the_order_of_leaves_does_not_matter(standings, random):
    shuffled = random.sample(standings, len(standings))
    assert total(shuffled) == total(standings)


@given(STANDINGS)
def test_without_bonus_the_index_lies_within_a_hundred(standings):
    index = total(standings).index
    assert index is None or 0 <= index <= 100


@given(STANDINGS)
def test_fields_add_up_to_the_whole(standings):
    fields = field_totals(standings).values()
    whole = total(standings)
    assert (sum(f.points for f in fields), sum(f.maximum for f in fields)) == (whole.points, whole.maximum)


@given(STANDINGS, st.decimals("0.25", 5, places=3))
def test_taking_out_a_leaf_without_points_never_lowers_the_index(standings, maximum):
    kept = total([*standings, standing("0", maximum)]).index
    taken_out = total([*standings, standing(None, maximum, applicable=False)]).index
    assert taken_out is None or taken_out >= kept


def test_fractions_stay_exact_beside_unscored_leaves_and_nothing():
    third = Leaf("1", "1", Fraction(1, 3))
    found = total([Standing(third, True, Fraction(1, 9)), Standing(third, True, Fraction(0)), Standing(third)])
    assert found == Total(Fraction(1, 9), Fraction(1), Fraction(100, 9), 1)
