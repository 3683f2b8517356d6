"""``verify``: is this printed code, or this file, what the system holds?"""

import hashlib
from pathlib import Path

import click

from app.cli.commands import Outcome, command
from app.codes import read_verification_code
from app.scoring.models import Sheet, Snapshot
from app.scoring.queries.verification import (
    FrozenReport,
    is_intact,
    signed_sheets,
    snapshots_with,
    verify_code,
)

STATUS = {"current": "còn hiệu lực", "withdrawn": "đã thu hồi"}


@command("verify")
@click.argument("target", metavar="TỆP|MÃ")
def verify(target: str) -> Outcome:
    """Đối chiếu mã kiểm tra in trên báo cáo, hoặc một tệp, với dữ liệu trong phần mềm."""
    path = Path(target)
    if path.is_file():
        return _of_file(path)
    if read_verification_code(target) is None:
        raise click.UsageError(f"“{target}” không phải là tệp, cũng không phải mã kiểm tra (XXXX-XXXX-XXXX).")
    return _of_code(target)


def _of_code(code: str) -> Outcome:
    found = verify_code(code)
    if found is None:
        shown = read_verification_code(code)
        return Outcome({"code": shown, "found": False}, [f"Không có báo cáo nào mang mã {shown}."], False)
    data = {"found": True} | _report(found)
    return Outcome(data, _lines(data), found.intact and found.snapshot.status == "current")


def _report(found: FrozenReport) -> dict:
    snapshot = found.snapshot
    return {
        "code": snapshot.code,
        "status": snapshot.status,
        **_origin(snapshot.sheet),
        "approved_at": snapshot.created_at.isoformat(timespec="seconds"),
        "digest": snapshot.digest,
        "intact": found.intact,
    }


def _origin(sheet: Sheet) -> dict:
    return {"agency": sheet.agency.code, "agency_name": sheet.agency_name, "round": sheet.round.name}


def _of_file(path: Path) -> Outcome:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    matches = [_signed(sheet) for sheet in signed_sheets(sha256)]
    matches += [_content(snapshot) for snapshot in snapshots_with(sha256)]
    data = {"sha256": sha256, "found": bool(matches), "matches": matches}
    lines = [f"SHA-256: {sha256}", *(line for match in matches for line in _lines(match))]
    if not matches:
        lines.append("Không có báo cáo đã ký hoặc nội dung báo cáo nào trùng với tệp này.")
    return Outcome(data, lines, bool(matches))


def _signed(sheet: Sheet) -> dict:
    data = {"kind": "signed_report", "receipt": sheet.receipt_number, **_origin(sheet)}
    return (
        data
        if sheet.snapshot is None
        else _report(FrozenReport(sheet.snapshot, is_intact(sheet.snapshot))) | data
    )


def _content(snapshot: Snapshot) -> dict:
    return {"kind": "report_content"} | _report(FrozenReport(snapshot, is_intact(snapshot)))


def _lines(data: dict) -> list[str]:
    rows = [("Cơ quan", f"{data['agency_name']} ({data['agency']})"), ("Kỳ chấm điểm", data["round"])]
    if data.get("receipt"):
        rows.append(("Số biên nhận", data["receipt"]))
    if "code" in data:
        whole = "khớp" if data["intact"] else "KHÔNG KHỚP"
        rows += [("Mã kiểm tra", data["code"]), ("Tình trạng", STATUS[data["status"]])]
        rows += [("Mã băm", f"{data['digest']} ({whole})")]
    return [f"{label + ':':<16}{value}" for label, value in rows]
