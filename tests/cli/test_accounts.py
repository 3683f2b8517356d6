"""``flask scoring give-password``: what the operator does on the server, with a name and a reason."""

import pytest
from sqlalchemy import select

from app.accounts import find_account
from app.extensions import db
from app.models import AuditEvent, Notification
from app.passwords import is_password
from tests.province import PASSWORD

WHO = ("--by", "Lê Văn An", "--reason", "Chỉ có một quản lý")


def test_the_operator_resets_a_manager_by_name_and_reason_and_all_managers_hear_of_it(scoring, app):
    answer = scoring("give-password", "quan-ly", *WHO, "--json")
    assert (answer.status, answer.json["username"]) == (0, "quan-ly")
    with app.app_context():
        account = find_account("quan-ly")
        assert (is_password(account.password, answer.json["password"]), account.must_change_password) == (True, True)
        event = db.session.scalars(select(AuditEvent).filter_by(action="password_reset")).one()
        assert (event.actor_id, event.changes) == (None, {"operator": "Lê Văn An", "reason": "Chỉ có một quản lý"})
        told = db.session.scalars(select(Notification.text).order_by(Notification.id)).all()
        assert told == ["Tài khoản “quan-ly” được cấp lại mật khẩu; người thực hiện: Lê Văn An."] * 2


@pytest.mark.parametrize(
    ("words", "status"),
    [(("quan-ly",), 2), (("khong-co", *WHO), 2), (("quan-ly", "--by", " ", "--reason", "x"), 1)],
)
def test_without_name_reason_or_account_nothing_is_given(scoring, app, words, status):
    assert scoring("give-password", *words).status == status
    with app.app_context():
        assert is_password(find_account("quan-ly").password, PASSWORD)
