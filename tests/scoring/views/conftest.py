"""An open round and the unit's own sheet in it, as ids.

No application context stays open beside the requests: they would share its ``g`` and so the person signed in.
What ``Year`` hands out is detached: for reading alone.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.scoring.models import Round, Score, Sheet
from tests.province import NOW, Province, open_round, sheet_of


@dataclass
class Year:
    """``scores`` maps a criterion's code to the id of the score on the sheet of Sở Tư pháp."""

    app: Flask
    province: Province
    round_id: int
    sheet_id: int
    other_sheet_id: int
    scores: dict[str, int]

    def score(self, code: str) -> Score:
        return self._detached(Score, self.scores[code], Score.saved_by, Score.evidence)

    def sheet(self) -> Sheet:
        return self._detached(Sheet, self.sheet_id, Sheet.snapshot, Sheet.signed_file)

    def _detached(self, model, key: int, *loaded):
        with self.app.app_context():
            found = db.session.get(model, key, options=[joinedload(what) for what in loaded])
            db.session.expunge_all()
        return found

    def end_entry(self) -> None:
        """The deadline is past."""
        with self.app.app_context():
            db.session.get(Round, self.round_id).entry_deadline = NOW - timedelta(days=1)
            db.session.commit()

    def another(self, programme: str = "cchc", period: str = "2026") -> "Year":
        return make_year(self.app, self.province, programme, period)


@pytest.fixture
def year(app, province, told) -> Year:
    return told("year", lambda: make_year(app, province, "cchc", "2026"))


def make_year(app: Flask, province: Province, programme: str, period: str) -> Year:
    with app.app_context():
        round_ = open_round(province, programme, period)
        sheet = sheet_of(round_, province, "SO-TP")
        scores = {score.criterion.code: score.id for score in sheet.scores}
        other = sheet_of(round_, province, "SO-TC")
        return Year(app, province, round_.id, sheet.id, other.id, scores)
