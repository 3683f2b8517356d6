"""Announcements, and proposals with the talk about each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.column_types import Moment
from app.extensions import Model
from app.models import Account, Agency, AgencyGroup, Searchable, StoredFile

STATE_NAMES = {
    "new": "Mới gửi",
    "considering": "Đang xem xét",
    "answered": "Đã trả lời",
    "accepted": "Tiếp thu",
    "declined": "Không tiếp thu",
    "fixed": "Đã khắc phục",
}
STATE_TONES = {
    "new": "info",
    "considering": "warn",
    "answered": "ok",
    "accepted": "ok",
    "declined": "danger",
    "fixed": "ok",
}


class Announcement(Searchable, Model):
    """Thông báo, hướng dẫn; to all, or to the groups listed; shown from ``published_at``."""

    __tablename__ = "announcement"
    search_fields = ("title",)
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(Moment)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    file_name: Mapped[str | None] = mapped_column(String(255))
    groups: Mapped[list[AgencyGroup]] = relationship(secondary="announcement_group")
    file: Mapped[StoredFile | None] = relationship()
    questions: Mapped[list[Proposal]] = relationship(back_populates="announcement")

    def __repr__(self) -> str:
        return self.title


class AnnouncementGroup(Model):
    __tablename__ = "announcement_group"
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("agency_group.id"), primary_key=True, index=True)


class Proposal(Searchable, Model):
    """Kiến nghị, phản ánh: criteria to change (Đ.14.3, 15.2), faults of the software (Đ.12.4, 16.3, 18).

    A question may be about an announcement, or about the guide of this name (``docs/vi``).
    """

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("agency_id", "title", "created_at"),)
    search_fields = ("title",)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default="criteria")
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="new", index=True)
    answer: Mapped[str | None] = mapped_column(Text)
    announcement_id: Mapped[int | None] = mapped_column(ForeignKey("announcement.id"), index=True)
    guide: Mapped[str | None] = mapped_column(String(20), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    agency: Mapped[Agency | None] = relationship()
    announcement: Mapped[Announcement | None] = relationship(back_populates="questions")
    created_by: Mapped[Account] = relationship(foreign_keys=[created_by_id])

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]

    @property
    def tone(self) -> str:
        """The colour of the state's badge."""
        return STATE_TONES[self.state]

    def __repr__(self) -> str:
        return self.title


class ProposalMessage(Model):
    """A turn in the talk about a proposal: words, a new state, or both; never altered."""

    __tablename__ = "proposal_message"
    __table_args__ = (CheckConstraint("body <> '' or state is not null", "says_something"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    body: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str | None] = mapped_column(String(20))
    proposal: Mapped[Proposal] = relationship()
    author: Mapped[Account] = relationship(lazy="joined")

    def __repr__(self) -> str:
        return self.body[:60]
