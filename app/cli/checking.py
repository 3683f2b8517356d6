"""``check``: does everything hold that must hold, whatever happened?"""

from flask import current_app

from app.cli.commands import Outcome, command
from app.files import FileStore
from app.scoring.checks import RULES, check


@command("check")
def check_command() -> Outcome:
    """Kiểm tra toàn bộ dữ liệu và kho tài liệu; có sai lệch thì kết thúc với mã 1."""
    store = FileStore(current_app.config["FILES_DIR"], current_app.config["MAX_UPLOAD_BYTES"])
    broken = check(store)
    found = [{"rule": b.rule, "sentence": str(b.sentence), "subject": b.subject} for b in broken]
    said = f"{len(RULES)} quy tắc, {len(broken)} sai lệch."
    return Outcome({"rules": len(RULES), "broken": found}, [*map(str, broken), said], not broken)
