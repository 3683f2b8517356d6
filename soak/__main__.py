"""``python -m soak [part…] [--on sqlite|postgres]``: every part when none is named.

``--times``: of each race, and of the kills together. ``--minutes``, ``--people``: of the deadline hour.
"""

import argparse
import sys

from soak import parts
from soak.ground import ground
from soak.hour.run import deadline_hour

PARTS = {
    "races": parts.races,
    "pairs": parts.pairs,
    "http": parts.http,
    "kills": parts.kills,
    "guards": parts.guards,
    "unheld": parts.unheld,
}
KINDS = ("sqlite", "postgres")
HOUR = "hour"
SPOILS = {"guards", "unheld"}  # without its guard a race leaves behind what the check must find


def soak(
    kind: str, times: int, names: tuple[str, ...] = ("races", "pairs", "http", "kills"), only: str = ""
) -> list[str]:
    """These parts on one database of their own; prints as it goes. What was wrong, in words."""
    wrong: list[str] = []
    with ground(kind, times, only) as place:
        for name in names:
            print(f"\n{kind}: {name}", flush=True)
            wrong += PARTS[name](place)
        return wrong if SPOILS & {*names} else wrong + place.broken()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join([*PARTS, HOUR]))
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--on", choices=KINDS)
    parser.add_argument("--only", default="", help="parts of races' names, with commas between")
    options = parser.parse_args()
    wanted = options.parts or [*PARTS, HOUR]
    if not {*wanted} <= {*PARTS, HOUR}:
        parser.error(f"parts are {', '.join([*PARTS, HOUR])}")
    wrong = [words for kind in KINDS if options.on in (None, kind) for words in _run(kind, wanted, options)]
    for words in wrong[:20]:
        print("WRONG", words)
    return 1 if wrong else 0


def _run(kind: str, wanted: list[str], options: argparse.Namespace) -> list[str]:
    """The parts that leave a sound database on one, those that spoil it on another, and the hour on its own."""
    wrong = []
    for names in ([n for n in wanted if n not in SPOILS | {HOUR}], [n for n in wanted if n in SPOILS]):
        wrong += soak(kind, options.times, tuple(names), options.only) if names else []
    return wrong + (deadline_hour(kind, options.minutes, options.people) if HOUR in wanted else [])


if __name__ == "__main__":
    sys.exit(main())
