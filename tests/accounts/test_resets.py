"""app/accounts/resets.py and its desk: a manager's password by two others; everybody concerned hears of it."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import DATA_ENTRY, MANAGER, change_account, create_account, give_one_time_password
from app.accounts.resets import confirm_manager_reset, refuse_manager_reset, request_manager_reset
from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.models import Account, AuditEvent, ManagerReset, Notification, OutgoingMail
from app.passwords import is_password
from tests.province import NOW, PASSWORD
from tests.test_account_desk import secrets_of

RESET = "được cấp lại mật khẩu"


@pytest.fixture
def third(app, province) -> int:
    """A third manager, made on the server; commits."""
    with app.app_context():
        made, _password = create_account(
            username="quan-ly.ba", last_name="Lê", first_name="Ba", email="ba@thanhhoa.example",
            account_type=MANAGER, actor=None, at=NOW,
        )  # fmt: skip
        db.session.query(Notification).delete()
        db.session.query(OutgoingMail).delete()
        db.session.commit()
        return made.id


def told(username: str) -> list[str]:
    query = select(Notification.text).join(Account, Account.id == Notification.account_id)
    return list(db.session.scalars(query.where(Account.username == username).order_by(Notification.id)))


def test_two_managers_give_a_third_a_password(app, sign_in, third):
    first, second = sign_in("quan-ly"), sign_in("quan-ly-2")
    page = first.post(f"/accounts-desk/accounts/{third}/manager-reset", {"reason": "Quên; đã gọi lại"})
    assert page.status_code == 302
    desk = second.get("/accounts-desk/").text
    assert ["Quên; đã gọi lại" in desk, "Xác nhận, cấp mật khẩu" in desk, "(quan-ly)" in desk] == [True] * 3
    assert "Xác nhận, cấp mật khẩu" not in first.get("/accounts-desk/").text
    slip = second.post("/accounts-desk/manager-resets/1/confirm", follow_redirects=True)
    username, password = secrets_of(slip.text)
    assert sign_in(username, password).get("/home/").headers["Location"] == "/password/"
    with app.app_context():
        event = db.session.scalars(select(AuditEvent).filter_by(action="password_reset")).one()
        assert (event.actor_name, event.changes["requested_by"]) == ("quan-ly-2", "quan-ly")


@pytest.mark.parametrize(("name", "status"), [("quan-ly", 403), ("quan-ly.ba", 403), ("tp-nhap", 403)])
def test_neither_the_asker_nor_the_owner_nor_anyone_else_confirms(app, sign_in, province, third, name, status):
    with app.app_context():
        db.session.get(Account, third).password = province.account("quan-ly").password
        db.session.get(Account, third).must_change_password = False
        db.session.commit()
    sign_in("quan-ly").post(f"/accounts-desk/accounts/{third}/manager-reset", {"reason": "Quên"})
    assert sign_in(name).post("/accounts-desk/manager-resets/1/confirm").status_code == status
    with app.app_context():
        assert db.session.get(ManagerReset, 1).state == "pending"
        assert is_password(db.session.get(Account, third).password, PASSWORD)


def test_a_request_needs_a_reason_another_manager_and_one_to_confirm(ctx, province, third):
    actor, owner, clerk = (
        province.account("quan-ly"), db.session.get(Account, third), province.account("tp-nhap")
    )  # fmt: skip
    for account, reason, asker, refusal in (
        (owner, " ", actor, Refused),
        (actor, "Quên", actor, NotAllowed),
        (owner, "Quên", clerk, NotAllowed),
        (clerk, "Quên", actor, Conflict),
    ):
        with pytest.raises(refusal):
            request_manager_reset(account, reason, actor=asker, at=NOW)
    province.account("quan-ly-2").active = False
    with pytest.raises(Conflict, match="flask scoring give-password"):
        request_manager_reset(owner, "Quên", actor=actor, at=NOW)


def test_a_request_is_made_and_decided_once(ctx, province, third):
    actor, second, owner = (
        province.account("quan-ly"), province.account("quan-ly-2"), db.session.get(Account, third)
    )  # fmt: skip
    asked = request_manager_reset(owner, "Quên", actor=actor, at=NOW)
    with pytest.raises(Conflict, match="đang chờ"):
        request_manager_reset(owner, "Quên", actor=second, at=NOW)
    refuse_manager_reset(asked, actor=second, at=NOW)
    for act in (confirm_manager_reset, refuse_manager_reset):
        with pytest.raises(Conflict, match="đã được xử lý"):
            act(asked, actor=second, at=NOW)
    assert told("quan-ly")[-1] == "Không xác nhận cấp lại mật khẩu của tài khoản quản lý “quan-ly.ba”."


def test_the_database_too_wants_two_people(ctx, province, third):
    asked = request_manager_reset(db.session.get(Account, third), "Quên", actor=province.account("quan-ly"), at=NOW)
    asked.state, asked.decided_by_id, asked.decided_at = "confirmed", asked.requested_by_id, NOW
    with pytest.raises(IntegrityError, match="two_people"):
        db.session.flush()


def test_a_manager_made_a_clerk_for_a_moment_is_still_reset_by_two(ctx, province, third):
    actor, owner = province.account("quan-ly"), db.session.get(Account, third)
    change_account(owner, {"account_type": DATA_ENTRY, "agency": actor.agency}, actor=actor, at=NOW)
    with pytest.raises(Conflict, match="hai tài khoản quản lý"):
        give_one_time_password(owner, actor=actor, at=NOW)


def test_owner_and_every_manager_hear_of_each_reset_by_mail_too(ctx, province, third):
    give_one_time_password(province.account("tp-nhap"), actor=province.account("quan-ly"), at=NOW)
    people = ("tp-nhap", "quan-ly", "quan-ly-2", "quan-ly.ba")
    assert [len([text for text in told(name) if RESET in text]) for name in people] == [1] * 4
    assert "người thực hiện: quan-ly." in told("tp-nhap")[0]
    letters = db.session.scalars(select(OutgoingMail.recipient).where(OutgoingMail.subject.contains(RESET)))
    assert len(letters.all()) == 4


def test_owner_and_managers_hear_of_a_managers_reset_when_it_is_asked_for(ctx, province, third):
    owner = db.session.get(Account, third)
    request_manager_reset(owner, "Quên", actor=province.account("quan-ly"), at=NOW)
    assert [len(told(name)) for name in ("quan-ly.ba", "quan-ly-2", "quan-ly")] == [1, 1, 0]


def test_managers_hear_of_a_new_manager(ctx, province):
    actor = province.account("quan-ly")
    made, _password = create_account(
        username="moi.ql", last_name="Lê", first_name="Tư", email="tu@thanhhoa.example",
        account_type=MANAGER, actor=actor, at=NOW,
    )  # fmt: skip
    change_account(province.account("tp-nhap"), {"account_type": MANAGER}, actor=actor, at=NOW)
    assert told("quan-ly-2") == [
        "“quan-ly” cấp quyền quản lý cho tài khoản “moi.ql”.",
        "“quan-ly” cấp quyền quản lý cho tài khoản “tp-nhap”.",
    ]
