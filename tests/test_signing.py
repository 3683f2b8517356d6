"""app/signing.py: whatever we sign and a browser brings back is signed with SHA-256."""

import hashlib

import pytest
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from app.scoring.views.pending import seal, signer


def is_signed_with(method, text: str, *, salt: str, **kwargs) -> bool:
    kind = URLSafeTimedSerializer if kwargs.pop("timed", True) else URLSafeSerializer
    reader = kind("for-tests-only", salt=salt, signer_kwargs={"digest_method": method}, **kwargs)
    try:
        reader.loads(text)
    except BadSignature:
        return False
    return True


SIGNED = {"sha256": (hashlib.sha256, True), "sha1": (hashlib.sha1, False)}


@pytest.mark.parametrize(("method", "ours"), SIGNED.values(), ids=SIGNED)
def test_the_session_the_token_and_the_device_cookie_are_signed_with_sha256(sign_in, method, ours):
    browser = sign_in("tp-nhap")
    session, device = (browser.client.get_cookie(name).value for name in ("session", "known_device"))
    flask = SecureCookieSessionInterface
    kwargs = {"digest_method": method, "key_derivation": flask.key_derivation}
    reader = URLSafeTimedSerializer(
        "for-tests-only", salt=flask.salt, serializer=flask.serializer, signer_kwargs=kwargs
    )
    assert (
        reader.loads_unsafe(session)[0],
        is_signed_with(method, browser.token(), salt="wtf-csrf-token"),
    ) == (
        ours,
        ours,
    )
    assert is_signed_with(method, device, salt="known device") is ours


@pytest.mark.parametrize(("method", "ours"), SIGNED.values(), ids=SIGNED)
def test_a_pending_upload_and_a_workbooks_mark_are_signed_with_sha256(app, method, ours):
    with app.test_request_context():
        sealed = seal("sheet", 1, "a.xlsx", [[1]])
        assert is_signed_with(method, sealed, salt="pending-sheet", timed=False) is ours
        assert (signer("sheet").digest_method is method) is ours
