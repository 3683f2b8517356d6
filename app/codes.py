"""Codes that people copy from paper and type: no 0 and O, no 1, I and L, nothing that is read two ways."""

import hashlib
import hmac
import re
import secrets

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LOWER, _UPPER, _DIGITS = "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789"
_GROUPS, _GROUP_LENGTH = 3, 4
_PASSWORD_LENGTH = 12


def verification_code() -> str:
    """A random code "XXXX-XXXX-XXXX" (59 bits) that names one printed document."""
    groups = ("".join(secrets.choice(CODE_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def code_of_digest(digest: str) -> str:
    """The code that stands for a content's SHA-256: always the same, and of the same form as a random one."""
    number, letters = int(digest, 16), ""
    for _place in range(_GROUPS * _GROUP_LENGTH):
        number, rest = divmod(number, len(CODE_ALPHABET))
        letters += CODE_ALPHABET[rest]
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP_LENGTH] for at in range(0, len(letters), _GROUP_LENGTH))


def read_verification_code(typed: str) -> str | None:
    """The code as we write it, from what somebody typed (any case or spaces); None if it is none."""
    letters = re.sub(r"[\s\-–—.]", "", typed).upper()
    if len(letters) != _GROUPS * _GROUP_LENGTH or set(letters) - set(CODE_ALPHABET):
        return None
    return _grouped(letters)


def one_time_password() -> str:
    """Twelve random characters with at least one small letter, one capital and one digit (68 bits)."""
    while True:
        password = "".join(secrets.choice(_LOWER + _UPPER + _DIGITS) for _ in range(_PASSWORD_LENGTH))
        if all(set(password) & set(kind) for kind in (_LOWER, _UPPER, _DIGITS)):
            return password


def keyed_digest(secret: str, purpose: str, text: str) -> str:
    """What is kept in the place of ``text``: nobody without ``secret`` finds it by trying, 64 hex digits."""
    return hmac.new(secret.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
