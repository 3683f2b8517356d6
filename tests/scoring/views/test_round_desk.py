"""The rounds' desk over HTTP: the guided path and every act, by the right and the wrong person and state."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import select

from app.clock import PROVINCE_ZONE
from app.extensions import db
from app.scoring.models import Round
from tests.province import (
    DEADLINE,
    NOW,
    answer_surveys,
    appraise_everything,
    begin_appraisal,
    conclude_round,
    decision_form,
    open_round,
)
from tests.scoring.views.stages import concluded as concluded_round

STEPS = ("agencies", "sets", "deadlines", "bands", "check")
ACTS = ("sets", "deadlines", "bands", "open", "appraise", "conclude", "publish", "unpublish", "unlock", "copy")
SOON = f"{(NOW + timedelta(days=40)).astimezone(PROVINCE_ZONE):%d/%m/%Y} 17:00"


@pytest.fixture
def manager(sign_in):
    return sign_in("quan-ly")


@pytest.fixture
def opened(app, province):
    with app.app_context():
        return open_round(province).id


@pytest.fixture
def prepared(app, province, manager):
    answer = manager.post("/rounds/new", form(province))
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def form(province, **changes):
    return {
        "programme": "cchc",
        "period": "2026",
        "name": "Chỉ số CCHC năm 2026",
        "entry_deadline": f"{DEADLINE.astimezone(PROVINCE_ZONE):%d/%m/%Y} 17:00",
        "appraisal_deadline": "",
        f"set-{province.groups['so']}": str(province.reform_set),
    } | changes


def bands(**changes):
    return {
        "band-name": ["Tốt", "Đạt", ""],
        "band-lower": ["79,5", "0", ""],
        "band-condition": ["không bị kỷ luật", "", ""],
        "places": "1",
        "explanation_days": "7",
        "tie_break": ["2", "", ""],
    } | changes


def read(app, round_id, look):
    with app.app_context():
        return look(db.session.get(Round, round_id))


def state_of(app, round_id):
    return read(app, round_id, lambda round_: round_.state)


def consolidate(app, province, round_id):
    """Surveys answered, everything appraised and sent."""
    with app.app_context():
        round_ = db.session.get(Round, round_id)
        answer_surveys(round_, province)
        begin_appraisal(round_, province)
        for name in ("td-nv", "td-tp"):
            appraise_everything(round_, province, name)


def conclude(app, province, round_id):
    consolidate(app, province, round_id)
    with app.app_context():
        round_ = db.session.get(Round, round_id)
        conclude_round(round_, province)
        db.session.commit()


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv", "quan-tri"])
def test_other_account_types_open_no_page_and_do_no_act(app, sign_in, opened, name):
    browser = sign_in(name)
    pages = ["", "new", f"{opened}", f"{opened}/appraise", *(f"{opened}/prepare/{step}" for step in STEPS)]
    assert {path: browser.get(f"/rounds/{path}").status_code for path in pages} == dict.fromkeys(pages, 403)
    acts = ["new", *(f"{opened}/{act}" for act in ACTS)]
    assert {path: browser.post(f"/rounds/{path}").status_code for path in acts} == dict.fromkeys(acts, 403)
    assert state_of(app, opened) == "open"


def test_a_round_that_is_not_there_is_not_found(manager):
    assert [manager.get(f"/rounds/999{path}").status_code for path in ("", "/prepare/sets")] == [404, 404]
    assert [manager.post(f"/rounds/999/{act}", bands()).status_code for act in ACTS] == [404] * len(ACTS)


def test_an_empty_list_says_what_to_do(manager):
    assert "Ban hành bộ tiêu chí trước" in manager.get("/rounds/").text


def test_a_round_is_created_with_the_sets_of_its_groups(app, manager, prepared, province):
    found = read(
        app,
        prepared,
        lambda r: (r.state, r.period, r.name, [(s.group.code, s.criteria_set_id) for s in r.sets]),
    )
    assert found == ("preparing", "2026", "Chỉ số CCHC năm 2026", [("so", province.reform_set)])
    for path in ("", *(f"/prepare/{step}" for step in STEPS)):
        assert manager.get(f"/rounds/{prepared}{path}").status_code == 200, path


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"period": "năm nay"}, "Kỳ phải ghi như 2026"),
        ({"name": ""}, "Hãy đặt tên kỳ chấm điểm."),
        ({"entry_deadline": ""}, "Hãy ghi thời điểm."),
        ({"entry_deadline": "31.12.2026"}, "dd/mm/yyyy hh:mm, ví dụ"),
        ({"programme": "khac"}, "Hãy chọn chương trình."),
    ],
)
def test_a_refused_new_round_keeps_what_was_typed(app, manager, province, changes, sentence):
    answer = manager.post("/rounds/new", form(province, appraisal_deadline="01/02/2031", **changes))
    assert answer.status_code == 422
    assert sentence in answer.text and 'value="01/02/2031"' in answer.text
    with app.app_context():
        assert db.session.scalars(select(Round)).all() == []


def test_a_group_is_not_scored_by_a_set_made_for_another(manager, province):
    wrong = {f"set-{province.groups['xa']}": str(province.reform_set)}
    answer = manager.post("/rounds/new", form(province, **wrong))
    assert (answer.status_code, "không áp dụng cho khối" in answer.text) == (422, True)


def test_only_sets_that_fit_are_offered(manager, province):
    page = manager.get("/rounds/new?programme=htnv").text
    assert ("Bộ HTNV nhỏ" in page, "Bộ CCHC nhỏ" in page) == (True, False)


def test_two_rounds_of_a_programme_never_share_a_name(manager, province, prepared):
    answer = manager.post("/rounds/new", form(province))
    assert (answer.status_code, "Đã có kỳ chấm điểm tên" in answer.text) == (422, True)


def test_a_group_leaves_the_round_when_its_set_is_emptied(app, manager, prepared, province):
    manager.post(f"/rounds/{prepared}/sets", {f"set-{province.groups['so']}": ""})
    assert read(app, prepared, lambda r: r.sets) == []
    page = manager.get(f"/rounds/{prepared}/prepare/check").text
    assert "Chưa chọn bộ tiêu chí cho khối nào." in page and f"/rounds/{prepared}/open" not in page


def test_bands_places_ties_and_days_are_kept(app, manager, prepared):
    assert manager.post(f"/rounds/{prepared}/bands", bands()).status_code == 302
    kept = read(
        app,
        prepared,
        lambda r: (
            [(b.name, b.lower, b.condition) for b in r.bands],
            r.places,
            r.tie_break,
            r.explanation_days,
        ),
    )
    assert kept == ([("Tốt", Decimal("79.5"), "không bị kỷ luật"), ("Đạt", 0, None)], 1, ["2"], 7)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"band-lower": ["bảy", "0", ""]}, "không bị kỷ luật"),
        ({"band-lower": ["79,5", "10", ""]}, "Mức thấp nhất phải bắt đầu từ 0"),
        ({"explanation_days": "vài"}, "Hãy ghi một số nguyên."),
        ({"explanation_days": "99"}, "Số ngày giải trình phải từ 1 đến 60."),
    ],
)
def test_refused_bands_stay_in_the_form_and_change_nothing(app, manager, prepared, changes, sentence):
    answer = manager.post(f"/rounds/{prepared}/bands", bands(**changes))
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert 'value="không bị kỷ luật"' in answer.text
    assert read(app, prepared, lambda r: (len(r.bands), r.places)) == (5, 2)


def test_deadlines_and_name_change_while_preparing(app, manager, prepared):
    typed = {"name": "Kỳ mới", "entry_deadline": SOON, "appraisal_deadline": ""}
    assert manager.post(f"/rounds/{prepared}/deadlines", typed).status_code == 302
    assert read(app, prepared, lambda r: (r.name, f"{r.entry_deadline.astimezone(PROVINCE_ZONE):%H:%M}")) == (
        "Kỳ mới",
        "17:00",
    )


def test_an_open_rounds_deadline_moves_forward_only(app, manager, opened):
    late = manager.post(f"/rounds/{opened}/deadlines", {"entry_deadline": "01/01/2020 08:00"})
    assert (late.status_code, 'value="01/01/2020 08:00"' in late.text) == (422, True)
    assert manager.post(f"/rounds/{opened}/deadlines", {"entry_deadline": SOON}).status_code == 302
    assert read(app, opened, lambda r: r.entry_deadline > DEADLINE) is True


def test_opening_makes_a_sheet_for_every_agency_once(app, manager, prepared):
    manager.post(f"/rounds/{prepared}/open")
    assert state_of(app, prepared) == "open"
    again = manager.post(f"/rounds/{prepared}/open")
    assert (again.status_code, "không thể thực hiện: Mở kỳ chấm điểm" in again.text) == (409, True)
    assert "Còn 3 phiếu chưa gửi" in manager.get(f"/rounds/{prepared}").text


def test_a_round_without_sets_does_not_open(app, manager, province):
    answer = manager.post("/rounds/new", form(province, **{f"set-{province.groups['so']}": ""}))
    page = answer.headers["Location"]
    assert manager.post(f"{page}/open").status_code == 409
    assert state_of(app, int(page.rsplit("/", 1)[1])) == "preparing"


@pytest.mark.parametrize("act", ["sets", "bands"])
def test_what_stands_when_a_round_opens_is_not_changed_later(manager, opened, act):
    assert manager.post(f"/rounds/{opened}/{act}", bands()).status_code == 409


def test_before_appraisal_the_manager_sees_who_has_not_sent(manager, opened):
    page = manager.get(f"/rounds/{opened}/appraise").text
    assert all(name in page for name in ("Sở Nội vụ", "Sở Tư pháp", "Sở Tài chính"))
    assert "3 phiếu chưa gửi sẽ ghi là không nộp" in page


def test_appraisal_does_not_begin_while_leaves_have_no_appraiser(app, manager, prepared):
    manager.post(f"/rounds/{prepared}/open")
    page = manager.get(f"/rounds/{prepared}/appraise").text
    assert ("Phân công đủ mới chuyển được." in page, "Ban hành kế hoạch" in page) == (True, True)
    answer = manager.post(f"/rounds/{prepared}/appraise")
    assert (answer.status_code, state_of(app, prepared)) == (409, "open")


def test_appraisal_begins_once(app, manager, opened):
    assert manager.post(f"/rounds/{opened}/appraise").status_code == 302
    assert state_of(app, opened) == "appraising"
    assert manager.post(f"/rounds/{opened}/appraise").status_code == 409
    assert "Không nộp" in manager.get(f"/rounds/{opened}").text


def test_a_round_is_concluded_when_everything_is_scored_and_once(app, manager, province, opened):
    assert manager.post(f"/rounds/{opened}/conclude").status_code == 409
    consolidate(app, province, opened)
    assert "Đã xem" not in manager.get(f"/rounds/{opened}/conclude").text
    assert manager.post(f"/rounds/{opened}/conclude").status_code == 302
    assert state_of(app, opened) == "concluded"
    assert manager.post(f"/rounds/{opened}/conclude").status_code == 409


def test_unscored_leaves_are_named_and_keep_the_round_from_being_concluded(app, manager, province, opened):
    with app.app_context():
        round_ = db.session.get(Round, opened)
        begin_appraisal(round_, province)
        for name in ("td-nv", "td-tp"):
            appraise_everything(round_, province, name)
    page = manager.get(f"/rounds/{opened}/conclude").text
    assert "Còn 3 phiếu có tiêu chí chưa có điểm" in page and "Sở Tư pháp</a> (1)" in page
    answer = manager.post(f"/rounds/{opened}/conclude")
    assert (answer.status_code, "chưa có điểm nên chưa thể kết luận" in answer.text) == (409, True)


def test_a_result_is_published_with_a_decision_and_taken_back_with_a_reason(app, manager, province, opened):
    assert manager.post(f"/rounds/{opened}/publish", decision_form("1/QĐ")).status_code == 409
    conclude(app, province, opened)
    assert manager.post(f"/rounds/{opened}/publish", decision_form(" ")).status_code == 422
    word = manager.post(f"/rounds/{opened}/publish", decision_form(file=(BytesIO(b"abc"), "quyet-dinh.docx")))
    assert (word.status_code, "ở đây chỉ nhận tệp PDF" in word.text) == (422, True)
    assert manager.post(f"/rounds/{opened}/publish", decision_form()).status_code == 302
    assert "9/QĐ-UBND" in manager.get(f"/rounds/{opened}").text
    assert manager.post(f"/rounds/{opened}/publish", decision_form("10/QĐ")).status_code == 409
    assert manager.post(f"/rounds/{opened}/unpublish", {"reason": ""}).status_code == 422
    assert manager.post(f"/rounds/{opened}/unpublish", {"reason": "đính chính"}).status_code == 302
    assert manager.post(f"/rounds/{opened}/unpublish", {"reason": "đính chính"}).status_code == 409
    assert read(app, opened, lambda r: (r.published_at, r.state)) == (None, "concluded")


def test_next_years_round_is_a_copy_and_there_is_one(app, manager, opened):
    answer = manager.post(f"/rounds/{opened}/copy")
    copy = int(answer.headers["Location"].rsplit("/", 1)[1])
    assert read(app, copy, lambda r: (r.period, r.state, len(r.sets), r.copied_from_id)) == (
        "2027",
        "preparing",
        1,
        opened,
    )
    again = manager.post(f"/rounds/{opened}/copy")
    assert (again.status_code, "Đã có kỳ chấm điểm tên" in again.text) == (422, True)


def test_every_link_of_an_open_rounds_page_leads_somewhere(opened, manager):
    page = manager.get(f"/rounds/{opened}").text.split("<main")[1]
    links = set(re.findall(r'<a [^>]*href="(/[^"#]*)', page))
    assert len(links) > 5
    assert {link: manager.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_a_concluded_round_is_opened_again_by_two_managers(app, province, sign_in):
    round_id, first, second = concluded_round(app, province), sign_in("quan-ly"), sign_in("quan-ly-2")
    empty = first.post(f"/rounds/{round_id}/unlock", {"reopen_reason": " "})
    assert (empty.status_code, "Phải nêu lý do mở lại." in empty.text) == (422, True)
    first.post(f"/rounds/{round_id}/unlock", {"reopen_reason": "Cộng sai điểm thưởng"})
    assert "Cần một tài khoản quản lý khác xác nhận." in first.get(f"/rounds/{round_id}").text
    page = second.get(f"/rounds/{round_id}").text
    place = re.search(rf"/differences/{round_id}/unlocks/\d+/confirm", page)[0]
    assert first.post(place).status_code == 403
    assert second.post(place).headers["Location"] == f"/rounds/{round_id}"
    with app.app_context():
        assert db.session.get(Round, round_id).state == "consolidated"


def drawn(manager, round_id: int, step: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', manager.get(f"/rounds/{round_id}/prepare/{step}").text)[1]


def test_a_form_of_a_round_does_not_undo_what_somebody_else_saved_meanwhile(app, manager, prepared, province):
    sent = form(province, seen=drawn(manager, prepared, "deadlines"))
    register = read(app, prepared, lambda round_: round_.entry_deadline)
    assert manager.post(f"/rounds/{prepared}/deadlines", form(province, entry_deadline=SOON)).status_code == 302
    later = read(app, prepared, lambda round_: round_.entry_deadline)
    refused = manager.post(f"/rounds/{prepared}/deadlines", sent)
    assert (refused.status_code, "Người khác vừa sửa kỳ này" in refused.text) == (409, True)
    assert (later != register, read(app, prepared, lambda round_: round_.entry_deadline)) == (True, later)
    again = sent | {"seen": re.search(r'name="seen" value="(\w+)"', refused.text)[1]}
    assert manager.post(f"/rounds/{prepared}/deadlines", again).status_code == 302
    assert read(app, prepared, lambda round_: round_.entry_deadline) == register


@pytest.mark.parametrize(("step", "values"), [("bands", bands()), ("sets", {})])
def test_bands_and_sets_are_not_undone_either(app, manager, prepared, step, values):
    sent = values | {"seen": drawn(manager, prepared, step)}
    assert manager.post(f"/rounds/{prepared}/bands", bands(**{"band-lower": ["80", "0", ""]})).status_code == 302
    assert manager.post(f"/rounds/{prepared}/{step}", sent).status_code == 409


def test_bands_are_percentages(app, manager, prepared):
    answer = manager.post(f"/rounds/{prepared}/bands", bands(**{"band-lower": ["0,8", "0", ""]}))
    assert (answer.status_code, "90, không ghi 0,9" in answer.text) == (422, True)
    assert manager.post(f"/rounds/{prepared}/bands", bands(**{"band-lower": ["80%", "0", ""]})).status_code == 302
