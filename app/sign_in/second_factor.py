"""The second factor: a code of the owner's telephone (TOTP, RFC 6238), or a recovery code, after the password.

The secret is encrypted (AES-256-GCM) with a key made from ``SECRET_KEY``: a stolen backup gives no codes. Recovery
codes are hashed without that key, so that they still open when it is lost. A code of the telephone is taken once,
and with one step of 30 seconds to either side, because clocks differ.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import delete, select, update

from app import audit
from app.codes import read_verification_code, verification_code
from app.errors import Conflict, Refused
from app.extensions import db
from app.models import Account
from app.sign_in.known_devices import source_of
from app.sign_in.models import RecoveryCode, RequiredSecondFactor, SecondFactor
from app.sign_in.sessions import end_sessions
from app.sign_in.tries import give_back, take_try

STEP = 30  # seconds
RECOVERY_CODES = 8
NONCE = 24  # hexadecimal digits: the 96 bits of AES-GCM


def factor_of(account: Account) -> SecondFactor | None:
    """The account's second factor, in force or only begun."""
    return db.session.get(SecondFactor, account.id)


def confirmed_factor(account: Account) -> SecondFactor | None:
    factor = factor_of(account)
    return factor if factor is not None and factor.confirmed_at is not None else None


def required_types() -> set[str]:
    """The account types that the manager requires a second factor of."""
    return set(db.session.scalars(select(RequiredSecondFactor.account_type)))


def is_required_of(account: Account) -> bool:
    return bool(required_types() & account.role_names)


def begin_second_factor(account: Account) -> SecondFactor:
    """A secret to be confirmed; the one begun before is kept, so that a page drawn twice shows one."""
    factor = factor_of(account)
    if factor is not None:
        if factor.confirmed_at is not None:
            raise Conflict("Xác thực hai lớp đã bật.")
        if secret_of(factor) is not None:
            return factor
        _delete(account)
    secret = _sealed(pyotp.random_base32(), account.id)
    factor = SecondFactor(account_id=account.id, secret=secret, salt=secrets.token_hex(16))
    db.session.add(factor)
    db.session.flush()
    return factor


def begun_factor(account: Account) -> SecondFactor:
    """The second factor that waits for its first code."""
    factor = factor_of(account)
    if factor is None or factor.confirmed_at is not None:
        raise Conflict("Hãy bắt đầu lại việc bật xác thực hai lớp.")
    return factor


def secret_of(factor: SecondFactor) -> str | None:
    """The secret in base 32; None when it was encrypted with another ``SECRET_KEY``."""
    nonce, sealed = factor.secret[:NONCE], factor.secret[NONCE:]
    try:
        secret = _cipher().decrypt(bytes.fromhex(nonce), bytes.fromhex(sealed), _owner(factor.account_id))
    except (InvalidTag, ValueError):
        return None
    return secret.decode()


def telephone_address(account: Account, secret: str) -> str:
    """``otpauth://…``, what the QR code says to the telephone."""
    issuer = current_app.config["APP_NAME"]
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=account.username, issuer_name=issuer)


def confirm_second_factor(account: Account, code: str, *, session_id: int, at: datetime) -> list[str]:
    """Switch it on with the telephone's first code; returns the recovery codes, kept nowhere in clear.

    The owner's password was asked for by the form. Sessions that began without the factor end, but ``session_id``.
    """
    factor = begun_factor(account)
    if not _take_step(factor, code, at):
        raise Refused("Mã không đúng. Hãy kiểm tra giờ của điện thoại và nhập mã đang hiện.", field="code")
    factor.confirmed_at = at
    end_sessions(account, kept=session_id, at=at)
    audit.record("second_factor_enabled", account, actor=account, at=at)
    return _new_recovery_codes(factor)


def judge_code(account: Account, code: str, *, at: datetime) -> SecondFactor:
    """A code of the telephone or a recovery code, used up by this; a wrong one counts like a wrong password."""
    source, name = source_of(account), account.username
    take_try(name, source, at=at)
    factor = confirmed_factor(account)
    if factor is None:
        raise Conflict("Xác thực hai lớp chưa bật.")
    if not (_take_step(factor, code, at) or _take_recovery_code(factor, code, at)):
        audit.record("second_factor_failed", account, actor=None, at=at, username=name)
        db.session.commit()
        raise Refused("Mã không đúng hoặc đã dùng.", field="code")
    give_back(name, source)
    return factor


def renew_recovery_codes(account: Account, code: str, *, at: datetime) -> list[str]:
    """New recovery codes in place of the old ones; asks for a code of the telephone."""
    factor = judge_code(account, code, at=at)
    audit.record("recovery_codes_renewed", account, actor=account, at=at)
    return _new_recovery_codes(factor)


def disable_second_factor(account: Account, code: str, *, at: datetime) -> None:
    """The owner switches it off with a code; the password was asked for by the form."""
    if is_required_of(account):
        raise Conflict("Sở Nội vụ yêu cầu loại tài khoản của bạn dùng xác thực hai lớp.")
    judge_code(account, code, at=at)
    _delete(account)
    audit.record("second_factor_disabled", account, actor=account, at=at)


def remove_second_factor(account: Account, *, actor: Account | None, at: datetime) -> None:
    """Part of giving a one-time password (``accounts.give_one_time_password``), nothing by itself."""
    if _delete(account):
        audit.record("second_factor_removed", account, actor=actor, at=at)


def recovery_codes_left(account: Account) -> int:
    query = select(RecoveryCode.id).where(
        RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None)
    )
    return len(db.session.scalars(query).all())


def _delete(account: Account) -> bool:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    factor = factor_of(account)
    if factor is None:
        return False
    db.session.delete(factor)
    db.session.flush()
    return True


def _take_step(factor: SecondFactor, code: str, at: datetime) -> bool:
    """Compare with the codes of the last, this and the next step; a step taken, or one before it, is not again."""
    secret, digits = secret_of(factor), "".join(code.split())
    if secret is None:
        return False
    totp = pyotp.TOTP(secret, interval=STEP)
    for away in (-1, 0, 1):
        moment = at + timedelta(seconds=away * STEP)
        step = totp.timecode(moment)
        if pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            return _advance(factor, step)
    return False


def _advance(factor: SecondFactor, step: int) -> bool:
    """Compare and set: of two requests with one code, one wins."""
    newer = (SecondFactor.account_id == factor.account_id) & (SecondFactor.last_step < step)
    moved = db.session.execute(update(SecondFactor).where(newer).values(last_step=step))
    return moved.rowcount == 1


def _new_recovery_codes(factor: SecondFactor) -> list[str]:
    codes = [verification_code() for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == factor.account_id))
    db.session.add_all(
        RecoveryCode(account_id=factor.account_id, hash=_recovery_hash(factor, code)) for code in codes
    )
    db.session.flush()
    return codes


def _take_recovery_code(factor: SecondFactor, code: str, at: datetime) -> bool:
    read = read_verification_code(code)
    if read is None:
        return False
    unused = (RecoveryCode.account_id == factor.account_id) & RecoveryCode.used_at.is_(None)
    wanted = unused & (RecoveryCode.hash == _recovery_hash(factor, read))
    return db.session.execute(update(RecoveryCode).where(wanted).values(used_at=at)).rowcount == 1


def _recovery_hash(factor: SecondFactor, code: str) -> str:
    return hashlib.scrypt(code.encode(), salt=bytes.fromhex(factor.salt), n=2**14, r=8, p=1, dklen=32).hex()


def _sealed(secret: str, account_id: int) -> str:
    """Nonce and ciphertext in hex; sealed for this account, it opens no other's."""
    nonce = secrets.token_bytes(NONCE // 2)
    return nonce.hex() + _cipher().encrypt(nonce, secret.encode(), _owner(account_id)).hex()


def _owner(account_id: int) -> bytes:
    return b"account %d" % account_id


def _cipher() -> AESGCM:
    key = HKDF(SHA256(), 32, salt=None, info=b"second factor")
    return AESGCM(key.derive(current_app.config["SECRET_KEY"].encode()))
