"""Where a link leads, as office programs read it."""

import re
from urllib.parse import unquote

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
_OWN_DRIVE = re.compile(r"[a-z]:(?![a-z])", re.IGNORECASE)
_CLICKED = ("http", "https", "mailto", "tel", "ftp")
_NOTHING = re.compile(r"javascript:(?:;|void\(0\);?)?")
"""What links copied from web pages become; office programs do not run it."""


def may_be_clicked(target: str) -> bool:
    """A web page, an address, a place in the document, a file beside it or on the reader's own disk.

    Not a file of another machine: opening it hands over the reader's Windows sign-in. Not a program's own scheme.
    """
    place = _plain(target)
    scheme = _SCHEME.match(place)
    if place.startswith("//"):
        return False
    if scheme is None or _OWN_DRIVE.match(place):
        return True
    if scheme[1] == "file":
        return is_on_own_drive(target) or bool(re.match(r"file:(?:///)?(?!/)", place))
    return scheme[1] in _CLICKED or _NOTHING.fullmatch(place) is not None


def is_on_own_drive(target: str) -> bool:
    """A lettered drive of whoever opens the file: Word notes there where a template or a pasted picture lay."""
    return _OWN_DRIVE.match(re.sub(r"^file:/*", "", _plain(target))) is not None


def is_outside(target: str) -> bool:
    """Whether it names anything but a part of the same archive."""
    place = _plain(target)
    return place.startswith(("/", "../")) or "/../" in place or _SCHEME.match(place) is not None


def _plain(target: str) -> str:
    """Small letters, forward slashes, escapes undone, no white space or control characters around or within."""
    shown = unquote(unquote(target))
    return "".join(char for char in shown if char.isprintable()).strip().lower().replace("\\", "/")
