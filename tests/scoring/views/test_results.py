"""Results: who sees which round, group and agency; screen, file and standings say the same numbers."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.extensions import db
from app.scoring.models import FailedCondition, GradeBand, Round
from app.scoring.queries.standings import round_standings
from app.web.formats import index, points
from tests.province import conclude_round
from tests.scoring.views.stages import concluded, consolidated, opened, sheet_id

FILES = [
    "ranking.xlsx",
    "fields.xlsx",
    "criteria.xlsx",
    "detail.xlsx",
    "differences.xlsx",
    "report.docx",
    "all.zip",
]


def numbers(app, round_id) -> list[tuple]:
    """(rank, agency, points, index as shown) of every line."""
    with app.app_context():
        return [
            (line.rank, line.sheet.agency_name, line.total.points, index(line.index, 2))
            for line in round_standings(db.session.get(Round, round_id)).lines
        ]


def test_the_ranking_shows_the_numbers_of_the_standings(app, province, sign_in):
    round_id = concluded(app, province)
    page = sign_in("quan-ly").get(f"/results/{round_id}").text
    ranking = page.split("<tbody>")[1].split("</tbody>")[0]
    for line, row in zip(numbers(app, round_id), ranking.split("<tr")[1:], strict=True):
        rank, agency, total, shown = line
        assert [f">{rank}<" in row, agency in row, f">{points(total)}<" in row, f">{shown}<" in row] == [
            True
        ] * 4


def test_the_ranking_file_holds_the_numbers_of_the_screen(app, province, sign_in):
    round_id = concluded(app, province)
    answer = sign_in("quan-ly").get(f"/results/{round_id}/files/ranking.xlsx")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    found = [row[:3] for row in rows if isinstance(row[0], int) and row[1]]
    assert found == [(rank, agency, float(total)) for rank, agency, total, _shown in numbers(app, round_id)]


def test_the_manager_downloads_every_file(app, province, sign_in):
    round_id = consolidated(app, province)
    manager = sign_in("quan-ly")
    answers = [manager.get(f"/results/{round_id}/files/{name}") for name in FILES]
    assert [(answer.status_code, answer.data[:2]) for answer in answers] == [(200, b"PK")] * len(FILES)


def test_files_with_every_agencys_points_are_the_managers_alone(app, province, sign_in):
    round_id = concluded(app, province)
    clerk = sign_in("tp-nhap")
    assert [clerk.get(f"/results/{round_id}/files/{name}").status_code for name in FILES] == [403] * len(
        FILES
    )


def test_before_the_conclusion_the_manager_sees_a_result_marked_provisional(app, province, sign_in):
    round_id = consolidated(app, province)
    assert "Kết quả tạm tính" in sign_in("quan-ly").get(f"/results/{round_id}").text


@pytest.mark.parametrize("name", ["tp-nhap", "tp-duyet", "td-nv"])
def test_before_the_conclusion_nobody_else_sees_anything(app, province, sign_in, name):
    round_id = consolidated(app, province)
    with app.app_context():
        province.account(name).locked_at = None
        db.session.commit()
    browser = sign_in(name)
    assert browser.get(f"/results/{round_id}").status_code == 404
    assert f"/results/{round_id}" not in browser.get("/results/").text


def test_after_the_conclusion_an_agency_sees_its_groups_ranking(app, province, sign_in):
    page = sign_in("tp-nhap").get(f"/results/{concluded(app, province)}").text
    assert ("Kết quả tạm tính" in page, "Sở Tài chính" in page, "Tải về" in page) == (False, True, False)


def test_an_agency_opens_its_own_detail_and_no_other(app, province, sign_in):
    round_id, clerk = concluded(app, province), sign_in("tp-nhap")
    own, other = (sheet_id(app, province, round_id, code) for code in ("SO-TP", "SO-TC"))
    assert clerk.get(f"/results/{round_id}/agencies/{own}").status_code == 200
    assert clerk.get(f"/results/{round_id}/agencies/{other}").status_code == 404


def test_the_detail_names_what_cost_the_most_points(app, province, sign_in):
    round_id = concluded(app, province)
    own = sheet_id(app, province, round_id, "SO-TP")
    page = sign_in("tp-nhap").get(f"/results/{round_id}/agencies/{own}").text
    assert page.split("mất nhiều điểm nhất")[1].split('<th scope="row">')[1].startswith("3.2 ")


def test_an_agency_outside_the_round_does_not_see_it(app, province, sign_in):
    round_id = concluded(app, province)
    with app.app_context():
        province.account("tp-nhap").agency = province.agency("XA-A")
        db.session.commit()
    assert sign_in("tp-nhap").get(f"/results/{round_id}").status_code == 404


def test_the_next_years_ranking_tells_how_places_moved(app, province, sign_in):
    concluded(app, province, period="2025")
    page = sign_in("quan-ly").get(f"/results/{concluded(app, province)}").text
    assert page.count('<span class="muted">=</span>') == 3


def test_the_administrator_sees_no_results(app, province, sign_in):
    round_id = concluded(app, province)
    assert "Sở Tư pháp" not in sign_in("quan-tri").get(f"/results/{round_id}", follow_redirects=True).text


def fail(app, browser, round_id, sheet, reason="Có kết luận thanh tra"):
    with app.app_context():
        band = db.session.scalars(select(GradeBand.id).where(GradeBand.round_id == round_id)).first()
    return browser.post(
        f"/results/{round_id}/conditions", {"sheet_id": sheet, "band_id": band, "reason": reason}
    )


def failures(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(FailedCondition))


def test_a_failed_condition_is_recorded_and_cleared(app, province, sign_in):
    round_id, manager = consolidated(app, province), sign_in("quan-ly")
    sheet = sheet_id(app, province, round_id, "SO-TC")
    assert fail(app, manager, round_id, sheet).status_code == 302
    assert "Có kết luận thanh tra" in manager.get(f"/results/{round_id}").text
    assert fail(app, manager, round_id, sheet).status_code == 409
    with app.app_context():
        failure = db.session.scalars(select(FailedCondition.id)).one()
    assert manager.post(f"/results/{round_id}/conditions/{failure}/clear").status_code == 302
    assert failures(app) == 0


def test_after_the_conclusion_a_recorded_condition_stays(app, province, sign_in):
    round_id, manager = consolidated(app, province), sign_in("quan-ly")
    fail(app, manager, round_id, sheet_id(app, province, round_id, "SO-TC"))
    with app.app_context():
        failure = db.session.scalars(select(FailedCondition.id)).one()
        conclude_round(db.session.get(Round, round_id), province)
        db.session.commit()
    answer = manager.post(f"/results/{round_id}/conditions/{failure}/clear", follow_redirects=True)
    assert (answer.status_code, "Kỳ chấm điểm đã kết luận." in answer.text, failures(app)) == (200, True, 1)


def test_a_condition_needs_a_reason_and_keeps_what_was_chosen(app, province, sign_in):
    round_id = consolidated(app, province)
    sheet = sheet_id(app, province, round_id, "SO-TC")
    answer = fail(app, sign_in("quan-ly"), round_id, sheet, reason=" ")
    assert (answer.status_code, f'<option value="{sheet}" selected>' in answer.text) == (422, True)


def test_an_agency_records_no_condition(app, province, sign_in):
    round_id = concluded(app, province)
    fail(app, sign_in("tp-nhap"), round_id, sheet_id(app, province, round_id, "SO-TC"))
    assert failures(app) == 0


def test_after_the_conclusion_no_condition_is_recorded(app, province, sign_in):
    round_id = concluded(app, province)
    sheet = sheet_id(app, province, round_id, "SO-TC")
    assert fail(app, sign_in("quan-ly"), round_id, sheet).status_code == 409


def test_nobody_is_ranked_before_anything_is_scored(app, province, sign_in):
    page = sign_in("quan-ly").get(f"/results/{opened(app, province)}").text
    assert ("Chưa có điểm nào để xếp hạng" in page, 'class="place"' in page) == (True, False)
