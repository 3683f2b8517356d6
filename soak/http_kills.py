"""``kill -9`` in the middle of a request, again and again, and what is there afterwards."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import requests

from soak.acts import Answer
from soak.scenes import SCENES, Scene
from soak.town import Town
from soak.weapons import OF_POSTGRES, WEAPONS

COUNTS = ("kills", "answered", "unanswered", "of them kept", "wrong")
KILL_HEADINGS = f"{'killed':<12}{'while':<38}" + "".join(f"{name:>14}" for name in COUNTS)


@dataclass
class Toll:
    """``told``: acts acknowledged; ``cut``: those without an answer, of which ``kept`` were there all the same."""

    weapon: str
    scene: str
    kills: int = 0
    told: int = 0
    cut: int = 0
    kept: int = 0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        counts = (self.kills, self.told, self.cut, self.kept, len(self.wrong))
        return f"{self.weapon:<12}{self.scene:<38}" + "".join(f"{count:>14}" for count in counts)


def kills_over_http(town: Town, times: int, on_postgres: bool) -> Iterator[list[Toll]]:
    """Every weapon in every scene, in all some ``times`` of workers and fewer of the rest; a list a weapon."""
    for weapon, rarer in WEAPONS.items():
        if on_postgres or weapon not in OF_POSTGRES:
            each = max(1, times // (rarer * len(SCENES)))
            yield [kill_during(town, scene, weapon, each) for scene in SCENES]


def kill_during(
    town: Town, scene: Callable[[Town], Scene], weapon: Callable[[Town], None], times: int
) -> Toll:
    toll = Toll(weapon.__name__, scene.__doc__ or scene.__name__)
    usual = _undisturbed(town, scene, toll)
    for _ in range(times):
        act, judge = scene(town)
        under_way = town.pool.submit(_answer, act)
        time.sleep(random.uniform(0, usual))
        weapon(town)
        answer = under_way.result()
        there, wrong = judge(answer.done)
        _count(toll, answer, there, wrong)
    return toll


def _undisturbed(town: Town, scene: Callable[[Town], Scene], toll: Toll) -> float:
    """Seconds that the act takes when nobody is killed; it must succeed then."""
    act, judge = scene(town)
    began = time.monotonic()
    answer = act()
    seconds = time.monotonic() - began
    _there, toll.wrong = judge(True)
    if not answer.done:
        toll.wrong.append(f"undisturbed: {answer}")
    return seconds


def _answer(act: Callable[[], Answer]) -> Answer:
    try:
        return act()
    except requests.RequestException:
        return Answer("cut")


def _count(toll: Toll, answer: Answer, there: bool, wrong: list[str]) -> None:
    toll.kills += 1
    toll.told += answer.done
    toll.cut += not answer.done
    toll.kept += there and not answer.done
    broken = ["HTTP 500"] if answer.status == "broken" else []
    toll.wrong += [f"{toll.weapon}, {toll.scene}: {words}; {answer}" for words in [*wrong, *broken]]
