"""A citizens' survey of an open round, for tests of its public pages and of the manager's desk."""

from typing import NamedTuple

from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import SurveyCampaign, SurveyResponse
from app.scoring.operations.survey_codes import make_codes
from tests.province import NOW, Province
from tests.scoring.views.stages import opened


class Citizens(NamedTuple):
    """``answers``: the best option of every question of the form, as its fields are named; ``worst`` the last."""

    app: Flask
    province: Province
    round_id: int
    campaign_id: int
    token: str
    answers: dict[str, str]
    worst: dict[str, str]

    @property
    def url(self) -> str:
        return f"/survey/{self.token}"

    @property
    def desk(self) -> str:
        return f"/surveys-desk/{self.round_id}/{self.campaign_id}"

    def about(self, code: str) -> dict[str, object]:
        return self.answers | {"agency": self.province.agencies[code]}

    def codes(self, agency: str = "SO-TP", channel: str = "print", count: int = 1) -> list[str]:
        with self.app.app_context():
            held = hold_row(db.session.get(SurveyCampaign, self.campaign_id))
            manager, secret = self.province.account("quan-ly"), self.app.config["SECRET_KEY"]
            (made,) = make_codes(
                held,
                [self.province.agency(agency)],
                channel,
                count,
                secret=secret,
                actor=manager,
                at=NOW,
            )
            db.session.commit()
            return made.codes

    def change(self, **values) -> None:
        with self.app.app_context():
            for name, value in values.items():
                setattr(db.session.get(SurveyCampaign, self.campaign_id), name, value)
            db.session.commit()

    def channels(self) -> list[str]:
        with self.app.app_context():
            return list(db.session.scalars(select(SurveyResponse.channel).order_by(SurveyResponse.id)))

    def responses(self) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(SurveyResponse))


def citizens(app: Flask, province: Province, *, mode: str = "link", audience: str = "citizen") -> Citizens:
    round_id = opened(app, province)
    with app.app_context():
        found = db.session.scalars(select(SurveyCampaign).where(SurveyCampaign.round_id == round_id)).one()
        found.form.audience, found.mode = audience, mode
        db.session.commit()
        asked = [question for question in found.form.questions if question.kind != "text"]
        answers = {f"q{question.id}": "0" for question in asked}
        worst = {f"q{question.id}": str(len(question.options) - 1) for question in asked}
        return Citizens(app, province, round_id, found.id, found.token, answers, worst)
