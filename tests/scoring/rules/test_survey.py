"""Points of a survey."""

from decimal import Decimal

from app.scoring.rules import survey_points

WEIGHTS = [Decimal(100), Decimal(80), Decimal(50), Decimal(0)]


def test_the_weighted_mean_of_one_question():
    points, working = survey_points(Decimal(2), WEIGHTS, [{0: 5, 1: 3, 2: 1, 3: 1}])
    assert (points, str(working)) == (Decimal("1.58"), "10 câu trả lời, trung bình 79% × 2 = 1,58 điểm")


def test_questions_weigh_the_same_however_many_answered_them():
    assert survey_points(Decimal(1), WEIGHTS, [{0: 99}, {3: 1}])[0] == Decimal("0.5")


def test_a_question_without_answers_is_left_out():
    assert survey_points(Decimal(1), WEIGHTS, [{1: 2}, {}, {1: 0}])[0] == Decimal("0.8")


def test_an_option_without_a_weight_is_no_answer():
    assert survey_points(Decimal(1), WEIGHTS, [{0: 1, 4: 50}])[0] == Decimal(1)


def test_a_spare_weight_changes_nothing():
    assert survey_points(Decimal(1), [*WEIGHTS, Decimal(100)], [{2: 4}])[0] == Decimal("0.5")


def test_without_answers_there_are_no_points():
    assert [survey_points(Decimal(1), WEIGHTS, counts) for counts in ([], [{}], [{4: 3}])] == [
        (None, None)
    ] * 3


def test_points_are_rounded_half_up_to_thousandths():
    assert survey_points(Decimal(1), WEIGHTS, [{0: 1, 3: 2}])[0] == Decimal("0.333")
    assert survey_points(Decimal(1), WEIGHTS, [{0: 1, 3: 15}])[0] == Decimal("0.063")
