"""Rules of an account's fields, for every screen, import and command that sets one.

A user name and an address of mail both sign in: neither may be another account's either.
"""

import re

from sqlalchemy import func, or_, select

from app.errors import Refused, Sentence
from app.extensions import db
from app.field_rules import email_of, one_line
from app.models import Account

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}")
BAD_USERNAME = Sentence("Tên đăng nhập có từ 3 đến 64 chữ cái không dấu, chữ số hoặc các dấu . _ @ -")

__all__ = ["email_of", "is_username", "person_name", "require_free", "username_of"]


def username_of(text: str | None) -> str:
    kept = (text or "").strip().lower()
    if not is_username(kept):
        raise Refused(BAD_USERNAME.template, field="username")
    return kept


def is_username(text: str) -> bool:
    """Whether this is a user name as it is kept, in small letters."""
    return USERNAME.fullmatch(text) is not None


def person_name(text: str | None, field: str) -> str:
    """A part of a person's name; people with one name have no ``last_name``."""
    return one_line(text, field, required=field == "first_name")


def require_free(username: str, email: str, *, but: Account | None = None) -> None:
    """Refuse a user name or address (both as kept) by which another account signs in."""
    both = (username, email)
    name, address = func.lower(Account.username), func.lower(Account.email)
    query = select(name, address).where(or_(name.in_(both), address.in_(both)))
    if but is not None:
        query = query.where(Account.id != but.id)
    with db.session.no_autoflush:
        others = db.session.execute(query).all()
    for their_name, their_address in others:
        refusal = taken(username, email, their_name, their_address)
        if refusal is not None:
            field, sentence = refusal
            raise Refused(sentence.template, field=field, **sentence.values)


def taken(username: str, email: str, their_name: str, their_address: str) -> tuple[str, Sentence] | None:
    """(field, sentence) when another account's name or address is one of these."""
    if username == their_name:
        return "username", Sentence("Tên đăng nhập “%(username)s” đã có.", {"username": username})
    if email == their_address:
        return "email", Sentence("Thư điện tử “%(email)s” đã có tài khoản khác dùng.", {"email": email})
    if email == their_name:
        sentence = Sentence("Thư điện tử “%(email)s” là tên đăng nhập của tài khoản khác.", {"email": email})
        return "email", sentence
    if username == their_address:
        sentence = Sentence(
            "Tên đăng nhập “%(username)s” là thư điện tử của tài khoản khác.", {"username": username}
        )
        return "username", sentence
    return None
