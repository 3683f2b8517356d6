"""Tables that every system of the application points at: agencies, accounts, files, notices, the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_appbuilder.security.sqla.models import User, assoc_user_role
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    event,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.column_types import Moment, Said
from app.errors import Sentence
from app.extensions import Model
from app.media_types import INLINE_TYPES
from app.text import fold, person_sort_key, sort_key


class Searchable:
    """Keeps ``search_text`` (folded, diacritic-free) and ``sort_key`` (Vietnamese order) beside the name."""

    search_fields: tuple[str, ...] = ("name",)
    search_text: Mapped[str] = mapped_column(Text, default="")
    sort_key: Mapped[str] = mapped_column(String(800), default="", index=True)

    def refresh_search(self) -> None:
        words = [str(getattr(self, name) or "") for name in self.search_fields]
        self.search_text = fold(" ".join(words))
        self.sort_key = self.make_sort_key()[:800]

    def make_sort_key(self) -> str:
        return sort_key(str(getattr(self, self.search_fields[-1]) or ""))


@event.listens_for(Searchable, "before_insert", propagate=True)
@event.listens_for(Searchable, "before_update", propagate=True)
def _refresh_search(_mapper, _connection, target: Searchable) -> None:
    target.refresh_search()


class AgencyGroup(Searchable, Model):
    """Khối: departments, public service units, districts, communes. Data, never code."""

    __tablename__ = "agency_group"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    sort_order: Mapped[int] = mapped_column(default=0)

    def __repr__(self) -> str:
        return self.name


class Agency(Searchable, Model):
    """Cơ quan, đơn vị; exists from ``active_from`` to ``active_to`` (both inclusive, open when empty).

    ``place`` and ``symbol`` stand on its documents; where they are empty, ``app.letterhead`` makes them from the name.
    """

    __tablename__ = "agency"
    __table_args__ = (
        CheckConstraint(
            "active_to is null or active_from is null or active_to >= active_from", "active_period"
        ),
    )
    search_fields = ("code", "short_name", "name")
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(250))
    short_name: Mapped[str | None] = mapped_column(String(100))
    group_id: Mapped[int] = mapped_column(ForeignKey("agency_group.id"), index=True)
    place: Mapped[str | None] = mapped_column(String(100))
    symbol: Mapped[str | None] = mapped_column(String(30))
    active_from: Mapped[date | None]
    active_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    group: Mapped[AgencyGroup] = relationship()
    successor: Mapped[Agency | None] = relationship(remote_side=[id])

    def exists_at(self, end: date) -> bool:
        """Whether the agency is there to be scored for the period: it still exists on the period's last day.

        Districts ended on 30/6/2025: they are in a round of 2024 or of the first half of 2025, not of 2025.
        """
        return (self.active_from is None or self.active_from <= end) and (
            self.active_to is None or self.active_to >= end
        )

    def __repr__(self) -> str:
        return self.name


Index("ix_ab_user_role_role_id", assoc_user_role.c.role_id)  # FAB has none; we ask who has an account type


DATA_ENTRY = "Nhập liệu"
LEADER = "Lãnh đạo phê duyệt"
"""What people call an account of data entry that may approve; its role in the database is data entry."""


class Account(Searchable, User):
    """FAB's user with the agency it works for, the right *approve* (Đ.9.2) and its locks (Đ.10.3).

    ``password_given_at``: since when its one-time password, if it has one, is out; such a password dies.
    ``locked_by_sending``: sending appraisals locked it, and the next appraisal opens it; other locks are a person's.
    """

    __tablename__ = "ab_user"
    search_fields = ("username", "full_name")
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    can_approve: Mapped[bool | None] = mapped_column(default=False)
    must_change_password: Mapped[bool | None] = mapped_column(default=True)
    password_given_at: Mapped[datetime | None] = mapped_column(Moment)
    locked_at: Mapped[datetime | None] = mapped_column(Moment)
    lock_reason: Mapped[str | None] = mapped_column(String(300))
    locked_by_sending: Mapped[bool] = mapped_column(default=False, server_default=false())
    agency: Mapped[Agency | None] = relationship(foreign_keys=[agency_id])

    @property
    def full_name(self) -> str:
        """Vietnamese order: family name first."""
        return f"{self.last_name or ''} {self.first_name or ''}".strip()

    def get_full_name(self) -> str:
        return self.full_name

    def make_sort_key(self) -> str:
        return person_sort_key(self.full_name)

    @property
    def shown_type(self) -> str:
        """The account's type as people are told it: a leader's by what a leader does (Đ.9.2)."""
        names = sorted(self.role_names)
        return ", ".join(LEADER if name == DATA_ENTRY and self.can_approve else name for name in names)

    @property
    def role_names(self) -> set[str]:
        return {role.name for role in self.roles}

    def __repr__(self) -> str:
        return self.full_name or self.username


class StoredFile(Model):
    """Bytes kept once under their SHA-256; the Vietnamese name lives here, never on disk."""

    __tablename__ = "stored_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def inline(self) -> bool:
        """Whether a browser can show it in the page; everything else is downloaded."""
        return self.media_type in INLINE_TYPES


class AuditEvent(Model):
    """Nhật ký: who, when, what, old and new. Written in the transaction of the change, never altered.

    Each event carries the hash of the one before it in its ``chain`` (a sheet, a round, or all the rest).
    """

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("chain", "place"),)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    chain: Mapped[str] = mapped_column(String(40))
    place: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor_id: Mapped[int | None] = mapped_column(Integer, index=True)
    actor_name: Mapped[str] = mapped_column(String(150), default="")
    action: Mapped[str] = mapped_column(String(60), index=True)
    object_type: Mapped[str] = mapped_column(String(60), index=True)
    object_id: Mapped[str] = mapped_column(String(60), index=True)
    label: Mapped[str] = mapped_column(String(400), default="")
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    request_id: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(60), default="")

    def __repr__(self) -> str:
        return self.label or f"{self.object_type} {self.object_id}".strip() or self.action


class AuditHead(Model):
    """The last link of a chain of audit events: how many there are, and the hash of the last."""

    __tablename__ = "audit_head"
    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class Notification(Model):
    """A line on someone's home page; ``read_at`` when they have seen it.

    ``sentence`` is what a screen says in its reader's language; ``text`` is it in Vietnamese.
    """

    __tablename__ = "notification"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    sentence: Mapped[Sentence | None] = mapped_column(Said)
    url: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class OutgoingMail(Model):
    """Outbox: written with the act that causes it, sent by ``flask scoring send-mail``."""

    __tablename__ = "outgoing_mail"
    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))


class Digest(Model):
    """Thư tổng hợp: whether an account wants the daily letter, the last day it got one, and what that one told.

    An account without a row wants it and has had none.
    """

    __tablename__ = "digest"
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), primary_key=True)
    wanted: Mapped[bool] = mapped_column(default=True)
    made_on: Mapped[date | None]
    told_until: Mapped[datetime | None] = mapped_column(Moment)


class AccountRequest(Model):
    """Đăng ký cấp tài khoản: an agency asks for one more account (Đ.6.1, 8.2)."""

    __tablename__ = "account_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    last_name: Mapped[str] = mapped_column(String(60))
    first_name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(320))
    position: Mapped[str | None] = mapped_column(String(150))
    can_approve: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="pending", index=True)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decision_note: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    agency: Mapped[Agency] = relationship()
    requested_by: Mapped[Account] = relationship(foreign_keys=[requested_by_id])

    @property
    def full_name(self) -> str:
        return f"{self.last_name} {self.first_name}"

    def __repr__(self) -> str:
        return self.full_name


class ResetRequest(Model):
    """Đề nghị cấp lại mật khẩu (Đ.16.5): made without signing in, settled by Sở Nội vụ alone.

    ``source``: the device or network that asked, as tries of signing in are counted (``sign_in.known_devices``).
    """

    __tablename__ = "reset_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), index=True)
    contact: Mapped[str] = mapped_column(String(200))
    head_of_agency: Mapped[str] = mapped_column(String(150))
    source: Mapped[str] = mapped_column(String(80), default="", server_default="")
    state: Mapped[str] = mapped_column(String(20), default="pending", index=True)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decision_note: Mapped[str | None] = mapped_column(Text)

    def __repr__(self) -> str:
        return self.username


class ManagerReset(Model):
    """A new password for a manager's account (Đ.16.5): one other manager asks, another one confirms.

    ``reset_request``: what the owner had asked for without signing in, if it began with that.
    """

    __tablename__ = "manager_reset"
    __table_args__ = (
        CheckConstraint("state in ('pending','confirmed','refused')", "state"),
        CheckConstraint("(state = 'pending') = (decided_by_id is null)", "decided"),
        CheckConstraint("(state = 'pending') = (decided_at is null)", "decided_when"),
        CheckConstraint(
            "account_id <> requested_by_id and (state <> 'confirmed' or "
            "(decided_by_id <> requested_by_id and decided_by_id <> account_id))",
            "two_people",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    without_second_factor: Mapped[bool] = mapped_column(default=False)
    reset_request_id: Mapped[int | None] = mapped_column(ForeignKey("reset_request.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="pending", index=True)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    reset_request: Mapped[ResetRequest | None] = relationship()
    requested_by: Mapped[Account] = relationship(foreign_keys=[requested_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    def __repr__(self) -> str:
        return self.account.username


class RateCount(Model):
    """How often an address has asked within a window that ends at ``ends_at`` (seconds since 1970)."""

    __tablename__ = "rate_count"
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[float] = mapped_column(index=True)
