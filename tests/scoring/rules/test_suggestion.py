"""Suggested points and their working."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.figures import FigureKind
from app.scoring.rules import (
    Asked,
    Figures,
    Method,
    allowed_points,
    check_figures,
    linked,
    parse_rule,
    suggest,
)

RULES = {
    Method.YES_NO: "Có => 2 | Không => 0",
    Method.TIERS: "Tốt => 2 | Khá => 1,5 | Kém => 0",
    Method.SURVEY_TIERS: "Từ 80% trở lên => 2 | Dưới 80% => 0",
    Method.PERCENT_TIERS: ">=100% => 2 | >=90% => 1,5 | <90% => 0",
    Method.PROPORTIONAL: "a/b; min=50%; full=95%",
    Method.COUNT: "0.3 / bài",
    Method.DEDUCT: "0.5 / báo cáo chậm; min=0,5",
    Method.BONUS: "0.5 / sáng kiến",
    Method.PENALTY: "1 / vụ việc",
}
TWO = Decimal(2)


def told(method, text=None, **figures):
    rule = parse_rule(method, text or RULES[method], TWO).data
    read = {name: value if name == "option" else Decimal(value) for name, value in figures.items()}
    suggestion = suggest(method, rule, TWO, Figures(**read))
    return suggestion.points, None if suggestion.working is None else str(suggestion.working)


@pytest.mark.parametrize(
    ("method", "figures", "points", "working"),
    [
        ("percent_tiers", {"a": 45, "b": 50}, "1.5", "45/50 = 90% → bậc 2 → 1,5 điểm"),
        ("percent_tiers", {"a": 50, "b": 50}, "2", "50/50 = 100% → bậc 1 → 2 điểm"),
        ("percent_tiers", {"percent": "89.9"}, "0", "89,9% → bậc 3 → 0 điểm"),
        ("percent_tiers", {"a": 0, "b": 5}, "0", "0/5 = 0% → bậc 3 → 0 điểm"),
        ("percent_tiers", {"a": 17999, "b": 20000}, "0", "17.999/20.000 = 89,995% → bậc 3 → 0 điểm"),
        ("proportional", {"a": 2, "b": 3}, "1.333", "2/3 = 66,67% × 2 = 1,333 điểm"),
        ("proportional", {"a": 1, "b": 3}, "0", "1/3 = 33,33% → dưới 50% → 0 điểm"),
        ("proportional", {"a": 1, "b": 2}, "1", "1/2 = 50% × 2 = 1 điểm"),
        ("proportional", {"a": 95, "b": 100}, "2", "95/100 = 95% → từ 95% → 2 điểm"),
        ("count", {"n": 3}, "0.9", "3 bài × 0,3 = 0,9 điểm"),
        ("count", {"n": 9}, "2", "9 bài × 0,3 = 2,7 → tối đa 2 điểm"),
        ("deduct", {"n": 0}, "2", "2 − 0 báo cáo chậm × 0,5 = 2 điểm"),
        ("deduct", {"n": 2}, "1", "2 − 2 báo cáo chậm × 0,5 = 1 điểm"),
        ("deduct", {"n": 11}, "0.5", "2 − 11 báo cáo chậm × 0,5 → không dưới 0,5 điểm"),
        ("bonus", {"n": 5}, "2", "5 sáng kiến × 0,5 = 2,5 → tối đa 2 điểm"),
        ("penalty", {"n": 1}, "1", "1 vụ việc × 1 = 1 điểm"),
        ("tiers", {"option": 1}, "1.5", "Bậc 2 (Khá) → 1,5 điểm"),
    ],
)
def test_points_come_with_their_working(method, figures, points, working):
    assert told(Method(method), **figures) == (Decimal(points), working)


LATE = "<=5% => 2 | <=10% => 0,5 | >10% => 0"
FEW = "<=2 => 2 | <5 => 1 | >=5 => 0"


@pytest.mark.parametrize(
    ("method", "text", "figures", "points", "working"),
    [
        ("percent_tiers", LATE, {"a": 3, "b": 100}, "2", "3/100 = 3% → bậc 1 → 2 điểm"),
        ("percent_tiers", LATE, {"a": 5, "b": 100}, "2", "5/100 = 5% → bậc 1 → 2 điểm"),
        ("percent_tiers", LATE, {"a": 5001, "b": 100000}, "0.5", "5.001/100.000 = 5,001% → bậc 2 → 0,5 điểm"),
        ("percent_tiers", LATE, {"a": 11, "b": 100}, "0", "11/100 = 11% → bậc 3 → 0 điểm"),
        ("count", FEW, {"n": 2}, "2", "Số lượng: 2 → bậc 1 → 2 điểm"),
        ("count", FEW, {"n": 4}, "1", "Số lượng: 4 → bậc 2 → 1 điểm"),
        ("count", FEW, {"n": 5}, "0", "Số lượng: 5 → bậc 3 → 0 điểm"),
        ("count", "0,25 / 2 văn bản", {"n": 4}, "0.5", "4 văn bản = 2 lần đủ 2 × 0,25 = 0,5 điểm"),
        ("count", "0,25 / 2 văn bản", {"n": 5}, "0.5", "5 văn bản = 2 lần đủ 2 × 0,25 = 0,5 điểm"),
        ("deduct", "1 / 3 lần", {"n": 5}, "1", "2 − 1 lần đủ 3 lần × 1 = 1 điểm"),
    ],
)
def test_fewer_is_better_and_units_of_several(method, text, figures, points, working):
    assert told(Method(method), text, **figures) == (Decimal(points), working)


def test_twenty_less_two_for_each_late_report():
    rule = parse_rule(Method.DEDUCT, "2 / báo cáo chậm", Decimal(20)).data
    given_ = [suggest(Method.DEDUCT, rule, Decimal(20), Figures(n=Decimal(n))).points for n in (0, 3, 10, 11)]
    assert given_ == [20, 14, 0, 0]


def test_refusals_name_the_figures():
    asked = (
        Asked("a", "Số nhiệm vụ hoàn thành", FigureKind.WHOLE),
        Asked("b", "Tổng số nhiệm vụ trong kế hoạch", FigureKind.WHOLE),
    )
    refused = [
        check_figures(Method.PROPORTIONAL, Figures(a=Decimal(a), b=Decimal(45)), {}, asked)
        for a in ("50", "4.5")
    ]
    assert [str(sentence) for sentence in refused] == [
        "Số nhiệm vụ hoàn thành (50) không được lớn hơn Tổng số nhiệm vụ trong kế hoạch (45).",
        "Số nhiệm vụ hoàn thành phải là số nguyên.",
    ]


def test_a_proportion_is_rounded_half_up_to_thousandths():
    assert told(Method.PROPORTIONAL, "a/b", a=1, b=16, percent=0)[0] == Decimal("0.125")
    assert told(Method.PROPORTIONAL, "a/b", percent="0.025")[0] == Decimal("0.001")


@pytest.mark.parametrize("method", [Method.PERCENT_TIERS, Method.PROPORTIONAL])
def test_nothing_to_do_is_neither_full_marks_nor_an_error(method):
    rule = parse_rule(method, RULES[method], TWO).data
    suggestion = suggest(method, rule, TWO, Figures(a=Decimal(0), b=Decimal(0)))
    assert (suggestion.points, suggestion.nothing_to_do, str(suggestion.working)) == (
        None,
        True,
        "Tổng số bằng 0: không phát sinh – đề nghị không áp dụng hoặc giải trình",
    )


@pytest.mark.parametrize("method", list(Method))
def test_without_figures_there_is_no_suggestion(method):
    rule = parse_rule(method, RULES.get(method, ""), TWO).data
    assert suggest(method, rule, TWO, Figures()) == (None, None, False)


@pytest.mark.parametrize(
    ("method", "figures", "sentence"),
    [
        ("percent_tiers", Figures(a=Decimal(-1), b=Decimal(2)), "Số liệu không được âm."),
        (
            "proportional",
            Figures(a=Decimal(3), b=Decimal(2)),
            "Số đạt được (3) không được lớn hơn Tổng số (2).",
        ),
        ("proportional", Figures(percent=Decimal("100.5")), "Tỷ lệ 100,5% vượt quá 100%."),
        ("count", Figures(n=Decimal("1.5")), "Số lượng phải là số nguyên."),
        ("tiers", Figures(option=3), "Bậc đã chọn không có trong thang điểm."),
        ("tiers", Figures(option=-1), "Bậc đã chọn không có trong thang điểm."),
        ("tiers", Figures(option=2), None),
        ("percent_tiers", Figures(a=Decimal(2), b=Decimal(2)), None),
        ("percent_tiers", Figures(a=Decimal(0), b=Decimal(0)), None),
        ("count", Figures(n=Decimal("2.0")), None),
    ],
)
def test_figures_that_cannot_be_are_refused(method, figures, sentence):
    rule = parse_rule(Method(method), RULES[Method(method)], TWO).data
    refusal = check_figures(Method(method), figures, rule)
    assert (refusal and str(refusal)) == sentence


def test_a_rule_that_goes_beyond_the_plan_lets_a_pass_b():
    rule = parse_rule(Method.PERCENT_TIERS, ">=110% => 2 | >=100% => 1 | <100% => 0", TWO).data
    figures = Figures(a=Decimal(11), b=Decimal(10))
    assert check_figures(Method.PERCENT_TIERS, figures, rule) is None
    assert suggest(Method.PERCENT_TIERS, rule, TWO, figures).points == TWO


def test_the_reform_index_is_taken_over_to_two_places():
    assert [(p, str(w)) for p, w, _ in (linked(Decimal(10), Decimal("81.33")),)] == [
        (Decimal("8.13"), "81,33% × 10 = 8,13 điểm")
    ]


@pytest.mark.parametrize(
    ("index", "points"), [("81.25", "8.13"), ("81.24", "8.12"), ("103", "10"), ("0", "0")]
)
def test_a_linked_leaf_rounds_half_up_and_stays_within_its_maximum(index, points):
    assert linked(Decimal(10), Decimal(index)).points == Decimal(points)


def test_a_linked_leaf_without_an_index_has_no_points():
    assert linked(Decimal(10), None) == (None, None, False)


@pytest.mark.parametrize(
    ("points", "sentence"),
    [("0", None), ("2", None), ("2.001", "Điểm phải từ 0 đến 2."), ("-0.001", "Điểm phải từ 0 đến 2.")],
)
@pytest.mark.parametrize("method", [Method.TIERS, Method.BONUS, Method.PENALTY])
def test_points_lie_between_nothing_and_the_maximum(method, points, sentence):
    refusal = allowed_points(method, {}, TWO, Decimal(points))
    assert (refusal and str(refusal)) == sentence


NUMBERS = st.none() | st.decimals(-10, 10**6, places=3)


@given(st.sampled_from(list(RULES)), NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.none() | st.integers(-2, 4))
def test_a_suggestion_never_leaves_its_range(method, a, b, n, percent, option):
    rule = parse_rule(method, RULES[method], TWO).data
    suggestion = suggest(method, rule, TWO, Figures(a, b, n, option, percent))
    assert suggestion.points is None or 0 <= suggestion.points <= TWO
    assert (suggestion.points is not None or suggestion.nothing_to_do) == bool(str(suggestion.working or ""))
