"""The library: files without a criterion, one file for several criteria; and the marks of a returned sheet."""

import re
from io import BytesIO

import pytest

from app.extensions import db
from app.holding import hold_row
from app.models import Agency
from app.scoring.models import Evidence, Score, Sheet
from app.scoring.operations import granting, sheets
from app.scoring.rules import Figures
from tests.province import DEADLINE, NOW
from tests.scoring.views.filling import PDF, approve, attach, send
from tests.statements import counted


def upload(browser, *files, small: bool = True):
    data = {"files": [(BytesIO(content), name) for content, name in files]}
    act = browser.htmx if small else browser.post
    return act("/evidence/library/upload", data, content_type="multipart/form-data")


def library(app, code: str = "SO-TP") -> list[str]:
    with app.app_context():
        query = db.select(Evidence.file_name).join(Evidence.agency).where(Agency.code == code)
        return list(db.session.scalars(query.order_by(Evidence.id)))


def choice(year, code: str, more: int = 0) -> str:
    score = year.score(code)
    return f"{score.id}:{score.version + more}"


def proofs(year) -> dict[str, int]:
    """Criterion's code → number of files, where there is one."""
    with year.app.app_context():
        scores = db.session.get(Sheet, year.sheet_id).scores
        return {score.criterion.code: len(score.evidence) for score in scores if score.evidence}


def test_several_files_go_into_the_library_without_a_criterion(app, sign_in):
    clerk = sign_in("tp-nhap")
    assert upload(clerk, (PDF, "a.pdf"), (PDF + b"2", "b.pdf")).status_code == 200
    assert (library(app), library(app, "SO-TC")) == (["a.pdf", "b.pdf"], [])
    assert "</i> b.pdf</a>" in clerk.get("/evidence/").text


def test_without_script_the_library_answers_with_its_page(app, sign_in):
    answer = upload(sign_in("tp-nhap"), (PDF, "a.pdf"), small=False)
    assert (answer.status_code, answer.location, library(app)) == (302, "/evidence/", ["a.pdf"])


def test_the_same_file_is_kept_once_and_its_sender_told_where(app, sign_in):
    clerk = sign_in("tp-nhap")
    upload(clerk, (PDF, "a.pdf"))
    again = upload(clerk, (PDF, "b.pdf"))
    words = "Tệp “b.pdf” đã có trong kho với tên “a.pdf”."
    assert (again.status_code, words in again.text, library(app)) == (422, True, ["a.pdf"])
    assert upload(sign_in("tc-nhap"), (PDF, "c.pdf")).status_code == 200


@pytest.mark.parametrize("file", [(b"MZ\x90\x00" * 40, "chay.exe"), (b"", "rong.pdf")])
def test_what_is_no_document_is_refused_with_a_sentence(app, sign_in, file):
    answer = upload(sign_in("tp-nhap"), file)
    assert (answer.status_code, "error-text" in answer.text, library(app)) == (422, True, [])


def test_one_file_proves_several_criteria_at_once(year, sign_in):
    clerk, evidence_id = sign_in("tp-nhap"), attach(year)
    page = clerk.get(f"/evidence/library/{evidence_id}/rows").text
    assert re.findall(r"checked disabled", page) == ["checked disabled"]
    rows = [choice(year, "1.2"), choice(year, "2.1")]
    answer = clerk.post(f"/evidence/library/{evidence_id}/rows", {"rows": rows}, follow_redirects=True)
    assert "Đã đính “Kế hoạch.pdf” vào 2 tiêu chí." in answer.text
    assert proofs(year) == {"1.1": 1, "1.2": 1, "2.1": 1}


def test_what_somebody_saved_meanwhile_stops_all_of_it_and_the_choice_stays(year, sign_in):
    clerk, evidence_id = sign_in("tp-nhap"), attach(year)
    stale = choice(year, "2.1", more=1)
    answer = clerk.post(f"/evidence/library/{evidence_id}/rows", {"rows": [choice(year, "1.2"), stale]})
    kept = [f'value="{choice(year, code)}" checked' in answer.text for code in ("1.2", "2.1", "1.3")]
    assert (answer.status_code, kept) == (409, [True, True, False])
    assert "Tiêu chí 2.1 vừa được lưu lại" in answer.text
    assert proofs(year) == {"1.1": 1}


def test_nothing_chosen_is_said_and_wrong_values_find_nothing(year, sign_in):
    clerk, evidence_id = sign_in("tp-nhap"), attach(year)
    url = f"/evidence/library/{evidence_id}/rows"
    assert clerk.post(url, {}).status_code == 422
    assert {clerk.post(url, {"rows": [v]}).status_code for v in ("x", "1", "1:x", "99999:1", ":")} == {404}


def test_rows_and_files_of_another_agency_do_not_exist(year, sign_in):
    evidence_id = attach(year)
    with year.app.app_context():
        other = db.session.get(Sheet, year.other_sheet_id).scores[0]
        theirs = f"{other.id}:{other.version}"
    url = f"/evidence/library/{evidence_id}/rows"
    assert sign_in("tp-nhap").post(url, {"rows": [choice(year, "1.2"), theirs]}).status_code == 404
    assert sign_in("tc-nhap").post(url, {"rows": [theirs]}).status_code == 404
    assert proofs(year) == {"1.1": 1}


def test_an_approved_sheet_is_neither_offered_nor_changed(year, sign_in):
    approve(year)
    clerk = sign_in("tp-nhap")
    url = f"/evidence/library/{year.score('1.1').evidence[0].id}/rows"
    assert "Không có phiếu nào đang nhập" in clerk.get(url).text
    assert clerk.post(url, {"rows": [choice(year, "1.2")]}).status_code == 409
    assert proofs(year) == {"1.1": 1}


def test_survey_and_council_criteria_are_not_offered(year, sign_in):
    page = sign_in("tp-nhap").get(f"/evidence/library/{attach(year)}/rows").text
    offered = re.findall(r'<span class="code">([\d.]+)</span>', page)
    assert offered == ["1.1", "1.2", "1.3", "2.1", "2.2", "3.1", "3.2"]


def test_the_choice_of_rows_takes_as_many_statements_for_two_sheets_as_for_one(year, sign_in):
    clerk, evidence_id = sign_in("tp-nhap"), attach(year)
    url = f"/evidence/library/{evidence_id}/rows"
    with counted() as one:
        clerk.get(url)
    year.another("htnv")
    with counted() as two:
        assert clerk.get(url).text.count("<fieldset") == 2
    assert len(two) == len(one)


def give_back(year, reason: str) -> None:
    send(year)
    with year.app.app_context():
        manager = year.province.account("quan-ly")
        sheet = db.session.get(Sheet, year.sheet_id)
        granting.return_sheet(hold_row(sheet), reason, DEADLINE, actor=manager, at=NOW)
        db.session.commit()


def marked(page: str) -> list[str]:
    """Codes of the rows that concern the return."""
    return re.findall(r'data-code="([\d.]+)" data-required="\d" data-returned', page)


def test_a_sheet_that_was_never_returned_has_no_such_filter(year, sign_in):
    page = sign_in("tp-nhap").get(f"/sheets/{year.sheet_id}").text
    assert ('data-filter="returned"' in page, "data-back" in page, marked(page)) == (False, False, [])


def test_a_returned_sheet_marks_the_rows_that_the_reason_names(year, sign_in):
    give_back(year, "Mục 1.2 tính sai; xem lại 3.1. Thiếu 2 tài liệu, 15/1.3/KH.")
    page = sign_in("tp-nhap").get(f"/sheets/{year.sheet_id}").text
    assert (marked(page), page.count("Nêu trong lý do trả lại")) == (["1.2", "3.1"], 2)
    assert "Lý do trả lại:" in page


def test_rows_changed_since_the_return_are_marked_whatever_the_reason_says(year, sign_in):
    give_back(year, "Rà soát lại.")
    with year.app.app_context():
        score, clerk = db.session.get(Score, year.scores["2.2"]), year.province.account("tp-nhap")
        entry = sheets.RowEntry(Figures(option=0))
        sheets.save_row(hold_row(score), entry, version=score.version, actor=clerk, at=NOW)
        db.session.commit()
    attach(year, "3.1")
    page = sign_in("tp-nhap").get(f"/sheets/{year.sheet_id}").text
    assert marked(page) == ["2.2", "3.1"]
    assert "Lý do không nêu mã tiêu chí nào" in page
