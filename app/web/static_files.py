"""Static files: their addresses carry the digest of their content, so that a browser asks for each of them once."""

import os
import stat
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, current_app, request
from flask.wrappers import Response

KEPT = "public, max-age=31536000, immutable"
FONT_KEPT = "public, max-age=2592000"
"""The style sheets name the fonts, without a digest; a font changes with the pinned package alone."""


def init_app(app: Flask) -> None:
    app.url_defaults(add_digest)
    app.after_request(keep)


def add_digest(endpoint: str, values: dict) -> None:
    """``v=`` for whatever a static folder, the application's or a blueprint's, really holds."""
    if digest := digest_of(endpoint, values):
        values["v"] = digest


def digest_of(endpoint: str | None, values: dict | None) -> str | None:
    """Of the file that a static address of these values names; None for every other address."""
    blueprint, _dot, name = (endpoint or "").rpartition(".")
    if name != "static" or not values or "filename" not in values:
        return None
    owner = current_app.blueprints[blueprint] if blueprint else current_app
    place = f"{owner.static_folder}/{values['filename']}"
    try:
        found = os.stat(place)
    except (OSError, ValueError):
        return None
    return _digest(place, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


@lru_cache(maxsize=1024)
def _digest(place: str, _changed: int) -> str:
    return sha256(Path(place).read_bytes()).hexdigest()[:12]


def keep(response: Response) -> Response:
    """Tell the browser to keep the very file that the address names; a server of another version keeps nobody's."""
    digest = digest_of(request.endpoint, request.view_args)
    if digest and digest == request.args.get("v"):
        response.headers["Cache-Control"] = KEPT
    elif digest and request.path.endswith(".woff2"):
        response.headers["Cache-Control"] = FONT_KEPT
    return response
