"""The rule of two people, one for every act that one account asks for and another confirms.

Whoever can make or take over an account is, for this rule, that account. So the confirmer and the asker must be
independent: within ``FOUR_EYES_DAYS`` neither has created, promoted, reset, unlocked or moved the other, directly or
through accounts in between, and no third account has done so to both. Otherwise one person could hold both.

The facts are read from the audit trail and not from columns of their own: the flush listener of ``app.audit`` writes
them for whatever screen or command changes an account, no operation can forget it, and nobody can change or delete
them afterwards without ``audit verify`` naming it. What the command line on the server does has no account as its
actor and ties nobody: it is how an operator helps a province that has no second independent manager.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from app.clock import local_date
from app.errors import NotAllowed, Sentence
from app.extensions import db
from app.models import Account, AuditEvent

ACTS = {
    "created": "tạo tài khoản",
    "account_created": "tạo tài khoản",
    "account_type_changed": "đổi loại tài khoản",
    "account_unlocked": "mở khóa tài khoản",
    "password_reset": "cấp lại mật khẩu của",
    "second_factor_removed": "gỡ xác thực hai lớp của",
    "sign_on_freed": "gỡ người dùng đăng nhập một lần của",
}
"""Acts on an account after which whoever did it could sign in as it, or decided what it may do."""
COLUMNS = {
    "username": "đổi tên đăng nhập của",
    "email": "đổi thư điện tử của",
    "agency_id": "chuyển cơ quan của",
    "active": "cho sử dụng hoặc ngừng",
    "can_approve": "đổi quyền duyệt của",
    "password": "cấp lại mật khẩu của",
}
"""The same for single fields, which the trail holds as ``changed``."""


class Fact(NamedTuple):
    """``actor_id`` did ``act`` to the account ``account_id``."""

    account_id: int
    actor_id: int
    act: str
    at: datetime


class Relation(NamedTuple):
    """What a confirmer has to know: how the two accounts relate, and why the confirmer may not, if so."""

    facts: list[Sentence]
    refusal: Sentence | None


def require_second_person(asker: Account, confirmer: Account, *, at: datetime) -> None:
    """Refuse a confirmer who is the asker, or not independent of the asker."""
    if asker.id == confirmer.id:
        raise NotAllowed("Người đề nghị không được tự xác nhận; cần một tài khoản quản lý khác.")
    refusal = _refusal(asker, confirmer, at)
    if refusal is not None:
        raise NotAllowed(refusal.template, **refusal.values)


def independent_of(asker: Account, candidates: Iterable[Account], *, at: datetime) -> list[Account]:
    """Those of the candidates who may confirm what this account asks for."""
    others = [other for other in candidates if other.id != asker.id]
    return [other for other in others if not _ties(asker, other, at)]


def relation(asker: Account, confirmer: Account, *, at: datetime) -> Relation:
    """Everything that one of the two has done to the other's account, latest first; and the refusal."""
    both = {asker.id, confirmer.id}
    direct = [fact for fact in _facts(both) if fact.actor_id in both and fact.actor_id != fact.account_id]
    newest: dict[tuple, Fact] = {}
    for fact in direct:
        newest[fact.account_id, fact.act] = fact
    ordered = sorted(newest.values(), key=lambda fact: fact.at, reverse=True)
    return Relation(_told(ordered), _refusal(asker, confirmer, at))


def _refusal(asker: Account, confirmer: Account, at: datetime) -> Sentence | None:
    ties = _ties(asker, confirmer, at)
    if not ties:
        return None
    return Sentence(
        "Tài khoản “%(confirmer)s” chưa được xác nhận đề nghị của “%(asker)s” vì trong %(days)s ngày qua %(fact)s; "
        "cần một tài khoản quản lý khác.",
        {
            "confirmer": confirmer.username,
            "asker": asker.username,
            "days": _days(),
            "fact": _told(ties)[0],
        },
    )


def _ties(asker: Account, confirmer: Account, at: datetime) -> list[Fact]:
    """The facts by which one person may hold both accounts, the shortest way; empty: they are independent."""
    since = at - timedelta(days=_days())
    ours, theirs = _holders(asker.id, since), _holders(confirmer.id, since)
    ways = [theirs[common] + ours[common] for common in ours.keys() & theirs.keys()]
    return min(ways, key=len, default=[])


def _holders(account_id: int, since: datetime) -> dict[int, list[Fact]]:
    """Account id → the facts that lead from it to ``account_id``: the account, who acted on it, on them, and so on."""
    ways: dict[int, list[Fact]] = {account_id: []}
    edge = {account_id}
    while edge:
        found: dict[int, list[Fact]] = {}
        for fact in _facts(edge, since):
            if fact.actor_id not in ways:
                found[fact.actor_id] = [*ways[fact.account_id], fact]
        ways |= found
        edge = found.keys()
    return ways


def _facts(ids: Collection[int], since: datetime | None = None) -> list[Fact]:
    """What was done to these accounts by other accounts, oldest first."""
    query = select(AuditEvent).where(
        AuditEvent.object_type == Account.__name__,
        AuditEvent.object_id.in_([str(number) for number in ids]),
        AuditEvent.action.in_([*ACTS, "changed"]),
    )
    if since is not None:
        query = query.where(AuditEvent.at >= since)
    events = db.session.scalars(query.order_by(AuditEvent.id))
    return [fact for event in events for fact in _facts_of(event) if fact.actor_id != fact.account_id]


def _facts_of(event: AuditEvent) -> list[Fact]:
    """One for each act and each account that stands behind it: who did it, and who had asked for it."""
    acts = (
        [words for name, words in COLUMNS.items() if name in event.changes]
        if event.action == "changed"
        else [ACTS[event.action]]
    )
    actors = [actor for actor in (event.actor_id, event.changes.get("asked_by_id")) if actor is not None]
    return [Fact(int(event.object_id), actor, act, event.at) for act in acts for actor in actors]


def _told(facts: list[Fact]) -> list[Sentence]:
    ids = {number for fact in facts for number in (fact.account_id, fact.actor_id)}
    names = dict(db.session.execute(select(Account.id, Account.username).where(Account.id.in_(ids))).all())
    return [
        Sentence(
            "“%(actor)s” %(act)s “%(account)s” ngày %(day)s",
            {
                "actor": names.get(fact.actor_id, str(fact.actor_id)),
                "act": Sentence(fact.act),
                "account": names.get(fact.account_id, str(fact.account_id)),
                "day": f"{local_date(fact.at):%d/%m/%Y}",
            },
        )
        for fact in facts
    ]


def _days() -> int:
    return current_app.config["FOUR_EYES_DAYS"]
