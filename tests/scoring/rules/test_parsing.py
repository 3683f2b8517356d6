"""Rules read into data, and what is said about the bad ones."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.rules import Method, parse_rule

TWO = Decimal(2)


def codes(parsed):
    return [(issue.severity, issue.code) for issue in parsed.issues]


def test_options_keep_their_order_and_accept_a_decimal_comma():
    parsed = parse_rule(Method.TIERS, "Đúng hạn => 2 | Chậm, có báo trước=>0,5 điểm|Không làm => 0", TWO)
    assert parsed == (
        Method.TIERS,
        {
            "options": [
                {"label": "Đúng hạn", "points": "2"},
                {"label": "Chậm, có báo trước", "points": "0.5"},
                {"label": "Không làm", "points": "0"},
            ]
        },
        (),
    )


def test_formal_percentages_become_bands():
    parsed = parse_rule(Method.PERCENT_TIERS, ">=100% => 2 | > 80% => 0,75 | <=80% => 0", TWO)
    assert (parsed.data, parsed.issues) == (
        {
            "bands": [
                {"low": "100", "inclusive": True, "points": "2"},
                {"low": "80", "inclusive": False, "points": "0.75"},
                {"low": None, "inclusive": True, "points": "0"},
            ]
        },
        (),
    )


def test_percentages_in_prose_become_tiers_to_choose_from():
    parsed = parse_rule(Method.PERCENT_TIERS, "Từ 70% trở lên => 2 | Dưới 70% => 0", TWO)
    assert (parsed.method, len(parsed.data["options"]), parsed.issues) == (Method.TIERS, 2, ())


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a/b", {"min": None, "full": None}),
        ("a / b; min=50%", {"min": "50", "full": None}),
        ("A/B; FULL = 97,5 %; min=50", {"min": "50", "full": "97.5"}),
    ],
)
def test_proportional_limits(text, data):
    parsed = parse_rule(Method.PROPORTIONAL, text, TWO)
    assert (parsed.data, parsed.issues) == (data, ())


@pytest.mark.parametrize(
    "text", ["b/a", "a/b; max=3", "a/b; min=x", "a/b; min=90; full=50", "a/b; min=1; min=2"]
)
def test_other_proportions_are_unreadable(text):
    assert codes(parse_rule(Method.PROPORTIONAL, text, TWO)) == [("error", "rule_unreadable")]


def test_a_count_has_a_unit_and_a_noun():
    parsed = parse_rule(Method.COUNT, "0,25 / tin, bài", TWO)
    assert (parsed.data, parsed.issues) == ({"unit": "0.25", "noun": "tin, bài"}, ())


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("0,25 / 2 văn bản", {"unit": "0.25", "noun": "văn bản", "per": "2"}),
        ("0,25 / 02 văn bản", {"unit": "0.25", "noun": "văn bản", "per": "2"}),
        ("1 / 1.000 lượt", {"unit": "1", "noun": "lượt", "per": "1000"}),
        ("0,1 / 5% vượt", {"unit": "0.1", "noun": "% vượt", "per": "5"}),
        ("0,5 / 1 sáng kiến", {"unit": "0.5", "noun": "sáng kiến"}),
    ],
)
def test_a_number_before_the_noun_says_how_many_make_a_unit(text, data):
    assert parse_rule(Method.COUNT, text, TWO) == (Method.COUNT, data, ())


@pytest.mark.parametrize(
    ("text", "floor"),
    [
        ("0,5 / lần", "0"),
        ("trừ 0,5 điểm/lần", "0"),
        ("-0,5 / lần; min=1", "1"),
        ("0,5 / lần; không dưới 1,5", "1.5"),
        ("0,5 / lần; không âm", "0"),
    ],
)
def test_a_deduction_says_what_is_taken_away_and_where_it_ends(text, floor):
    parsed = parse_rule(Method.DEDUCT, text, TWO)
    assert parsed == (Method.DEDUCT, {"unit": "0.5", "noun": "lần", "floor": floor}, ())


@pytest.mark.parametrize(
    "text",
    [
        "Trong tháng 01 => 2 | Trong tháng 02 => 0,5\nSau tháng 02 => 0",
        "Trong tháng 01 => 2\r\nTrong tháng 02 => 0,5\r\nSau tháng 02 => 0",
        "Trong tháng\n01 => 2 |\nTrong tháng 02 =>\n0,5\n\nSau tháng 02 => 0",
    ],
)
def test_a_line_break_ends_an_option_that_has_its_points(text):
    options = parse_rule(Method.TIERS, text, TWO).data["options"]
    assert [(option["label"], option["points"]) for option in options] == [
        ("Trong tháng 01", "2"),
        ("Trong tháng 02", "0.5"),
        ("Sau tháng 02", "0"),
    ]


def test_where_fewer_is_better_bands_rise():
    parsed = parse_rule(Method.PERCENT_TIERS, "<=5% => 2 | <10% => 0,5 | >=10% => 0", TWO)
    assert (parsed.data, parsed.issues) == (
        {
            "bands": [
                {"high": "5", "inclusive": True, "points": "2"},
                {"high": "10", "inclusive": False, "points": "0.5"},
                {"high": None, "inclusive": True, "points": "0"},
            ]
        },
        (),
    )


def test_an_answer_may_be_named_as_not_counted():
    assert parse_rule(Method.SURVEY, "form=P; weights=100,50,0,-", TWO).data["weights"] == [
        "100",
        "50",
        "0",
        None,
    ]


@pytest.mark.parametrize("method", [Method.BONUS, Method.PENALTY])
def test_bonus_and_penalty_without_a_unit_take_typed_points(method):
    parsed = [parse_rule(method, text, TWO) for text in ("", "Theo mức độ")]
    assert [(p.data["unit"], p.issues) for p in parsed] == [(None, ()), (None, ())]


def test_a_survey_names_its_form_questions_and_weights():
    parsed = parse_rule(Method.SURVEY, "form=P-1; questions=P-1-A, P-1-B; weights=100,80,50,0", TWO)
    assert (parsed.data, parsed.issues) == (
        {"form": "P-1", "questions": ["P-1-A", "P-1-B"], "weights": ["100", "80", "50", "0"]},
        (),
    )


def test_a_survey_without_questions_means_all_of_them():
    assert parse_rule(Method.SURVEY, "form=P-1; weights=100,0", TWO).data["questions"] == []


def test_sum_and_manual_have_no_rule_to_read():
    parsed = [parse_rule(method, "tổng điểm", TWO) for method in (Method.SUM, Method.MANUAL)]
    assert [(p.data, p.issues) for p in parsed] == [({}, ()), ({"guidance": "tổng điểm"}, ())]


@pytest.mark.parametrize("method", [m for m in Method if m not in ("sum", "manual", "bonus", "penalty")])
def test_an_empty_rule_is_missing(method):
    assert [codes(parse_rule(method, text, TWO)) for text in ("", "  ", None)] == [
        [("error", "rule_missing")]
    ] * 3


@pytest.mark.parametrize(
    ("method", "text", "expected"),
    [
        ("yes_no", "Có => 1 | Không => 0", [("error", "best_not_max")]),
        ("yes_no", "Có => 2,5 | Không => 0", [("error", "best_not_max")]),
        ("yes_no", "Có => 2", [("error", "too_few_options")]),
        ("yes_no", "Có: 2 | Không => 0", [("error", "rule_unreadable")]),
        ("tiers", "Tốt => hai | Kém => 0", [("error", "option_points_unreadable")]),
        ("tiers", "Tốt => 2 | Kém => -1", [("error", "negative_points")]),
        ("tiers", "Kém => 0 | Tốt => 2", [("warning", "options_not_descending")]),
        ("count", "theo số bài", [("error", "rule_unreadable")]),
        ("count", "0 / bài", [("error", "negative_points")]),
        ("bonus", "-1 / bài", [("error", "negative_points")]),
        ("survey", "weights=100,0", [("error", "rule_unreadable")]),
        ("survey", "form=P; weights=120,0", [("error", "rule_unreadable")]),
        ("percent_tiers", ">=80% => 2 | >=90% => 1 | <90% => 0", [("error", "not_descending")]),
        ("percent_tiers", "<80% => 2 | >=80% => 0", []),
        ("percent_tiers", "<=10% => 2 | <=5% => 1 | >5% => 0", [("error", "not_ascending")]),
        ("percent_tiers", "<=5% => 2 | >=90% => 1 | <90% => 0", [("error", "not_ascending")]),
        ("percent_tiers", "<=5% => 2 | >10% => 0", [("error", "tier_gap")]),
        ("percent_tiers", "<5% => 2 | >5% => 0", [("error", "tier_gap")]),
        ("percent_tiers", "<=5% => 2 | >=5% => 0", [("error", "tier_overlap")]),
        ("percent_tiers", "<=5% => 2 | <=100% => 0", []),
        ("percent_tiers", ">=1 => 2 | >=0,8 => 1 | <0,8 => 0", [("warning", "bounds_as_fractions")]),
        ("percent_tiers", "<=0,05 => 2 | >0,05 => 0", [("warning", "bounds_as_fractions")]),
        ("proportional", "a/b; min=0,5", [("warning", "bounds_as_fractions")]),
        ("count", "<=2 => 2 | <=5 => 1 | >5 => 0", []),
        ("count", "<=2% => 2 | >2% => 0", [("error", "rule_unreadable"), ("error", "rule_unreadable")]),
        ("count", "-2 / báo cáo chậm", [("warning", "count_deducts")]),
        ("deduct", "0 / lần", [("error", "negative_points")]),
        ("deduct", "1 / lần; min=2", [("error", "floor_too_high")]),
        ("deduct", "1 / lần; max=2", [("error", "rule_unreadable")]),
        ("deduct", "theo số lần", [("error", "rule_unreadable")]),
        ("tiers", "Tốt => 2 | tốt => 1 | Kém => 0", [("error", "option_repeated")]),
        ("tiers", "Tốt => 2 => 1 | Kém => 0", [("error", "stray_arrow")]),
        ("percent_tiers", ">=80% => 2 | <70% => 0", [("error", "tier_gap")]),
        ("percent_tiers", ">80% => 2 | <80% => 0", [("error", "tier_gap")]),
        ("percent_tiers", ">=80% => 2 | >=50% => 0", [("error", "tier_gap")]),
        ("percent_tiers", ">=80% => 2 | <=80% => 0", [("error", "tier_overlap")]),
        ("percent_tiers", ">=80% => 2 | còn lại => 0", [("error", "rule_unreadable")]),
        ("percent_tiers", ">=80% => 2 | >=0% => 0", []),
    ],
)
def test_what_is_wrong_is_named(method, text, expected):
    assert codes(parse_rule(Method(method), text, TWO)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Từ 70% đến 100% => 2 | Từ 50% đến 70% => 1 | Dưới 50% => 0", ["tier_overlap"]),
        ("100% phiếu => 2 | Từ 70% - 100% phiếu => 1 | Dưới 70% phiếu => 0", ["tier_overlap"]),
        ("Trên 70% => 2 | Dưới 70% => 0", ["tier_gap"]),
        ("Từ 70% => 2 | Dưới 50% => 0", ["tier_gap"]),
        (
            "Đạt 100% => 2 | Từ 75 đến dưới 100% => 1 | Từ 50 đến dưới số việc => 0,5 | Dưới 50% => 0",
            ["tier_bound_missing"],
        ),
        ("Đạt 100% => 2 | Từ 80% đến dưới 100% => 1 | Dưới 80% => 0", []),
        ("Đúng hạn và đạt 100% => 2 | Chậm nhưng đạt 100% => 1 | Không làm => 0", []),
        ("Từ 5% trở lên => 2 | Có làm nhưng dưới 5% => 1 | Không làm => 0", []),
    ],
)
def test_prose_tiers_are_warned_about_where_their_bounds_can_be_read(text, expected):
    issues = parse_rule(Method.PERCENT_TIERS, text, TWO).issues
    assert [(i.severity, i.code) for i in issues] == [("warning", code) for code in expected]


def test_an_overlap_is_told_in_words():
    (issue,) = parse_rule(Method.TIERS, "Từ 70% - 100% => 2 | Từ 50% - 70% => 0", TWO).issues
    assert str(issue.sentence) == "Bậc 1 và bậc 2 chồng nhau tại 70%."


PIECES = st.sampled_from(
    [
        ">=",
        "<",
        "80%",
        "70 %",
        "=>",
        "|",
        "1",
        "0,5",
        "-",
        "a/b",
        ";",
        "min=",
        "form=",
        "weights=",
        "100,50",
        "từ ",
        "đến ",
        "dưới ",
        "trên ",
        " ",
        "/",
        "%(x)s",
        "%",
    ]
)


@given(st.sampled_from(Method), st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_any_text_is_read_or_told_about(method, text):
    parsed = parse_rule(method, text, TWO)
    told = [str(issue.sentence) for issue in parsed.issues]
    assert (json.loads(json.dumps(parsed.data)), all(told)) == (parsed.data, True)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("0,25 / mỗi 2 văn bản", {"unit": "0.25", "noun": "văn bản", "per": "2"}),
        ("0,25 / cứ 02 văn bản", {"unit": "0.25", "noun": "văn bản", "per": "2"}),
        ("0,25 điểm cho mỗi 2 văn bản", {"unit": "0.25", "noun": "văn bản", "per": "2"}),
        ("0,25 / hai văn bản", {"unit": "0.25", "noun": "văn bản", "per": "2"}),
        ("0,25 / mỗi mười lượt", {"unit": "0.25", "noun": "lượt", "per": "10"}),
        ("0,25 điểm mỗi văn bản", {"unit": "0.25", "noun": "văn bản"}),
        ("0,25 / một văn bản", {"unit": "0.25", "noun": "văn bản"}),
        ("0,25 / năm", {"unit": "0.25", "noun": "năm"}),
        ("0,25 / văn bản (tối đa 2 điểm)", {"unit": "0.25", "noun": "văn bản"}),
        ("0,25 / 2 tin, bài (tối đa 16 tin)", {"unit": "0.25", "noun": "tin, bài", "per": "2"}),
    ],
)
def test_points_per_several_are_read_however_they_are_written(text, data):
    assert parse_rule(Method.COUNT, text, TWO) == (Method.COUNT, data, ())


@pytest.mark.parametrize("method", [Method.COUNT, Method.DEDUCT, Method.BONUS, Method.PENALTY])
@pytest.mark.parametrize("thing", ["2văn bản", "(2) văn bản", "2-3 văn bản", "hai (02) văn bản", "2", "2 / văn bản"])
def test_what_begins_with_a_number_is_never_the_noun(method, thing):
    assert ("error", "rule_unreadable") in codes(parse_rule(method, f"0,25 / {thing}", TWO))


def test_a_count_that_takes_away_in_words_is_a_deduction():
    parsed = parse_rule(Method.COUNT, "trừ 0,5 / văn bản chậm", TWO)
    assert (parsed.method, codes(parsed)) == (Method.DEDUCT, [("warning", "count_deducts")])
    assert codes(parse_rule(Method.BONUS, "trừ 0,5 / văn bản chậm", TWO)) == [("error", "rule_unreadable")]


@pytest.mark.parametrize("method", [Method.COUNT, Method.BONUS, Method.PENALTY])
@pytest.mark.parametrize("limit", ["; max=1", " (tối đa 1)", ", không quá 1 điểm"])
def test_a_limit_behind_the_noun_that_nothing_holds_is_an_error(method, limit):
    assert codes(parse_rule(method, f"0,5 / sáng kiến{limit}", TWO)) == [("error", "limit_not_read")]


@pytest.mark.parametrize(
    ("text", "floor"),
    [
        ("0,5 / lần (không dưới 1)", "1"),
        ("0,5 / lần, không thấp hơn 1", "1"),
        ("0,5 / lần; tối thiểu: 1 điểm", "1"),
        ("\u22120,5 / lần, không âm", "0"),
        ("trừ 0,5 điểm mỗi lần", "0"),
    ],
)
def test_the_end_of_a_deduction_is_read_however_it_is_written(text, floor):
    parsed = parse_rule(Method.DEDUCT, text, TWO)
    assert parsed == (Method.DEDUCT, {"unit": "0.5", "noun": "lần", "floor": floor}, ())


def test_a_deduction_limited_from_the_other_side_is_unreadable():
    assert codes(parse_rule(Method.DEDUCT, "0,5 / lần (tối đa 1)", TWO)) == [("error", "rule_unreadable")]


def test_limits_of_a_number_of_things_are_grouped_as_the_number_is():
    parsed = parse_rule(Method.COUNT, ">=1.000 => 2 | >=500 => 1 | <500 => 0", TWO)
    assert (parsed.data["bands"][0]["low"], parsed.issues) == ("1000", ())
    assert parse_rule(Method.COUNT, "<10.000 => 2 | >=10.000 => 0", TWO).data["bands"][0]["high"] == "10000"


@pytest.mark.parametrize("arrow", ["→", "⇒", "->", "-->", "==>"])
def test_the_arrow_of_a_word_processor_is_the_arrow(arrow):
    parsed = parse_rule(Method.PERCENT_TIERS, f"=<5% {arrow} 2 | =<10% {arrow} 1\n>10% {arrow} 0", TWO)
    assert [band["high"] for band in parsed.data["bands"]] == ["5", "10", None]
    assert parse_rule(Method.TIERS, "Từ B → A => 2 | Không => 0", TWO).data["options"][0]["label"] == "Từ B → A"


def test_weights_that_are_fractions_are_warned_about():
    parsed = parse_rule(Method.SURVEY, "form=KS-01; weights=1,0.8,0.5,0", TWO)
    assert codes(parsed) == [("warning", "weights_as_fractions")]


@pytest.mark.parametrize("ends", [";", ".", " điểm;", "đ", " đ.", ","])
def test_what_ends_the_line_of_an_option_is_no_part_of_its_points(ends):
    options = parse_rule(Method.TIERS, f"Có => 2{ends}\nMột phần => 0,5{ends}\nKhông => 0", TWO).data["options"]
    assert [option["points"] for option in options] == ["2", "0.5", "0"]
