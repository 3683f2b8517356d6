"""The parts of the soak; each prints what it counts and returns what was wrong, in words."""

from soak import shared_files  # noqa: F401 – adds its race
from soak.crew import Crew
from soak.ground import Ground
from soak.guards import install as guards_of_pairs
from soak.http_kills import KILL_HEADINGS, kills_over_http
from soak.http_races import HTTP_RACES
from soak.kills import kill_savers
from soak.pairs import PAIRS, Pair, race_of
from soak.races import RACES
from soak.switches import Switches
from soak.tally import HEADINGS, Tally, run
from soak.town import Town, town

# What holds each race, by the names in ``soak.guards``; the lock is ``FOR UPDATE`` or ``BEGIN IMMEDIATE``.
HELD_BY = {
    "two_tabs": ("version",),
    "save_against_send": ("state", "lock"),
    "save_against_deadline": ("deadline",),
    "appraisal_against_its_sending": ("sent work",),
    "unlock_against_save": ("sent work",),
    "double_send": ("sent once", "lock"),
    "send_again_after_a_lost_answer": ("sent once",),
}


TRIES = 8
"""A race that nobody holds need not be lost at once."""

# The kinds that a review found lost: these must be lost without locks. Others may have a second guard, such as a
# version column.
FOUND = (
    "describe / approve",
    "compute_points / conclude_round",
    "fail_condition / conclude_round",
    "clear_condition / conclude_round",
    "ask_explanations / conclude_round",
)


def races(ground: Ground) -> list[str]:
    """Rival processes on the operations."""
    print(HEADINGS, flush=True)
    with Crew(ground.world.app) as crew:
        tallies = (run(race, ground.times, ground.world, crew) for race in filter(ground.wants, RACES))
        return [words for tally in tallies for words in _said(tally)]


def pairs(ground: Ground) -> list[str]:
    """Every act that writes against every freeze that reads it (``soak.pairs``)."""
    print(HEADINGS, flush=True)
    wanted = [pair for pair in PAIRS if ground.wants_name(pair.name)]
    with Crew(ground.world.app) as crew:
        return [
            words for pair in wanted for words in _said(run(race_of(pair), ground.times, ground.world, crew))
        ]


def unheld(ground: Ground) -> list[str]:
    """The same with and without locks: ``FOR UPDATE`` and ``BEGIN IMMEDIATE`` taken out, the acts lose their freeze."""
    print(f"{'race':<50}{'run':>5}{'held':>9}{'not held':>10}", flush=True)
    switches = Switches(ground.folder)
    guards_of_pairs(switches)
    wanted = [pair for pair in PAIRS if ground.wants_name(pair.name)]
    with Crew(ground.world.app) as crew:
        return [words for pair in wanted for words in _unheld(pair, ground, crew, switches)]


def _unheld(pair: Pair, ground: Ground, crew: Crew, switches: Switches) -> list[str]:
    race = race_of(pair)
    held = run(race, ground.times, ground.world, crew)
    switches.take_out("lock")
    loose = run(race, ground.times, ground.world, crew)
    for _ in range(TRIES if pair.name in FOUND else 0):
        loose = loose if loose.violations else run(race, ground.times, ground.world, crew)
    switches.take_out()
    print(f"{pair.name:<50}{ground.times:>5}{len(held.violations):>9}{len(loose.violations):>10}", flush=True)
    shows = loose.violations or pair.name not in FOUND
    return held.violations + ([] if shows else [f"{pair.name} shows nothing without locks"])


def http(ground: Ground) -> list[str]:
    """Rival browsers before one gunicorn of two processes."""
    with town(ground.world, ground.folder, ground.address) as place:
        return raced(place, ground)


def raced(place: Town, ground: Ground) -> list[str]:
    print(HEADINGS, flush=True)
    wanted = filter(ground.wants, HTTP_RACES)
    return [words for race in wanted for words in _said(run(race, ground.times, place))]


def guards(ground: Ground) -> list[str]:
    """Each race with its guard and without it: no violation, then some."""
    with town(ground.world, ground.folder, ground.address) as place:
        return unguarded(place, ground)


def unguarded(place: Town, ground: Ground) -> list[str]:
    print(f"{'race':<50}{'without':<12}{'run':>5}{'held':>9}{'not held':>10}", flush=True)
    return [
        words
        for race in filter(ground.wants, HTTP_RACES)
        for guard in HELD_BY.get(race.__name__, ())
        for words in _without(place, race, guard, ground.times)
    ]


def _without(place: Town, race, guard: str, times: int) -> list[str]:
    held = run(race, times, place)
    place.switches.take_out(guard)
    loose = run(race, times, place)
    for _ in range(TRIES):
        loose = loose if loose.violations else run(race, times, place)
    place.switches.take_out()
    print(
        f"{held.name:<50}{guard:<12}{times:>5}{len(held.violations):>9}{len(loose.violations):>10}",
        flush=True,
    )
    nothing = [] if loose.violations else [f"{race.__name__} shows nothing without {guard}"]
    return held.violations + nothing


def kills(ground: Ground) -> list[str]:
    """``kill -9`` of who saves on the operations, then of what serves; everything acknowledged is read back."""
    toll = kill_savers(ground.world, ground.folder, ground.times)
    print(f"kill -9 while saving: {toll.kills} kills, {toll.acknowledged} acknowledged, {toll.lost} lost")
    wrong = [f"{toll.lost} acknowledged writes lost"] if toll.lost else []
    options = ("--preload",)  # so that a killed worker is there again at once
    with town(ground.world, ground.folder, ground.address, options=options) as place:
        return wrong + killed(place, ground)


def killed(place: Town, ground: Ground) -> list[str]:
    print(KILL_HEADINGS, flush=True)
    wrong = []
    for batch in kills_over_http(place, ground.times, "postgres" in ground.address):
        for toll in batch:
            print(toll.line(), flush=True)
            wrong += toll.wrong
        wrong += ground.broken()
    return wrong


def _said(tally: Tally) -> list[str]:
    print(tally.line(), flush=True)
    return tally.violations
