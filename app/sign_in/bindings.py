"""Which person of the single sign-on an account belongs to: bound at the first sign-in, freed by Sở Nội vụ.

User names and addresses of mail are given to somebody else one day, the provider's ``sub`` never is.
"""

from datetime import datetime

from sqlalchemy import select

from app import audit
from app.errors import Refused
from app.extensions import db
from app.models import Account
from app.sign_in.models import SignOnPerson


def account_of_person(issuer: str, subject: str) -> Account | None:
    """The account that this person of the provider has been bound to."""
    bound = select(SignOnPerson.account_id).where(
        SignOnPerson.issuer == issuer, SignOnPerson.subject == subject
    )
    return db.session.scalars(select(Account).where(Account.id.in_(bound))).one_or_none()


def require_bindable(account: Account, issuer: str, subject: str) -> None:
    """Refuse another person than the one who has entered the account before."""
    bound = db.session.get(SignOnPerson, (account.id, issuer))
    if bound is not None and bound.subject != subject:
        raise Refused(
            "Tài khoản “%(name)s” đã gắn với người khác ở máy chủ đăng nhập một lần; hãy liên hệ Sở Nội vụ.",
            name=account.username,
        )


def bind_person(account: Account, issuer: str, subject: str, *, at: datetime) -> None:
    """From now on this person alone enters the account by single sign-on; of two at once, one."""
    db.session.execute(select(Account.id).where(Account.id == account.id).with_for_update(key_share=True))
    require_bindable(account, issuer, subject)
    if db.session.get(SignOnPerson, (account.id, issuer)) is None:
        db.session.add(SignOnPerson(account_id=account.id, issuer=issuer, subject=subject, bound_at=at))
        audit.record("sign_on_bound", account, actor=account, at=at, subject=subject)


def free_person(account: Account, *, actor: Account | None, at: datetime) -> None:
    """Part of giving a one-time password: the next person of the account's name or mail is bound."""
    bound = db.session.scalars(select(SignOnPerson).where(SignOnPerson.account_id == account.id)).all()
    for person in bound:
        db.session.delete(person)
    if bound:
        audit.record("sign_on_freed", account, actor=actor, at=at)
