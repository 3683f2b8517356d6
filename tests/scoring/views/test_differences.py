"""app/scoring/views/differences.py: the heat map, explanations, conclusions, appraisers' locks, the two files."""

from decimal import Decimal
from io import BytesIO

import docx
import openpyxl
import pytest
from sqlalchemy import event

from app.extensions import db
from app.holding import hold_row
from app.models import Account
from app.scoring.models import Round, Score, Sheet
from app.scoring.operations import appraisals, sheets
from app.scoring.queries.appraisals import get_work, tasks
from app.scoring.queries.assigned import Coverage
from app.scoring.rules import Figures
from tests.province import NOW, begin_appraisal, open_round, score_of, sheet_of


@pytest.fixture
def settled(app, province, told) -> dict:
    """A consolidated round. Sở Tư pháp gave itself 1 at 1.2 and 1.3; 1.2 was appraised 0,5 and 1.3 agreed."""
    return told("settled", lambda: _settled(app, province))


def _settled(app, province) -> dict:
    with app.app_context():
        round_ = open_round(province)
        sheet, clerk = sheet_of(round_, province, "SO-TP"), province.account("tp-nhap")
        for code, figures in {
            "1.2": Figures(a=Decimal(9), b=Decimal(10)),
            "1.3": Figures(n=Decimal(2)),
        }.items():
            score = score_of(sheet, code)
            sheets.save_row(hold_row(score), sheets.RowEntry(figures), version=score.version, actor=clerk, at=NOW)
        sheet.state, sheet.submitted_at, sheet.receipt_number = "submitted", NOW, "TDG-1"
        db.session.commit()
        begin_appraisal(round_, province)
        for name in ("td-nv", "td-tp"):
            appraise(round_, province.account(name), sheet)
        found = {"round": round_.id, "sheet": sheet.id, "silent": sheet_of(round_, province, "SO-TC").id}
        return found | {score.criterion.code: score.id for score in sheet.scores}


def appraise(round_, person, sheet) -> None:
    work = get_work(person, round_.id)
    for task in tasks(person, Coverage(round_).items_of(person.id)):
        score, points = task.score, Decimal(0)
        if score.sheet_id == sheet.id and score.criterion.code in ("1.2", "1.3"):
            points = Decimal("0.5") if score.criterion.code == "1.2" else score.self_points
        verdict = appraisals.Verdict(points, reason="Chưa đủ hồ sơ")
        appraisals.save_appraisal(task, hold_row(work), verdict, version=0, actor=person, at=NOW)
    appraisals.send_work(hold_row(work.round), hold_row(work), actor=person, at=NOW)
    db.session.commit()


def read(app, score_id) -> Score:
    with app.app_context():
        return db.session.get(Score, score_id)


def ask(browser, settled, code="1.2", **fields):
    return browser.post(f"/differences/scores/{settled[code]}/ask", {"reason": "Nêu rõ căn cứ"} | fields)


def conclude(browser, settled, code="1.2", **fields):
    form = {"points": "0,75", "reason": "Hội đồng thống nhất", "minutes_number": "05/BB"} | fields
    return browser.post(f"/differences/scores/{settled[code]}/conclude", form)


def agency_page(browser, settled, query=""):
    return browser.get(f"/differences/{settled['round']}/agencies/{settled['sheet']}{query}").text


def test_the_list_of_rounds_says_what_to_do_when_there_is_none(sign_in):
    assert "Chưa có kỳ nào ở bước thẩm định" in sign_in("quan-ly").get("/differences/").text


def test_the_list_leads_to_each_round(sign_in, settled):
    assert f'href="/differences/{settled["round"]}"' in sign_in("quan-ly").get("/differences/").text


def test_a_round_still_open_has_no_differences(app, province, sign_in):
    with app.app_context():
        round_id = open_round(province).id
    assert sign_in("quan-ly").get(f"/differences/{round_id}").status_code == 404


def test_the_heat_map_shows_the_gap_by_field_and_the_rows_below(sign_in, settled):
    page = sign_in("quan-ly").get(f"/differences/{settled['round']}").text
    listed = [f'value="{settled[code]}"' in page for code in ("1.2", "1.3")]
    assert ("−0,5" in page, listed) == (True, [True, False])


def test_a_field_without_a_gap_in_points_says_how_many_rows_differ(app, sign_in, settled):
    with app.app_context():
        score = db.session.get(Score, settled["1.2"])
        score.na_claimed, score.self_points = True, None
        db.session.commit()
    page = sign_in("quan-ly").get(f"/differences/{settled['round']}").text
    map_ = page.split('class="heat"')[1].split("</table>")[0]
    assert (map_.count(">2 dòng</a>"), '<td class="heat-sum">6 dòng</td>' in map_) == (3, True)


def test_the_map_can_be_narrowed_to_one_field_and_to_open_rows(sign_in, settled):
    browser, url = sign_in("quan-ly"), f"/differences/{settled['round']}"
    head = '<span class="code">1.2</span> <span class="head-name">Hoàn thành kế hoạch</span>'
    assert head in browser.get(f"{url}?field=1").text
    assert f'value="{settled["1.2"]}"' not in browser.get(f"{url}?field=2").text
    conclude(browser, settled)
    assert f"#score-{settled['1.2']}" in browser.get(url).text
    assert f"#score-{settled['1.2']}" not in browser.get(f"{url}?open=1").text


def test_a_sheet_never_sent_has_no_differences_but_every_row_can_be_seen(sign_in, settled):
    browser, url = sign_in("quan-ly"), f"/differences/{settled['round']}/agencies/{settled['silent']}"
    assert "Không có chênh lệch nào" in browser.get(url).text
    page = browser.get(f"{url}?all=1").text
    assert ("Hoàn thành kế hoạch" in page, "không gửi, không tính" in page) == (True, True)


def test_the_thread_shows_self_points_then_the_appraisal_with_its_reason(sign_in, settled):
    page = agency_page(sign_in("quan-ly"), settled)
    assert page.index("Đơn vị tự chấm") < page.index("Chưa đủ hồ sơ")
    assert ("Hoàn thành kế hoạch" in page, "Tin bài tuyên truyền" in page) == (True, False)


def test_asking_opens_a_window_for_the_agency(app, sign_in, settled):
    browser = sign_in("quan-ly")
    assert ask(browser, settled).status_code == 302
    score = read(app, settled["1.2"])
    assert (score.asked_reason, (score.answer_due_at - score.asked_at).days) == ("Nêu rõ căn cứ", 5)
    assert "Cơ quan chưa giải trình" in agency_page(browser, settled)


def test_asking_twice_while_the_agency_still_has_time_is_refused(sign_in, settled):
    browser = sign_in("quan-ly")
    ask(browser, settled)
    again = ask(browser, settled)
    assert (again.status_code, "đang chờ cơ quan giải trình" in again.text) == (409, True)


def test_asking_needs_its_question(app, sign_in, settled):
    answer = ask(sign_in("quan-ly"), settled, reason=" ")
    assert (answer.status_code, read(app, settled["1.2"]).asked_at) == (422, None)


def test_rows_are_asked_about_in_bulk(app, sign_in, settled):
    form = {"rowid": [settled["1.2"], settled["1.4"]], "reason": "Gửi kèm văn bản"}
    answer = sign_in("quan-ly").post(f"/differences/{settled['round']}/ask", form)
    assert answer.status_code == 302
    assert [read(app, settled[code]).asked_reason for code in ("1.2", "1.4")] == ["Gửi kèm văn bản"] * 2


def test_bulk_asking_without_rows_keeps_the_question_typed(sign_in, settled):
    answer = sign_in("quan-ly").post(f"/differences/{settled['round']}/ask", {"reason": "Câu hỏi dài"})
    assert (answer.status_code, "Câu hỏi dài" in answer.text) == (422, True)


def test_a_conclusion_replaces_the_mean(app, sign_in, settled):
    browser = sign_in("quan-ly")
    assert conclude(browser, settled).status_code == 302
    score = read(app, settled["1.2"])
    assert (score.concluded_points, score.minutes_number) == (Decimal("0.75"), "05/BB")
    assert "theo biên bản 05/BB" in agency_page(browser, settled)


def test_a_row_can_be_concluded_as_not_applicable(app, sign_in, settled):
    conclude(sign_in("quan-ly"), settled, points="", not_applicable="1")
    score = read(app, settled["1.2"])
    assert (score.concluded_na, score.concluded_points) == (True, None)


@pytest.mark.parametrize(
    "wrong",
    [{"points": "2,5"}, {"points": ""}, {"points": "năm"}, {"reason": ""}, {"minutes_number": " "}],
)
def test_a_wrong_conclusion_is_refused_and_stays_typed(app, sign_in, settled, wrong):
    typed = {"reason": "Lý do đã gõ"} | wrong
    answer = conclude(sign_in("quan-ly"), settled, **typed)
    assert (answer.status_code, read(app, settled["1.2"]).concluded_points) == (422, None)
    kept = typed.get("reason") or "05/BB"
    assert kept in answer.text


def test_a_conclusion_is_withdrawn_once(app, sign_in, settled):
    browser, url = sign_in("quan-ly"), f"/differences/scores/{settled['1.2']}/withdraw"
    conclude(browser, settled)
    assert browser.post(url).status_code == 302
    assert read(app, settled["1.2"]).minutes_number is None
    assert browser.post(url).status_code == 409


def test_a_concluded_row_is_not_asked_about_again(sign_in, settled):
    browser = sign_in("quan-ly")
    conclude(browser, settled)
    assert ask(browser, settled).status_code == 409


def test_nothing_is_settled_while_the_sheet_is_appraised_again(app, sign_in, settled):
    with app.app_context():
        db.session.get(Sheet, settled["sheet"]).state = "appraising"
        db.session.get(Round, settled["round"]).state = "appraising"
        db.session.commit()
    browser = sign_in("quan-ly")
    assert [ask(browser, settled).status_code, conclude(browser, settled).status_code] == [409, 409]
    assert "Ghi kết luận của hội đồng" not in agency_page(browser, settled)


@pytest.mark.parametrize("name", ["tp-nhap", "quan-tri"])
def test_only_managers_settle_differences(app, sign_in, settled, name):
    browser = sign_in(name)
    reads = ["", "/appraisers", "/minutes.docx", "/differences.xlsx", f"/agencies/{settled['sheet']}"]
    urls = [f"/differences/{settled['round']}{part}" for part in reads]
    assert [browser.get(url).status_code for url in ["/differences/", *urls]] == [403] * 6
    assert [ask(browser, settled).status_code, conclude(browser, settled).status_code] == [403, 403]
    assert read(app, settled["1.2"]).asked_at is None


def test_what_is_not_there_is_not_found(sign_in, settled):
    browser = sign_in("quan-ly")
    assert browser.get("/differences/99999").status_code == 404
    assert browser.get(f"/differences/{settled['round']}/agencies/99999").status_code == 404
    assert browser.post("/differences/scores/99999/ask", {"reason": "x"}).status_code == 404
    assert browser.post(f"/differences/{settled['round']}/appraisers/99999/unlock").status_code == 404


def test_a_sheet_of_another_round_is_not_found_in_this_one(app, province, sign_in, settled):
    with app.app_context():
        other = sheet_of(open_round(province, period="2025"), province, "SO-TP").id
    assert sign_in("quan-ly").get(f"/differences/{settled['round']}/agencies/{other}").status_code == 404


def test_the_appraisers_are_listed_with_progress_and_lock(sign_in, settled):
    page = sign_in("quan-ly").get(f"/differences/{settled['round']}/appraisers").text
    assert (page.count("Tài khoản khóa"), page.count('name="reason"')) == (2, 2)


def unlock(app, province, browser, settled, reason="Chấm nhầm cột", name="td-nv"):
    with app.app_context():
        work_id = get_work(province.account(name), settled["round"]).id
    return browser.post(f"/differences/{settled['round']}/appraisers/{work_id}/unlock", {"reason": reason})


def decide(browser, settled, word="confirm", number=1):
    return browser.post(f"/differences/{settled['round']}/unlocks/{number}/{word}")


def appraisers(browser, settled) -> str:
    return browser.get(f"/differences/{settled['round']}/appraisers").text


def test_two_managers_let_the_appraiser_in_again(app, province, sign_in, settled):
    first, second = sign_in("quan-ly"), sign_in("quan-ly-2")
    assert unlock(app, province, first, settled).status_code == 302
    with app.app_context():
        assert db.session.get(Account, province.accounts["td-nv"]).locked_at is not None
        assert db.session.get(Round, settled["round"]).state == "consolidated"
    assert "Chờ xác nhận mở khóa: kết quả thẩm định của" in second.get("/home/").text
    assert decide(second, settled).status_code == 302
    with app.app_context():
        assert db.session.get(Account, province.accounts["td-nv"]).locked_at is None
        assert db.session.get(Round, settled["round"]).state == "appraising"
    assert sign_in("td-nv").get("/appraisals/").status_code == 200
    assert "Nguyễn Văn Quan Ly đề nghị, Nguyễn Văn Quan Ly 2 xác nhận" in appraisers(first, settled)
    assert [unlock(app, province, first, settled).status_code, decide(second, settled).status_code] == [409, 302]


def test_who_asked_for_an_unlock_cannot_confirm_it(app, province, sign_in, settled):
    browser = sign_in("quan-ly")
    unlock(app, province, browser, settled)
    page, other = appraisers(browser, settled), appraisers(sign_in("quan-ly-2"), settled)
    assert [word in page for word in ("Cần một tài khoản quản lý khác xác nhận.", "/confirm")] == [True, False]
    assert ("Chấm nhầm cột" in other, "/unlocks/1/confirm" in other) == (True, True)
    assert decide(browser, settled).status_code == 403
    with app.app_context():
        assert db.session.get(Round, settled["round"]).state == "consolidated"


def test_an_unlock_is_taken_back_or_refused_and_can_be_asked_for_again(app, province, sign_in, settled):
    first, second = sign_in("quan-ly"), sign_in("quan-ly-2")
    unlock(app, province, first, settled)
    assert unlock(app, province, second, settled).status_code == 409
    assert decide(first, settled, "refuse").status_code == 302
    assert unlock(app, province, second, settled).status_code == 302
    assert decide(first, settled, "refuse", 2).status_code == 302
    assert "/confirm" not in appraisers(first, settled)
    assert decide(first, settled, "confirm", 99).status_code == 404


def test_unlocking_needs_a_reason(app, province, sign_in, settled):
    answer = unlock(app, province, sign_in("quan-ly"), settled, reason=" ")
    assert (answer.status_code, "Phải nêu lý do mở khóa." in answer.text) == (422, True)


def test_only_a_manager_unlocks(app, province, sign_in, settled):
    unlock(app, province, sign_in("quan-ly"), settled)
    clerk = sign_in("tp-duyet")
    answers = [unlock(app, province, clerk, settled), decide(clerk, settled), decide(clerk, settled, "refuse")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_the_minutes_hold_the_conclusions(sign_in, settled):
    browser = sign_in("quan-ly")
    conclude(browser, settled)
    answer = browser.get(f"/differences/{settled['round']}/minutes.docx?number=05/BB")
    tables = docx.Document(BytesIO(answer.data)).tables
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert ("Sở Tư pháp" in cells, "0,75" in cells) == (True, True)


def test_the_workbook_holds_the_differences(sign_in, settled):
    answer = sign_in("quan-ly").get(f"/differences/{settled['round']}/differences.xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert [row[1:7] for row in rows if row[1] == "1.2"] == [("1.2", "Hoàn thành kế hoạch", 2, 1, 0.5, -0.5)]


def test_the_map_needs_as_many_statements_for_more_differences(app, sign_in, settled):
    browser, seen = sign_in("quan-ly"), []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    def count() -> int:
        seen.clear()
        assert browser.get(f"/differences/{settled['round']}").status_code == 200
        return len(seen)

    event.listen(engine, "before_cursor_execute", note)
    before = count()
    with app.app_context():
        for sheet in db.session.query(Sheet).filter_by(round_id=settled["round"]):
            sheet.not_submitted = False
        db.session.commit()
    after = count()
    event.remove(engine, "before_cursor_execute", note)
    assert (before == after, before <= 14) == (True, True)
