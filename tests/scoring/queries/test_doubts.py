"""What the pre-send check warns of: doubtful documents, and what was taken over from last year."""

import json
from datetime import date
from decimal import Decimal

import pytest

from app.extensions import db
from app.holding import hold_row
from app.models import StoredFile
from app.scoring.models import Criterion, Evidence, Sheet
from app.scoring.operations import sheets
from app.scoring.queries import doubts
from app.scoring.queries.precheck import grouped, precheck
from app.scoring.queries.sheets import sheet_page
from tests.province import NOW, open_round, score_of, sheet_of

OWN = ("1.1", "1.2", "1.3", "2.1", "2.2", "3.1", "3.2")
FIGURES = {
    "1.2": {"figure_a": Decimal(9), "figure_b": Decimal(10), "self_points": Decimal(1)},
    "1.3": {"figure_n": Decimal(2), "self_points": Decimal(1)},
    "2.1": {"figure_a": Decimal(3), "figure_b": Decimal(4), "self_points": Decimal("1.5")},
    "3.1": {"figure_n": Decimal(1), "self_points": Decimal("0.5")},
    "3.2": {"figure_n": Decimal(1), "self_points": Decimal(1)},
    "1.1": {"option": 0, "self_points": Decimal(1)},
    "2.2": {"option": 1, "self_points": Decimal("0.5")},
}


@pytest.fixture
def years(province, ctx) -> tuple[Sheet, Sheet]:
    """This year's sheet and last year's, with the same figures everywhere and no files."""
    before, now = (sheet_of(open_round(province, period=period), province, "SO-TP") for period in ("2025", "2026"))
    for sheet in (before, now):
        for code, values in FIGURES.items():
            for name, value in values.items():
                setattr(score_of(sheet, code), name, value)
    db.session.commit()
    return now, before


def document(sheet: Sheet, number="12/KH", day=date(2026, 3, 1), digest="a") -> Evidence:
    file = db.session.query(StoredFile).filter_by(sha256=digest * 64).one_or_none() or StoredFile(
        sha256=digest * 64, size=1, media_type="application/pdf", created_at=NOW
    )
    made = Evidence(
        agency_id=sheet.agency_id, file=file, file_name="ke hoach.pdf", number=number, issued_on=day, created_at=NOW
    )
    db.session.add(made)
    return made


def found(sheet: Sheet, heading) -> list[tuple[str, str]]:
    db.session.flush()
    problems = [p for p in precheck(sheet_page(sheet)) if p.heading == heading]
    assert all(problem.severity == "warning" for problem in problems)
    return [(problem.code, str(problem.sentence)) for problem in problems]


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2025, 12, 31), ["1.1"]),
        (date(2026, 1, 1), []),
        (date(2026, 12, 31), []),
        (date(2027, 1, 1), ["1.1"]),
        (None, []),
    ],
)
def test_a_document_dated_outside_the_period_is_asked_about(years, day, codes):
    score_of(years[0], "1.1").evidence.append(document(years[0], day=day))
    assert [code for code, _words in found(years[0], doubts.OUTSIDE)] == codes


@pytest.mark.parametrize(
    ("number", "day", "asked"),
    [("12/KH", date(2026, 1, 2), 0), ("", date(2026, 1, 2), 1), ("12/KH", None, 1), (" ", None, 1)],
)
def test_a_document_without_number_or_date_is_asked_about(years, number, day, asked):
    score_of(years[0], "1.1").evidence.append(document(years[0], number, day))
    assert len(found(years[0], doubts.NUMBERLESS)) == asked


def test_one_file_on_more_rows_than_the_limit_is_asked_about_at_each_even_when_uploaded_twice(years):
    for code in OWN[: doubts.MANY_ROWS]:
        score_of(years[0], code).evidence.append(document(years[0]))
    assert found(years[0], doubts.SHARED) == []
    score_of(years[0], "3.1").evidence.append(document(years[0], number="13/KH"))
    assert [code for code, _words in found(years[0], doubts.SHARED)] == sorted([*OWN[: doubts.MANY_ROWS], "3.1"])


def test_last_years_figures_are_named_at_each_row_and_for_the_whole_sheet(years):
    rows = found(years[0], doubts.SAME_FIGURES)
    assert rows[0] == ("1.2", "Kỳ 2025 cũng là 9/10.")
    assert [code for code, _words in rows] == ["1.2", "1.3", "2.1", "3.1", "3.2"]
    whole = "5/5 tiêu chí có số liệu giống hệt kỳ 2025; 0 tiêu chí chỉ dùng lại tài liệu cũ."
    assert found(years[0], doubts.TAKEN_OVER) == [("", whole)]


def test_a_changed_figure_a_zero_and_a_chosen_option_are_no_sign_of_copying(years):
    now, before = years
    score_of(now, "1.2").figure_a = Decimal(8)
    for sheet in years:
        score_of(sheet, "3.2").figure_n = Decimal(0)
    assert [code for code, _words in found(now, doubts.SAME_FIGURES)] == ["1.3", "2.1", "3.1"]
    assert found(now, doubts.TAKEN_OVER) == []


def test_a_row_that_is_proven_by_last_years_files_alone_is_asked_about(years):
    now, before = years
    score_of(before, "1.1").evidence.append(document(before))
    score_of(now, "1.1").evidence.append(document(now, number="mới"))
    assert [code for code, _words in found(now, doubts.SAME_FILES)] == ["1.1"]
    score_of(now, "1.1").evidence.append(document(now, digest="b"))
    assert found(now, doubts.SAME_FILES) == []


@pytest.mark.parametrize(("points", "asked"), [("1.5", 0), ("0.8", 0), ("0", 1)])
def test_an_index_far_from_last_years_is_asked_about(years, points, asked):
    """Of 7.5 points 0.75 are ten percent points."""
    score_of(years[0], "2.1").self_points = Decimal(points)
    assert len(found(years[0], doubts.FAR_INDEX)) == asked


def test_an_index_far_above_last_years_is_asked_about_too(years):
    score_of(years[1], "2.1").self_points = Decimal(0)
    assert len(found(years[0], doubts.FAR_INDEX)) == 1


def test_an_unfinished_sheet_is_not_compared_as_a_whole(years):
    score_of(years[0], "2.1").self_points = None
    assert found(years[0], doubts.FAR_INDEX) == []


def test_not_applicable_where_last_year_had_figures_is_asked_about(years):
    score = score_of(years[0], "2.1")
    score.self_points, score.na_claimed, score.explanation = None, True, "Không phát sinh"
    assert found(years[0], doubts.NA_NOW) == [("2.1", "Kỳ 2025: 3/4.")]
    last = score_of(years[1], "2.1")
    last.self_points, last.na_claimed = None, True
    assert found(years[0], doubts.NA_NOW) == []


def test_a_counted_thing_with_a_fraction_is_asked_about_whatever_kind_the_set_gave_it(years):
    db.session.get(Criterion, score_of(years[0], "1.3").criterion_id).figures = {"n": "Số tin bài [decimal]"}
    score_of(years[0], "1.3").figure_n = Decimal("2.5")
    assert [code for code, _words in found(years[0], doubts.FRACTION)] == ["1.3"]


def test_points_with_an_explanation_in_place_of_figures_are_asked_about(years):
    score = score_of(years[0], "1.2")
    score.figure_a = score.figure_b = None
    assert found(years[0], doubts.UNFOUNDED) == []
    score.explanation = "Số liệu đang đối chiếu"
    assert [code for code, _words in found(years[0], doubts.UNFOUNDED)] == ["1.2"]


def test_problems_of_one_kind_are_one_group_and_errors_come_first(years):
    score_of(years[0], "2.2").self_points = None
    groups = grouped(precheck(sheet_page(years[0])))
    kinds = [(group.severity, group.heading.template) for group in groups]
    assert len(kinds) == len(set(kinds))
    assert [group.severity for group in groups] == sorted(group.severity for group in groups)
    assert [len(group.problems) for group in groups if group.heading == doubts.SAME_FIGURES] == [5]


def test_the_warnings_that_stood_are_kept_in_the_approved_report(years, province):
    now, _before = years
    score_of(now, "1.1").evidence.append(document(now, day=date(2025, 5, 1)))
    score_of(now, "2.1").evidence.append(document(now, digest="b"))
    score_of(now, "3.1").evidence.append(document(now, digest="c"))
    db.session.commit()
    shown = [(p.code, f"{p.heading}: {p.sentence}") for p in precheck(sheet_page(now))]
    snapshot = sheets.approve(hold_row(now), actor=province.account("tp-duyet"), at=NOW)
    kept = [(line["code"], line["text"]) for line in json.loads(snapshot.content)["warnings"]]
    assert kept == shown
    outside = "“12/KH” ghi ngày 01/05/2025, kỳ đánh giá từ 01/01/2026 đến 31/12/2026."
    assert ("1.1", f"{doubts.OUTSIDE}: {outside}") in kept


