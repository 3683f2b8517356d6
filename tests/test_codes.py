import re

import pytest

from app.codes import CODE_ALPHABET, one_time_password, read_verification_code, verification_code


def test_a_verification_code_is_three_groups_of_four_unambiguous_characters():
    assert re.fullmatch(rf"(?:[{CODE_ALPHABET}]{{4}}-){{2}}[{CODE_ALPHABET}]{{4}}", verification_code())


def test_the_alphabet_has_no_characters_that_are_read_two_ways():
    assert set("01OIL") & set(CODE_ALPHABET) == set()


def test_codes_and_passwords_do_not_repeat():
    assert len({verification_code() for _ in range(500)}) == 500
    assert len({one_time_password() for _ in range(500)}) == 500


@pytest.mark.parametrize("typed", ["ABCD-2345-WXYZ", " abcd 2345 wxyz ", "abcd2345wxyz", "ABCD–2345–WXYZ"])
def test_a_typed_code_is_read_whatever_its_case_and_separators(typed):
    assert read_verification_code(typed) == "ABCD-2345-WXYZ"


@pytest.mark.parametrize("typed", ["", "ABCD-2345", "ABCD-2345-WXYZ-2", "ABCD-2345-WXY0", "%ABC-2345-WXYZ"])
def test_anything_else_is_no_code(typed):
    assert read_verification_code(typed) is None


def test_a_one_time_password_has_twelve_characters_of_all_three_kinds():
    for _ in range(200):
        password = one_time_password()
        kinds = (
            any(map(str.islower, password)),
            any(map(str.isupper, password)),
            any(map(str.isdigit, password)),
        )
        assert (len(password), kinds) == (12, (True, True, True))
