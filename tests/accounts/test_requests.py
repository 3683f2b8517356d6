"""app/accounts/requests.py and the desk: what strangers ask for stands in nobody's way, and nothing said is untrue."""

import pytest
from sqlalchemy import select

from app.accounts import give_one_time_password
from app.accounts.queries import PAGE, pending_resets
from app.accounts.requests import ALL_REQUESTS, OWN_REQUESTS, request_reset
from app.errors import Refused
from app.extensions import db
from app.models import ResetRequest
from tests.conftest import Browser
from tests.province import NOW

STRANGER, OWNER = "203.0.113.9", "10.1.1.1"
KEPT, DROPPED = "Đã ghi nhận đề nghị.", "KHÔNG được ghi nhận"


def ask(browser, name: str, contact: str, address: str):
    form = {"username": name, "contact": contact, "head_of_agency": "Ông A"}
    where = {"REMOTE_ADDR": address}
    answer = browser.post("/reset-request/", form, environ_base=where)
    if answer.status_code != 302:
        return answer.text
    return browser.get(answer.headers["Location"]).text


def contacts(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(ResetRequest.contact).order_by(ResetRequest.id)))


@pytest.fixture
def new_device(app):
    return lambda: Browser(app.test_client())


def test_the_owners_request_is_kept_beside_the_strangers(app, new_device, sign_in):
    assert KEPT in ask(new_device(), "tp-duyet", "0900 000 000 (kẻ lạ)", STRANGER)
    assert KEPT in ask(new_device(), "TP-Duyet", "0237 385 2246", OWNER)
    assert contacts(app) == ["0900 000 000 (kẻ lạ)", "0237 385 2246"]
    desk = sign_in("quan-ly").get("/accounts-desk/").text
    assert [words in desk for words in (*contacts(app), "tp-duyet@thanhhoa.example", STRANGER)] == [True] * 4
    assert desk.count("<b>tp-duyet</b>") == 1


def test_a_request_too_many_is_said_to_be_dropped_and_is(app, new_device):
    stranger = new_device()
    told = [ask(stranger, "tp-duyet", str(number), STRANGER) for number in range(OWN_REQUESTS + 1)]
    assert [KEPT in text for text in told] == [True] * OWN_REQUESTS + [False]
    assert DROPPED in told[-1]
    assert len(contacts(app)) == OWN_REQUESTS
    assert KEPT in ask(new_device(), "tp-duyet", "chủ tài khoản", OWNER)


def test_the_owners_own_device_is_heard_whatever_strangers_did(app, sign_in, ctx):
    for number in range(ALL_REQUESTS):
        values = {"username": "tp-duyet", "contact": "x", "head_of_agency": "y", "at": NOW}
        request_reset(**values, source=f"address:10.9.{number}.1")
    with pytest.raises(Refused, match="KHÔNG"):
        request_reset(**values, source="address:10.8.0.1")
    db.session.commit()
    own = sign_in("tp-duyet")
    own.post("/logout/")
    assert KEPT in ask(own, "tp-duyet", "chủ tài khoản", STRANGER)


def test_names_that_nobody_has_are_answered_alike(app, new_device):
    def answers(name: str) -> list[bool]:
        browser = new_device()
        told = [ask(browser, name, str(number), STRANGER) for number in range(OWN_REQUESTS + 1)]
        return [KEPT in text for text in told] + [DROPPED in told[-1]]

    assert answers("tp-duyet") == answers("khong-co") == answers("tp-duyet@thanhhoa.example")


def test_name_and_address_of_one_account_stand_together(ctx, province):
    for name in ("tp-duyet", "tp-duyet@thanhhoa.example", "khong-co"):
        request_reset(username=name, contact="x", head_of_agency="y", source="", at=NOW)
    db.session.flush()
    groups = pending_resets().items
    assert [(group.account and group.account.username, group.count) for group in groups] == [
        ("tp-duyet", 2),
        (None, 1),
    ]


def test_the_desk_shows_a_page_at_a_time(app, sign_in, ctx):
    for number in range(PAGE + 3):
        request_reset(username=f"ten-{number:02}", contact="x", head_of_agency="y", source="", at=NOW)
    db.session.commit()
    manager = sign_in("quan-ly")
    pages = [manager.get(f"/accounts-desk/?resets={number}").text for number in (1, 2, 99)]
    assert [page.count("<b>ten-") for page in pages] == [PAGE, 3, 3]
    assert 'aria-current="page">2<' in pages[1]


def test_a_desk_of_one_account_reads_as_many_statements_as_of_many(ctx):
    from tests.statements import counted

    def statements() -> int:
        with counted() as found:
            pending_resets()
        return len(found)

    request_reset(username="tp-duyet", contact="x", head_of_agency="y", source="", at=NOW)
    db.session.flush()
    one = statements()
    for name in ("tc-duyet", "nv-duyet", "khong-co"):
        request_reset(username=name, contact="x", head_of_agency="y", source="", at=NOW)
    db.session.flush()
    assert statements() == one


def test_the_verified_request_is_granted_and_the_others_are_not(app, sign_in, new_device):
    ask(new_device(), "tp-duyet", "kẻ lạ", STRANGER)
    ask(new_device(), "tp-duyet", "chủ", OWNER)
    assert sign_in("quan-ly").post("/accounts-desk/resets/2/settle").status_code == 302
    with app.app_context():
        rows = db.session.query(ResetRequest).order_by(ResetRequest.id)
        assert [(row.contact, row.state) for row in rows] == [("kẻ lạ", "refused"), ("chủ", "approved")]


def test_a_refusal_answers_every_request_of_the_account(app, sign_in, new_device):
    ask(new_device(), "tp-duyet", "kẻ lạ", STRANGER)
    ask(new_device(), "khong-co", "ai đó", STRANGER)
    ask(new_device(), "tp-duyet", "chủ", OWNER)
    answer = sign_in("quan-ly").post("/accounts-desk/resets/3/refuse", {"note": "Không xác minh được"})
    assert answer.status_code == 302
    with app.app_context():
        states = db.session.scalars(select(ResetRequest.state).order_by(ResetRequest.id)).all()
        assert states == ["refused", "pending", "refused"]


def test_a_managers_request_goes_to_two_managers(app, sign_in, new_device):
    ask(new_device(), "quan-ly-2", "0900", STRANGER)
    manager = sign_in("quan-ly")
    desk = manager.get("/accounts-desk/").text
    assert ["hai người cấp lại" in desk, "/resets/1/settle" in desk] == [True, False]
    assert manager.post("/accounts-desk/resets/1/settle").status_code == 409


def test_a_password_given_otherwise_answers_the_requests(ctx, province):
    request_reset(username="tp-nhap", contact="x", head_of_agency="y", source="", at=NOW)
    give_one_time_password(province.account("tp-nhap"), actor=province.account("quan-ly"), at=NOW)
    assert pending_resets().total == 0
