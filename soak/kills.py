"""``kill -9`` of a worker while it saves: what it had acknowledged must be there, and every rule must hold."""

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from app.extensions import db
from app.scoring.models import Score
from soak.acts import perform
from soak.world import World

LONGEST_LIFE_SECONDS = 0.25


@dataclass
class Toll:
    """Kills, writes acknowledged before them, and those that were not there afterwards."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0


def kill_savers(world: World, folder: Path, times: int) -> Toll:
    """Start a worker, let it save for a moment, kill it, read everything back."""
    world.draft()
    toll, book = Toll(), folder / "acknowledged"
    for _ in range(times):
        book.unlink(missing_ok=True)
        seen = world.read(Score, world.rows["2.1"]).version
        db.session.remove()
        db.engine.dispose()
        worker = os.fork()
        if worker == 0:
            _save_on(world, book, seen)
        while not (book.exists() and book.stat().st_size):
            time.sleep(0.002)
        time.sleep(random.uniform(0, LONGEST_LIFE_SECONDS))
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        lines = [line.split() for line in book.read_text().splitlines() if line.endswith(";")]
        toll.kills += 1
        toll.acknowledged += len(lines)
        toll.lost += _lost(world, lines)
    return toll


def _save_on(world: World, book: Path, version: int) -> None:
    """Save until killed; a line of the book stands for the answer that the person got."""
    db.engine.dispose(close=False)
    with book.open("w", buffering=1) as acknowledged:
        while True:
            points = random.choice(("0.25", "0.5", "0.75", "1"))
            values = {"person": "tp-nhap", "score_id": world.rows["2.1"], "points": points}
            answer = perform("save", version=version, **values)
            if answer.done:
                version = answer.value[0]
                acknowledged.write(f"{version} {points} ;\n")


def _lost(world: World, lines: list[list[str]]) -> int:
    """The last acknowledged version is there, or the one that was under way when the worker died."""
    if not lines:
        return 0
    version, points = int(lines[-1][0]), lines[-1][1]
    after = world.read(Score, world.rows["2.1"])
    if after.version == version:
        return int(str(after.self_points.normalize()) != points)
    return int(after.version != version + 1)
