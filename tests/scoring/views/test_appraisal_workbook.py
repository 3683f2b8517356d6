"""An appraiser's work as a workbook: what goes out, what comes back, what it may change."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import Appraisal, Round, Score
from app.scoring.operations import appraisals
from app.scoring.queries.appraisals import get_task, get_work
from tests.province import NOW, begin_appraisal, open_round
from tests.scoring.views.entry_files import Filled, pending_of, upload_to

NOTHING = "Tệp không thay đổi gì"


class Work(Filled):
    HEAD = 4
    NAMES = {"points": "Điểm thẩm định", "na": "Không áp dụng", "why": "Lý do"}

    def row(self, place: str) -> int:
        """``"SO-TP 1.1"`` by the agency's name and the criterion's code."""
        agency, code = place.split("/")
        rows = range(self.HEAD + 1, self.sheet.max_row + 1)
        return next(
            r for r in rows if (self.sheet.cell(r, 1).value, self.sheet.cell(r, 2).value) == (agency, code)
        )


@pytest.fixture
def round_id(app, province) -> int:
    with app.app_context():
        round_ = open_round(province)
        begin_appraisal(round_, province)
        return round_.id


@pytest.fixture
def person(sign_in):
    return sign_in("td-nv")


def download(person, round_id: int) -> bytes:
    answer = person.get(f"/appraisals/{round_id}/workbook.xlsx")
    assert answer.status_code == 200, answer.text
    return answer.data


def upload(person, round_id: int, data: bytes):
    return upload_to(person, f"/appraisals/{round_id}/upload", data)


def apply(person, round_id: int, page: str, **choices):
    return person.post(f"/appraisals/{round_id}/upload/apply", {"pending": pending_of(page)} | choices)


def given(app) -> list[tuple]:
    with app.app_context():
        found = db.session.scalars(select(Appraisal).order_by(Appraisal.score_id))
        return [(row.points, row.not_applicable, row.reason) for row in found]


def first(data: bytes) -> str:
    sheet = Work(data).sheet
    return f"{sheet.cell(5, 1).value}/{sheet.cell(5, 2).value}"


def first_score(data: bytes) -> int:
    filled = Work(data)
    return filled.cell(first(data), "Mã dòng").value


def own_points(app, score_id: int) -> None:
    """The unit has given itself points, which are no appraiser's."""
    with app.app_context():
        db.session.get(Score, score_id).self_points = Decimal(1)
        db.session.commit()


def save(app, province, score_id: int, points: str) -> None:
    """The appraiser's other window."""
    with app.app_context():
        account, task = province.account("td-nv"), get_task(province.account("td-nv"), score_id)
        work = get_work(account, task.score.sheet.round_id)
        verdict = appraisals.Verdict(Decimal(points), reason="Cửa sổ khác")
        version = task.appraisal.version if task.scored else 0
        appraisals.save_appraisal(task, hold_row(work), verdict, version=version, actor=account, at=NOW)
        db.session.commit()


def test_a_workbook_that_nobody_touched_changes_nothing(app, province, round_id, person):
    save(app, province, first_score(download(person, round_id)), "0.5")
    before = given(app)
    page = upload(person, round_id, download(person, round_id))
    assert (page.status_code, NOTHING in page.text, given(app) == before) == (200, True, True)


def test_points_reasons_and_not_applicable_come_back(app, round_id, person):
    data = download(person, round_id)
    own_points(app, first_score(data))
    filled = Work(data).put(first(data), points="0,5", why="Thiếu kế hoạch")
    filled.sheet.cell(6, filled.columns["Không áp dụng"]).value = "Có"
    page = upload(person, round_id, filled.data)
    assert (page.status_code, given(app), "theo gợi ý" in page.text) == (200, [], False)
    answer = apply(person, round_id, page.text)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/appraisals/{round_id}")
    assert given(app) == [(Decimal("0.5"), False, "Thiếu kế hoạch"), (None, True, "")]


def test_a_conflict_is_chosen_and_applying_twice_saves_once(app, province, round_id, person):
    data = download(person, round_id)
    save(app, province, first_score(data), "1")
    page = upload(person, round_id, Work(data).put(first(data), points=0.5).data).text
    assert apply(person, round_id, page).status_code == 422
    chosen = {f"choice-{first_score(data)}-points": "mine"}
    answers = [apply(person, round_id, page, **chosen).status_code for _time in range(2)]
    assert (answers, given(app)) == ([302, 302], [(Decimal("0.5"), False, "Cửa sổ khác")])


def test_a_row_saved_after_it_was_shown_is_shown_again(app, province, round_id, person):
    data = download(person, round_id)
    page = upload(person, round_id, Work(data).put(first(data), points=0.5).data).text
    save(app, province, first_score(data), "1")
    again = apply(person, round_id, page, **{f"choice-{first_score(data)}-points": "mine"})
    assert (again.status_code, 'value="mine" required checked' in again.text) == (409, True)
    assert given(app) == [(Decimal(1), False, "Cửa sổ khác")]


def test_points_that_cannot_be_are_named_and_nothing_is_saved(app, round_id, person):
    data = download(person, round_id)
    answer = upload(person, round_id, Work(data).put(first(data), points=99).data)
    assert (answer.status_code, "Điểm phải từ 0 đến 1." in answer.text, given(app)) == (422, True, [])


def test_the_file_of_another_appraiser_is_refused(app, round_id, person, sign_in):
    data = download(sign_in("td-tp"), round_id)
    answer = upload(person, round_id, Work(data).put(first(data), points=0.5).data)
    assert (answer.status_code, "phần việc của người khác" in answer.text) == (422, True)


def test_a_sheet_of_an_agency_is_no_work_of_an_appraiser(app, round_id, person):
    assert upload(person, round_id, b"a;b\n1;2\n").status_code == 422


def test_outside_the_round_and_without_the_right_there_is_nothing(round_id, person, sign_in):
    assert person.get("/appraisals/999/workbook.xlsx").status_code == 404
    assert sign_in("tp-nhap").get(f"/appraisals/{round_id}/workbook.xlsx").status_code == 403


def test_after_the_sending_nothing_is_taken(app, province, round_id, person):
    data = download(person, round_id)
    page = upload(person, round_id, Work(data).put(first(data), points=0.5).data).text
    with app.app_context():
        get_work(province.account("td-nv"), round_id).state = "sent"
        db.session.commit()
    answers = [upload(person, round_id, data), apply(person, round_id, page)]
    answers.append(person.get(f"/appraisals/{round_id}/workbook.xlsx"))
    assert [answer.status_code for answer in answers] == [409] * 3


def test_after_the_deadline_nothing_is_taken(app, round_id, person):
    data = download(person, round_id)
    page = upload(person, round_id, Work(data).put(first(data), points=0.5).data).text
    with app.app_context():
        db.session.get(Round, round_id).appraisal_deadline = NOW - timedelta(days=1)
        db.session.commit()
    answers = [upload(person, round_id, data), apply(person, round_id, page)]
    assert ([answer.status_code for answer in answers], given(app)) == ([409] * 2, [])
