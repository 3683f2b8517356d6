"""A small round, filled in, approved, appraised: each stage by the operations that people use."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from app.extensions import db
from app.holding import hold_row
from app.models import StoredFile
from app.scoring.models import Round, Score
from app.scoring.operations import sheets
from app.scoring.operations.differences import conclude_score
from app.scoring.operations.sheets import RowEntry
from app.scoring.rules import Figures
from tests import province as little
from tests.province import NOW, score_of, sheet_of

OWN_POINTS = {"1.2": "1.5", "1.3": "1", "2.1": "2", "3.1": "0.5", "3.2": "0"}


@dataclass
class Story:
    """A round with Sở Tư pháp's report approved and sent, Sở Tài chính's left a draft, Sở Nội vụ's empty."""

    round: Round
    province: little.Province

    def sheet(self, agency_code):
        return sheet_of(self.round, self.province, agency_code)

    def score(self, agency_code, code):
        return score_of(self.sheet(agency_code), code)


@pytest.fixture
def story(told, ctx, province) -> Story:
    return _read(told("story: filled", lambda: _filled(province).round.id), province)


@pytest.fixture
def approved(told, ctx, province) -> Story:
    return _read(told("story: approved", lambda: _approved(province).round.id), province)


@pytest.fixture
def appraised(told, ctx, province) -> Story:
    """Every appraiser gave the maximum and sent; the survey leaf has points; one difference is concluded."""
    return _read(told("story: appraised", lambda: _appraised(province).round.id), province)


def _read(round_id: int, province: little.Province) -> Story:
    return Story(db.session.get(Round, round_id), province)


def _filled(province: little.Province) -> Story:
    story = Story(little.open_round(province), province)
    _fill(story, "SO-TP", "tp-nhap")
    _fill(story, "SO-TC", "tc-nhap")
    return story


def _approved(province: little.Province) -> Story:
    story = _filled(province)
    sheets.approve(hold_row(story.sheet("SO-TP")), actor=story.province.account("tp-duyet"), at=NOW)
    db.session.commit()
    return story


def _appraised(province: little.Province) -> Story:
    approved = _approved(province)
    _send(approved)
    for score in db.session.query(Score):
        if score.criterion.code == "1.5":
            score.survey_points = Decimal("1.275")
    db.session.commit()
    little.begin_appraisal(approved.round, approved.province)
    little.appraise_everything(approved.round, approved.province, "td-nv")
    little.appraise_everything(approved.round, approved.province, "td-tp")
    conclude_score(
        hold_row(approved.score("SO-TP", "1.2")),
        Decimal("1.75"),
        "Đã bổ sung hồ sơ",
        "05/BB-HĐTĐ",
        actor=approved.province.account("quan-ly"),
        at=NOW,
    )
    db.session.commit()
    return approved


def _send(story):
    clerk, sheet = story.province.account("tp-nhap"), story.sheet("SO-TP")
    scan = StoredFile(sha256="0" * 64, size=1, media_type="application/pdf", created_at=NOW)
    db.session.add(scan)
    sheets.sign(hold_row(sheet), scan, "bao_cao.pdf", actor=clerk, at=NOW)
    sheets.send(hold_row(sheet), actor=clerk, at=NOW)


def _fill(story, agency_code, name):
    person, sheet = story.province.account(name), story.sheet(agency_code)
    for code, points in OWN_POINTS.items():
        _save(sheet, code, RowEntry(Figures(), Decimal(points), "Theo thực tế"), person)
    claimed = RowEntry(na_claimed=True, explanation="=Không phát sinh")
    _save(sheet, "1.1", claimed, person)
    if not score_of(sheet, "2.2").na_by_rule:
        _save(sheet, "2.2", RowEntry(Figures(option=1), Decimal("0.5"), ""), person)
    db.session.commit()


def _save(sheet, code, entry, person):
    score = score_of(sheet, code)
    sheets.save_row(hold_row(score), entry, version=score.version, actor=person, at=NOW)
