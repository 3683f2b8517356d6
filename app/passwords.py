"""Which passwords people may choose: long enough and hard to guess, of whatever characters (Đ.16.1).

How hard, says zxcvbn: it knows 30,000 common passwords, names and words, keyboard runs, dates and repetitions, and is
told the words of this office and of this account. Nobody has to mix kinds of characters or change a password by date.
"""

from flask_babel import gettext as _
from werkzeug.security import generate_password_hash
from zxcvbn import zxcvbn

from app.models import Account
from app.text import fold

LENGTH = 10
HARD_ENOUGH = 3  # of 4: more than 100,000,000 guesses
LONGEST_JUDGED = 72  # what follows only makes a password longer
METHOD = "scrypt:32768:8:3"
OFFICE_WORDS = (
    "password", "matkhau", "admin", "quantri", "quanly", "nhaplieu", "thamdinh", "chamdiem", "caicachhanhchinh",
    "cchc", "htnv", "noivu", "sonoivu", "ubnd", "uyban", "abc123", "123456", "qwerty",
)  # fmt: skip
BARRED_WORDS = ("password", "matkhau", "123456", "qwerty", "abc123", "admin", "chamdiem", "noivu")


def password_problem(password: str, account: Account) -> str | None:
    """Why this password will not do, in the reader's language, or None."""
    if len(password) < LENGTH:
        return _("Mật khẩu phải có ít nhất %(count)s ký tự.", count=LENGTH)
    folded = fold(password)
    if account.username.split(".")[0] in folded or any(word in folded for word in BARRED_WORDS):
        return _("Mật khẩu dễ đoán; hãy chọn mật khẩu khác.")
    if zxcvbn(password[:LONGEST_JUDGED], user_inputs=_words_about(account))["score"] < HARD_ENOUGH:
        return _("Mật khẩu dễ đoán; hãy chọn mật khẩu khác.")
    return None


def hashed(password: str) -> str:
    """A chosen password as it is kept: salted scrypt, as costly as the guidance for 2025 asks."""
    return generate_password_hash(password, method=METHOD)


def _words_about(account: Account) -> list[str]:
    """The office's words, and every run of words in the account's names, written together."""
    agency = account.agency
    own = [account.username, account.email or "", account.full_name]
    own += [agency.name, agency.code] if agency is not None else []
    told = set(OFFICE_WORDS)
    for text in own:
        words = fold(text).replace(".", " ").replace("-", " ").replace("@", " ").split()
        told |= {"".join(words[first:last]) for last in range(len(words) + 1) for first in range(last)}
    return sorted(told)
