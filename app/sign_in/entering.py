"""The steps of a sign-in: the password, or the single sign-on; the code where there is a second factor; the session.

Each step commits: a try is counted whatever happens afterwards.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app, session
from flask_login import login_user

from app import audit
from app.accounts import account_named
from app.errors import Refused
from app.extensions import db
from app.models import Account
from app.passwords import hashed, is_outdated, is_password
from app.row_access import sign_in_access
from app.sign_in.bindings import bind_person
from app.sign_in.known_devices import remember_device, source_of
from app.sign_in.models import AccountSession
from app.sign_in.second_factor import confirmed_factor, judge_code
from app.sign_in.sessions import begin_session
from app.sign_in.single_sign_on import account_of_claims
from app.sign_in.spraying import refuse_spraying
from app.sign_in.tries import forget_tries, give_back, take_try

CODE_WITHIN = timedelta(minutes=10)
WAITING = "_waiting"  # in the cookie: who has passed the first step, when, and how
ASKED, ASKED_FOR = "_asked", timedelta(minutes=10)  # in the cookie: when the single sign-on asked once more


@sign_in_access()
def judge_password(name: str, password: str, *, at: datetime) -> Account:
    """The account, if name (or e-mail) and password are right and nothing bars it; ``Refused`` says what is wrong."""
    account = account_named(name)
    counted = account.username if account is not None else name.strip().lower()[:64]
    source = source_of(account)
    real = account is not None and account.active and bool(account.password)
    kept = account.password if real else None
    take_try(counted, source, at=at)
    refuse_spraying(counted, source, at=at)
    db.session.commit()  # nobody waits for the hashing below
    right = is_password(kept, password)
    renewed = hashed(password) if right and is_outdated(kept) else None
    if not right:
        if account is not None:
            audit.record("sign_in_failed", account, actor=None, at=at, username=account.username)
        db.session.commit()
        raise Refused("Tên đăng nhập hoặc mật khẩu không đúng.")
    give_back(counted, source)
    if renewed is not None:
        _keep_renewed(account, kept, renewed, at=at)
    _refuse_locked(account, at=at)
    _refuse_outlived(account, at=at)
    db.session.commit()
    return account


def _keep_renewed(account: Account, before: str, renewed: str, *, at: datetime) -> None:
    """The same password under today's parameters, unless it was changed meanwhile."""
    db.session.refresh(account, with_for_update={"of": Account, "key_share": True})
    if account.password == before:
        account.password = renewed
        audit.record("password_rehashed", account, actor=account, at=at)


@sign_in_access()
def admit_claims(claims: dict, *, at: datetime) -> Account:
    """The account that the single sign-on speaks of; none is ever made, and a locked one stays out."""
    said = str(claims.get("preferred_username") or claims.get("email") or claims["sub"])[:120]
    try:
        account = account_of_claims(claims)
        if account is None:
            raise Refused("Chưa có tài khoản nào ứng với “%(name)s”; hãy liên hệ Sở Nội vụ.", name=said)
    except Refused:
        audit.record("sign_in_refused", actor=None, at=at, label=said, through="single_sign_on")
        db.session.commit()
        raise
    _refuse_locked(account, at=at)
    return account


def _refuse_locked(account: Account, *, at: datetime) -> None:
    if account.locked_at is not None:
        _refuse(account, Refused("Tài khoản đã khóa: %(reason)s", reason=account.lock_reason or ""), at=at)


def _refuse_outlived(account: Account, *, at: datetime) -> None:
    """A one-time password that nobody has used for long is dead; said to whoever knows it, and to no stranger."""
    given, life = account.password_given_at, current_app.config["FIRST_PASSWORD_LIFE"]
    if account.must_change_password and given is not None and at - given > life:
        refusal = Refused(
            "Mật khẩu dùng một lần này đã quá %(days)s ngày nên hết hiệu lực; hãy đề nghị Sở Nội vụ cấp mật khẩu "
            "mới.",
            days=life.days,
        )
        _refuse(account, refusal, at=at)


def _refuse(account: Account, refusal: Refused, *, at: datetime) -> None:
    audit.record("sign_in_refused", account, actor=account, at=at)
    db.session.commit()
    raise refusal


class Way(NamedTuple):
    """How somebody has come. ``subject``: who they are at the single sign-on; ``asked``: it asked them again."""

    through: str = "password"
    subject: str = ""
    asked: bool = False


@sign_in_access()
def enter_or_wait(account: Account, way: Way, *, at: datetime) -> bool:
    """True when the account is in; False when its code is still to come."""
    language = session.get("locale")
    session.clear()  # whatever an earlier visitor left
    if language is not None:
        session["locale"] = language
    if confirmed_factor(account) is None:
        _enter(account, way, at=at)
        return True
    session[WAITING] = [account.id, mark(account), int(at.timestamp()), *way]
    return False


@sign_in_access()
def waiting_account(*, at: datetime) -> Account | None:
    """Who has given the password on this browser and now owes the code; for ten minutes."""
    account_id, bound, since, *_way = session.get(WAITING) or (None, "", 0)
    account = db.session.get(Account, account_id) if account_id is not None else None
    if account is None or at.timestamp() - since > CODE_WITHIN.total_seconds() or bound != mark(account):
        return None
    return account if account.active and account.locked_at is None else None


@sign_in_access()
def enter_with_code(account: Account, code: str, *, at: datetime) -> None:
    """The second step of a sign-in."""
    judge_code(account, code, at=at)
    _account, _bound, _since, *way = session.pop(WAITING)
    _enter(account, Way(*way), at=at)


@sign_in_access()
def judge_own_password(account: Account, password: str, *, at: datetime) -> None:
    """The signed-in owner's password, asked again before a grave act; a wrong one is a try, too."""
    source, kept = source_of(account), account.password
    take_try(account.username, source, at=at)  # commits: nobody waits for the hashing below
    if not is_password(kept, password):
        audit.record("sign_in_failed", account, actor=account, at=at, username=account.username)
        db.session.commit()
        raise Refused("Mật khẩu hiện tại không đúng.", field="password")
    give_back(account.username, source)


def was_asked_again(*, at: datetime) -> bool:
    """Whether this session's owner has proved who they are at the single sign-on within ``ASKED_FOR``."""
    return at.timestamp() - session.get(ASKED, 0) <= ASKED_FOR.total_seconds()


def judge_owner(account: Account, live: AccountSession, password: str, *, at: datetime) -> None:
    """Who is signed in proves it again: by the password, or where they came from, at the single sign-on."""
    if live.through != "single_sign_on":
        judge_own_password(account, password, at=at)
    elif not was_asked_again(at=at):
        raise Refused("Hãy đăng nhập lại bằng đăng nhập một lần rồi làm lại việc này.", field="password")


def mark(account: Account) -> str:
    """What binds a session to the password: a new password ends every session of the old one."""
    return (account.password or "")[-16:]


def _enter(account: Account, way: Way, *, at: datetime) -> None:
    if way.subject:
        bind_person(account, current_app.config["OIDC_ISSUER"], way.subject, at=at)
    login_user(account, remember=False)
    session.permanent = True
    session["_mark"] = mark(account)
    session["_since"] = session["_seen"] = at.timestamp()
    if way.asked:
        session[ASKED] = at.timestamp()
    session["_key"] = begin_session(account, through=way.through, at=at)
    forget_tries(account.username, source_of(account), at=at)
    remember_device(account)
    account.last_login = datetime.now()  # naive and local, as FAB keeps it
    account.login_count = (account.login_count or 0) + 1
    audit.record("signed_in", account, actor=account, at=at, through=way.through)
    db.session.commit()
