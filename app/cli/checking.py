"""``check``: does everything hold that must hold, whatever happened? ``sweep-files``: what nothing names goes."""

from app import routines
from app.cli.commands import Outcome, command
from app.clock import now
from app.scoring.checks import RULES, check
from app.scoring.operations.files import sweep_files
from app.web.uploads import file_store


@command("check", routine=routines.CHECK)
def check_command() -> Outcome:
    """Kiểm tra toàn bộ dữ liệu và kho tài liệu; có sai lệch thì kết thúc với mã 1."""
    broken = check(file_store())
    found = [{"rule": b.rule, "sentence": str(b.sentence), "subject": b.subject} for b in broken]
    said = f"{len(RULES)} quy tắc, {len(broken)} sai lệch."
    return Outcome({"rules": len(RULES), "broken": found}, [*map(str, broken), said], not broken)


@command("sweep-files")
def sweep_command() -> Outcome:
    """Xóa khỏi kho tài liệu những tệp để quá một ngày mà cơ sở dữ liệu không ghi."""
    removed = sweep_files(file_store(), at=now())
    return Outcome({"removed": removed}, [f"Đã xóa {len(removed)} tệp."])
