"""The world with its servers and the people who are signed in there."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from soak.acts import Answer
from soak.people import Person, answer_of
from soak.server import Server, variables
from soak.switches import VARIABLE, Switches
from soak.world import World

JITTER_SECONDS = 0.008
WHO = ("tp-nhap", "tp-nhap", "tp-duyet", "tc-nhap", "tc-nhap", "td-nv", "td-nv", "quan-ly", "quan-ly-2")

Act = Callable[[], requests.Response | Answer]


@dataclass
class Town:
    """``people``: user name → sessions, as many as that person has tabs."""

    world: World
    server: Server
    switches: Switches
    people: dict[str, list[Person]]
    pool: ThreadPoolExecutor

    def race(self, *acts: Act) -> list[Answer]:
        """All at once; their answers in the same order."""
        gate = threading.Barrier(len(acts))

        def start(act: Act) -> Answer:
            gate.wait()
            time.sleep(random.uniform(0, JITTER_SECONDS))
            answer = act()
            return answer if isinstance(answer, Answer) else answer_of(answer)

        return list(self.pool.map(start, acts))


@contextmanager
def town(world: World, folder: Path, address: str, *, options: tuple[str, ...] = ()) -> Iterator[Town]:
    """Servers started on the world's database, and everybody signed in."""
    switches = Switches(folder)
    mine = variables(address, folder, SIGN_IN_LIMIT="100000 per 1 minute", **{VARIABLE: str(folder)})
    with Server(folder, mine, "soak.serving:app", options) as server, ThreadPoolExecutor(4) as pool:
        people = defaultdict(list)
        for name in WHO:
            people[name].append(signed_in(server.address, name))
        yield Town(world, server, switches, people, pool)


def signed_in(address: str, name: str) -> Person:
    """Each request opens a connection of its own, so that any process may serve it."""
    person = Person(address, name)
    person.session.headers["Connection"] = "close"
    if person.sign_in().status_code != 302:
        raise RuntimeError(f"{name} was not let in")
    return person
