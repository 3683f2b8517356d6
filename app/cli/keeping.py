"""``flask --app run backup …``: nothing lost."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app import audit as trail
from app import backup as backups
from app.cli.arguments import FILE
from app.cli.auditing import broken_line
from app.cli.commands import Outcome, command
from app.cli.database import has_tables, migrate
from app.cli.tracking import Track
from app.web.uploads import file_store

backup = AppGroup("backup", help="Sao lưu và phục hồi toàn bộ dữ liệu và tài liệu.")

NEW_FILE = click.Path(dir_okay=False, path_type=Path)


def _held(summary: backups.Summary) -> str:
    return f"{summary.rows} dòng dữ liệu, {summary.files} tệp, lập lúc {summary.made_at}"


@command("create", group=backup)
@click.argument("file", type=NEW_FILE)
def create(file: Path) -> Outcome:
    """Sao lưu dữ liệu và tài liệu vào một TỆP, khi phần mềm vẫn đang chạy."""
    if file.exists():
        raise click.UsageError(f"Tệp {file} đã có; hãy chọn tên khác.")
    if not file.absolute().parent.is_dir():
        raise click.UsageError(f"Không có thư mục {file.absolute().parent}.")
    summary = backups.create(file, file_store(), Track("Sao lưu"))
    data = {"file": str(file), "bytes": file.stat().st_size, **summary._asdict()}
    return Outcome(data, [f"Đã sao lưu vào {file}: {_held(summary)}."])


@command("verify", group=backup, needs_tables=False)
@click.argument("file", type=FILE)
def verify(file: Path) -> Outcome:
    """Đọc lại toàn bộ một bản sao lưu; nếu hỏng thì nêu tên phần hỏng."""
    summary = backups.verify(file, Track("Kiểm tra"))
    return Outcome({"whole": True, **summary._asdict()}, [f"Bản sao lưu nguyên vẹn: {_held(summary)}."])


@command("restore", group=backup, needs_tables=False)
@click.argument("file", type=FILE)
def restore(file: Path) -> Outcome:
    """Phục hồi một bản sao lưu vào cơ sở dữ liệu trống, rồi đối chiếu từng bảng và từng tệp với bản sao lưu."""
    backups.verify(file, Track("Kiểm tra"))
    if not has_tables():
        migrate()
    summary = backups.restore(file, file_store(), Track("Phục hồi"))
    different = backups.differences(file, file_store(), Track("Đối chiếu"))
    broken = [link._asdict() for link in trail.broken_links()]
    lines = [f"Đã phục hồi: {_held(summary)}."]
    lines += [f"Khác với bản sao lưu: {name}." for name in different]
    lines += [] if different else ["Mọi bảng và mọi tệp giống hệt bản sao lưu."]
    lines += [broken_line(link) for link in broken] or ["Nhật ký nguyên vẹn."]
    data = {"different": different, "broken": broken, **summary._asdict()}
    return Outcome(data, lines, not different and not broken)
