"""The key that signs the nightly root (Ed25519): made at first use, kept outside the database, needed by nobody else.

It comes from the systemd credential ``audit-key`` (or ``AUDIT_KEY``), else from the file ``AUDIT_KEY_FILE`` of mode
0600. Signatures are checked by ``AUDIT_PUBLIC_KEYS``, else by the key in the file, else by the key that the root
itself names: the last says only that whoever made the root had some key.
"""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from flask import current_app

from app.errors import Conflict


def signing_key() -> Ed25519PrivateKey:
    """The key, made now when there is none yet."""
    given = current_app.config["AUDIT_KEY"]
    if given:
        return _read(given)
    place = Path(current_app.config["AUDIT_KEY_FILE"])
    if not place.exists():
        _make(place)
    return _read(place.read_text(encoding="ascii"))


def _make(place: Path) -> None:
    """Written to a file of its own and linked into place: of two at once one succeeds, both read that one."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(draft, place)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read(text: str) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except ValueError as error:
        raise Conflict("Không đọc được khóa ký dấu nhật ký (AUDIT_KEY).") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Conflict("Khóa ký dấu nhật ký phải là Ed25519.")
    return key


def public_key_of(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def trusted_keys() -> set[str]:
    """Public keys known from elsewhere than the database; empty when this machine knows none."""
    known = {key.lower() for key in current_app.config["AUDIT_PUBLIC_KEYS"]}
    place = Path(current_app.config["AUDIT_KEY_FILE"])
    if not known and (current_app.config["AUDIT_KEY"] or os.access(place, os.R_OK)):
        known = {public_key_of(signing_key())}
    return known


def is_signed(statement: str, signature: str, public_key: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), statement.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
