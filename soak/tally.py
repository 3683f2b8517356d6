"""What became of a race that was run many times, and how a race says what it saw."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.extensions import db
from app.scoring.checks import RULES
from soak.acts import Answer

RULE = {rule.code: rule.find for rule in RULES}
HEADINGS = (
    f"{'race':<50}{'run':>6}{'done':>7}{'refused':>9}{'busy':>6}{'apart':>7}{'violations':>12}{'seconds':>9}"
)


@dataclass
class Tally:
    """``done``: acts acknowledged, of those who saved on and on each save; ``apart``: races served by two processes."""

    name: str
    run: int = 0
    done: int = 0
    refused: int = 0
    busy: int = 0
    apart: int = 0
    seconds: float = 0
    violations: list[str] = field(default_factory=list)

    def count(self, answers: Sequence[Answer], wrong: Sequence[str]) -> None:
        self.run += 1
        for status in ("done", "refused", "busy"):
            found = sum(answer.status == status for answer in answers)
            setattr(self, status, getattr(self, status) + found)
        self.done += sum(len(answer.value) for answer in answers if isinstance(answer.value, list))
        self.apart += len({answer.process for answer in answers}) > 1
        self.violations.extend(wrong)

    def line(self) -> str:
        counts = f"{self.run:>6}{self.done:>7}{self.refused:>9}{self.busy:>6}{self.apart:>7}"
        return f"{self.name:<50}{counts}{len(self.violations):>12}{self.seconds:>9.1f}"


def run(race: Callable[..., tuple[list[Answer], list[str]]], times: int, *place: object) -> Tally:
    """The race, so many times in its ``place``: a world and whoever acts in it."""
    tally, began = Tally((race.__doc__ or race.__name__).rstrip(".")), time.monotonic()
    for _ in range(times):
        answers, wrong = race(*place)
        broken = [f"broken: {answer.value}" for answer in answers if answer.status == "broken"]
        tally.count(answers, [f"{race.__name__}: {words}; {answers}" for words in [*wrong, *broken]])
    tally.seconds = time.monotonic() - began
    return tally


def unless(**truths: bool) -> list[str]:
    """The names of what does not hold."""
    return [name for name, holds in truths.items() if not holds]


def rules(*codes: str) -> list[str]:
    """What ``flask scoring check`` finds by these rules."""
    found = [f"{code}: {subject}" for code in codes for subject in RULE[code]()]
    db.session.remove()
    return found
