"""app/four_eyes.py: who confirms is independent of who asked; one person cannot hold both accounts."""

from datetime import timedelta

import pytest

from app import audit, four_eyes
from app.accounts import (
    DATA_ENTRY,
    MANAGER,
    change_account,
    create_account,
    lock_account,
    resets,
    unlock_account,
)
from app.clock import now
from app.errors import Conflict, NotAllowed
from app.extensions import db
from app.holding import hold_row
from app.models import Account
from app.scoring.models import Round, UnlockRequest
from app.scoring.operations import unlocking
from tests.province import NOW, PASSWORD, Province
from tests.scoring.views import stages
from tests.statements import counted
from tests.test_account_desk import secrets_of

NEW = "Mua-xuan-2048"
PUPPET = {
    "last_name": "Trần", "first_name": "Bình", "email": "binh@thanhhoa.example", "account_type": MANAGER,
    "username": "quan-ly.ao",
}  # fmt: skip
REOPEN = {"reopen_reason": "Chấm nhầm"}


@pytest.fixture
def concluded(told, app, province) -> int:
    return told("concluded for two", lambda: stages.concluded(app, province))


def is_opened(app, round_id: int) -> bool:
    with app.app_context():
        return db.session.get(Round, round_id).state != "concluded"


def enter_with_slip(sign_in, username: str, password: str):
    browser = sign_in(username, password)
    assert browser.post("/password/", {"old": password, "new": NEW, "again": NEW}).status_code == 302
    return browser


def test_a_manager_made_by_the_asker_opens_no_concluded_result(app, sign_in, province, concluded):
    manager = sign_in("quan-ly")
    new = PUPPET | {"agency": str(province.agencies["SO-NV"])}
    slip = manager.post("/accountview/add", new, follow_redirects=True)
    assert manager.post(f"/rounds/{concluded}/unlock", REOPEN).status_code == 302
    puppet = enter_with_slip(sign_in, *secrets_of(slip.text))
    page = puppet.get(f"/rounds/{concluded}").text
    assert [
        words in page
        for words in ("Xác nhận mở khóa", "chưa được xác nhận đề nghị", "“quan-ly” tạo tài khoản “quan-ly.ao”")
    ] == [False, True, True]
    answer = puppet.post(f"/differences/{concluded}/unlocks/1/confirm")
    assert (answer.status_code, "chưa được xác nhận đề nghị" in answer.text) == (403, True)
    assert not is_opened(app, concluded)


def test_a_manager_takes_over_no_other_managers_account(app, sign_in, province, concluded):
    manager, other = sign_in("quan-ly"), province.accounts["quan-ly-2"]
    assert manager.post(f"/rounds/{concluded}/unlock", REOPEN).status_code == 302
    url = f"/accounts-desk/accounts/{other}/password"
    answer = manager.post(url, {"without_second_factor": "y"})
    assert (answer.status_code, secrets_of(answer.text)) == (409, [])
    assert "hai tài khoản quản lý khác cùng cấp lại" in answer.text
    assert sign_in("quan-ly-2", PASSWORD).get("/home/").status_code == 200
    assert not is_opened(app, concluded)


def test_the_second_manager_sees_both_facts_and_opens(app, sign_in, concluded):
    assert sign_in("quan-ly").post(f"/rounds/{concluded}/unlock", REOPEN).status_code == 302
    second = sign_in("quan-ly-2")
    page = second.get(f"/rounds/{concluded}").text
    assert [
        words in page for words in ("Người đề nghị: ", "(quan-ly)", "Không ai trong hai người từng tạo")
    ] == [True] * 3
    assert second.post(f"/differences/{concluded}/unlocks/1/confirm").status_code == 302
    assert is_opened(app, concluded)


def make_manager(actor: Account | None, username: str = "ba", at=NOW) -> Account:
    made, _password = create_account(
        username=f"quan-ly.{username}",
        last_name="Trần",
        first_name="Bình",
        email=f"{username}@thanhhoa.example",
        account_type=MANAGER,
        actor=actor,
        at=at,
    )
    return made


def may(asker: Account, confirmer: Account, at=None) -> bool:
    try:
        four_eyes.require_second_person(asker, confirmer, at=at or now())
    except NotAllowed:
        return False
    return True


@pytest.fixture
def two(ctx, province: Province) -> tuple[Account, Account]:
    return province.account("quan-ly"), province.account("quan-ly-2")


def test_two_who_have_nothing_to_do_with_each_other_are_two(two):
    assert (may(*two), may(*reversed(two)), may(two[0], two[0])) == (True, True, False)


def promote(account: Account, actor: Account) -> None:
    before = {"account_type": DATA_ENTRY, "agency": actor.agency}
    change_account(account, before, actor=actor, at=now())
    change_account(account, {"account_type": MANAGER}, actor=actor, at=now())


def unlock(account: Account, actor: Account) -> None:
    lock_account(account, "Kiểm tra", actor=None, at=now())
    unlock_account(account, "Xong", actor=actor, at=now())


def move(account: Account, actor: Account) -> None:
    change_account(account, {"agency": None}, actor=actor, at=now())


def redirect_mail(account: Account, actor: Account) -> None:
    """Whoever owns the address may come in by single sign-on."""
    change_account(account, {"email": "cua-toi@thanhhoa.example"}, actor=actor, at=now())


def revive(account: Account, actor: Account) -> None:
    account.active = False
    db.session.flush()
    change_account(account, {"active": True}, actor=actor, at=now())


@pytest.fixture
def bound(two):
    """What the screens do: the trail's rows of changed fields are the first manager's."""
    audit.bind(two[0])
    yield two
    audit.bind(None)


@pytest.mark.parametrize("act", [promote, unlock, move, redirect_mail, revive])
def test_whoever_promoted_unlocked_or_moved_an_account_is_one_with_it(bound, act):
    actor, other = bound
    act(other, actor)
    db.session.flush()
    assert (may(actor, other), may(other, actor)) == (False, False)


def test_the_tie_ends_when_the_window_has_passed(app, two):
    actor, _other = two
    made = make_manager(actor)
    days = app.config["FOUR_EYES_DAYS"]
    assert days == 30
    assert may(actor, made, at=NOW + timedelta(days=days - 1)) is False
    assert may(actor, made, at=now() + timedelta(days=days, seconds=1)) is True


def test_one_made_by_one_made_by_the_asker_is_the_asker_still(two):
    actor, other = two
    grandchild = make_manager(make_manager(actor), "tu")
    assert (may(actor, grandchild), may(grandchild, actor), may(other, grandchild)) == (False, False, True)


def test_two_made_by_one_are_one(two):
    actor, _other = two
    first, second = make_manager(actor), make_manager(actor, "tu")
    assert may(first, second) is False


def test_who_was_reset_by_two_confirms_for_neither(two):
    actor, other = two
    third = make_manager(None)
    asked = resets.request_manager_reset(third, "Mất điện thoại", actor=actor, at=NOW)
    resets.confirm_manager_reset(asked, actor=other, at=NOW)
    assert [may(actor, third), may(other, third), may(actor, other)] == [False, False, True]


def test_an_account_made_on_the_server_is_nobodys(two):
    made = make_manager(None)
    assert [may(manager, made) for manager in two] == [True, True]


def test_the_refusal_names_the_fact_and_its_day(two):
    actor, _other = two
    made = make_manager(actor)
    with pytest.raises(NotAllowed, match=r"30 ngày qua “quan-ly” tạo tài khoản “quan-ly.ba” ngày \d\d/\d\d/\d{4}"):
        four_eyes.require_second_person(actor, made, at=now())


def test_facts_are_told_however_old_they_are(two):
    actor, _other = two
    made = make_manager(actor)
    told = four_eyes.relation(actor, made, at=now() + timedelta(days=400))
    assert ([str(fact)[:35] for fact in told.facts], told.refusal) == (
        ["“quan-ly” tạo tài khoản “quan-ly.ba"],
        None,
    )


def test_with_puppets_alone_there_is_nobody_to_confirm_and_the_way_out_is_said(concluded, two):
    actor, other = two
    other.active = False
    make_manager(actor)
    round_ = db.session.get(Round, concluded)
    with pytest.raises(Conflict, match="flask scoring import-accounts"):
        unlocking.request_reopening(hold_row(round_), "Chấm nhầm", actor=actor, at=now())
    assert db.session.query(UnlockRequest).count() == 0
    make_manager(None, "doc.lap")
    asked = unlocking.request_reopening(hold_row(round_), "Chấm nhầm", actor=actor, at=now())
    assert asked.state == "pending"


def test_facts_are_read_in_a_few_statements_however_many_accounts_were_made(two):
    actor, other = two
    for number in range(5):
        make_manager(actor, f"so{number}")
    db.session.flush()
    may(actor, other)  # what was made before is on the trail now
    with counted() as statements:
        may(actor, other)
    assert len(statements) <= 4
