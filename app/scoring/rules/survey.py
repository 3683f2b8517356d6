"""Points from the answers of a survey."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from app.errors import Sentence
from app.points import format_points, round_half_up

FROM_FILE = "Nhập từ tệp"
"""How the working of survey points begins that came in as points, not as answers."""
_FEWEST_TO_STAND_OUT, _SHARE_TO_STAND_OUT = 5, Fraction(1, 4)


def stands_out(count: int, total: int) -> bool:
    """Whether one network's or hour's answers deserve a look: five or more, and over a quarter of the total."""
    return count >= _FEWEST_TO_STAND_OUT and Fraction(count, total) > _SHARE_TO_STAND_OUT


def survey_points(
    maximum: Decimal, weights: Sequence[Decimal | None], counts: Sequence[Mapping[int, int]]
) -> tuple[Decimal | None, Sentence | None]:
    """Maximum × mean weight (percent) ÷ 100, to thousandths half up; (None, None) without answers.

    ``counts`` holds one mapping a question: option index → number of answers. The mean is taken within each
    question first and then over the questions that have answers, so that a question many people skipped
    weighs as much as its neighbours. An option without a weight, or with None (“không biết”), is no answer.
    """
    weighed = [_answers(weights, question) for question in counts]
    weighed = [answers for answers in weighed if answers]
    if not weighed:
        return None, None
    means = [_mean(weights, answers) for answers in weighed]
    mean = sum(means, Fraction(0)) / len(means)
    points = min(max(round_half_up(Fraction(maximum) * mean / 100, 3), Decimal(0)), maximum)
    return points, _working(points, mean, maximum, sum(sum(answers.values()) for answers in weighed))


def _answers(weights: Sequence[Decimal | None], question: Mapping[int, int]) -> dict[int, int]:
    weighed = {option for option, weight in enumerate(weights) if weight is not None}
    return {option: count for option, count in question.items() if option in weighed and count > 0}


def _mean(weights: Sequence[Decimal | None], answers: Mapping[int, int]) -> Fraction:
    weighted = sum((Fraction(weights[option]) * count for option, count in answers.items()), Fraction(0))
    return weighted / sum(answers.values())


def _working(points: Decimal, mean: Fraction, maximum: Decimal, answers: int) -> Sentence:
    values = {
        "answers": answers,
        "mean": format_points(round_half_up(mean, 2)),
        "maximum": format_points(maximum),
        "points": format_points(points),
    }
    return Sentence("%(answers)s câu trả lời, trung bình %(mean)s%% × %(maximum)s = %(points)s điểm", values)
