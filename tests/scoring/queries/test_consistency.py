"""An appraiser's own consistency: like figures or the same file, and other points."""

from decimal import Decimal
from io import BytesIO

import pytest
from flask import current_app

from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.scoring.models import Appraisal, Score
from app.scoring.operations import evidence
from app.scoring.queries.consistency import other_of, unlike_cases
from tests.province import NOW, open_round, score_of, sheet_of
from tests.statements import counted

PDF = b"%PDF-1.4\n%%EOF\n"
CLERKS = {"SO-TP": "tp-nhap", "SO-TC": "tc-nhap", "SO-NV": "nv-nhap"}


@pytest.fixture
def scores(ctx, province) -> dict[str, Score]:
    """Criterion 1.2 of the three departments."""
    round_ = open_round(province)
    return {code: score_of(sheet_of(round_, province, code), "1.2") for code in CLERKS}


def say(score: Score, a=None, b=None) -> None:
    score.figure_a, score.figure_b = a and Decimal(a), b and Decimal(b)


def give(province, score: Score, points: str | None, name: str = "td-nv") -> None:
    db.session.add(
        Appraisal(
            score_id=score.id,
            appraiser_id=province.accounts[name],
            points=points and Decimal(points),
            not_applicable=points is None,
            saved_at=NOW,
        )
    )
    db.session.flush()


def prove(province, score: Score, code: str, content: bytes, name: str) -> None:
    stored = FileStore(current_app.config["FILES_DIR"], 1000).put(BytesIO(content), name)
    evidence.attach_new(
        hold_row(score), stored, evidence.Description(), actor=province.account(CLERKS[code]), at=NOW
    )


def seen(province, scores: dict[str, Score]) -> list[tuple]:
    """(what is alike, {points: agencies}) of each finding."""
    found = unlike_cases(province.account("td-nv"), [score.id for score in scores.values()])
    return [
        (
            tuple(alike.figures[:2]) if alike.figures else alike.document,
            {given: [case.agency for case in cases] for given, cases in alike.given},
        )
        for alike in found
    ]


def test_the_same_figures_with_other_points_are_listed_by_what_was_given(province, scores):
    for code, points in (("SO-TP", "1"), ("SO-TC", "2"), ("SO-NV", "1")):
        say(scores[code], 9, 10)
        give(province, scores[code], points)
    parts = {Decimal(2): ["Sở Tài chính"], Decimal(1): ["Sở Nội vụ", "Sở Tư pháp"]}
    assert seen(province, scores) == [((Decimal(9), Decimal(10)), parts)]


def test_the_same_points_other_figures_or_no_figures_are_no_finding(province, scores):
    say(scores["SO-TP"], 9, 10)
    say(scores["SO-TC"], 8, 10)
    for code, points in (("SO-TP", "1"), ("SO-TC", "2"), ("SO-NV", "0")):
        give(province, scores[code], points)
    assert seen(province, scores) == []
    say(scores["SO-TC"], 9, 10)
    db.session.query(Appraisal).update({"points": Decimal(1)})
    assert seen(province, scores) == []


def test_the_same_content_under_two_names_is_the_same_file(province, scores):
    prove(province, scores["SO-TP"], "SO-TP", PDF, "Kế hoạch chung.pdf")
    prove(province, scores["SO-TC"], "SO-TC", PDF, "KH.pdf")
    prove(province, scores["SO-NV"], "SO-NV", PDF + b"2", "KH.pdf")
    for code, points in (("SO-TP", "1"), ("SO-TC", None), ("SO-NV", "0")):
        give(province, scores[code], points)
    parts = {Decimal(1): ["Sở Tư pháp"], None: ["Sở Tài chính"]}
    assert seen(province, scores) == [("Kế hoạch chung.pdf", parts)]


def test_what_colleagues_gave_does_not_count(province, scores):
    for code, name in (("SO-TP", "td-nv"), ("SO-TC", "td-tp")):
        say(scores[code], 9, 10)
        give(province, scores[code], "1" if name == "td-nv" else "2", name)
    assert seen(province, scores) == []


def test_each_row_names_an_agency_with_other_points(province, scores):
    for code, points in (("SO-TP", "1"), ("SO-TC", "2")):
        say(scores[code], 9, 10)
        give(province, scores[code], points)
    found = unlike_cases(province.account("td-nv"), [score.id for score in scores.values()])
    named = {key: agency for key, (_alike, agency) in other_of(found).items()}
    assert named == {scores["SO-TP"].id: "Sở Tài chính", scores["SO-TC"].id: "Sở Tư pháp"}


def test_two_statements_whatever_the_number_of_agencies(province, scores):
    account, ids = province.account("td-nv"), [score.id for score in scores.values()]
    for code in CLERKS:
        give(province, scores[code], "1")
    with counted() as found:
        unlike_cases(account, ids[:1])
        unlike_cases(account, ids)
    assert len(found) == 4
