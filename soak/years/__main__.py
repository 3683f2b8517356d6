"""``python -m soak.years [--each N]``: both programmes of 2024 and 2026, N agencies of every group sending.

Every round goes through the ten acts of design §5 by clicking; agencies beyond the N stay "not submitted" and are
appraised nevertheless. Every page is looked over by ``tests/browser/people.py``.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from soak.years import acts, files
from soak.years.acts import Year
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.stage import Stage, running

GROUPS = {
    "2024": {"cchc": ("so", "dvsn", "huyen"), "htnv": ("so", "dvsn", "huyen")},
    "2026": {"cchc": ("so", "dvsn", "xa"), "htnv": ("so", "dvsn")},
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m soak.years", description=__doc__)
    parser.add_argument("--each", type=int, default=3, help="agencies of each group that fill in and send")
    parser.add_argument("--data", type=Path, help="keep the province here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with running(options.data or Path(folder) / "data") as (address, passwords):
            stage = Stage(browser, address, passwords)
            walk(stage, options.each)
            stage.leave()
        browser.close()
    for trouble in stage.troubles:
        print("TROUBLE", trouble)
    return 1 if stage.troubles else 0


def walk(stage: Stage, each: int) -> None:
    years = [Year(period, groups, taking_part(groups, each)) for period, groups in GROUPS.items()]
    say = Clock()
    acts.set_up(stage, sorted({place for year in years for place in year.active}))
    say("act 1: agencies, forms, accounts, sets")
    met: set[str] = set()
    for year in years:
        live(stage, year, met, say)


def taking_part(groups: dict[str, tuple[str, ...]], each: int) -> list[files.Place]:
    """The first so many agencies of every group."""
    wanted = [group for group in dict.fromkeys(sum(groups.values(), ()))]
    return [place for group in wanted for place in [p for p in files.places() if p.group == group][:each]]


def live(stage: Stage, year: Year, met: set[str], say: "Clock") -> None:
    """One period from act 2 to act 10; ``met``: who has signed in before."""
    opened = [acts.open_round(stage, year, programme) for programme in year.groups]
    say(f"{year.period} act 2: {len(opened)} rounds open")
    codes: dict[str, str] = {}
    for place in year.active:
        codes |= acts.fill_and_send(stage, place, first=place.code not in met)
        met.add(place.code)
        say(f"{year.period} acts 3-5: {place.name}")
    for one in opened:
        acts.answer_surveys(stage, one, year.active[:2])
        acts.watch_and_begin(stage, one)
        say(f"{year.period} act 6: {one.name} in appraisal")
    for code in files.appraising():
        acts.appraise(stage, code, opened, first=f"appraiser {code}" not in met)
        met.add(f"appraiser {code}")
        say(f"{year.period} act 7: {code}")
    for one in opened:
        settled = acts.settle(stage, one, year.active)
        say(f"{year.period} act 8: {one.name}{'' if settled else ' (no difference)'}")
        acts.rank_and_publish(stage, one, list(codes.values())[0])
        say(f"{year.period} acts 9-10: {one.name}")


class Clock:
    """Says what was done and how long it took."""

    def __init__(self):
        self.began = time.monotonic()

    def __call__(self, words: str) -> None:
        ended = time.monotonic()
        print(f"{ended - self.began:7.1f} s  {words}", flush=True)
        self.began = ended


if __name__ == "__main__":
    sys.exit(main())
