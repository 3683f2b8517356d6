"""Acts on announcements: put one out, change it, take it back (Đ.8.1)."""

from collections.abc import Mapping
from typing import Any

from app.accounts import require_manager
from app.errors import Refused
from app.extensions import db
from app.field_rules import one_line
from app.holding import Held
from app.models import Account, StoredFile
from app.moments import kept_moment
from app.office.models import Announcement

FIELDS = ("title", "body", "groups", "published_at")


def announce(values: Mapping[str, Any], *, actor: Account) -> Announcement:
    """A new announcement from values of ``FIELDS``; without groups it is for all."""
    require_manager(actor)
    made = Announcement(**_kept(dict.fromkeys(FIELDS) | dict(values), None))
    db.session.add(made)
    db.session.flush()
    return made


def change(held: Held[Announcement], values: Mapping[str, Any], *, actor: Account) -> None:
    """Change the fields named in ``values`` (of ``FIELDS``)."""
    require_manager(actor)
    for name, value in _kept(values, held.row).items():
        setattr(held.row, name, value)


def attach(announcement: Announcement, file: StoredFile | None, name: str | None, *, actor: Account) -> None:
    """The announcement's one file and its name; None takes it off."""
    require_manager(actor)
    announcement.file, announcement.file_name = file, name


def take_back(held: Held[Announcement], *, actor: Account) -> None:
    require_manager(actor)
    db.session.delete(held.row)
    db.session.flush()


def _kept(values: Mapping[str, Any], before: Announcement | None) -> dict[str, Any]:
    """The values as they are kept, or a refusal that names the field."""
    if unknown := values.keys() - set(FIELDS):
        raise TypeError(f"not changeable: {sorted(unknown)}")
    new = dict(values)
    if "title" in new:
        new["title"] = one_line(new["title"], "title")
    if "body" in new:
        new["body"] = (new["body"] or "").strip()
        if not new["body"]:
            raise Refused("Không được để trống ô này.", field="body")
    if "groups" in new:
        new["groups"] = list(new["groups"] or ())
    if "published_at" in new:
        if new["published_at"] is None:
            raise Refused("Hãy ghi thời điểm.", field="published_at")
        new["published_at"] = kept_moment(new["published_at"], before.published_at if before else None)
    return new
