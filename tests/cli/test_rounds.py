"""``open-round``, ``rank`` and ``export``."""

from decimal import Decimal
from fractions import Fraction

import pytest
from python_calamine import CalamineWorkbook

from app.extensions import db
from app.scoring.models import Round
from tests.province import appraise_everything, begin_appraisal, conclude_round

SCORES = "agency_code,criterion_code,points,not_applicable,reason\n"
LEAVES = ("1.1", "1.2", "1.3", "1.4", "2.1")


def opening(province, *more):
    words = ("open-round", "--programme", "cchc", "--period", "2027", "--name", "CCHC 2027")
    return (*words, "--set", f"so={province.reform_set}", "--deadline", "2027-12-20T17:00", *more)


def appraise(scoring, written, number, points: dict[str, str]) -> None:
    """Every leaf of people 0 but 1.2, which gets the agency's points; 1.5 comes from the survey, 0 too."""
    rows = [f"{agency},{code},0,,\n" for agency in points for code in LEAVES if code != "1.2"]
    rows += [f"{agency},{code},0,,\n" for agency in points for code in ("3.1", "3.2")]
    rows += [f"{agency},2.2,0,,\n" for agency in points if agency != "SO-TC"]
    rows += [f"{agency},1.2,{given},,\n" for agency, given in points.items()]
    path = written("appraisal.csv", SCORES + "".join(rows))
    words = ("import-scores", path, "--round", number, "--stage", "appraisal", "--json")
    assert scoring(*words).json["imported"] == len(rows)
    path = written("survey.csv", SCORES + "".join(f"{agency},1.5,0,,\n" for agency in points))
    assert scoring("import-scores", path, "--round", number, "--stage", "survey").status == 0


def test_a_round_is_opened_with_a_sheet_for_every_agency(scoring, province, app):
    answer = scoring(*opening(province, "--json"))
    assert (answer.status, sorted(answer.json), answer.json["sheets"]) == (0, ["round_id", "sheets"], 3)
    with app.app_context():
        round_ = db.session.get(Round, answer.json["round_id"])
        assert (round_.state, round_.entry_deadline.isoformat()) == ("open", "2027-12-20T10:00:00+00:00")


def test_the_same_round_is_refused_the_second_time(scoring, province, counted):
    scoring(*opening(province))
    answer = scoring(*opening(province, "--json"))
    assert (answer.status, answer.json) == (1, {"error": "Đã có kỳ chấm điểm tên “CCHC 2027”."})
    assert counted(Round) == 1


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--period", "2027-13"),
        ("--deadline", "cuối năm"),
        ("--set", "so=999"),
        ("--set", "tinh=1"),
        ("--set", "so"),
        ("--set", "so=1"),
    ],
)
def test_a_round_typed_wrongly_is_wrong_use(scoring, province, counted, option, value):
    answer = scoring(*opening(province, option, value))
    assert (answer.status, counted(Round)) == (2, 0)


@pytest.mark.parametrize("typed", ["2027-12-31", "31/12/2027", "31/12/2027 17:00", "2027-12-31T17:00"])
def test_a_day_alone_ends_when_the_offices_close_as_on_every_screen(scoring, province, app, typed):
    answer = scoring(*opening(province, "--deadline", typed, "--json"))
    with app.app_context():
        round_ = db.session.get(Round, answer.json["round_id"])
        assert round_.entry_deadline.isoformat() == "2027-12-31T10:00:00+00:00"


def test_ranking_by_hand(scoring, written, opened):
    """1.2 alone has points. SO-NV 2 of 10, SO-TP 1.5 of 10, SO-TC 1.35 of 9 (2.2 does not apply): 20, 15, 15 %."""
    appraise(scoring, written, opened, {"SO-NV": "2", "SO-TP": "1.5", "SO-TC": "1.35"})
    rows = scoring("rank", "--round", opened, "--json").json
    assert [(r["agency"], r["points"], r["max"], r["index"], r["rank"]) for r in rows] == [
        ("SO-NV", "2", "10", "20.00", 1),
        ("SO-TC", "1.35", "9", "15.00", 2),
        ("SO-TP", "1.5", "10", "15.00", 2),
    ]
    assert {(r["group"], r["grade"], r["unscored"], r["provisional"]) for r in rows} == {
        ("so", "Yếu", 0, True)
    }


def test_order_is_by_the_unrounded_index(scoring, written, opened):
    """1.2 of 9 is 13.333… %, 1.333 of 10 is 13.33 %: the same when shown, not the same rank."""
    appraise(scoring, written, opened, {"SO-NV": "0", "SO-TP": "1.333", "SO-TC": "1.2"})
    rows = scoring("rank", "--round", opened, "--json").json
    assert [(r["agency"], r["index"], r["rank"]) for r in rows] == [
        ("SO-TC", "13.33", 1),
        ("SO-TP", "13.33", 2),
        ("SO-NV", "0.00", 3),
    ]
    assert [Fraction(r["index_exact"]) for r in rows] == [Fraction(40, 3), Fraction(1333, 100), 0]


def test_what_nobody_scored_is_said(scoring, opened):
    rows = scoring("rank", "--round", opened, "--group", "so", "--json").json
    assert [(r["agency"], r["points"], r["unscored"]) for r in rows] == [
        ("SO-NV", "0", 9),
        ("SO-TC", "0", 8),
        ("SO-TP", "0", 9),
    ]
    assert scoring("rank", "--round", opened, "--group", "xa", "--json").json == []
    assert scoring("rank", "--round", opened, "--group", "tinh").status == 2
    assert scoring("rank", "--round", 77).status == 2


def test_people_read_an_aligned_table(scoring, opened):
    lines = scoring("rank", "--round", opened).out.splitlines()
    assert lines[0] == "CCHC 2026 – TẠM TÍNH"
    assert {line.index("SO-") for line in lines[2:]} == {lines[1].index("Mã")}


@pytest.mark.parametrize("what", ["ranking", "matrix", "detail"])
def test_exports_open_again_with_another_library(scoring, opened, tmp_path, what):
    target = tmp_path / f"{what}.xlsx"
    answer = scoring("export", "--round", opened, "--what", what, "-o", target, "--json")
    assert (answer.status, answer.json["bytes"]) == (0, target.stat().st_size)
    assert [p.name for p in tmp_path.glob(".*.part")] == []
    assert CalamineWorkbook.from_path(str(target)).sheet_names != []


def test_the_exported_ranking_has_the_numbers_of_rank(scoring, written, opened, tmp_path):
    appraise(scoring, written, opened, {"SO-NV": "2", "SO-TP": "1.5", "SO-TC": "1.35"})
    target = tmp_path / "r.xlsx"
    scoring("export", "--round", opened, "--what", "ranking", "-o", target)
    cells = [
        c for row in CalamineWorkbook.from_path(str(target)).get_sheet_by_index(0).to_python() for c in row
    ]
    numbers = {Decimal(str(c)).normalize() for c in cells if isinstance(c, float)}
    assert {Decimal("20"), Decimal("15"), Decimal("1.35")} - {n + 0 for n in numbers} == set()


def test_an_export_that_cannot_be_is_wrong_use(scoring, opened, tmp_path):
    words = ("export", "--round", opened, "--what", "ranking", "-o")
    assert scoring(*words, tmp_path / "r.pdf").status == 2
    assert scoring(*words, tmp_path / "no" / "folder" / "r.xlsx").status == 2


def test_a_concluded_round_is_no_longer_provisional(scoring, written, opened, province, app):
    with app.app_context():
        round_ = db.session.get(Round, opened)
        begin_appraisal(round_, province)
        for name in ("td-nv", "td-tp"):
            appraise_everything(round_, province, name)
    path = written("s.csv", SCORES + "".join(f"{a},1.5,1,,\n" for a in ("SO-NV", "SO-TP", "SO-TC")))
    scoring("import-scores", path, "--round", opened, "--stage", "survey")
    with app.app_context():

        conclude_round(db.session.get(Round, opened), province)
        db.session.commit()
    rows = scoring("rank", "--round", opened, "--json").json
    assert {r["provisional"] for r in rows} == {False}
    answer = scoring("import-scores", path, "--round", opened, "--stage", "survey", "--json")
    assert (answer.status, list(answer.json)) == (1, ["error"])
