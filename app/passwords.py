"""Which passwords people may choose: long enough and hard to guess, of whatever characters (Đ.16.1).

How hard, says zxcvbn: it knows 30,000 common passwords, names and words, keyboard runs, dates and repetitions, and is
told the words of this office and of this account. Nobody has to mix kinds of characters or change a password by date.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _
from werkzeug.security import check_password_hash, generate_password_hash
from zxcvbn import zxcvbn

from app.codes import one_time_password
from app.models import Account
from app.text import fold

LENGTH = 10
HARD_ENOUGH = 3  # of 4: more than 100,000,000 guesses
LONGEST_JUDGED = 72  # what follows only makes a password longer
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
    """A password as it is kept, whoever chose it: salted, with the parameters of ``PASSWORD_METHOD``."""
    return generate_password_hash(password, method=current_app.config["PASSWORD_METHOD"])


def is_outdated(kept: str) -> bool:
    """Whether a hash has other parameters than new ones get; it is made anew when its password is next known."""
    return kept.partition("$")[0] != current_app.config["PASSWORD_METHOD"]


def is_password(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one kept; without one, False after as much work.

    The work is that of ``PASSWORD_METHOD`` for every name: one that nobody has, one with a one-time password, one
    whose hash is older and cheaper. So the time of the answer does not tell them apart.
    """
    right = check_password_hash(kept or _no_password(_method()), password)
    for method in _work_left(kept):
        check_password_hash(_no_password(method), password)
    return right and bool(kept)


def _work_left(kept: str | None) -> Iterator[str]:
    """Methods whose work, added to that of an older hash, makes that of a new one.

    The work of scrypt grows in proportion to its last parameter.
    """
    wanted, given = _method().split(":"), (kept or _method()).partition("$")[0].split(":")
    if given == wanted or wanted[0] != "scrypt":
        return
    left = int(wanted[3])
    if given[:3] == wanted[:3] and len(given) == 4:
        left -= int(given[3])
    if left > 0:
        yield ":".join([*wanted[:3], str(left)])


def _no_password(method: str) -> str:
    """What looks like a hash and is no password's."""
    return f"{method}$0000000000000000${'0' * 128}"


def _method() -> str:
    return current_app.config["PASSWORD_METHOD"]


class OneTime(NamedTuple):
    """A one-time password: what is printed on the slip, and what is kept."""

    clear: str
    hash: str


def new_one_time() -> OneTime:
    clear = one_time_password()
    return OneTime(clear, hashed(clear))


def new_one_times(count: int) -> list[OneTime]:
    """So many one-time passwords, hashed by all processors at once.

    Each costs as much as a sign-in: callers make them before their transaction writes, so that nobody waits for it.
    """
    clear = [one_time_password() for _ in range(count)]
    method = _method()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        kept = pool.map(lambda password: generate_password_hash(password, method=method), clear)
        return [OneTime(*pair) for pair in zip(clear, kept, strict=True)]


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
