"""Phiếu khảo sát: forms, the campaign of a round, codes to answer with, responses, answers, removals."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.column_types import Moment
from app.extensions import Model
from app.models import Account, Agency, Searchable
from app.scoring.models.rounds import Round

DAILY_CAP = 20
"""Answers by the open link that one network may give to one campaign in one day, until a manager says otherwise."""


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
    """One form put out in one round, open until ``closes_at``; ``token`` is the public link of a citizens' form.

    ``mode`` is how citizens answer: ``codes`` alone, or anybody with the ``link``, then at most ``daily_cap``
    answers a network and day. ``points_at`` is when points were last computed from the answers as they are;
    removing or restoring answers empties it.
    """

    __tablename__ = "survey_campaign"
    held_with = "round"
    __table_args__ = (
        UniqueConstraint("round_id", "form_id"),
        CheckConstraint("mode in ('codes','link')", "mode"),
        CheckConstraint("daily_cap > 0", "daily_cap"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("survey_form.id"), index=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    opens_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    mode: Mapped[str] = mapped_column(String(10), default="codes")
    daily_cap: Mapped[int] = mapped_column(default=DAILY_CAP)
    points_at: Mapped[datetime | None] = mapped_column(Moment)
    round: Mapped[Round] = relationship()
    form: Mapped[SurveyForm] = relationship()

    def __repr__(self) -> str:
        return f"{self.form} – {self.round}"


class SurveyCodeBatch(Model):
    """Codes made at once for one agency and channel; ``revoked_at``: those not used yet are worth nothing any more."""

    __tablename__ = "survey_code_batch"
    __table_args__ = (CheckConstraint("channel in ('print','sms')", "channel"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("survey_campaign.id"), index=True)
    about_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    count: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    campaign: Mapped[SurveyCampaign] = relationship()
    about_agency: Mapped[Agency] = relationship()
    created_by: Mapped[Account | None] = relationship()

    def __repr__(self) -> str:
        return f"{self.count} mã – {self.about_agency}"


class SurveyCode(Model):
    """A one-time code by its keyed digest. Which response it opened is not kept: a code may name a person."""

    __tablename__ = "survey_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("survey_code_batch.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    used: Mapped[bool] = mapped_column(default=False)
    batch: Mapped[SurveyCodeBatch] = relationship()


class SurveyRemoval(Model):
    """Answers taken out of the count together, with the reason; ``restored_at``: they count again."""

    __tablename__ = "survey_removal"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("survey_campaign.id"), index=True)
    about_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    count: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    removed_at: Mapped[datetime] = mapped_column(Moment)
    removed_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), index=True)
    restored_at: Mapped[datetime | None] = mapped_column(Moment)
    campaign: Mapped[SurveyCampaign] = relationship()
    about_agency: Mapped[Agency] = relationship()
    removed_by: Mapped[Account] = relationship()

    def __repr__(self) -> str:
        return f"{self.count} phiếu – {self.about_agency}"


class SurveyResponse(Model):
    """One filled form about one agency; ``channel`` says how it came.

    Inside answers carry the account, those by the open link the page's random mark, papers their number. ``network``
    is a keyed digest of the network that a public answer came from (``app.networks``), the address itself is not
    kept. ``unknown``: a public answer from before channels were kept.
    """

    __tablename__ = "survey_response"
    __table_args__ = (
        UniqueConstraint("campaign_id", "about_agency_id", "account_id"),
        UniqueConstraint("campaign_id", "about_agency_id", "browser_mark"),
        UniqueConstraint("campaign_id", "about_agency_id", "paper_number"),
        CheckConstraint("channel in ('inside','print','sms','link','paper','unknown')", "channel"),
        CheckConstraint("(account_id is not null) = (channel = 'inside')", "account_inside"),
        CheckConstraint("(browser_mark is not null) = (channel in ('link','unknown'))", "mark_of_link"),
        CheckConstraint("(paper_number is not null) = (channel = 'paper')", "number_of_paper"),
        Index("ix_survey_response_campaign_id_network", "campaign_id", "network"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("survey_campaign.id"), index=True)
    about_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), index=True)
    browser_mark: Mapped[str | None] = mapped_column(String(40))
    paper_number: Mapped[str | None] = mapped_column(String(40))
    network: Mapped[str | None] = mapped_column(String(16))
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    removal_id: Mapped[int | None] = mapped_column(ForeignKey("survey_removal.id"), index=True)
    campaign: Mapped[SurveyCampaign] = relationship()
    about_agency: Mapped[Agency] = relationship()
    account: Mapped[Account | None] = relationship()
    removal: Mapped[SurveyRemoval | None] = relationship()
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
