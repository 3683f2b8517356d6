"""Our own cookies beside the session's. Behind TLS the browser takes a ``__Host-`` cookie from this very host alone."""

from flask import Response, current_app, request


def set_lasting_cookie(answer: Response, name: str, value: str, *, seconds: int) -> None:
    """Out of reach of scripts, for the whole host, sent with no other site's forms."""
    answer.set_cookie(
        _full(name),
        value,
        max_age=seconds,
        path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def cookie(name: str) -> str:
    """What the browser sent back, or an empty text."""
    return request.cookies.get(_full(name), "")


def _full(name: str) -> str:
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name
