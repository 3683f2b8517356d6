"""The eleven methods."""

from app.scoring.rules import CHOICES, COUNTED, METHOD_NAMES, OUTSIDE_MAXIMUM, RATIOS, Method


def test_every_method_has_a_name_of_its_own():
    assert (set(METHOD_NAMES), len(set(METHOD_NAMES.values()))) == (set(Method), len(Method))


def test_families_do_not_share_a_method():
    assert (set(), set(), set()) == (CHOICES & RATIOS, CHOICES & COUNTED, RATIOS & COUNTED)


def test_only_bonus_and_penalty_lie_outside_the_maximum():
    assert {"bonus", "penalty"} == OUTSIDE_MAXIMUM
