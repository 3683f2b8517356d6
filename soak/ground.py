"""Where a part of the soak takes place: an empty database made into the little province, looked over at the end."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from app import audit
from app.extensions import db
from app.row_access import system_access
from soak.databases import database
from soak.world import World, build


class Ground(NamedTuple):
    """``times``: how often each race or kill; ``only``: parts of races' names, with commas between."""

    world: World
    folder: Path
    address: str
    times: int
    only: str

    def wants(self, act: object) -> bool:
        return self.wants_name(act.__name__)

    def wants_name(self, name: str) -> bool:
        return any(part in name for part in self.only.split(","))

    def broken(self) -> list[str]:
        """What ``flask scoring check`` and ``flask audit verify`` find; says how much that is.

        Rows are compared with the trail where the soak itself put none back by hand.
        """
        unlike = [] if self.world.is_by_hand else audit.differences()
        rules, links = self.world.broken(), [str(link) for link in (*audit.broken_links(), *unlike)]
        db.session.remove()
        print(f"scoring check: {len(rules)} broken; audit verify: {len(links)} broken", flush=True)
        return rules + links


@contextmanager
def ground(kind: str, times: int, only: str = "") -> Iterator[Ground]:
    """``kind``: ``sqlite`` or ``postgres``. The world's application context is pushed meanwhile."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        database(kind, Path(name)) as address,
    ):
        world = build(settings(Path(name), address))
        with world.app.app_context(), system_access("soak"):
            yield Ground(world, Path(name), address, times, only)
            db.session.remove()
            db.engine.dispose()


def settings(folder: Path, address: str) -> dict[str, Any]:
    return {
        "TESTING": True,
        "DATA_DIR": folder,
        "FILES_DIR": folder / "files",
        "SECRET_KEY": "for-soaking-only",
        "SQLALCHEMY_DATABASE_URI": address,
        "RATELIMIT_ENABLED": False,
    }
