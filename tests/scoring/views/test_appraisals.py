"""app/scoring/views/appraisals.py: the appraiser's queue, rows that save themselves, sending."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import Appraisal, Round, Score, Sheet
from app.scoring.operations import assignments, consolidation, sheets
from app.scoring.queries.appraisals import get_work
from app.scoring.queries.queue import queue_of
from app.scoring.rules import Figures
from tests.province import NOW, appraise_everything, begin_appraisal, open_round, score_of, sheet_of


@pytest.fixture
def begun(app, province, told) -> dict:
    """A round in appraisal: Sở Tư pháp has sent its own points, the others nothing. Ids of what tests need."""
    return told("begun", lambda: _begun(app, province))


def _begun(app, province) -> dict:
    with app.app_context():
        round_ = open_round(province)
        sheet = sheet_of(round_, province, "SO-TP")
        clerk = province.account("tp-nhap")
        for code, figures in {
            "1.1": Figures(option=0),
            "1.2": Figures(a=Decimal(9), b=Decimal(10)),
            "1.3": Figures(n=Decimal(2)),
        }.items():
            score = score_of(sheet, code)
            sheets.save_row(hold_row(score), sheets.RowEntry(figures), version=score.version, actor=clerk, at=NOW)
        sheet.state, sheet.submitted_at, sheet.receipt_number = "submitted", NOW, "TDG-1"
        db.session.commit()
        begin_appraisal(round_, province)
        found = {"round": round_.id, "sheet": sheet.id}
        found |= {score.criterion.code: score.id for score in sheet.scores}
        silent = sheet_of(round_, province, "SO-TC")
        found |= {f"TC {score.criterion.code}": score.id for score in silent.scores} | {"silent": silent.id}
        own = sheet_of(round_, province, "SO-NV")
        return found | {f"NV {score.criterion.code}": score.id for score in own.scores} | {"own": own.id}


def give(browser, score_id, points="", **fields):
    return browser.htmx(f"/appraisals/scores/{score_id}", {"points": points, "version": 0} | fields)


def given(app, score_id) -> tuple | None:
    with app.app_context():
        row = db.session.scalars(select(Appraisal).where(Appraisal.score_id == score_id)).one_or_none()
        return None if row is None else (row.points, row.not_applicable, row.reason, row.version)


def statements(app, act) -> int:
    """How many statements ``act`` sends, without the transaction's own BEGIN."""
    seen = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_the_menu_leads_to_each_programme(sign_in, begun):
    page = sign_in("td-nv").get("/home/").text
    assert [page.count(f'href="/appraisals/{programme}/"') for programme in ("cchc", "htnv")] == [1, 1]


def test_the_list_shows_each_work_with_its_progress(sign_in, begun):
    browser = sign_in("td-nv")
    assert "CCHC 2026" in browser.get("/appraisals/").text
    assert "CCHC 2026" in browser.get("/appraisals/cchc/").text
    empty = browser.get("/appraisals/htnv/")
    assert ("CCHC 2026" in empty.text, "Chưa có việc thẩm định" in empty.text) == (False, True)


def test_the_queue_is_seen_by_agency_and_by_criterion(sign_in, begun):
    browser = sign_in("td-nv")
    by_agency = browser.get(f"/appraisals/{begun['round']}").text
    assert ("Sở Tư pháp" in by_agency, "Sở Tài chính" in by_agency) == (True, True)
    assert "Ban hành kế hoạch" in browser.get(f"/appraisals/{begun['round']}?by=criteria").text


def test_the_agency_page_shows_what_the_unit_says(sign_in, begun):
    page = sign_in("td-nv").get(f"/appraisals/{begun['round']}/agencies/{begun['sheet']}")
    assert page.status_code == 200
    assert ("9/10" in page.text, 'data-take="1"' in page.text) == (True, True)


def test_a_sheet_never_sent_says_that_its_points_do_not_count(sign_in, begun):
    page = sign_in("td-nv").get(f"/appraisals/{begun['round']}/agencies/{begun['silent']}").text
    assert ("điểm tự chấm không được tính" in page, "data-take" in page) == (True, False)


def test_one_criterion_is_seen_across_the_agencies(app, sign_in, begun):
    with app.app_context():
        criterion_id = db.session.get(Score, begun["1.2"]).criterion_id
    page = sign_in("td-nv").get(f"/appraisals/{begun['round']}/criteria/{criterion_id}").text
    assert [page.count(f'id="score-{begun[code]}"') for code in ("1.2", "TC 1.2", "NV 1.2")] == [1, 1, 0]


def test_like_figures_with_other_points_are_shown_on_the_criterions_page(app, sign_in, begun):
    with app.app_context():
        score, like = (db.session.get(Score, begun[code]) for code in ("1.2", "TC 1.2"))
        like.figure_a, like.figure_b = score.figure_a, score.figure_b
        criterion_id = score.criterion_id
        db.session.commit()
    browser = sign_in("td-nv")
    url = f"/appraisals/{begun['round']}/criteria/{criterion_id}"
    give(browser, begun["1.2"], "1")
    assert 'id="unlike"' not in browser.get(url).text
    give(browser, begun["TC 1.2"], "2")
    page = browser.get(url).text
    assert "Giống nhau nhưng bạn chấm khác điểm: 1 trường hợp" in page
    assert f'href="{url}#score-{begun["TC 1.2"]}">Sở Tài chính</a>' in page
    assert page.count("nhưng bạn chấm khác điểm.</p>") == 2


def test_next_leads_to_the_first_open_score_and_then_to_sending(app, province, sign_in, begun):
    with app.app_context():
        account = province.account("td-nv")
        first = queue_of(account, db.session.get(Round, begun["round"])).places[0]
    browser = sign_in("td-nv")
    answer = browser.get(f"/appraisals/{begun['round']}/next")
    assert answer.headers["Location"].endswith(f"/agencies/{first.sheet_id}#score-{first.score_id}")
    with app.app_context():
        appraise_everything(db.session.get(Round, begun["round"]), province, "td-nv", send=False)
    assert browser.get(f"/appraisals/{begun['round']}/next").headers["Location"].endswith("/send")


def test_a_row_saves_itself_with_points_and_reason(app, sign_in, begun):
    answer = give(sign_in("td-nv"), begun["1.2"], "0,5", reason="Thiếu báo cáo", total="20")
    assert answer.status_code == 200
    assert given(app, begun["1.2"]) == (Decimal("0.5"), False, "Thiếu báo cáo", 1)
    assert ("Khác điểm tự chấm −0,5" in answer.text, "1/20" in answer.text) == (True, True)


def test_points_that_differ_are_kept_and_a_reason_is_asked_for(app, sign_in, begun):
    answer = give(sign_in("td-nv"), begun["1.2"], "2")
    assert ("hãy nêu lý do" in answer.text, given(app, begun["1.2"])[0]) == (True, Decimal(2))


def test_equal_points_need_no_reason(sign_in, begun):
    assert "lý do" not in give(sign_in("td-nv"), begun["1.2"], "1").text


def test_not_applicable_is_accepted_without_points(app, sign_in, begun):
    give(sign_in("td-nv"), begun["1.2"], "1", not_applicable="1", reason="Không có nhiệm vụ")
    assert given(app, begun["1.2"]) == (None, True, "Không có nhiệm vụ", 1)


@pytest.mark.parametrize("text", ["", "năm", "2,5", "-1"])
def test_points_that_cannot_be_given_are_refused(app, sign_in, begun, text):
    answer = give(sign_in("td-nv"), begun["1.2"], text)
    assert (answer.status_code, given(app, begun["1.2"])) == (422, None)


def test_a_second_tab_sees_both_versions(app, sign_in, begun):
    browser = sign_in("td-nv")
    give(browser, begun["1.2"], "1", reason="Bản thứ nhất")
    answer = give(browser, begun["1.2"], "0", reason="Bản thứ hai")
    assert (answer.status_code, "Bản thứ nhất" in answer.text) == (409, True)
    assert given(app, begun["1.2"])[0] == Decimal(1)
    assert give(browser, begun["1.2"], "0", reason="Bản thứ hai", version="1").status_code == 200
    assert given(app, begun["1.2"])[2] == "Bản thứ hai"


def test_the_same_save_again_with_its_new_version_changes_nothing_else(app, sign_in, begun):
    browser = sign_in("td-nv")
    give(browser, begun["1.2"], "1")
    assert give(browser, begun["1.2"], "1", version="1").status_code == 200
    assert given(app, begun["1.2"])[0] == Decimal(1)


def test_a_score_of_another_appraiser_does_not_exist(app, sign_in, begun):
    assert give(sign_in("td-nv"), begun["2.1"], "1").status_code == 200  # stands in for Sở Tư pháp's own
    assert give(sign_in("td-tp"), begun["TC 1.2"], "1").status_code == 404
    assert given(app, begun["TC 1.2"]) is None


def test_the_own_agency_does_not_exist_for_its_appraiser(sign_in, begun):
    browser = sign_in("td-nv")
    assert give(browser, begun["NV 1.2"], "1").status_code == 404
    assert browser.get(f"/appraisals/{begun['round']}/agencies/{begun['own']}").status_code == 404


def test_pages_of_others_and_unknown_ones_do_not_exist(app, sign_in, begun):
    browser = sign_in("td-tp")
    with app.app_context():
        criterion_id = db.session.get(Score, begun["1.2"]).criterion_id
    assert browser.get(f"/appraisals/{begun['round']}/agencies/99999").status_code == 404
    assert (
        browser.get(f"/appraisals/{begun['round']}/criteria/{criterion_id}").status_code == 200
    )  # Sở Nội vụ
    assert browser.get("/appraisals/99999").status_code == 404


@pytest.mark.parametrize("name", ["tp-nhap", "quan-ly", "quan-tri"])
def test_only_appraisers_have_a_desk(app, sign_in, begun, name):
    browser = sign_in(name)
    addresses = ("/appraisals/", f"/appraisals/{begun['round']}", f"/appraisals/{begun['round']}/send")
    assert [browser.get(url).status_code for url in addresses] == [403, 403, 403]
    assert give(browser, begun["1.2"], "1").status_code == 403
    assert given(app, begun["1.2"]) is None


def test_nothing_is_saved_before_appraisal_begins(app, province, sign_in):
    with app.app_context():
        round_ = open_round(province)
        score_id, round_id = score_of(sheet_of(round_, province, "SO-TP"), "1.2").id, round_.id
    browser = sign_in("td-nv")
    assert (give(browser, score_id, "1").status_code, given(app, score_id)) == (404, None)
    assert browser.get(f"/appraisals/{round_id}").status_code == 404


def test_nothing_is_saved_after_the_round_was_consolidated(app, sign_in, begun):
    browser = sign_in("td-nv")
    with app.app_context():
        db.session.get(Round, begun["round"]).state = "consolidated"
        db.session.commit()
    assert give(browser, begun["1.2"], "1").status_code == 409
    page = browser.get(f"/appraisals/{begun['round']}/agencies/{begun['sheet']}").text
    assert ("chỉ xem" in page, "hx-post" in page) == (True, False)


def test_a_returned_sheet_waits_for_its_agency(app, sign_in, begun):
    with app.app_context():
        db.session.get(Sheet, begun["sheet"]).state = "draft"
        db.session.commit()
    assert give(sign_in("td-nv"), begun["1.2"], "1").status_code == 409


def test_undisputed_rows_are_taken_over_at_once(app, sign_in, begun):
    browser, page = sign_in("td-nv"), f"/appraisals/{begun['round']}/agencies/{begun['sheet']}"
    assert "Lấy điểm tự chấm của 2 dòng" in browser.get(page).text  # 1.1 lacks its evidence
    assert browser.post(f"{page}/take").status_code == 302
    assert [given(app, begun[code]) for code in ("1.2", "1.3")] == [
        (Decimal(1), False, "", 1),
        (Decimal(1), False, "", 1),
    ]
    assert given(app, begun["1.1"]) is None
    assert browser.post(f"{page}/take").status_code == 409


def test_taking_over_leaves_a_score_already_given(app, sign_in, begun):
    browser = sign_in("td-nv")
    give(browser, begun["1.2"], "0", reason="Chưa có báo cáo")
    browser.post(f"/appraisals/{begun['round']}/agencies/{begun['sheet']}/take")
    assert given(app, begun["1.2"])[0] == Decimal(0)


def test_taking_over_by_criterion_takes_that_criterion_alone(app, sign_in, begun):
    with app.app_context():
        criterion_id = db.session.get(Score, begun["1.2"]).criterion_id
    sign_in("td-nv").post(f"/appraisals/{begun['round']}/criteria/{criterion_id}/take")
    assert (given(app, begun["1.2"])[0], given(app, begun["1.3"])) == (Decimal(1), None)


def test_reasons_used_before_are_offered(sign_in, begun):
    browser = sign_in("td-nv")
    give(browser, begun["1.2"], "0", reason="Thiếu tài liệu kiểm chứng")
    page = browser.get(f"/appraisals/{begun['round']}/agencies/{begun['silent']}").text
    assert page.count('<option value="Thiếu tài liệu kiểm chứng">') == 1


def test_sending_lists_what_is_missing_and_is_refused(app, province, sign_in, begun):
    browser = sign_in("td-nv")
    give(browser, begun["1.2"], "0")
    page = browser.get(f"/appraisals/{begun['round']}/send").text
    assert f"#score-{begun['1.2']}" in page
    assert ("Khác điểm tự chấm nhưng chưa nêu lý do" in page, "Chưa chấm" in page) == (True, True)
    assert browser.post(f"/appraisals/{begun['round']}/send").status_code == 409
    with app.app_context():
        assert get_work(province.account("td-nv"), begun["round"]).state == "open"


def ready(app, province, begun, name="td-nv"):
    with app.app_context():
        appraise_everything(db.session.get(Round, begun["round"]), province, name, send=False)


def test_sending_shows_the_receipt_and_ends_every_session(app, province, sign_in, begun):
    ready(app, province, begun)
    browser, elsewhere = sign_in("td-nv"), sign_in("td-nv")
    answer = browser.post(f"/appraisals/{begun['round']}/send")
    assert answer.status_code == 200
    assert ("Đã gửi, tài khoản đã khóa" in answer.text, f"TD-2026-{begun['round']}-" in answer.text) == (
        True,
        True,
    )
    for dead in (browser, elsewhere):
        assert dead.get("/appraisals/").headers["Location"].startswith("/login/")
        assert give(dead, begun["1.2"], "0").status_code != 200
    assert given(app, begun["1.2"])[0] == Decimal(2)


def test_a_locked_account_cannot_sign_in_again(app, province, sign_in, begun, client):
    ready(app, province, begun)
    sign_in("td-nv").post(f"/appraisals/{begun['round']}/send")
    with pytest.raises(AssertionError, match="Tài khoản đã khóa"):
        sign_in("td-nv")


def test_with_another_round_in_appraisal_the_account_stays_open(app, province, sign_in, begun):
    with app.app_context():
        tasks = open_round(province, "htnv")
        person, group, agency = province.account("td-tp"), province.group("so"), province.agency("SO-NV")
        assignments.assign(hold_row(tasks), person, group, None, [agency], actor=province.account("quan-ly"), at=NOW)
        begin_appraisal(tasks, province)
    ready(app, province, begun)
    browser, url = sign_in("td-nv"), f"/appraisals/{begun['round']}/send"
    assert browser.post(url).status_code == 302
    receipt = browser.get(url).text
    assert f"TD-2026-{begun['round']}-" in receipt
    assert browser.post(url).status_code == 302
    assert browser.get(url).text.count("TD-2026") == 1
    page = browser.get(f"/appraisals/{begun['round']}/agencies/{begun['sheet']}").text
    assert ("chỉ xem" in page, "hx-post" in page) == (True, False)
    assert give(browser, begun["1.2"], "0", version="1").status_code == 409


def test_nobody_sends_for_someone_else(sign_in, begun):
    assert sign_in("tp-nhap").post(f"/appraisals/{begun['round']}/send").status_code == 403


def test_a_row_is_saved_in_eight_statements_at_most(app, sign_in, begun):
    browser = sign_in("td-nv")
    token = browser.token()
    browser.token = lambda: token
    assert statements(app, lambda: give(browser, begun["1.2"], "0", reason="Thiếu", total="20")) <= 8
    again = {"version": "1", "reason": "Vẫn thiếu", "total": "20"}
    assert statements(app, lambda: give(browser, begun["1.2"], "0,5", **again)) <= 8


def test_a_page_needs_as_many_statements_for_three_rows_as_for_one(app, sign_in, begun):
    browser = sign_in("td-nv")
    with app.app_context():
        lone, many = (db.session.get(Score, begun[code]).criterion_id for code in ("2.1", "1.2"))
    counts = [
        statements(app, lambda c=c: browser.get(f"/appraisals/{begun['round']}/criteria/{c}"))
        for c in (lone, many)
    ]
    assert (counts[0], counts[0] <= 15) == (counts[1], True)


def test_a_concluded_round_can_still_be_read(app, province, sign_in, begun):
    browser = sign_in("td-nv")
    with app.app_context():
        round_ = db.session.get(Round, begun["round"])
        round_.state = "concluded"
        db.session.commit()
        assert consolidation.consolidate_if_done(hold_row(round_), at=NOW) is False
    assert browser.get(f"/appraisals/{begun['round']}").status_code == 200


def test_after_the_deadline_the_desk_says_so_and_shows_no_fields(app, sign_in, begun):
    with app.app_context():
        db.session.get(Round, begun["round"]).appraisal_deadline = NOW - timedelta(minutes=1)
        db.session.commit()
    browser = sign_in("td-nv")
    for place in ("", f"/agencies/{begun['sheet']}", "/send"):
        page = browser.get(f"/appraisals/{begun['round']}{place}").text
        assert ("Đã hết thời hạn thẩm định" in page, 'name="points"' in page) == (True, False)
    answer = give(browser, begun["1.2"], "0,5")
    assert (answer.status_code, "Đã hết thời hạn thẩm định." in answer.text) == (409, True)


def test_the_menu_marks_the_programme_on_every_page_below_it(sign_in, begun):
    browser = sign_in("td-nv")
    for place in ("", f"/agencies/{begun['sheet']}", "/send"):
        assert current_entries(browser.get(f"/appraisals/{begun['round']}{place}").text) == [
            "/appraisals/cchc/"
        ]


def test_a_sheet_stands_under_its_programme_and_for_the_manager_under_progress(sign_in, begun):
    address = f"/sheets/{begun['sheet']}"
    assert current_entries(sign_in("tp-nhap").get(address).text) == ["/sheets/cchc/"]
    assert current_entries(sign_in("quan-ly").get(address).text) == ["/progress/"]


def current_entries(page: str) -> list[str]:
    menu = page.split('id="menu"')[1].split("</nav>")[0]
    return re.findall(r'<a href="([^"]+)" aria-current="page"', menu)
