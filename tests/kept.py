"""What takes long to fill is filled once: databases kept as files, and put back for each test that begins there."""

import fcntl
import filecmp
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, has_app_context
from sqlalchemy import event

from app.extensions import db


def put(app: Flask, database: Path, files: Path) -> None:
    """Let the application find this database and these files."""
    _let_go(app)
    place = app.config["DATA_DIR"]
    for leftover in place.glob("scoring.db*"):
        leftover.unlink()
    shutil.copy(database, place / "scoring.db")
    shutil.rmtree(app.config["FILES_DIR"], ignore_errors=True)
    if files.exists():
        shutil.copytree(files, app.config["FILES_DIR"])


def keep(app: Flask, place: Path) -> None:
    """The database as it is now: closing the last connection writes its log back into the one file."""
    _let_go(app)
    shutil.copy(app.config["DATA_DIR"] / "scoring.db", place)


def _let_go(app: Flask) -> None:
    """Close every connection. A session belongs to its context: an open one lets go of its own."""
    with nullcontext() if has_app_context() else app.app_context():
        db.session.remove()
        db.engine.dispose()


def without_waiting_for_the_disk(app: Flask) -> None:
    """Tests crash no machine: what they commit need not have reached the disk."""
    with app.app_context():
        event.listen(db.engine, "connect", lambda made, _record: made.execute("pragma synchronous=off"))
        db.engine.dispose()


def once(place: Path, make: Callable[[Path], None]) -> Path:
    """The folder ``place`` as ``make`` filled it: the first of all workers does, the others wait for it."""
    with open(f"{place}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            draft = Path(f"{place}.draft")
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            make(draft)
            draft.rename(place)
    return place


class Tale(NamedTuple):
    """``value`` holds no rows: those belong to the session that is gone."""

    folder: Path
    value: Any


class Tales:
    """The ways from the database ``start`` to where tests begin; each is gone once a worker."""

    def __init__(self, app: Flask, start: Path, folder: Path):
        self.app, self.start, self.folder = app, start, folder
        self.tales: dict[str, Tale] = {}

    def tell(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gave, with the database and the files as it left them; to be asked before anything else."""
        self._must_be_first()
        if name in self.tales:
            tale = self.tales[name]
            put(self.app, tale.folder / "scoring.db", tale.folder / "files")
            return tale.value
        value, folder = make(), self.folder / str(len(self.tales))
        folder.mkdir()
        keep(self.app, folder / "scoring.db")
        if self.app.config["FILES_DIR"].exists():
            shutil.copytree(self.app.config["FILES_DIR"], folder / "files")
        self.tales[name] = Tale(folder, value)
        return value

    def _must_be_first(self) -> None:
        """What a test had written before would be gone."""
        _let_go(self.app)
        place = self.app.config["DATA_DIR"] / "scoring.db"
        assert filecmp.cmp(place, self.start, shallow=False), "something was written before the tale"
