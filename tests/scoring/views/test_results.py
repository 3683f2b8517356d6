"""Results: who sees which round, group and agency; screen, file and standings say the same numbers."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.extensions import db
from app.scoring.models import FailedCondition, Round
from app.scoring.operations import differences, rounds, surveys
from app.scoring.queries.standings import round_standings
from app.scoring.queries.surveys import campaigns_of
from app.web.formats import index, points
from tests.province import NOW, appraise_everything, begin_appraisal, open_round, score_of, sheet_of


def consolidated(province) -> Round:
    """Everything appraised; Sở Tư pháp loses 0,5 at criterion 2.1; commits."""
    round_ = open_round(province)
    campaign = campaigns_of(round_)[0]
    answers = {q.id: 0 for q in campaign.form.questions if q.kind != "text"}
    for code in ("SO-TP", "SO-TC", "SO-NV"):
        surveys.respond(campaign, province.agency(code), answers, at=NOW, browser_mark=f"mark-{code}")
    surveys.compute_points(round_, actor=province.account("quan-ly"), at=NOW)
    begin_appraisal(round_, province)
    for name in ("td-nv", "td-tp"):
        appraise_everything(round_, province, name)
    for code, given in (("SO-TP", "1.5"), ("SO-NV", "1.4")):
        score = score_of(sheet_of(round_, province, code), "2.1")
        differences.conclude_score(
            score, Decimal(given), "Theo biên bản", "05/BB", actor=province.account("quan-ly"), at=NOW
        )
    db.session.commit()
    return round_


def concluded(province, *, published: bool = False) -> Round:
    round_ = consolidated(province)
    rounds.conclude_round(round_, actor=province.account("quan-ly"), at=NOW)
    if published:
        rounds.publish(round_, "99/QĐ-UBND", actor=province.account("quan-ly"), at=NOW)
    db.session.commit()
    return round_


@pytest.fixture
def settled(ctx, province) -> Round:
    return concluded(province)


def test_the_ranking_shows_the_numbers_of_the_standings(ctx, province, sign_in):
    round_ = concluded(province)
    page = sign_in("quan-ly").get(f"/results/{round_.id}").text
    for line in round_standings(round_).lines:
        assert page.count(f'<span class="place">{line.rank}</span>') == 1
        assert points(line.total.points) in page
        assert index(line.index, round_.places) in page


def test_the_ranking_file_holds_the_numbers_of_the_screen(ctx, province, sign_in):
    round_ = concluded(province)
    answer = sign_in("quan-ly").get(f"/results/{round_.id}/files/ranking.xlsx")
    cells = [cell for row in load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True) for cell in row]
    for line in round_standings(round_).lines:
        assert line.sheet.agency_name in cells
        assert float(line.total.points) in cells


@pytest.mark.parametrize(
    "name", ["ranking.xlsx", "fields.xlsx", "criteria.xlsx", "detail.xlsx", "differences.xlsx", "report.docx", "all.zip"]
)
def test_the_manager_downloads_every_file(ctx, province, sign_in, name):
    round_ = consolidated(province)
    answer = sign_in("quan-ly").get(f"/results/{round_.id}/files/{name}")
    assert (answer.status_code, answer.data[:2]) == (200, b"PK")


def test_files_with_every_agencys_points_are_the_managers_alone(ctx, province, sign_in):
    round_ = concluded(province)
    assert sign_in("tp-nhap").get(f"/results/{round_.id}/files/ranking.xlsx").status_code == 403


def test_before_the_conclusion_only_the_manager_sees_a_result_marked_provisional(ctx, province, sign_in):
    round_ = consolidated(province)
    assert "Kết quả tạm tính" in sign_in("quan-ly").get(f"/results/{round_.id}").text
    assert sign_in("tp-nhap").get(f"/results/{round_.id}").status_code == 404
    assert round_.name not in sign_in("tp-nhap").get("/results/").text


def test_after_the_conclusion_an_agency_sees_its_groups_ranking(ctx, province, sign_in):
    round_ = concluded(province)
    page = sign_in("tp-nhap").get(f"/results/{round_.id}").text
    assert ("Kết quả tạm tính" in page, "Sở Tài chính" in page, "Tải về" in page) == (False, True, False)


def test_an_agency_opens_its_own_detail_and_no_other(ctx, province, sign_in):
    round_ = concluded(province)
    clerk = sign_in("tp-nhap")
    own, other = (sheet_of(round_, province, code).id for code in ("SO-TP", "SO-TC"))
    assert clerk.get(f"/results/{round_.id}/agencies/{own}").status_code == 200
    assert clerk.get(f"/results/{round_.id}/agencies/{other}").status_code == 404


def test_the_detail_names_what_cost_the_most_points(ctx, province, sign_in):
    round_ = concluded(province)
    own = sheet_of(round_, province, "SO-TP").id
    page = sign_in("tp-nhap").get(f"/results/{round_.id}/agencies/{own}").text
    assert "2.1 Xây dựng văn bản" in page.split("mất nhiều điểm nhất")[1]


def test_an_agency_of_another_group_does_not_see_the_round(ctx, province, sign_in):
    round_ = concluded(province)
    account = province.account("tp-nhap")
    account.agency = province.agency("XA-A")
    db.session.commit()
    assert sign_in("tp-nhap").get(f"/results/{round_.id}").status_code == 404


def test_the_administrator_sees_no_results(ctx, province, sign_in):
    round_ = concluded(province)
    assert sign_in("quan-tri").get(f"/results/{round_.id}").status_code in (302, 403)


def fail(browser, round_, sheet, reason="Có đơn thư"):
    data = {"sheet_id": sheet.id, "band_id": round_.bands[0].id, "reason": reason}
    return browser.post(f"/results/{round_.id}/conditions", data)


def test_a_failed_condition_costs_the_grade_until_it_is_cleared(ctx, province, sign_in):
    round_ = consolidated(province)
    sheet, browser = sheet_of(round_, province, "SO-TC"), sign_in("quan-ly")
    db.session.commit()
    assert fail(browser, round_, sheet).status_code == 302
    assert "Có đơn thư" in browser.get(f"/results/{round_.id}").text
    failure = db.session.scalars(select(FailedCondition)).one()
    db.session.commit()
    assert browser.post(f"/results/{round_.id}/conditions/{failure.id}/clear").status_code == 302
    assert db.session.scalars(select(FailedCondition)).all() == []


def test_a_condition_needs_a_reason_and_keeps_what_was_chosen(ctx, province, sign_in):
    round_ = consolidated(province)
    sheet = sheet_of(round_, province, "SO-TC")
    db.session.commit()
    answer = fail(sign_in("quan-ly"), round_, sheet, reason=" ")
    assert answer.status_code == 422
    assert f'<option value="{sheet.id}" selected>' in answer.text


def test_an_agency_records_no_condition(ctx, province, sign_in):
    round_ = concluded(province)
    assert fail(sign_in("tp-nhap"), round_, sheet_of(round_, province, "SO-TC")).status_code in (302, 403)
    assert db.session.scalars(select(FailedCondition)).all() == []


def test_after_the_conclusion_no_condition_is_recorded(ctx, province, sign_in):
    round_ = concluded(province)
    sheet = sheet_of(round_, province, "SO-TC")
    db.session.commit()
    assert fail(sign_in("quan-ly"), round_, sheet).status_code == 409
