"""What takes long to fill is filled once: kept on the shelf, and put back for each test that begins there."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask

from tests.shelves import Shelf


def once(place: Path, make: Callable[[Path], None]) -> Path:
    """The folder ``place`` as ``make`` filled it: the first of all workers does, the others wait for it."""
    made = Path(f"{place}.made")
    with open(f"{place}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            make(place)
            made.touch()
    return place


class Tale(NamedTuple):
    """``value`` holds no rows: those belong to the session that is gone."""

    folder: Path
    value: Any


class Tales:
    """The ways from the database ``start`` to where tests begin; each is gone once a worker."""

    def __init__(self, shelf: Shelf, app: Flask, start: Path, folder: Path):
        self.shelf, self.app, self.start, self.folder = shelf, app, start, folder
        self.tales: dict[str, Tale] = {}

    def tell(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gave, with the database and the files as it left them; to be asked before anything else."""
        assert self.shelf.is_untouched(self.app, self.start), "something was written before the tale"
        if name in self.tales:
            self.shelf.put(self.app, self.tales[name].folder)
        else:
            value, folder = make(), self.folder / str(len(self.tales))
            self.shelf.keep(self.app, folder)
            self.tales[name] = Tale(folder, value)
        return self.tales[name].value
