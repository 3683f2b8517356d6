"""``make bench``: 700 agencies × 100 criteria beside a quarter of the agencies; limits of the issue checked."""

import logging
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from app import create_app
from app.cli.database import migrate
from app.extensions import db
from bench.measures import Cost, measure
from bench.province import build
from tests.conftest import settings

LEAVES, FEW, MANY = 100, 175, 700
LIMITS = {"sheet opens": 10, "row saves": 8, "ranking": 8, "coverage": 8}


def run(agencies: int, leaves: int) -> dict[str, Cost]:
    """Costs in a temporary database of that size."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        app = create_app(settings(Path(folder)))
        start = perf_counter()
        with app.app_context():
            migrate()
            large = build(agencies, leaves)
            db.session.remove()
        print(f"{agencies} agencies × {leaves} criteria made in {perf_counter() - start:.1f} s", flush=True)
        costs = measure(app, large)
        with app.app_context():
            db.engine.dispose()
    return costs


def main() -> int:
    """Print both sizes side by side; 1 when a place takes more statements than it may."""
    logging.disable(logging.WARNING)
    few, many = run(FEW, LEAVES), run(MANY, LEAVES)
    print(f"{'':<14}{'statements':>22}{'limit':>8}{'milliseconds':>22}{'ratio':>8}")
    wrong = 0
    for name, cost in many.items():
        before, limit = few[name], LIMITS[name]
        wrong += cost.statements > limit or cost.statements != before.statements
        statements = f"{before.statements} → {cost.statements}"
        times = f"{before.seconds * 1000:.0f} → {cost.seconds * 1000:.0f}"
        print(f"{name:<14}{statements:>22}{limit:>8}{times:>22}{cost.seconds / before.seconds:>8.1f}")
    print("within the limits" if not wrong else f"{wrong} beyond the limits")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
