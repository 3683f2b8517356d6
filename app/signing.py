"""Every signature of ours is HMAC-SHA-256; itsdangerous and Flask's session would take SHA-1."""

import hashlib

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer

Signer.default_digest_method = hashlib.sha256  # of CSRF tokens, device cookies, pending uploads, workbook marks


class SignedSession(SecureCookieSessionInterface):
    digest_method = staticmethod(hashlib.sha256)


def init_app(app: Flask) -> None:
    app.session_interface = SignedSession()
