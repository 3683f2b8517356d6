"""One deadline hour on one database: the stage, the servers, Locust, its table, and everything read back."""

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from app import audit, create_app
from app.extensions import db
from app.files import FileStore
from app.row_access import system_access
from app.scoring.checks import check
from soak.databases import database
from soak.ground import settings
from soak.hour.ledger import Ledger, lost
from soak.hour.stage import make_stage
from soak.server import ROOT, Server, variables

REPORTS_A_MINUTE = 1.5  # of one clerk, at the most
COLUMNS = ("Request Count", "Failure Count", "Requests/s", "50%", "95%", "99%")
HEADINGS = f"{'':<28}" + "".join(
    f"{name:>10}" for name in ("answers", "errors", "a second", "p50", "p95", "p99")
)


def deadline_hour(kind: str, minutes: float, people: int) -> list[str]:
    """``people`` at once for so many minutes; prints milliseconds. What was wrong, in words."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        database(kind, Path(name)) as address,
    ):
        folder = Path(name)
        app = create_app(settings(folder, address))
        with app.app_context(), system_access("soak"):
            stage = make_stage(int(people * (1 + minutes * REPORTS_A_MINUTE)))
            db.session.remove()
            db.engine.dispose()
            (folder / "stage.json").write_text(json.dumps(stage.plain()))
            (folder / "ledger").touch()
            with Server(folder, variables(address, folder, SIGN_IN_LIMIT="100000 per 1 minute")) as server:
                _locust(folder, server.address, minutes, people)
            print(f"\n{kind}: {people} people for {minutes:g} minutes, two processes of four threads")
            _print_table(folder / "load_stats.csv")
            wrong = _read_back(folder)
            db.session.remove()
            db.engine.dispose()
    return wrong


def _locust(folder: Path, address: str, minutes: float, people: int) -> None:
    command = [sys.executable, "-m", "locust", "-f", "soak/hour/people.py", "--headless", "--only-summary"]
    command += ["-u", str(people), "-r", "5", "-t", f"{round(minutes * 60)}s", "--host", address]
    command += ["--csv", str(folder / "load"), "--exit-code-on-error", "0", "--loglevel", "ERROR"]
    own = {
        "SOAK_STAGE": str(folder / "stage.json"),
        "SOAK_LEDGER": str(folder / "ledger"),
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "locust.log").open("wb") as log:
        subprocess.run(command, cwd=ROOT, env=os.environ | own, check=True, stdout=log, stderr=log)


def _print_table(place: Path) -> None:
    print(HEADINGS)
    with place.open() as file:
        for row in csv.DictReader(file):
            values = [row[name] for name in COLUMNS]
            values[2] = f"{float(values[2]):.1f}"
            print(f"{row['Name']:<28}" + "".join(f"{value:>10}" for value in values))


def _read_back(folder: Path) -> list[str]:
    """Every acknowledged write, every rule, every chain."""
    store = FileStore(folder / "files", 1_000_000)
    told, missing = lost(Ledger(folder / "ledger").lines(), store)
    rules = [str(broken) for broken in check(store)]
    links = [str(link) for link in (*audit.broken_links(), *audit.differences())]
    counts = ", ".join(f"{kind} {count}" for kind, count in sorted(told.items()))
    print(f"acknowledged writes {told.total()} ({counts}); acknowledged writes lost = {len(missing)}")
    print(f"scoring check: {len(rules)} broken; audit verify: {len(links)} broken", flush=True)
    nothing = [] if told.total() else ["nobody was told anything"]
    return [*(f"lost: {line}" for line in missing), *rules, *links, *nothing]
