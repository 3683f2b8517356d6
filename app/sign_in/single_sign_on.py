"""The province's single sign-on (OpenID Connect), a setting beside the password sign-in.

The provider says who it is; everything else stays ours: it makes no account, and neither opens a locked one nor
changes what an account may do. Flask-AppBuilder's own OAuth support would replace the password sign-in (one
``AUTH_TYPE`` at a time) and register users, so Authlib is used directly: code flow with PKCE, state and nonce.
"""

from datetime import datetime, timedelta

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, url_for
from joserfc.errors import JoseError
from requests import RequestException

from app.accounts import account_named, account_of_email, find_account
from app.errors import NotInScope, Refused
from app.models import Account
from app.sign_in.bindings import account_of_person, require_bindable

NAME, EXTENSION = "province", "single_sign_on"
PATIENCE = 10  # seconds for each answer of the provider
CLOCKS = timedelta(minutes=1)
FAULTS = (AuthlibBaseError, JoseError, RequestException)


def init_app(app: Flask) -> None:
    """Know the provider, when there is one; asks it nothing yet."""
    issuer = app.config["OIDC_ISSUER"]
    if issuer is None:
        return
    oauth = OAuth(app)
    app.extensions[EXTENSION] = oauth.register(
        NAME,
        client_id=app.config["OIDC_CLIENT_ID"],
        client_secret=app.config["OIDC_CLIENT_SECRET"],
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
        },
    )


def is_on() -> bool:
    return EXTENSION in current_app.extensions


def redirect_to_provider(*, again: bool = False):
    """The answer that leads to the provider, which sends the browser back to ``SessionView.back``.

    ``again``: whoever is signed in there has to prove it once more, and the provider has to say when.
    """
    client, issuer = _client(), current_app.config["OIDC_ISSUER"]
    try:
        if client.load_server_metadata().get("issuer", "").rstrip("/") != issuer:
            raise Refused("Máy chủ đăng nhập một lần không phải máy chủ đã cấu hình.")
        more = {"prompt": "login", "max_age": 0} if again else {}
        return client.authorize_redirect(current_app.config["BASE_URL"] + url_for("SessionView.back"), **more)
    except FAULTS as fault:
        raise _failed(fault) from fault


def claims_from_provider() -> dict:
    """What the provider says of whoever came back, from the signed token, completed by its ``userinfo``."""
    client = _client()
    try:
        token = client.authorize_access_token()
        claims = dict(token.get("userinfo") or {})
        if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255:
            raise Refused("Máy chủ đăng nhập một lần không cho biết người đăng nhập là ai.")
        if not set(current_app.config["OIDC_CLAIMS"]) <= claims.keys():
            more = dict(client.userinfo(token=token))
            if more.get("sub") == claims["sub"]:
                claims = more | claims
    except FAULTS as fault:
        raise _failed(fault) from fault
    return claims


def was_asked(claims: dict, *, since: datetime) -> bool:
    """Whether the provider says that the person signed in there after this moment; clocks may differ a minute."""
    told = claims.get("auth_time")
    return isinstance(told, int) and told >= (since - CLOCKS).timestamp()


def account_of_claims(claims: dict) -> Account | None:
    """The active account that the person is bound to; else of the user name, or of the verified e-mail.

    ``Refused`` when that account belongs to another person of the provider.
    """
    issuer, subject = current_app.config["OIDC_ISSUER"], claims["sub"]
    found = account_of_person(issuer, subject) or _account_named(claims)
    if found is None or not found.active:
        return None
    require_bindable(found, issuer, subject)
    return found


def _account_named(claims: dict) -> Account | None:
    for claim in current_app.config["OIDC_CLAIMS"]:
        value = claims.get(claim)
        if not isinstance(value, str) or not value.strip():
            continue
        if claim == "email":
            found = account_of_email(value) if claims.get("email_verified") is True else None
        else:
            found = _only_name(value)
        if found is not None:
            return found
    return None


def _only_name(value: str) -> Account | None:
    """The account of that user name, unless the same word is another account's address of mail."""
    found = find_account(value)
    return found if found is not None and account_named(value) is not None else None


def _client():
    if not is_on():
        raise NotInScope()
    return current_app.extensions[EXTENSION]


def _failed(fault: Exception) -> Refused:
    current_app.logger.warning("single sign-on: %s", fault)
    return Refused(
        "Chưa đăng nhập được qua %(name)s. Hãy thử lại sau ít phút.", name=current_app.config["OIDC_NAME"]
    )
