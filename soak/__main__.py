"""``python -m soak [races] [http] [guards] [kills] [--times N] [--on sqlite|postgres]``: all parts without a name."""

import argparse
import sys

from soak import parts
from soak.ground import ground

PARTS = {"races": parts.races, "http": parts.http, "kills": parts.kills, "guards": parts.guards}
SPOILS = {"guards"}  # without its guard a race leaves behind what the check must find


def soak(
    kind: str, times: int, names: tuple[str, ...] = ("races", "http", "kills"), only: str = ""
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
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="part")
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--on", choices=("sqlite", "postgres"))
    parser.add_argument("--only", default="", help="part of a race's name")
    options = parser.parse_args()
    wanted = tuple(options.parts or PARTS)
    wrong = []
    for kind in [options.on] if options.on else ["sqlite", "postgres"]:
        for names in (tuple(n for n in wanted if n not in SPOILS), tuple(n for n in wanted if n in SPOILS)):
            wrong += soak(kind, options.times, names, options.only) if names else []
    for words in wrong[:20]:
        print("WRONG", words)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
