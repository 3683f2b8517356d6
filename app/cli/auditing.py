"""``flask --app run audit …``: nothing of the trail, and nothing of the rows that it tells of, changed unseen."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from app import audit as trail
from app import routines
from app.audit import kept, keys, roots
from app.audit.replay import UNKNOWN
from app.cli.arguments import FILE
from app.cli.commands import Outcome, command
from app.cli.tracking import Track
from app.clock import now
from app.errors import Conflict
from app.extensions import db
from app.models import AuditEvent, AuditHead
from app.scoring.queries import told_digests
from app.web.uploads import file_store

audit = AppGroup("audit", help="Kiểm tra nhật ký, lập dấu nhật ký.")
SHOWN = 200
DIGESTS = {
    "Báo cáo đã duyệt không khớp mã băm trong nhật ký": told_digests.reports_unlike_trail,
    "Báo cáo đã ký không khớp mã băm trong nhật ký": told_digests.scans_unlike_trail,
    "Kết luận đã đóng băng không khớp mã băm trong nhật ký": told_digests.records_unlike_trail,
}


@command("verify", group=audit, routine=routines.VERIFY)
@click.option(
    "--against",
    type=FILE,
    help="Đối chiếu với TỆP giữ ở nơi khác: log, thư, bằng chứng biên nhận.",
)
def verify_audit(against: Path | None) -> Outcome:
    """Kiểm tra nhật ký: chuỗi băm, các dấu đã ký, và từng dòng dữ liệu so với sự kiện cuối cùng của nó."""
    db.session.connection(execution_options={"reading": True})  # nobody waits for this
    events = db.session.scalar(select(func.count()).select_from(AuditEvent))
    chains = db.session.scalar(select(func.count()).select_from(AuditHead))
    broken = [link._asdict() for link in trail.broken_links(Track("Kiểm tra chuỗi", events))]
    found = {
        "broken": [broken_line(link) for link in broken],
        "roots": [f"{one}." for one in roots.findings()],
    }
    different = list(trail.differences(Track("Đối chiếu dữ liệu")))
    found["different"] = [f"{one}." for one in different]
    found["digests"] = list(_digests())
    said, found["against"] = _compared(against)
    lines = [line for group in found.values() for line in group[:SHOWN]]
    lines += [f"… và {len(group) - SHOWN} sai lệch khác." for group in found.values() if len(group) > SHOWN]
    if any(one.sentence is UNKNOWN for one in different) and not trail.has_baseline():
        lines.append(
            "Dữ liệu có từ trước khi được theo dõi: hãy lập mốc một lần, flask --app run audit baseline."
        )
    whole = not any(found.values())
    lines += [*said, f"Nhật ký {'' if whole else 'KHÔNG '}nguyên vẹn: {events} sự kiện, {chains} chuỗi."]
    data = {"whole": whole, "events": events, "chains": chains, **found, "broken": broken}
    return Outcome(data, lines, whole)


def _digests() -> Iterator[str]:
    for sentence, find in DIGESTS.items():
        yield from (f"{sentence}: {subject}." for subject in find())
    store = file_store()
    yield from (
        f"Tệp báo cáo đã ký {sha256} thiếu hoặc đã bị thay trong kho tài liệu."
        for sha256 in told_digests.signed_files()
        if not store.verify(sha256)
    )


def _compared(file: Path | None) -> tuple[list[str], list[str]]:
    if file is None:
        return [], []
    compared = kept.against(file)
    if not compared.links and not compared.roots:
        raise Conflict("Tệp %(name)s không có dòng nào của nhật ký.", name=file.name)
    said = f"Đã đối chiếu với {file.name}: {compared.links} mắt xích, {compared.roots} dấu."
    return [said], [str(sentence) for sentence in compared.findings]


def broken_line(link: dict) -> str:
    """``link``: the fields of ``audit.BrokenLink``."""
    if link["event_id"] is None:
        return f"Chuỗi {link['chain']}: thiếu sự kiện từ vị trí {link['place']} trở đi."
    return f"Chuỗi {link['chain']}: sự kiện số {link['event_id']}, vị trí {link['place']}, không khớp."


@command("anchor", group=audit, routine=routines.ANCHOR)
def anchor_command() -> Outcome:
    """Lập dấu nhật ký: gốc Merkle của mọi chuỗi, ký, xin dấu thời gian, gửi ra ngoài (log, thư)."""
    anchored = trail.anchor(actor=None, at=now())
    root, code = anchored.root, roots.short_code(anchored.root)
    line = roots.as_line(root) | {"code": code, "stamped": root.stamp is not None}
    lines = [
        f"Khóa công khai: {root.public_key}",
        f"Dấu nhật ký số {root.number}: {code} ({root.events} sự kiện, {root.leaves} mắt xích).",
    ]
    if anchored.unstamped is not None:
        return Outcome(
            line | {"unstamped": str(anchored.unstamped)}, [*lines, str(anchored.unstamped)], False
        )
    return Outcome(line, lines)


@command("key", group=audit)
def key_command() -> Outcome:
    """In khóa công khai của dấu nhật ký (tạo khóa nếu chưa có), để giữ ở nơi khác và đặt vào AUDIT_PUBLIC_KEYS."""
    public = keys.public_key_of(keys.signing_key())
    return Outcome({"public_key": public}, [public])


@command("baseline", group=audit)
@click.option("--reason", default="", help="Lý do; bắt buộc khi đã có mốc trước đó.")
def baseline_command(reason: str) -> Outcome:
    """Lập mốc: ghi vào nhật ký giá trị hiện có của mọi dòng, một lần sau khi nâng cấp từ phiên bản cũ."""
    if trail.has_baseline() and not reason.strip():
        raise Conflict("Đã có mốc; lập mốc khác phải nêu lý do.")
    rows = trail.baseline(actor=None, at=now(), reason=reason.strip() or "nâng cấp")
    return Outcome({"rows": rows}, [f"Đã lập mốc cho {rows} dòng dữ liệu."])
