"""A row saves itself: values, suggestion, versions, refusals that keep what was typed."""

from decimal import Decimal

import pytest

from app.extensions import db
from app.scoring.models import CriteriaSet, Score
from tests.scoring.views.filling import approve
from tests.statements import counted


@pytest.fixture
def clerk(year, sign_in):
    return sign_in("tp-nhap")


def save(browser, year, code, version=1, **typed):
    return browser.htmx(f"/sheets/rows/{year.scores[code]}", {"version": version, **typed})


def test_figures_give_points_and_the_working_is_shown(year, clerk):
    answer = save(clerk, year, "1.2", a="9", b="10")
    score = year.score("1.2")
    assert (answer.status_code, score.figure_a, score.self_points, score.saved_by.username) == (
        200,
        Decimal(9),
        Decimal(1),
        "tp-nhap",
    )
    assert "9/10 = 90% → bậc 2 → 1 điểm" in answer.text


def test_the_answer_carries_the_new_version_totals_and_progress(year, clerk):
    answer = save(clerk, year, "2.1", a="3", b="4").text
    assert ('data-version="2"' in answer, 'id="sheet-figures" hx-swap-oob="true"' in answer) == (True, True)
    assert ('id="field-2" hx-swap-oob="true"' in answer, ">1/7<" in answer) == (True, True)


def test_an_option_a_count_and_typed_points_are_kept(year, clerk):
    save(clerk, year, "2.2", option="1")
    save(clerk, year, "1.3", n="2", points="1,25", explanation="Một bài đăng lại")
    kept = [(s.option, s.figure_n, s.self_points) for s in (year.score("2.2"), year.score("1.3"))]
    assert kept == [(1, None, Decimal("0.5")), (None, Decimal(2), Decimal("1.25"))]


def test_points_that_differ_from_the_suggestion_ask_for_an_explanation(year, clerk):
    answer = save(clerk, year, "1.3", n="2", points="1,25")
    assert "Điểm tự chấm khác điểm gợi ý" in answer.text


def test_nothing_to_do_is_never_points(year, clerk):
    answer = save(clerk, year, "1.2", a="0", b="0")
    assert (year.score("1.2").self_points, "không phát sinh" in answer.text) == (None, True)


def test_a_claim_of_not_applicable_takes_the_points_away(year, clerk):
    save(clerk, year, "1.2", a="9", b="10")
    save(clerk, year, "1.2", version=2, na_claimed="1", explanation="Không được giao")
    score = year.score("1.2")
    assert (score.na_claimed, score.self_points, score.explanation) == (True, None, "Không được giao")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"a": "chín", "b": "10"}, "a"),
        ({"a": "9", "b": "1.000,5"}, "b"),
        ({"points": "1,2345"}, "points"),
        ({"explanation": "x" * 4001}, "explanation"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(year, clerk, typed, field):
    answer = save(clerk, year, "1.2", **typed)
    assert (answer.status_code, f'data-field="{field}"' in answer.text) == (422, True)
    assert (year.score("1.2").version, year.score("1.2").figure_a) == (1, None)


@pytest.mark.parametrize("typed", ["1.042", "1,042", "1 042", "１０４２"])
def test_thousands_are_thousands_and_shown_grouped(year, clerk, typed):
    answer = save(clerk, year, "1.2", a=typed, b="1.100")
    assert (year.score("1.2").figure_a, year.score("1.2").figure_b) == (1042, 1100)
    assert "1.042/1.100 = 94,73% → bậc 2 → 1 điểm" in answer.text
    page = clerk.get(f"/sheets/{year.sheet_id}").text
    assert 'name="a" value="1.042"' in page and 'name="b" value="1.100"' in page


def test_refusals_name_the_figures_and_never_a_letter(year, clerk):
    answer = save(clerk, year, "1.2", a="50", b="45")
    assert "Việc đã xong (50) không được lớn hơn Việc phải làm (45)." in answer.text
    assert "không phải là số điểm" not in save(clerk, year, "1.2", a="abc").text


def test_a_large_amount_is_a_figure(year, clerk):
    save(clerk, year, "1.2", a="12,500,000,000", b="1.000.000.000.000.000")
    assert (year.score("1.2").figure_a, year.score("1.2").figure_b) == (12_500_000_000, 10**15)


def test_what_has_two_meanings_stores_nothing_and_offers_both(year, clerk):
    labelled(year, "2.1", a="Diện tích (ha)", b="Tổng diện tích (ha)")
    answer = save(clerk, year, "2.1", a="1.042", b="1100")
    assert (answer.status_code, year.score("2.1").version) == (422, 1)
    assert [f'data-value="{text}"' in answer.text for text in ("1,0420", "1.042,0")] == [True, True]
    save(clerk, year, "2.1", a="1.042,0", b="1100")
    assert year.score("2.1").figure_a == 1042


def test_a_percentage_may_stand_alone(year, clerk):
    labelled(year, "1.2", a="Tỷ lệ hài lòng [percent]")
    answer = save(clerk, year, "1.2", a="85,5%")
    assert (year.score("1.2").figure_a, year.score("1.2").self_points) == (Decimal("85.5"), 1)
    assert "85,5% → bậc 2 → 1 điểm" in answer.text
    assert save(clerk, year, "1.2", version=2, a="0,95").status_code == 422
    page = clerk.get(f"/sheets/{year.sheet_id}").text
    assert 'name="a" value="85,5%"' in page


def labelled(year, code: str, **labels: str) -> None:
    with year.app.app_context():
        criterion = db.session.get(Score, year.scores[code]).criterion
        criterion.figures = labels
        criterion.ground = "ab" if "b" in labels else "a"
        db.session.commit()


def test_points_without_figures_are_kept_and_said_at_the_row(year, clerk):
    answer = save(clerk, year, "1.2", points="1,5")
    assert (answer.status_code, year.score("1.2").self_points) == (200, Decimal("1.5"))
    assert "Chưa nhập số liệu: Việc đã xong, Việc phải làm." in answer.text
    assert ('data-done="0"' in answer.text, ">0/7<" in answer.text) == (True, True)
    explained = save(clerk, year, "1.2", version=2, points="1,5", explanation="Số liệu do Sở khác giữ")
    assert ('data-done="1"' in explained.text, ">1/7<" in explained.text) == (True, True)


def test_one_figure_of_two_says_which_is_missing(year, clerk):
    answer = save(clerk, year, "1.2", a="9")
    assert ("Chưa nhập số liệu: Việc phải làm." in answer.text, 'data-done="0"' in answer.text) == (True, True)
    check = clerk.get(f"/sheets/{year.sheet_id}/check").text
    assert ("Chưa nhập số liệu: Việc phải làm." in check, "Chưa nhập số liệu: Chưa" in check) == (True, False)


def test_impossible_values_are_refused(year, clerk):
    codes = [
        save(clerk, year, "1.2", a="11", b="10").status_code,
        save(clerk, year, "1.2", points="2,5").status_code,
        save(clerk, year, "2.2", option="3").status_code,
        save(clerk, year, "1.4", points="1").status_code,
        save(clerk, year, "1.5", points="1").status_code,
    ]
    assert codes == [422] * 5


def test_a_colleague_never_overwrites_silently_and_both_texts_are_shown(year, clerk, sign_in):
    save(clerk, year, "1.3", n="1", explanation="Bản của đồng nghiệp")
    answer = save(sign_in("tp-duyet"), year, "1.3", version=1, n="3", explanation="Bản của tôi")
    assert (answer.status_code, year.score("1.3").explanation) == (409, "Bản của đồng nghiệp")
    assert ("Bản của đồng nghiệp" in answer.text, "Bản của tôi" in answer.text) == (True, True)
    assert 'data-keep-mine="2"' in answer.text


def test_keeping_mine_is_a_save_with_the_newer_version(year, clerk):
    save(clerk, year, "1.3", n="1")
    assert save(clerk, year, "1.3", version=2, n="3").status_code == 200
    assert year.score("1.3").figure_n == Decimal(3)


def test_taking_theirs_draws_the_row_as_it_is_kept(year, clerk):
    save(clerk, year, "1.3", n="1", explanation="Bản đã lưu")
    row = clerk.get(f"/sheets/rows/{year.scores['1.3']}").text
    assert ("Bản đã lưu" in row, 'name="version" value="2"' in row) == (True, True)


def test_saving_the_same_text_twice_changes_nothing_and_is_no_collision(year, clerk):
    first, again = (save(clerk, year, "1.3", n="1", explanation=" Bản kê ") for _twice in range(2))
    assert (first.status_code, again.status_code, year.score("1.3").version) == (200, 200, 2)
    assert 'data-version="2"' in again.text


def test_another_agency_finds_no_row_and_a_manager_may_not_write(year, sign_in):
    assert save(sign_in("tc-nhap"), year, "1.3", n="1").status_code == 404
    assert sign_in("tc-nhap").get(f"/sheets/rows/{year.scores['1.3']}").status_code == 404
    assert save(sign_in("quan-ly"), year, "1.3", n="1").status_code == 403
    assert year.score("1.3").figure_n is None


def test_after_the_deadline_nothing_is_saved(year, clerk):
    year.end_entry()
    answer = save(clerk, year, "1.3", n="1")
    assert (answer.status_code, "Đã hết thời hạn nhập liệu" in answer.text) == (409, True)
    assert year.score("1.3").figure_n is None


def test_an_approved_sheet_takes_no_row(year, clerk):
    approve(year)
    version = year.score("1.3").version
    assert save(clerk, year, "1.3", version=version, n="1").status_code == 409
    assert year.score("1.3").figure_n == Decimal(2)


def test_a_row_saves_with_at_most_eight_statements(year, clerk):
    typed = {"version": 1, "a": "9", "b": "10"}
    headers = {"HX-Request": "true", "X-CSRFToken": clerk.token()}
    with counted() as statements:
        clerk.client.post(f"/sheets/rows/{year.scores['1.2']}", data=typed, headers=headers)
    assert (year.score("1.2").self_points, len(statements) <= 8) == (Decimal(1), True), "\n".join(statements)


@pytest.fixture
def computed_only(year):
    """The round's set takes computed points alone."""
    with year.app.app_context():
        db.session.get(CriteriaSet, year.province.reform_set).allows_deviation = False
        db.session.commit()


def test_a_set_of_computed_points_refuses_others_at_the_row_and_says_so_on_the_page(year, clerk, computed_only):
    answer = save(clerk, year, "1.3", n="2", points="1,25", explanation="Một bài đăng lại")
    assert (answer.status_code, 'data-field="points"' in answer.text) == (422, True)
    assert "Bộ tiêu chí này chỉ nhận điểm tính từ số liệu (1 điểm)" in answer.text
    assert (year.score("1.3").version, year.score("1.3").self_points) == (1, None)
    assert "giải trình không thay được số liệu" in clerk.get(f"/sheets/{year.sheet_id}").text


def test_a_set_of_computed_points_asks_for_figures_and_for_no_explanation(year, clerk, computed_only):
    answer = save(clerk, year, "1.3", points="1", explanation="Có danh mục").text
    assert "Chưa nhập số liệu" in answer and 'data-done="0"' in answer
    assert "bộ tiêu chí này chỉ nhận điểm tính từ số liệu." in answer and "hoặc ghi giải trình" not in answer
    nothing = save(clerk, year, "1.2", a="0", b="0").text
    assert "Hãy đề nghị không áp dụng." in nothing and "giải trình" not in nothing


def test_a_set_that_allows_deviation_has_no_note_of_it(year, clerk):
    assert "giải trình không thay được số liệu" not in clerk.get(f"/sheets/{year.sheet_id}").text
