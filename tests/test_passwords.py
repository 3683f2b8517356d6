"""app/passwords.py: long enough, hard to guess, of whatever characters."""

import pytest
from werkzeug.security import check_password_hash
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.passwords import LENGTH, hashed, password_problem

EASY = "Mật khẩu dễ đoán; hãy chọn mật khẩu khác."


@pytest.fixture
def problem(app, ctx, province):
    with app.test_request_context():
        yield lambda password: password_problem(password, province.account("tp-nhap"))


@pytest.mark.parametrize(
    "password",
    [
        "khong co so dau",
        "đồng lúa chín vàng",
        "THANH-LAM-NGUYET",
        "48215930671",
        "x" + "ab cd" * 40,
        "🌾🌾 ruộng 🐃 trâu",
    ],
)
def test_any_characters_make_a_password(problem, password):
    assert problem(password) is None


@pytest.mark.parametrize(
    "password",
    ["1234567890123", "matkhau-2026-x", "tp-nhap-2026x", "aaaaaaaaaaaa", "SoTuPhap2026", "sonoivu.2026", "qwertyuiop12",
     "chamdiem-an-toan", "NguyenVanTp", "tuphap12345", "1q2w3e4r5t6y", "22/11/2026", "0912345678a"],
)  # fmt: skip
def test_an_easy_password_will_not_do(problem, password):
    assert problem(password) is not None


def test_a_short_password_is_told_its_length(problem):
    assert problem("Xk9#vLq2") == "Mật khẩu phải có ít nhất 10 ký tự."


def test_no_common_password_that_is_long_enough_will_do(problem):
    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= LENGTH][:200]
    assert {problem(word) for word in common} == {EASY}


def test_a_chosen_password_is_kept_as_salted_scrypt(problem):
    kept = hashed("đồng lúa chín vàng")
    assert kept.startswith("scrypt:32768:8:3$")
    assert kept != hashed("đồng lúa chín vàng")
    assert check_password_hash(kept, "đồng lúa chín vàng")
    assert not check_password_hash(kept, "đồng lúa chín vàng ")
