"""Own points that are not the computed ones, in a set that takes no others."""

from decimal import Decimal

from app.errors import Sentence
from app.scoring.models import Criterion
from app.scoring.rules import Suggestion, format_points

_COMPUTED = Sentence(
    "Bộ tiêu chí này chỉ nhận điểm tính từ số liệu (%(points)s điểm); hãy để trống ô điểm hoặc sửa số liệu."
)
_NOTHING_TO_DO = Sentence(
    "Bộ tiêu chí này chỉ nhận điểm tính từ số liệu mà tổng số bằng 0; hãy để trống ô điểm và đề nghị không áp dụng."
)


def forbidden_deviation(
    criterion: Criterion, suggestion: Suggestion, points: Decimal | None
) -> Sentence | None:
    """Why the set does not take these own points, or None.

    Where the criterion suggests nothing (points are typed, figures are not there yet) every point may stand.
    """
    if points is None or points == suggestion.points:
        return None
    if suggestion.points is None and not suggestion.nothing_to_do:
        return None
    if criterion.criteria_set.allows_deviation:
        return None
    if suggestion.points is None:
        return _NOTHING_TO_DO
    return _COMPUTED._replace(values={"points": format_points(suggestion.points)})
