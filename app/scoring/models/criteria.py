"""Bộ tiêu chí and its tree."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.column_types import Moment, Points
from app.errors import Sentence
from app.extensions import Model
from app.models import AgencyGroup, Searchable
from app.scoring.rules import Asked, asked_figures, figure_name, rule_told


class CriteriaSet(Searchable, Model):
    """``draft → issued → retired``; an issued set never changes, a new version is a copy.

    Without ``allows_deviation`` own points are those that figures or option give; an explanation stands for nothing.
    """

    __tablename__ = "criteria_set"
    __table_args__ = (
        CheckConstraint("state in ('draft','issued','retired')", "state"),
        CheckConstraint("programme in ('cchc','htnv')", "programme"),
        UniqueConstraint("programme", "name", "version"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    programme: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(300))
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    legal_number: Mapped[str | None] = mapped_column(String(60))
    legal_date: Mapped[date | None]
    legal_issuer: Mapped[str | None] = mapped_column(String(200))
    allows_deviation: Mapped[bool] = mapped_column(default=True)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Moment)
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("criteria_set.id"), index=True)
    groups: Mapped[list[AgencyGroup]] = relationship(secondary="criteria_set_group")
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="criteria_set", order_by="Criterion.position", cascade="all, delete-orphan"
    )

    @property
    def has_errors(self) -> bool:
        return any(finding["severity"] == "error" for finding in self.findings or [])

    def __repr__(self) -> str:
        return f"{self.name} (bản {self.version})" if self.version and self.version > 1 else self.name


class CriteriaSetGroup(Model):
    __tablename__ = "criteria_set_group"
    criteria_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("agency_group.id"), primary_key=True, index=True)


class Criterion(Searchable, Model):
    """Lĩnh vực, tiêu chí or tiêu chí thành phần. ``rule`` is ``rule_text`` parsed into data; ``maximum`` in points.

    ``field_code`` is the code of the first-level ancestor; ``figures`` labels the figures asked for, as they were
    written. ``ground`` says which of them (or a choice) its points come from, a key of ``rules.GROUNDS``; ``caps`` are
    the headings above a bonus or penalty that limit it, the nearest first. Both are read from the set, as ``rule`` is.
    """

    __tablename__ = "criterion"
    held_with = "criteria_set"
    __table_args__ = (
        UniqueConstraint("criteria_set_id", "code"),
        CheckConstraint("maximum >= 0", "maximum_not_negative"),
    )
    search_fields = ("code", "name")
    id: Mapped[int] = mapped_column(primary_key=True)
    criteria_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("criterion.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    field_code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)
    level: Mapped[int] = mapped_column(default=1)
    is_leaf: Mapped[bool] = mapped_column(default=False)
    maximum: Mapped[Decimal] = mapped_column(Points)
    method: Mapped[str] = mapped_column(String(20))
    rule_text: Mapped[str] = mapped_column(Text, default="")
    rule: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    figures: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    ground: Mapped[str] = mapped_column(String(10), default="")
    caps: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    evidence: Mapped[str] = mapped_column(Text, default="")
    evidence_required: Mapped[bool] = mapped_column(default=False)
    assessed_by: Mapped[str] = mapped_column(String(20), default="self")
    appraiser_agency: Mapped[str] = mapped_column(String(30), default="")
    not_applicable_for: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    linked_programme: Mapped[str | None] = mapped_column(String(10))
    criteria_set: Mapped[CriteriaSet] = relationship(back_populates="criteria")
    parent: Mapped[Criterion | None] = relationship(remote_side=[id])

    def applies_to(self, agency_code: str, group_code: str) -> bool:
        """False when the set itself excludes the agency or its group."""
        return not set(self.not_applicable_for or ()) & {agency_code, group_code}

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The figures that it asks for, with their names and kinds."""
        return asked_figures(self)

    @property
    def rule_told(self) -> list[Sentence]:
        """How its points come about, one sentence a line."""
        return rule_told(self)

    def figure_name(self, letter: str) -> str:
        return figure_name(self, letter)

    @property
    def parent_code(self) -> str | None:
        return self.parent.code if self.parent is not None else None

    def __repr__(self) -> str:
        return f"{self.code} {self.name}"
