"""Tables of signing in: sessions, counted tries, second factors and the account types that must have one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.column_types import Moment
from app.extensions import Model
from app.models import Account


class AccountSession(Model):
    """One sign-in on one browser, or of a program with a token, until it is ended. The row holds the key's SHA-256.

    ``seen_at`` is written every few minutes at most. Where a query asks for them (``sessions.find_session``):
    ``unread``, the account's notices not read yet; ``must_enrol``, nothing else is open before the second factor;
    ``unconfirmed``, the first list of secrets whose owner has not said that it is safe.
    """

    __tablename__ = "account_session"
    __table_args__ = (CheckConstraint("through in ('password','single_sign_on','token')", "through"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    signed_in_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    address: Mapped[str] = mapped_column(String(60), default="")
    browser: Mapped[str] = mapped_column(String(300), default="")
    through: Mapped[str] = mapped_column(String(20), default="password")
    account: Mapped[Account] = relationship()
    unread: Mapped[int | None] = query_expression()
    must_enrol: Mapped[bool | None] = query_expression()
    unconfirmed: Mapped[int | None] = query_expression()


class ShownOnce(Model):
    """A list of secrets made in a session, encrypted with a key that only its cookie has (``shown_once``)."""

    __tablename__ = "shown_once"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("account_session.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    sealed: Mapped[str] = mapped_column(Text)


class SignInTries(Model):
    """Tries at one name from one source since ``since``; the source "" stands for all strangers together.

    ``network``: the block that a stranger's source belongs to (``app.networks``); empty for a known device.
    """

    __tablename__ = "sign_in_tries"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    network: Mapped[str] = mapped_column(String(60), default="", server_default="", index=True)
    tries: Mapped[int]
    since: Mapped[datetime] = mapped_column(Moment)


class SecondFactor(Model):
    """The secret that an account shares with its owner's telephone, encrypted; in force once confirmed.

    ``last_step``: the last time step whose code was taken; no code is taken twice. ``salt`` is the recovery codes'.
    """

    __tablename__ = "second_factor"
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))
    salt: Mapped[str] = mapped_column(String(32))
    last_step: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class RecoveryCode(Model):
    """The scrypt hash of a code that stands in once for the telephone."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SignOnPerson(Model):
    """Who of the single sign-on enters the account: ``subject`` is the provider's ``sub``, never given to another."""

    __tablename__ = "sign_on_person"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255))
    bound_at: Mapped[datetime] = mapped_column(Moment)


class RequiredSecondFactor(Model):
    """An account type whose accounts must have a second factor."""

    __tablename__ = "required_second_factor"
    account_type: Mapped[str] = mapped_column(String(64), primary_key=True)
