"""How the soak reaches into the servers that it has started: small files that they look at.

``clock``: seconds by which their clock is ahead. ``without``: names of guards that are taken out. Only
``soak.serving`` reads them; the application that a province serves (``run:app``) does not know of this folder.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

VARIABLE = "SOAK_SWITCHES"


class Switches(NamedTuple):
    folder: Path

    def set_clock(self, ahead: timedelta) -> None:
        self._write("clock", str(ahead.total_seconds()))

    def take_out(self, guard: str = "") -> None:
        """This guard and no other; none without a name."""
        self._write("without", guard)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self._read("clock") or 0))

    def is_out(self, guard: str) -> bool:
        return self._read("without") == guard

    def _write(self, name: str, text: str) -> None:
        draft = self.folder / f".{name}"
        draft.write_text(text)
        draft.replace(self.folder / name)

    def _read(self, name: str) -> str:
        try:
            return (self.folder / name).read_text()
        except FileNotFoundError:
            return ""
