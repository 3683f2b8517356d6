"""``python -m soak [--times N] [--on sqlite|postgres]``: every race N times on each database, then the kills."""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.extensions import db
from soak.crew import Crew
from soak.databases import database
from soak.kills import kill_savers
from soak.races import RACES, Tally, run
from soak.world import World, build

HEADINGS = f"{'race':<46}{'run':>6}{'done':>7}{'refused':>9}{'busy':>6}{'violations':>12}{'seconds':>9}"


def settings(folder: Path, address: str) -> dict[str, Any]:
    return {
        "TESTING": True,
        "DATA_DIR": folder,
        "FILES_DIR": folder / "files",
        "SECRET_KEY": "for-soaking-only",
        "SQLALCHEMY_DATABASE_URI": address,
        "RATELIMIT_ENABLED": False,
    }


def soak(kind: str, times: int, only: str = "") -> list[str]:
    """Everything on one database; prints as it goes. What was wrong, in words."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name, database(kind, Path(name)) as address:
        world = build(settings(Path(name), address))
        print(f"\n{kind}\n{HEADINGS}", flush=True)
        with world.app.app_context():
            for race in RACES:
                if only in race.__name__:
                    wrong += _raced(race, world, times)
            wrong += _killed(world, Path(name), times)
            broken = world.broken()
            print(f"flask scoring check: {len(broken)} broken", flush=True)
            db.session.remove()
            db.engine.dispose()
    return wrong + broken


def _raced(race, world: World, times: int) -> list[str]:
    began = time.monotonic()
    with Crew(world.app) as crew:
        tally = run(race, world, crew, times)
    print(_line(tally, time.monotonic() - began), flush=True)
    return tally.violations


def _line(tally: Tally, seconds: float) -> str:
    counts = f"{tally.run:>6}{tally.done:>7}{tally.refused:>9}{tally.busy:>6}{len(tally.violations):>12}"
    return f"{tally.name:<46}{counts}{seconds:>9.1f}"


def _killed(world: World, folder: Path, times: int) -> list[str]:
    toll = kill_savers(world, folder, times)
    print(f"kill -9 while saving: {toll.kills} kills, {toll.acknowledged} acknowledged, {toll.lost} lost")
    return [f"{toll.lost} acknowledged writes lost"] if toll.lost else []


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--on", choices=("sqlite", "postgres"))
    parser.add_argument("--only", default="", help="part of a race's name")
    options = parser.parse_args()
    kinds = [options.on] if options.on else ["sqlite", "postgres"]
    wrong = [words for kind in kinds for words in soak(kind, options.times, options.only)]
    for words in wrong[:20]:
        print("WRONG", words)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
