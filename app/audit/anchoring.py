"""The nightly act: a root over all chains is signed, stamped, kept, and sent out of the house."""

import json
from datetime import datetime
from typing import NamedTuple

from flask import current_app

from app.audit.lines import LINES
from app.audit.models import AuditRoot
from app.audit.record import record
from app.audit.roots import as_line, draft_root, keep_root, link_findings, short_code, statement
from app.audit.stamps import ask_for_stamp
from app.clock import PROVINCE_ZONE
from app.errors import Conflict, DomainError, Sentence
from app.extensions import db
from app.models import Account, OutgoingMail


class Anchored(NamedTuple):
    """The new root; ``unstamped``: why the time-stamping service that is set has given no stamp."""

    root: AuditRoot
    unstamped: Sentence | None


def anchor(*, actor: Account | None, at: datetime) -> Anchored:
    """Make the next root; commits. ``Conflict`` when the chains no longer hold what the former roots have signed."""
    broken = next(iter(link_findings()), None)
    if broken is not None:
        raise Conflict("Không ký dấu mới: %(finding)s.", finding=broken)
    root, new = draft_root(at)
    db.session.rollback()  # nobody waits for the database while the service outside is slow
    unstamped = None
    try:
        root.stamp = ask_for_stamp(statement(root))
    except DomainError as refusal:
        unstamped = refusal.sentence
    keep_root(root, new)
    _mail(root, at)
    label = f"{root.number} – {short_code(root)}"
    record("audit_anchored", actor=actor, at=at, label=label, number=root.number, digest=root.root)
    fields = as_line(root) | {"code": short_code(root), "stamp": root.stamp}
    db.session.commit()
    LINES.info("audit_root", extra={"fields": fields})
    return Anchored(root, unstamped)


def _mail(root: AuditRoot, at: datetime) -> None:
    """One letter to each address of ``AUDIT_MAIL_TO``; the line of JSON is what ``audit verify --against`` reads."""
    day = at.astimezone(PROVINCE_ZONE)
    subject = f"Dấu nhật ký số {root.number}, {day:%d/%m/%Y}: {short_code(root)}"
    line = json.dumps(as_line(root), ensure_ascii=False)
    body = (
        f"Dấu nhật ký số {root.number}, lập lúc {day:%H:%M ngày %d/%m/%Y}.\n"
        f"Mã dấu: {short_code(root)}\n"
        f"{root.events} sự kiện, {root.leaves} mắt xích.\n\n"
        "Xin giữ nguyên thư này: nó cho biết nhật ký có bị sửa hay cắt về sau hay không "
        "(flask --app run audit verify --against THƯ.eml).\n\n"
        f"{line}\n"
    )
    for address in current_app.config["AUDIT_MAIL_TO"]:
        db.session.add(OutgoingMail(recipient=address, subject=subject, body=body, created_at=at))
