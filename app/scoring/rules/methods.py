"""The ways in which a criterion is scored, and what its figures may count."""

from enum import StrEnum

from app.figures import FigureKind


class Method(StrEnum):
    """What a node asks for; the values are those of the column ``scoring_method``."""

    SUM = "sum"
    YES_NO = "yes_no"
    TIERS = "tiers"
    PERCENT_TIERS = "percent_tiers"
    PROPORTIONAL = "proportional"
    COUNT = "count"
    DEDUCT = "deduct"
    MANUAL = "manual"
    SURVEY = "survey"
    SURVEY_TIERS = "survey_tiers"
    BONUS = "bonus"
    PENALTY = "penalty"


CHOICES = frozenset({Method.YES_NO, Method.TIERS, Method.SURVEY_TIERS})
RATIOS = frozenset({Method.PERCENT_TIERS, Method.PROPORTIONAL})
COUNTED = frozenset({Method.COUNT, Method.DEDUCT, Method.BONUS, Method.PENALTY})
OUTSIDE_MAXIMUM = frozenset({Method.BONUS, Method.PENALTY})

METHOD_NAMES: dict[Method, str] = {
    Method.SUM: "Tổng các tiêu chí con",
    Method.YES_NO: "Có hoặc không",
    Method.TIERS: "Chọn bậc",
    Method.PERCENT_TIERS: "Bậc theo tỷ lệ",
    Method.PROPORTIONAL: "Theo tỷ lệ",
    Method.COUNT: "Theo số lượng",
    Method.DEDUCT: "Trừ dần từ điểm tối đa",
    Method.MANUAL: "Chấm trực tiếp",
    Method.SURVEY: "Khảo sát",
    Method.SURVEY_TIERS: "Chọn bậc theo khảo sát",
    Method.BONUS: "Điểm thưởng",
    Method.PENALTY: "Điểm trừ",
}

KIND_NAMES: dict[FigureKind, str] = {
    FigureKind.WHOLE: "số nguyên",
    FigureKind.MONEY: "số tiền",
    FigureKind.PERCENT: "phần trăm",
    FigureKind.DECIMAL: "số thập phân",
}
