"""A progress bar for commands that take long."""

import sys
from collections.abc import Iterable, Iterator

import click


class Track:
    """A progress bar on stderr around whatever is gone through; silent where nobody watches."""

    def __init__(self, label: str, length: int | None = None):
        self.label, self.length = label, length

    def __call__(self, things: Iterable) -> Iterator:
        hidden = not sys.stderr.isatty()
        with click.progressbar(
            things, length=self.length, label=self.label, file=sys.stderr, hidden=hidden
        ) as bar:
            yield from bar
