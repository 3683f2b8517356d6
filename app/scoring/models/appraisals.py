"""Phân công thẩm định, each appraiser's work on a round, and the points they gave."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.column_types import Moment, Points
from app.extensions import Model
from app.models import Account, Agency, AgencyGroup
from app.scoring.models.criteria import Criterion
from app.scoring.models.rounds import Round
from app.scoring.models.sheets import Score, Sheet


class Assignment(Model):
    """Appraiser × subtree (none: the whole set) × agencies of a group (none listed: all of them), for a round."""

    __tablename__ = "assignment"
    held_with = "round"
    __table_args__ = (UniqueConstraint("round_id", "appraiser_id", "group_id", "criterion_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    appraiser_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("agency_group.id"), index=True)
    criterion_id: Mapped[int | None] = mapped_column(ForeignKey("criterion.id"), index=True)
    round: Mapped[Round] = relationship()
    appraiser: Mapped[Account] = relationship()
    group: Mapped[AgencyGroup] = relationship()
    criterion: Mapped[Criterion | None] = relationship()
    agencies: Mapped[list[Agency]] = relationship(secondary="assignment_agency")

    def __repr__(self) -> str:
        return f"{self.appraiser} – {self.criterion or self.group}"


class AssignmentAgency(Model):
    __tablename__ = "assignment_agency"
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True, index=True)


class AppraiserWork(Model):
    """One appraiser's work on a round: ``open → sent``; only sent work counts (design §3)."""

    __tablename__ = "appraiser_work"
    __table_args__ = (
        UniqueConstraint("round_id", "appraiser_id"),
        CheckConstraint("state in ('open','sent')", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    appraiser_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    receipt_number: Mapped[str | None] = mapped_column(String(40))
    unlocked_at: Mapped[datetime | None] = mapped_column(Moment)
    unlock_reason: Mapped[str | None] = mapped_column(Text)
    round: Mapped[Round] = relationship()
    appraiser: Mapped[Account] = relationship()


class UnlockRequest(Model):
    """Đề nghị mở khóa: what is sent or concluded is opened again by two managers, one asking, one confirming.

    Its subject: an appraiser's ``work``, an agency's ``sheet`` (with the new ``deadline``), or the concluded round.
    """

    __tablename__ = "unlock_request"
    held_with = "round"
    __table_args__ = (
        CheckConstraint("state in ('pending','confirmed','refused')", "state"),
        CheckConstraint("(state = 'pending') = (decided_by_id is null)", "decided"),
        CheckConstraint("state <> 'confirmed' or decided_by_id <> requested_by_id", "two_people"),
        CheckConstraint("work_id is null or sheet_id is null", "one_subject"),
        CheckConstraint("(sheet_id is null) = (deadline is null)", "sheet_has_deadline"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    work_id: Mapped[int | None] = mapped_column(ForeignKey("appraiser_work.id"), index=True)
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("sheet.id"), index=True)
    deadline: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="pending")
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    round: Mapped[Round] = relationship()
    work: Mapped[AppraiserWork | None] = relationship()
    sheet: Mapped[Sheet | None] = relationship()
    requested_by: Mapped[Account] = relationship(foreign_keys=[requested_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])


class Appraisal(Model):
    """Lượt thẩm định: points, or acceptance that the leaf does not apply (``points`` empty then)."""

    __tablename__ = "appraisal"
    __table_args__ = (
        UniqueConstraint("score_id", "appraiser_id"),
        CheckConstraint("points is null or points >= 0", "points_not_negative"),
        CheckConstraint("(points is null) = not_applicable", "points_or_not_applicable"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    score_id: Mapped[int] = mapped_column(ForeignKey("score.id"), index=True)
    appraiser_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    points: Mapped[Decimal | None] = mapped_column(Points)
    not_applicable: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    source: Mapped[str] = mapped_column(String(20), default="screen")
    score: Mapped[Score] = relationship()
    appraiser: Mapped[Account] = relationship()
    __mapper_args__ = {"version_id_col": version}
