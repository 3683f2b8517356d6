"""``flask --app run backup …``: nothing lost.

Exit status 2 beside wrong use: done, but the backup is incomplete; the store lacked the files that are named.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click
from flask import current_app
from flask.cli import AppGroup

from app import audit as trail
from app import backup as backups
from app import routines
from app.backup import seal
from app.cli.arguments import FILE
from app.cli.auditing import broken_line
from app.cli.commands import Outcome, command
from app.cli.database import has_tables, migrate
from app.cli.tracking import Track
from app.errors import DomainError
from app.extensions import db
from app.web.uploads import file_store

backup = AppGroup("backup", help="Sao lưu và phục hồi toàn bộ dữ liệu và tài liệu.")

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
INCOMPLETE = 2
without_key = click.option(
    "--without-key", is_flag=True, help="Không có khóa: chỉ kiểm tra mã băm, không kiểm tra niêm phong."
)


class Rehearsal(NamedTuple):
    """A restore that was tried: ``different`` and ``broken`` are empty when it gave back what was saved."""

    summary: backups.Summary
    different: list[str]
    broken: list[dict]

    @property
    def held(self) -> bool:
        return not self.different and not self.broken


@command("create", group=backup)
@click.argument("file", type=NEW_FILE)
def create(file: Path) -> Outcome:
    """Sao lưu dữ liệu và tài liệu vào một TỆP, khi phần mềm vẫn đang chạy."""
    if file.exists():
        raise click.UsageError(f"Tệp {file} đã có; hãy chọn tên khác.")
    if not file.absolute().parent.is_dir():
        raise click.UsageError(f"Không có thư mục {file.absolute().parent}.")
    place = _key_place()
    made = place is not None and seal.make_key(place)
    summary = backups.create(file, file_store(), _keys(), Track("Sao lưu"))
    data = {"file": str(file), "bytes": file.stat().st_size, "key_file": place and str(place), **summary._asdict()}
    lines = [f"Đã tạo khóa niêm phong {place}. Hãy cất một bản ở nơi khác, tách khỏi bản sao lưu."] if made else []
    lines += [f"Đã sao lưu vào {file}: {_held(summary)}.", _sealed(summary), *_missing(summary)]
    return Outcome(data, lines, status=_status(summary))


@command("verify", group=backup, needs_tables=False)
@click.argument("file", type=FILE)
@without_key
def verify(file: Path, without_key: bool) -> Outcome:
    """Đọc lại toàn bộ một bản sao lưu; nếu hỏng hoặc bị làm giả thì nêu chỗ hỏng."""
    summary = backups.verify(file, _keys(without_key), Track("Kiểm tra"))
    lines = [f"Bản sao lưu nguyên vẹn: {_held(summary)}.", _sealed(summary), *_missing(summary)]
    return Outcome({"whole": True, **summary._asdict()}, lines, status=_status(summary))


@command("rehearse", group=backup, needs_tables=False, routine=routines.REHEARSAL)
@click.argument("file", type=FILE)
@without_key
def rehearse(file: Path, without_key: bool) -> Outcome:
    """Phục hồi thử vào một cơ sở dữ liệu tạm, đối chiếu từng cột với lúc sao lưu, rồi bỏ đi."""
    done = try_restore(file, _keys(without_key))
    return _outcome(done, f"Đã phục hồi thử: {_held(done.summary)}.")


@command("restore", group=backup, needs_tables=False)
@click.argument("file", type=FILE)
@without_key
def restore(file: Path, without_key: bool) -> Outcome:
    """Phục hồi một bản sao lưu vào cơ sở dữ liệu trống, rồi đối chiếu từng cột và từng tệp với lúc sao lưu."""
    keys, store = _keys(without_key), file_store()
    with _no_new_database_left():
        summary = backups.restore(file, store, keys, Track("Phục hồi"), _tables)
    different = backups.differences(file, store, keys, Track("Đối chiếu"))
    return _outcome(Rehearsal(summary, different, _broken()), f"Đã phục hồi: {_held(summary)}.")


def try_restore(file: Path, keys: backups.Keys | None) -> Rehearsal:
    """Restore into an SQLite database of its own in a temporary folder; the files are only read."""
    from app import create_app  # the whole application beside the one that runs this command

    with tempfile.TemporaryDirectory(prefix="cham-diem-rehearsal-") as folder:
        place = Path(folder)
        address = f"sqlite:///{place / 'scoring.db'}"
        settings = {"DATA_DIR": place, "FILES_DIR": place / "files", "SQLALCHEMY_DATABASE_URI": address}
        other = create_app(settings | {"FILES_URL": None, "SECRET_KEY": current_app.config["SECRET_KEY"]})
        with other.app_context():
            try:
                summary = backups.restore(file, None, keys, Track("Phục hồi thử"), migrate)
                return Rehearsal(summary, backups.differences(file, None, keys), _broken())
            finally:
                db.session.remove()
                db.engine.dispose()


def _outcome(done: Rehearsal, first: str) -> Outcome:
    lines = [first, _sealed(done.summary), *_missing(done.summary)]
    lines += [f"Khác với lúc sao lưu: {name}." for name in done.different]
    lines += [] if done.different else ["Mọi cột của mọi bảng và mọi tệp giống hệt lúc sao lưu."]
    lines += [broken_line(link) for link in done.broken] or ["Nhật ký nguyên vẹn."]
    data = {"different": done.different, "broken": done.broken, **done.summary._asdict()}
    return Outcome(data, lines, done.held, _status(done.summary))


def _broken() -> list[dict]:
    return [link._asdict() for link in trail.broken_links()]


def _tables() -> None:
    if not has_tables():
        migrate()


@contextmanager
def _no_new_database_left() -> Iterator[None]:
    """A refused restore takes the SQLite file that it made away again."""
    url = db.engine.url
    file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    fresh = file is not None and not file.exists()
    try:
        yield
    except (DomainError, OSError):
        if fresh:
            db.session.remove()
            db.engine.dispose()
            for one in file.parent.glob(f"{file.name}*"):
                one.unlink()
        raise


def _key_place() -> Path | None:
    """The file of the key; None when the settings hold it."""
    return None if current_app.config["BACKUP_KEY"] else seal.key_file(Path(current_app.config["DATA_DIR"]))


def _keys(without: bool = False) -> backups.Keys | None:
    if without:
        return None
    place = _key_place()
    return seal.kept_keys(place) if place else seal.keys_of(current_app.config["BACKUP_KEY"])


def _held(summary: backups.Summary) -> str:
    return f"{summary.rows} dòng dữ liệu, {summary.files} tệp, lập lúc {summary.made_at}"


def _sealed(summary: backups.Summary) -> str:
    if summary.key is None:
        return "KHÔNG kiểm tra niêm phong: không biết được bản sao lưu có bị làm giả hay không."
    place = _key_place()
    return f"Niêm phong bằng khóa {summary.key} ({place or 'BACKUP_KEY'})."


def _missing(summary: backups.Summary) -> list[str]:
    if not summary.missing:
        return []
    lines = [f"Thiếu tệp {sha256}: {', '.join(names) or '?'}." for sha256, names in summary.missing.items()]
    return [f"Bản sao lưu KHÔNG ĐẦY ĐỦ: lúc sao lưu, kho tài liệu thiếu hoặc hỏng {len(lines)} tệp.", *lines]


def _status(summary: backups.Summary) -> int:
    return INCOMPLETE if summary.missing else 0
