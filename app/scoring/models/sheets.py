"""Phiếu chấm điểm: one agency in one round, its scores, evidence and frozen reports."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.column_types import Moment, Points
from app.extensions import Model
from app.models import Account, Agency, AgencyGroup, Searchable, StoredFile
from app.scoring.models.criteria import CriteriaSet, Criterion
from app.scoring.models.rounds import Extension, GradeBand, Round
from app.scoring.rules import lacking


class Sheet(Searchable, Model):
    """Freezes the agency's name and group as they were when the round opened.

    ``presented_at``: a draft that waits for the leader's approval; its clerks may still change it.
    """

    __tablename__ = "sheet"
    __table_args__ = (
        UniqueConstraint("round_id", "agency_id"),
        CheckConstraint(
            "state in ('draft','approved','submitted','appraising','appraised','concluded')", "state"
        ),
        CheckConstraint("submitted_at is null or receipt_number is not null", "receipt"),
        CheckConstraint("(presented_at is null) = (presented_by_id is null)", "presented"),
    )
    search_fields = ("agency_name",)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("agency_group.id"), index=True)
    criteria_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id"), index=True)
    agency_name: Mapped[str] = mapped_column(String(250))
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    version: Mapped[int] = mapped_column(default=1)
    not_submitted: Mapped[bool] = mapped_column(default=False)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id", use_alter=True), index=True)
    signed_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    signed_file_name: Mapped[str | None] = mapped_column(String(255))
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    receipt_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    return_reason: Mapped[str | None] = mapped_column(Text)
    presented_at: Mapped[datetime | None] = mapped_column(Moment)
    presented_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    round: Mapped[Round] = relationship()
    agency: Mapped[Agency] = relationship()
    group: Mapped[AgencyGroup] = relationship()
    criteria_set: Mapped[CriteriaSet] = relationship()
    scores: Mapped[list[Score]] = relationship(back_populates="sheet")
    extensions: Mapped[list[Extension]] = relationship(back_populates="sheet", order_by="Extension.id")
    snapshot: Mapped[Snapshot | None] = relationship(foreign_keys=[snapshot_id], post_update=True)
    signed_file: Mapped[StoredFile | None] = relationship()
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id])
    submitted_by: Mapped[Account | None] = relationship(foreign_keys=[submitted_by_id])
    presented_by: Mapped[Account | None] = relationship(foreign_keys=[presented_by_id])
    __mapper_args__ = {"version_id_col": version}

    def __repr__(self) -> str:
        return self.agency_name


class SignedScan(Model):
    """Every scan of a signed report that came to a sheet; the one in force is ``Sheet.signed_file``.

    One that was replaced or withdrawn still lies in the store and counts towards what the agency may keep.
    ``reading``: what was found in it when it came (``queries.signed_papers``), None for one that was not read.
    """

    __tablename__ = "signed_scan"
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True, index=True)
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Score(Model):
    """One leaf on one sheet. ``version`` guards against two tabs or two colleagues saving over each other.

    ``na_by_rule``: the set itself excludes the agency. ``na_claimed``: the agency claims it does not apply.
    ``figure_*`` are what the unit counted; ``option`` is the index of the chosen tier.
    """

    __tablename__ = "score"
    held_with = "sheet"
    __table_args__ = (
        UniqueConstraint("sheet_id", "criterion_id"),
        CheckConstraint("self_points is null or self_points >= 0", "self_points_not_negative"),
        CheckConstraint("concluded_points is null or concluded_points >= 0", "concluded_points_not_negative"),
        CheckConstraint("not (concluded_na and concluded_points is not null)", "concluded_once"),
        CheckConstraint("not (na_claimed and self_points is not null)", "claimed_or_scored"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    na_by_rule: Mapped[bool] = mapped_column(default=False)
    na_claimed: Mapped[bool] = mapped_column(default=False)
    option: Mapped[int | None]
    figure_a: Mapped[Decimal | None] = mapped_column(Points)
    figure_b: Mapped[Decimal | None] = mapped_column(Points)
    figure_n: Mapped[Decimal | None] = mapped_column(Points)
    self_points: Mapped[Decimal | None] = mapped_column(Points)
    explanation: Mapped[str] = mapped_column(Text, default="")
    survey_points: Mapped[Decimal | None] = mapped_column(Points)
    survey_working: Mapped[str | None] = mapped_column(Text)
    concluded_points: Mapped[Decimal | None] = mapped_column(Points)
    concluded_na: Mapped[bool] = mapped_column(default=False)
    conclusion_reason: Mapped[str | None] = mapped_column(Text)
    minutes_number: Mapped[str | None] = mapped_column(String(60))
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_reason: Mapped[str | None] = mapped_column(Text)
    answer_due_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    saved_at: Mapped[datetime | None] = mapped_column(Moment)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    sheet: Mapped[Sheet] = relationship(back_populates="scores")
    criterion: Mapped[Criterion] = relationship()
    evidence: Mapped[list[Evidence]] = relationship(secondary="score_evidence", order_by="Evidence.id")
    saved_by: Mapped[Account | None] = relationship()
    __mapper_args__ = {"version_id_col": version}

    @property
    def without_figures(self) -> bool:
        """Own points that do not stand on what the criterion asks for."""
        given = self.self_points is not None and not self.na_claimed
        return given and bool(lacking(self.criterion.ground, self))

    def __repr__(self) -> str:
        return f"{self.criterion.code} – {self.sheet}"


class Evidence(Searchable, Model):
    """Tài liệu kiểm chứng of an agency: one file may prove several criteria, rounds and years."""

    __tablename__ = "evidence"
    search_fields = ("number", "issuer", "summary", "file_name")
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    number: Mapped[str] = mapped_column(String(80), default="")
    issued_on: Mapped[date | None]
    issuer: Mapped[str] = mapped_column(String(200), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    agency: Mapped[Agency] = relationship()
    file: Mapped[StoredFile] = relationship()

    def __repr__(self) -> str:
        return f"{self.number} {self.file_name}".strip()


class ScoreEvidence(Model):
    __tablename__ = "score_evidence"
    score_id: Mapped[int] = mapped_column(ForeignKey("score.id"), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True, index=True)


class Snapshot(Model):
    """Frozen content of an approved report: canonical JSON, its SHA-256 and the verification code printed on it."""

    __tablename__ = "snapshot"
    __table_args__ = (CheckConstraint("status in ('current','withdrawn')", "status"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), index=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(20), default="current")
    sheet: Mapped[Sheet] = relationship(foreign_keys=[sheet_id])


class LeaderComment(Model):
    """What the agency's leader wrote when handing the draft back: about one row, or about the whole (no score).

    Open until a clerk settles it, with or without an answer, or the leader approves the sheet.
    """

    __tablename__ = "leader_comment"
    held_with = "sheet"
    __table_args__ = (
        CheckConstraint("(settled_at is null) = (settled_by_id is null)", "settled"),
        CheckConstraint("settled_at is not null or answer = ''", "answered"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), index=True)
    score_id: Mapped[int | None] = mapped_column(ForeignKey("score.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    sheet: Mapped[Sheet] = relationship()
    score: Mapped[Score | None] = relationship()
    written_by: Mapped[Account] = relationship(foreign_keys=[written_by_id])
    settled_by: Mapped[Account | None] = relationship(foreign_keys=[settled_by_id])

    def __repr__(self) -> str:
        return f"{self.score or self.sheet}"


class FailedCondition(Model):
    """An agency that has the points of a grade band and fails its extra condition, with the reason."""

    __tablename__ = "failed_condition"
    held_with = "sheet"
    __table_args__ = (UniqueConstraint("sheet_id", "band_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), index=True)
    band_id: Mapped[int] = mapped_column(ForeignKey("grade_band.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    sheet: Mapped[Sheet] = relationship()
    band: Mapped[GradeBand] = relationship()


class Reminder(Model):
    """Lần nhắc: that an agency was reminded to send its sheet, in which words, and how many accounts were told."""

    __tablename__ = "reminder"
    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    accounts: Mapped[int]
    letters: Mapped[int]
    sheet: Mapped[Sheet] = relationship()
    by: Mapped[Account] = relationship()

    def __repr__(self) -> str:
        return self.text[:60]
