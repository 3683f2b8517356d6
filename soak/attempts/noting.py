"""For every act that is declared to write what a freeze reads: how it is begun, and what its request carries.

An attempt prepares what the act needs where the freeze's scene stands, and leaves the freeze possible.
"""

import random
from collections.abc import Callable

from app.scoring.states import Matter
from soak.crew import Job
from soak.scene import Place

Attempt = Callable[[Place], Job]
ATTEMPTS: dict[Callable, list[tuple[Attempt, Matter | None]]] = {}


def attempt(act: Callable, only: Matter | None = None) -> Callable[[Attempt], Attempt]:
    """``only``: what this attempt writes of the several matters that the act may write."""

    def note(function: Attempt) -> Attempt:
        ATTEMPTS.setdefault(act, []).append((function, only))
        return function

    return note


def some_points() -> str:
    return random.choice(("0.25", "0.5", "0.75", "1"))
