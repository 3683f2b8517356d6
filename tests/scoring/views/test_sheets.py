"""The sheet's page, its check and its receipt: what is shown to whom, and in how many statements."""

from tests.scoring.views.filling import approve, fill, send
from tests.statements import counted


def test_a_clerk_sees_the_own_sheets_of_a_programme(year, sign_in):
    page = sign_in("tp-nhap").get("/sheets/cchc/").text
    assert (f'href="/sheets/{year.sheet_id}"' in page, f'href="/sheets/{year.other_sheet_id}"' in page) == (
        True,
        False,
    )
    assert "Chưa có phiếu chấm điểm nào" in sign_in("tp-nhap").get("/sheets/htnv/").text


def test_the_sheet_shows_every_criterion_and_asks_for_those_of_the_unit_alone(year, sign_in):
    page = sign_in("tp-nhap").get(f"/sheets/{year.sheet_id}").text
    asked = {code for code, score_id in year.scores.items() if f'hx-post="/sheets/rows/{score_id}"' in page}
    assert asked == {"1.1", "1.2", "1.3", "2.1", "2.2", "3.1", "3.2"}
    assert all(f'id="row-{score_id}"' in page for score_id in year.scores.values())


def test_a_sheet_of_another_agency_does_not_exist(year, sign_in):
    clerk = sign_in("tp-nhap")
    for path in ("", "/check", "/receipt", "/explanations"):
        assert clerk.get(f"/sheets/{year.other_sheet_id}{path}").status_code == 404


def test_a_manager_reads_a_sheet_and_cannot_type_in_it(year, sign_in):
    answer = sign_in("quan-ly").get(f"/sheets/{year.sheet_id}")
    assert (answer.status_code, "hx-post" in answer.text) == (200, False)


def test_the_other_account_types_do_not_reach_the_sheets(year, sign_in):
    for name in ("td-nv", "quan-tri"):
        assert sign_in(name).get(f"/sheets/{year.sheet_id}").status_code == 403


def test_after_the_deadline_the_sheet_is_read_only_and_says_why(year, sign_in):
    year.end_entry()
    page = sign_in("tp-nhap").get(f"/sheets/{year.sheet_id}").text
    assert ("hx-post" in page, "Đã hết thời hạn nhập liệu" in page) == (False, True)


def test_an_approved_sheet_is_read_only_and_says_why(year, sign_in):
    approve(year)
    page = sign_in("tp-nhap").get(f"/sheets/{year.sheet_id}").text
    assert ("hx-post" in page, "nội dung đã khóa" in page) == (False, True)


def test_last_year_stands_beside_this_year(year, sign_in):
    fill(year)
    page = sign_in("tp-nhap").get(f"/sheets/{year.another(period='2027').sheet_id}").text
    assert page.count("data-before=") == 7


def test_the_sheet_opens_with_at_most_eleven_statements_filled_or_not(year, sign_in):
    clerk = sign_in("tp-nhap")
    with counted() as empty:
        clerk.get(f"/sheets/{year.sheet_id}")
    fill(year)
    with counted() as full:
        clerk.get(f"/sheets/{year.sheet_id}")
    assert (len(full) <= len(empty) + 1, len(full) <= 11) == (True, True), "\n".join(full)


def test_a_task_sheet_linked_to_the_reform_index_opens_with_at_most_eleven_statements(year, sign_in):
    tasks = year.another("htnv")
    clerk = sign_in("tp-nhap")
    with counted() as statements:
        clerk.get(f"/sheets/{tasks.sheet_id}")
    assert len(statements) <= 11, "\n".join(statements)


def test_the_check_leads_to_each_place(year, sign_in):
    page = sign_in("tp-nhap").get(f"/sheets/{year.sheet_id}/check").text
    links = [code for code, i in year.scores.items() if f'href="/sheets/{year.sheet_id}#row-{i}"' in page]
    assert links == ["1.1", "1.2", "1.3", "2.1", "2.2", "3.1", "3.2"]


def test_only_the_leader_is_offered_the_approval(year, sign_in):
    fill(year)
    path = f"/sheets/{year.sheet_id}"
    offered = {
        name: f'action="{path}/approve"' in sign_in(name).get(f"{path}/check").text
        for name in ("tp-nhap", "tp-duyet", "quan-ly")
    }
    assert offered == {"tp-nhap": False, "tp-duyet": True, "quan-ly": False}


def test_a_receipt_is_there_once_the_sheet_was_sent(year, sign_in):
    clerk = sign_in("tp-nhap")
    assert clerk.get(f"/sheets/{year.sheet_id}/receipt").status_code == 404
    number = send(year)
    page = clerk.get(f"/sheets/{year.sheet_id}/receipt").text
    digest = year.sheet().snapshot.digest
    assert (number in page, digest in page, "Kế hoạch.pdf" in page) == (True, True, True)
