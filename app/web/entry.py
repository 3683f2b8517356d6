"""The one gate for text that enters: path, query, form, JSON, cookies, kept headers, names of files.

What no database of ours could hold is refused with a sentence before any view sees it; what can be held is brought
into one form (``app.text.entered``). Passwords are looked at and left as they are.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, g, request
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest, NotFound, RequestURITooLarge

from app.errors import Refused
from app.files import clean_name
from app.text import entered, is_writable

LONGEST_PATH, LONGEST_QUERY, LONGEST_HEADER = 2_000, 8_000, 4_000
DEEPEST = 20
KEPT_HEADERS = ("User-Agent", "Referer", "X-Request-ID", "X-Forwarded-For", "Accept-Language", "Cookie")
SECRETS = frozenset({"password", "old", "new", "again"})
"""Fields whose text is compared letter by letter."""


def _admit() -> None:
    g.user = current_user  # read by the page that refuses; FAB sets it later
    _admit_path()
    _admit_headers()
    if len(request.query_string) > LONGEST_QUERY:
        raise RequestURITooLarge()
    request.args = _admitted(request.args)
    request.form = _admitted(request.form)
    _admit_file_names()
    if request.is_json:
        _admit_json()


def _admit_path() -> None:
    if len(request.path) > LONGEST_PATH or not is_writable(request.path) or set(request.path) & set("\t\r\n"):
        raise NotFound()
    places = request.view_args or {}
    request.view_args = {name: entered(v) if isinstance(v, str) else v for name, v in places.items()}


def _admit_headers() -> None:
    kept = [request.headers.get(name, "") for name in KEPT_HEADERS]
    if any(len(text) > LONGEST_HEADER or not _is_header(text) for text in kept):
        raise BadRequest()
    if not all(is_writable(text) for pair in request.cookies.items(multi=True) for text in pair):
        raise BadRequest()


def _is_header(text: str) -> bool:
    """Headers are bytes read as Latin-1: the codes 128 to 159 are parts of UTF-8 letters there."""
    return all(char == "\t" or " " <= char < "\x7f" or char > "\x7f" for char in text)


def _admitted(values: ImmutableMultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    pairs = []
    for name, value in values.items(multi=True):
        if not is_writable(name) or not is_writable(value):
            raise _unwritable(name if is_writable(name) else None)
        pairs.append((entered(name), value if name in SECRETS else entered(value)))
    return ImmutableMultiDict(pairs)


def _unwritable(field: str | None = None) -> Refused:
    return Refused("Nội dung có ký tự điều khiển không lưu được.", field=field)


def _admit_file_names() -> None:
    for name, upload in request.files.items(multi=True):
        if not is_writable(name):
            raise _unwritable()
        if upload.filename:
            upload.filename = entered(clean_name(upload.filename))


def _admit_json() -> None:
    """What the view reads by ``get_json`` afterwards."""
    if not request.content_length:
        return
    try:
        value = json_of(request.get_data(cache=True))
    except ValueError:
        raise BadRequest() from None
    request._cached_json = (value, value)


def json_of(text: str | bytes) -> Any:
    """The JSON with its texts brought into one form; ValueError for what is no JSON or cannot be held.

    NaN and infinities are no JSON, nor are numbers beyond floats; nothing of ours is nested deeper than ``DEEPEST``.
    """
    try:
        value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return _admitted_json(value)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("beyond floats")
    return number


def _admitted_json(value: Any, depth: int = 0, secret: bool = False) -> Any:
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        if not is_writable(value):
            raise ValueError("a text that cannot be kept")
        return value if secret else entered(value)
    if isinstance(value, list):
        return [_admitted_json(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return dict(_pairs(value.items(), depth + 1))
    return value


def _pairs(items: Iterable[tuple[str, Any]], depth: int) -> Iterator[tuple[str, Any]]:
    for name, value in items:
        yield _admitted_json(name, depth), _admitted_json(value, depth, secret=name in SECRETS)


def init_app(app: Flask) -> None:
    """After ``desk``, which lets an upload arrive whole; before anything that reads what was sent."""
    app.before_request(_admit)
