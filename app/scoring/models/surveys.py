"""Phiếu khảo sát: forms, the campaign of a round, responses and answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.column_types import Moment
from app.extensions import Model
from app.models import Account, Agency, Searchable
from app.scoring.models.rounds import Round


class SurveyForm(Searchable, Model):
    """A questionnaire; ``audience`` is who answers: official, citizen or agency."""

    __tablename__ = "survey_form"
    __table_args__ = (CheckConstraint("audience in ('official','citizen','agency')", "audience"),)
    search_fields = ("code", "title")
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    audience: Mapped[str] = mapped_column(String(20), default="citizen")
    questions: Mapped[list[SurveyQuestion]] = relationship(
        back_populates="form", order_by="SurveyQuestion.position", cascade="all, delete-orphan"
    )

    def __repr__(self) -> str:
        return f"{self.code} {self.title}"


class SurveyQuestion(Model):
    """``scale`` and ``choice`` have options, best first; ``text`` has none and never becomes points."""

    __tablename__ = "survey_question"
    __table_args__ = (
        UniqueConstraint("form_id", "code"),
        CheckConstraint("kind in ('scale','choice','text')", "kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("survey_form.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    form: Mapped[SurveyForm] = relationship(back_populates="questions")

    def __repr__(self) -> str:
        return f"{self.code} {self.text}"


class SurveyCampaign(Model):
    """One form put out in one round, open until ``closes_at``; ``token`` is the public link."""

    __tablename__ = "survey_campaign"
    held_with = "round"
    __table_args__ = (UniqueConstraint("round_id", "form_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("survey_form.id"))
    token: Mapped[str] = mapped_column(String(40), unique=True)
    opens_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    round: Mapped[Round] = relationship()
    form: Mapped[SurveyForm] = relationship()

    def __repr__(self) -> str:
        return f"{self.form} – {self.round}"


class SurveyResponse(Model):
    """One filled form about one agency. Inside answers carry the account; public ones a random browser mark."""

    __tablename__ = "survey_response"
    __table_args__ = (
        UniqueConstraint("campaign_id", "about_agency_id", "account_id"),
        UniqueConstraint("campaign_id", "about_agency_id", "browser_mark"),
        CheckConstraint("(account_id is null) <> (browser_mark is null)", "one_respondent"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("survey_campaign.id"), index=True)
    about_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    browser_mark: Mapped[str | None] = mapped_column(String(40))
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    campaign: Mapped[SurveyCampaign] = relationship()
    about_agency: Mapped[Agency] = relationship()
    account: Mapped[Account | None] = relationship()
    answers: Mapped[list[SurveyAnswer]] = relationship(cascade="all, delete-orphan")


class SurveyAnswer(Model):
    """The chosen option's index, or words."""

    __tablename__ = "survey_answer"
    __table_args__ = (UniqueConstraint("response_id", "question_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_question.id"), index=True)
    option: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(Text)
    question: Mapped[SurveyQuestion] = relationship()
