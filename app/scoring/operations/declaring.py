"""What each operation writes that a freeze reads, declared beside it.

``@changes(Matter.…)`` stands before every act on something that a freeze of ``states.FREEZES`` reads,
``@freezes("…")`` before the freeze itself. Both take what they act on held: ``tests/scoring/operations/
test_declaring.py`` walks all operations, and ``soak/`` makes its list of races from here.
"""

from collections.abc import Callable
from typing import TypeVar

from app.scoring.states import FREEZES, Freeze, Matter

Act = TypeVar("Act", bound=Callable)
CHANGES: dict[Callable, frozenset[Matter]] = {}
FREEZING: dict[Callable, Freeze] = {}


def changes(*matters: Matter) -> Callable[[Act], Act]:
    """Declare what the operation writes."""

    def declare(act: Act) -> Act:
        CHANGES[act] = frozenset(matters)
        return act

    return declare


def freezes(name: str) -> Callable[[Act], Act]:
    """Declare which freeze of ``states.FREEZES`` the operation is."""

    def declare(act: Act) -> Act:
        FREEZING[act] = FREEZES[name]
        return act

    return declare
