"""Devices on which an account has signed in before: a signed cookie says so (OWASP's device cookies).

Tries from a known device are counted apart from everybody else's: whoever does not have the cookie can use up
only the tries of strangers. The cookie opens nothing; the password is still asked.
"""

import secrets

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.cookies import cookie, set_lasting_cookie
from app.models import Account
from app.networks import subscriber

COOKIE, AGE = "known_device", 400 * 24 * 3600
PEOPLE = 8  # accounts that one device remembers


def source_of(account: Account | None) -> str:
    """Where this request's try is counted: ``device:…`` that knows the account, else ``address:…``."""
    mark = _known().get(str(account.id)) if account is not None else None
    return f"device:{mark}" if mark else f"address:{asking_subscriber()}"


def asking_subscriber() -> str:
    """Who sends this request, as far as its address tells; what limits count by."""
    return subscriber(request.remote_addr or "")


def is_known(source: str) -> bool:
    return source.startswith("device:")


def remember_device(account: Account) -> None:
    """Let the answer to this request make the browser a known device of the account."""
    known = _known()
    mark = known.pop(str(account.id), None) or secrets.token_hex(8)
    known = dict([*known.items(), (str(account.id), mark)][-PEOPLE:])

    @after_this_request
    def give(response: Response) -> Response:
        set_lasting_cookie(response, COOKIE, _signer().dumps(known), seconds=AGE)
        return response


def _known() -> dict[str, str]:
    """Account id → the mark under which this device's tries are counted."""
    try:
        found = _signer().loads(cookie(COOKIE), max_age=AGE)
    except BadSignature:
        return {}
    return dict(found)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known device")
