"""The response headers that keep a page to its own scripts, its own frames and its own browser tab."""

import secrets

from flask import Flask, Response, current_app, g

PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PREVIEW_POLICY = (
    "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; object-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
ONE_YEAR = "max-age=31536000; includeSubDomains"
STEADY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def csp_nonce() -> str:
    """The one nonce of this request: every call within the request gives the same."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def allow_preview(response: Response) -> Response:
    """Let our own pages show this file in a frame; the file itself may run nothing."""
    response.headers["Content-Security-Policy"] = PREVIEW_POLICY
    return response


def add_headers(response: Response) -> Response:
    """A header that the view has set stays. HTML is never kept by a cache: it shows one person's data."""
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY.format(nonce=csp_nonce()))
    for name, value in STEADY_HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["HTTPS"]:
        response.headers.setdefault("Strict-Transport-Security", ONE_YEAR)
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def init_app(app: Flask) -> None:
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(add_headers)
