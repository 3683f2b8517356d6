"""Telephones that show codes, and accounts whose second factor is in force."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import update

from app.clock import now
from app.extensions import db
from app.sign_in import second_factor
from app.sign_in.models import SecondFactor


class Telephone:
    """Shows the codes of one secret; ``away`` is how many steps its clock is ahead."""

    def __init__(self, secret: str):
        self.totp = pyotp.TOTP(secret)

    def code(self, away: int = 0) -> str:
        return self.totp.at(now() + timedelta(seconds=30 * away))


@pytest.fixture
def enrol(app, province):
    """``enrol("tp-nhap")`` → (telephone, recovery codes) of an account whose second factor is in force."""

    def make(name: str) -> tuple[Telephone, list[str]]:
        with app.app_context(), app.test_request_context():
            account = province.account(name)
            telephone = Telephone(second_factor.secret_of(second_factor.begin_second_factor(account)))
            codes = second_factor.confirm_second_factor(account, telephone.code(), session_id=0, at=now())
            db.session.commit()
        forget_step(app)
        return telephone, codes

    return make


def forget_step(app) -> None:
    """Let the code of this half minute be taken once more."""
    with app.app_context():
        db.session.execute(update(SecondFactor).values(last_step=0))
        db.session.commit()
