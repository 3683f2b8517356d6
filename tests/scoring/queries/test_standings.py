"""app/scoring/queries/standings.py: from stored points to the ranking, counted by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import GradeBand, Round
from app.scoring.operations.differences import fail_condition
from app.scoring.operations.scores import import_scores
from app.scoring.queries.sheets import suggestion_for
from app.scoring.queries.standings import reform_index, round_standings
from tests.province import NOW, open_round, score_of, sheet_of

APPRAISED = ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "3.1", "3.2"]


def table(agency: str, points: dict[str, str]) -> str:
    return "".join(
        f"{agency},{code},{'' if value == 'na' else value},{'yes' if value == 'na' else ''},theo hồ sơ\n"
        for code, value in points.items()
    )


def bring(round_, stage: str, rows: str, appraiser=None) -> None:
    head = "agency_code,criterion_code,points,not_applicable,reason\n"
    _count, findings = import_scores(
        (head + rows).encode(), "t.csv", hold_row(round_), stage, actor=None, at=NOW, appraiser=appraiser
    )
    assert [finding for finding in findings if finding.severity == "error"] == []
    db.session.flush()


def full(**changes: str) -> dict[str, str]:
    points = {
        "1.1": "1",
        "1.2": "2",
        "1.3": "1.5",
        "1.4": "1",
        "2.1": "2",
        "2.2": "1",
        "3.1": "0",
        "3.2": "0",
    }
    return points | {code.replace("_", "."): value for code, value in changes.items()}


def without(points: dict[str, str], *codes: str) -> dict[str, str]:
    return {code: value for code, value in points.items() if code not in codes}


@pytest.fixture
def round_(opened, ctx):
    return db.session.get(Round, opened)


def lines_of(round_):
    return {line.sheet.agency.code: line for line in round_standings(round_).lines}


def test_index_is_final_points_over_applicable_maximum(round_):
    bring(round_, "appraisal", table("SO-TP", full(**{"2_1": "1.5"})))
    bring(round_, "survey", "SO-TP,1.5,1.2,,\n")
    line = lines_of(round_)["SO-TP"]
    assert (line.total.points, line.total.maximum, line.index) == (
        Decimal("9.2"),
        Decimal("10"),
        Fraction(92),
    )


def test_a_leaf_that_does_not_apply_leaves_both_sums(round_):
    bring(round_, "appraisal", table("SO-TP", full(**{"2_1": "na"})))
    bring(round_, "survey", "SO-TP,1.5,1.5,,\n")
    bring(round_, "appraisal", table("SO-TC", without(full(), "2.2")))
    bring(round_, "survey", "SO-TC,1.5,1.5,,\n")
    lines = lines_of(round_)
    assert [(lines[a].total.points, lines[a].total.maximum) for a in ("SO-TP", "SO-TC")] == [
        (Decimal("8"), Decimal("8")),
        (Decimal("9"), Decimal("9")),
    ]


def test_a_claim_of_one_agency_never_moves_another(round_):
    for agency in ("SO-TP", "SO-NV"):
        bring(round_, "appraisal", table(agency, full(**{"1_2": "1"})))
    before = lines_of(round_)["SO-NV"].index
    bring(round_, "appraisal", table("SO-TP", {"1.2": "na"}))
    assert lines_of(round_)["SO-NV"].index == before


def test_appraisals_are_averaged_and_the_council_overrules_them(round_, province):
    bring(round_, "appraisal", table("SO-TP", full(**{"1_3": "1.5"})))
    bring(round_, "appraisal", table("SO-TP", full(**{"1_3": "1"})), appraiser=province.account("td-tp"))
    leaf = score_of(sheet_of(round_, province, "SO-TP"), "1.3").criterion_id
    assert lines_of(round_)["SO-TP"].leaves[leaf].points == Decimal("1.25")
    bring(round_, "concluded", table("SO-TP", {"1.3": "0.5"}))
    assert lines_of(round_)["SO-TP"].leaves[leaf].points == Decimal("0.5")


def test_bonus_adds_and_penalty_takes_from_the_numerator_only(round_):
    bring(round_, "appraisal", table("SO-TP", full(**{"3_1": "0.5", "3_2": "2"})))
    bring(round_, "survey", "SO-TP,1.5,1.5,,\n")
    line = lines_of(round_)["SO-TP"]
    assert (line.total.points, line.total.maximum) == (Decimal("8.5"), Decimal("10"))


def test_self_points_count_as_nothing(round_):
    bring(round_, "self", table("SO-TP", {"1.1": "1", "1.2": "2"}))
    line = lines_of(round_)["SO-TP"]
    assert (line.total.points, line.total.unscored, line.rank) == (Decimal("0"), 9, 1)


def test_equal_indexes_share_a_rank_and_the_next_is_skipped(round_):
    for agency in ("SO-TP", "SO-NV"):
        bring(round_, "appraisal", table(agency, full()))
    bring(round_, "appraisal", table("SO-TC", without(full(**{"1_1": "0"}), "2.2")))
    ranks = {code: line.rank for code, line in lines_of(round_).items()}
    assert ranks == {"SO-TP": 1, "SO-NV": 1, "SO-TC": 3}


def test_a_failed_condition_sends_an_agency_to_the_next_band(round_, province):
    bring(round_, "appraisal", table("SO-TP", full()))
    bring(round_, "survey", "SO-TP,1.5,1.5,,\n")
    assert lines_of(round_)["SO-TP"].grade == "Xuất sắc"
    band = db.session.query(GradeBand).filter_by(round_id=round_.id, name="Xuất sắc").one()
    sheet = sheet_of(round_, province, "SO-TP")
    fail_condition(hold_row(sheet), band, "Có lãnh đạo bị kỷ luật", actor=province.account("quan-ly"), at=NOW)
    db.session.flush()
    assert lines_of(round_)["SO-TP"].grade == "Tốt"


def test_a_task_leaf_takes_the_reform_index_of_the_same_period(round_, province):
    bring(round_, "appraisal", table("SO-TP", full(**{"1_1": "0"})))
    bring(round_, "survey", "SO-TP,1.5,1.5,,\n")
    tasks = open_round(province, "htnv")
    sheet = sheet_of(tasks, province, "SO-TP")
    suggestion = suggestion_for(score_of(sheet, "2.1"))
    assert (reform_index(sheet), suggestion.points) == (Fraction(90), Decimal("1.8"))
    assert "90" in str(suggestion.working)
