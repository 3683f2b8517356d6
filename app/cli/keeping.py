"""``flask --app run audit …``: nothing changed unseen."""

import sys
from collections.abc import Iterable, Iterator

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from app import audit as trail
from app.cli.commands import Outcome, command
from app.extensions import db
from app.models import AuditEvent, AuditHead

audit = AppGroup("audit", help="Kiểm tra nhật ký.")


class Track:
    """A progress bar on stderr around whatever is gone through; silent where nobody watches."""

    def __init__(self, label: str, length: int | None = None):
        self.label, self.length = label, length

    def __call__(self, things: Iterable) -> Iterator:
        hidden = not sys.stderr.isatty()
        with click.progressbar(
            things, length=self.length, label=self.label, file=sys.stderr, hidden=hidden
        ) as bar:
            yield from bar


@command("verify", group=audit)
def verify_audit() -> Outcome:
    """Kiểm tra chuỗi băm của nhật ký; nêu chỗ bị sửa, xóa, chèn hoặc đổi thứ tự."""
    db.session.connection(execution_options={"reading": True})  # nobody waits for this
    events = db.session.scalar(select(func.count()).select_from(AuditEvent))
    chains = db.session.scalar(select(func.count()).select_from(AuditHead))
    broken = [link._asdict() for link in trail.broken_links(Track("Kiểm tra nhật ký", events))]
    lines = [broken_line(link) for link in broken]
    lines.append(f"Nhật ký {'KHÔNG ' if broken else ''}nguyên vẹn: {events} sự kiện, {chains} chuỗi.")
    return Outcome(
        {"whole": not broken, "events": events, "chains": chains, "broken": broken}, lines, not broken
    )


def broken_line(link: dict) -> str:
    """``link``: the fields of ``audit.BrokenLink``."""
    if link["event_id"] is None:
        return f"Chuỗi {link['chain']}: thiếu sự kiện từ vị trí {link['place']} trở đi."
    return f"Chuỗi {link['chain']}: sự kiện số {link['event_id']}, vị trí {link['place']}, không khớp."
