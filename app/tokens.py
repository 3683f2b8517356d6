"""Bearer tokens of the API: what one says, when it dies, and the words of a request that comes without a good one.

A token belongs to a session of its own, which its owner sees and ends like a browser's; whatever ends sessions (a new
password, a lock) ends it, before its own few minutes are over.
"""

import hashlib

from flask import Response, jsonify, request
from flask_babel import gettext as _
from flask_jwt_extended import JWTManager, create_access_token

from app.models import Account

API = "/api/"
SESSION = "session"


def is_api() -> bool:
    """Whether a program asks: it gets JSON where a person gets a page."""
    return request.path.startswith(API)


def token_for(account: Account, key: str) -> str:
    """A token that lives for ``JWT_ACCESS_TOKEN_EXPIRES``; ``key`` is that of its session."""
    return create_access_token(identity=str(account.id), additional_claims={SESSION: key})


def key_from(secret: str) -> str:
    """The key that signs tokens: made of the application's, for this purpose alone, and long whatever its length."""
    return hashlib.sha256(f"api-token:{secret}".encode()).hexdigest()


def watch(manager: JWTManager) -> JWTManager:
    """Have every request without a good token answered in the same form: 401 and a sentence."""
    manager.unauthorized_loader(lambda _reason: _unauthorised(_("Hãy gửi kèm mã truy cập (Bearer).")))
    manager.invalid_token_loader(lambda _reason: _unauthorised(_("Mã truy cập không hợp lệ.")))
    manager.expired_token_loader(
        lambda _head, _claims: _unauthorised(_("Mã truy cập đã hết hạn; hãy lấy mã mới."))
    )
    manager.user_lookup_error_loader(
        lambda _head, _claims: _unauthorised(_("Mã truy cập không còn hiệu lực; hãy lấy mã mới."))
    )
    return manager


def _unauthorised(words: str) -> tuple[Response, int]:
    return jsonify(message=words), 401
