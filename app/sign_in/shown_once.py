"""Lists that nothing else can show again (one-time passwords, codes): kept sealed until their owner says they are safe.

A list is kept for the session that made it, so that Back, reload and a lost connection lose nothing. Its key is made of
``SECRET_KEY`` and the session's own key, which only the browser's cookie has: database, backup and ``SECRET_KEY``
together do not open it. It is deleted when its owner confirms, and when the session ends.
"""

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import select

from app.errors import NotInScope
from app.extensions import db
from app.sign_in.models import ShownOnce

NONCE = 12


@dataclass(frozen=True)
class SecretList:
    """A table whose row is one person's slip; columns are numbered from 0.

    ``heading``, ``under``: columns that head a slip; ``secret``: those set in large type; ``link``: one that is drawn
    as a QR code; ``back``: the page it came from; ``notes``: what an import warned of (severity, row, column,
    sentence).
    """

    title: str
    hint: str
    back: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    secret: Sequence[int]
    heading: int = 0
    under: int = 1
    link: int | None = None
    notes: Sequence[dict] = ()


def keep_list(found: SecretList, *, session_id: int, key: str, at: datetime) -> ShownOnce:
    """Keep it for this session; ``key`` is the one in the session's cookie."""
    nonce = secrets.token_bytes(NONCE)
    words = json.dumps(asdict(found), ensure_ascii=False).encode()
    sealed = nonce + _cipher(key).encrypt(nonce, words, _owner(session_id))
    kept = ShownOnce(session_id=session_id, made_at=at, sealed=base64.b64encode(sealed).decode())
    db.session.add(kept)
    db.session.flush()
    return kept


def get_list(number: int, *, session_id: int, key: str) -> SecretList:
    """Another session's list, and one that was confirmed, do not exist."""
    sealed = base64.b64decode(_own(number, session_id).sealed)
    words = _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], _owner(session_id))
    return SecretList(**json.loads(words))


def delete_list(number: int, *, session_id: int) -> None:
    db.session.delete(_own(number, session_id))


def _own(number: int, session_id: int) -> ShownOnce:
    own = (ShownOnce.id == number, ShownOnce.session_id == session_id)
    found = db.session.scalars(select(ShownOnce).where(*own)).one_or_none()
    if found is None:
        raise NotInScope()
    return found


def _owner(session_id: int) -> bytes:
    return b"session %d" % session_id


def _cipher(key: str) -> AESGCM:
    material = f"{current_app.config['SECRET_KEY']}:{key}".encode()
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"shown once").derive(material))
