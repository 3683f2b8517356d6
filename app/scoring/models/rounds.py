"""Kỳ chấm điểm, its sets, bands, extensions and frozen results."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.column_types import Moment, Points
from app.extensions import Model
from app.models import Account, AgencyGroup, Searchable, StoredFile
from app.scoring.models.criteria import CriteriaSet


class Round(Searchable, Model):
    """One programme over one period: year ``2026``, half ``2026-H1``, quarter ``2026-Q3`` or month ``2026-05``.

    ``places`` is for showing only; ``tie_break`` lists field codes compared in order when indexes are equal.
    """

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("state in ('preparing','open','appraising','consolidated','concluded')", "state"),
        CheckConstraint("programme in ('cchc','htnv')", "programme"),
        CheckConstraint("places between 0 and 3", "places"),
        UniqueConstraint("programme", "name"),
    )
    search_fields = ("period", "name")
    id: Mapped[int] = mapped_column(primary_key=True)
    programme: Mapped[str] = mapped_column(String(10), index=True)
    period: Mapped[str] = mapped_column(String(10), index=True)
    period_start: Mapped[date]
    period_end: Mapped[date]
    name: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), default="preparing", index=True)
    entry_deadline: Mapped[datetime] = mapped_column(Moment)
    appraisal_deadline: Mapped[datetime | None] = mapped_column(Moment)
    explanation_days: Mapped[int] = mapped_column(default=5)
    places: Mapped[int] = mapped_column(default=2)
    tie_break: Mapped[list[str]] = mapped_column(JSON, default=list)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    concluded_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    decision_number: Mapped[str | None] = mapped_column(String(60))
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    sets: Mapped[list[RoundSet]] = relationship(back_populates="round", cascade="all, delete-orphan")
    bands: Mapped[list[GradeBand]] = relationship(
        order_by="GradeBand.lower.desc()", cascade="all, delete-orphan"
    )
    publications: Mapped[list[Publication]] = relationship(order_by="Publication.id", back_populates="round")

    @property
    def publication(self) -> Publication | None:
        """What the result stands on the public page by, now."""
        return next((found for found in reversed(self.publications) if found.ended_at is None), None)

    def __repr__(self) -> str:
        return self.name


class RoundSet(Model):
    """Which criteria set a group of agencies is scored by in this round."""

    __tablename__ = "round_set"
    __table_args__ = (UniqueConstraint("round_id", "group_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("agency_group.id"), index=True)
    criteria_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id"), index=True)
    round: Mapped[Round] = relationship(back_populates="sets")
    group: Mapped[AgencyGroup] = relationship()
    criteria_set: Mapped[CriteriaSet] = relationship()

    def __repr__(self) -> str:
        return f"{self.group}: {self.criteria_set}"


class GradeBand(Model):
    """Mức xếp loại by its lower bound (index, percent); ``condition`` is the extra condition in words."""

    __tablename__ = "grade_band"
    __table_args__ = (UniqueConstraint("round_id", "name"), UniqueConstraint("round_id", "lower"))
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    lower: Mapped[Decimal] = mapped_column(Points)
    condition: Mapped[str | None] = mapped_column(Text)

    def __repr__(self) -> str:
        return self.name


class Extension(Model):
    """Gia hạn: a later deadline for one agency's sheet, with the decision's number and reason."""

    __tablename__ = "extension"
    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), index=True)
    deadline: Mapped[datetime] = mapped_column(Moment)
    decision_number: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(Text)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    granted_at: Mapped[datetime] = mapped_column(Moment)
    sheet: Mapped[Sheet] = relationship(back_populates="extensions")  # noqa: F821
    granted_by: Mapped[Account | None] = relationship()

    def __repr__(self) -> str:
        return f"{self.sheet}: {self.decision_number}"


class Result(Model):
    """What conclusion froze for one sheet. ``index`` is exact: points over maximum, in percent."""

    __tablename__ = "result"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), unique=True)
    points: Mapped[Decimal] = mapped_column(Points)
    maximum: Mapped[Decimal] = mapped_column(Points)
    rank: Mapped[int | None]
    grade: Mapped[str | None] = mapped_column(String(120))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sheet: Mapped[Sheet] = relationship()  # noqa: F821

    @property
    def index(self) -> Fraction | None:
        return Fraction(self.points) / Fraction(self.maximum) * 100 if self.maximum else None


class RoundRecord(Model):
    """What conclusion froze of the whole round: canonical JSON (its shape: ``queries/records.py``) and its SHA-256.

    ``number`` counts the conclusions of a round that was opened again; the last one holds. The database refuses to
    change or delete any.
    """

    __tablename__ = "round_record"
    __table_args__ = (UniqueConstraint("round_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    number: Mapped[int] = mapped_column(default=1, server_default="1")
    rules_version: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    round: Mapped[Round] = relationship()

    def __repr__(self) -> str:
        return self.digest


class Publication(Model):
    """Công bố: by which decision the result stands on the public page, since when, until when and why no longer.

    ``Round.published_at`` and ``decision_number`` repeat the one in force, which ``app/row_policies`` and lists read.
    What was published before this table was made has neither day, signer nor file.
    """

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("(file_id is null) = (file_name is null)", "file_has_name"),
        CheckConstraint("(ended_at is null) = (end_reason is null)", "ended_with_reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    decision_number: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date | None]
    signer: Mapped[str] = mapped_column(String(150), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    file_name: Mapped[str | None] = mapped_column(String(255))
    published_at: Mapped[datetime] = mapped_column(Moment)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    end_reason: Mapped[str | None] = mapped_column(Text)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    round: Mapped[Round] = relationship(back_populates="publications")
    file: Mapped[StoredFile | None] = relationship()
    published_by: Mapped[Account | None] = relationship(foreign_keys=[published_by_id])
    ended_by: Mapped[Account | None] = relationship(foreign_keys=[ended_by_id])

    def __repr__(self) -> str:
        return self.decision_number
