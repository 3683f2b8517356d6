import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text import disarmed, entered, fold, person_sort_key, printable, rearmed, sort_key


def test_letters_stand_in_the_order_of_the_vietnamese_alphabet():
    words = ["đa", "da", "âm", "ăn", "an", "ơn", "ôn", "on", "ưa", "ua", "êm", "em"]
    assert sorted(words, key=sort_key) == [
        "an", "ăn", "âm", "da", "đa", "em", "êm", "on", "ôn", "ơn", "ua", "ưa",
    ]  # fmt: skip


def test_tones_stand_in_the_order_level_falling_hook_tilde_rising_heavy():
    words = ["mạ", "má", "mã", "mả", "mà", "ma"]
    assert sorted(words, key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_letters_count_before_tones():
    assert sorted(["mạ", "mai", "ma"], key=sort_key) == ["ma", "mạ", "mai"]


def test_a_shorter_text_stands_before_the_text_that_continues_it():
    assert sorted(["Sở Y tế", "Sở Tài chính", "Sở"], key=sort_key) == ["Sở", "Sở Tài chính", "Sở Y tế"]


def test_numbers_stand_in_the_order_of_their_value_and_before_letters():
    names = ["Phường A", "Phường 10", "Phường 2", "Phường 02"]
    assert sorted(names, key=sort_key) == ["Phường 2", "Phường 02", "Phường 10", "Phường A"]


@pytest.mark.parametrize("other", ["SỞ NỘI VỤ", "  Sở  Nội-vụ ", unicodedata.normalize("NFD", "Sở Nội vụ")])
def test_case_spaces_hyphens_and_unicode_form_do_not_change_the_place(other):
    assert sort_key(other) == sort_key("Sở Nội vụ")


@given(st.text())
def test_every_text_has_a_key_of_digits_only(text):
    assert sort_key(text).strip("0123456789") == ""


def test_people_stand_by_given_name_then_family_name_then_middle_names():
    people = ["Trần Văn Bình", "Nguyễn Thị An", "Lê Văn Ân", "Lê Thị An", "Lê Bích An"]
    assert sorted(people, key=person_sort_key) == [
        "Lê Bích An", "Lê Thị An", "Nguyễn Thị An", "Lê Văn Ân", "Trần Văn Bình",
    ]  # fmt: skip


def test_a_person_with_one_name_or_none_has_a_place():
    assert (person_sort_key("An"), person_sort_key("  ")) == (sort_key("An"), sort_key(""))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Sở  Nội vụ", "so noi vu"),
        ("ĐẶNG Đình Đức", "dang dinh duc"),
        ("", ""),
        ("Ưu đãi 2026", "uu dai 2026"),
    ],
)
def test_folding_leaves_small_letters_without_marks(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_is_the_same_for_both_unicode_forms_and_folding_twice_changes_nothing(text):
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))
    assert fold(fold(text)) == fold(text)


def test_printable_text_keeps_lines_and_loses_control_characters():
    assert printable("Tie\u0302\u0301ng\x00\x0b\ud800\n\tViệt\ufffe") == "Tiếng\n\tViệt"


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@SUM(A1)", "\tx", "\rx", "'=1", "''-x"])
def test_what_a_spreadsheet_would_compute_stands_behind_an_apostrophe(text):
    assert disarmed(text) == f"'{text}"


@given(st.text(alphabet="'=+-@\t\ra1 "))
def test_an_apostrophe_comes_off_again_and_nothing_else_does(text):
    assert rearmed(disarmed(text)) == text


@pytest.mark.parametrize("typed", ["Ðiện Biên １２", "Điện　Biên 12", "Đ\u0069\u0065\u0323\u0302n Biên 12"])
def test_look_alike_and_wide_letters_are_kept_and_found_as_vietnamese_ones(typed):
    assert entered(typed) == "Điện Biên 12"
    assert (fold(typed), sort_key(typed)) == ("dien bien 12", sort_key("Điện Biên 12"))
