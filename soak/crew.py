"""Two processes that act at the same moment."""

import multiprocessing
import random
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, NamedTuple

from flask import Flask

import soak.manager_writes
import soak.preparing_writes
import soak.writes  # noqa: F401 – their acts stand in ACTS
from app.extensions import db
from soak.acts import Answer, perform

JITTER_SECONDS = 0.004


class Job(NamedTuple):
    """One act of ``soak.acts`` with its arguments."""

    name: str
    values: dict[str, Any]


def job(name: str, /, **values: Any) -> Job:
    return Job(name, values)


class Crew:
    """Processes of their own, each with its own connections to the database."""

    def __init__(self, app: Flask, size: int = 2):
        context = multiprocessing.get_context("fork")
        with app.app_context():
            db.engine.dispose()
        self._gate = context.Barrier(size)
        self._ends, self._workers = [], []
        for _ in range(size):
            ours, theirs = context.Pipe()
            worker = context.Process(target=_work, args=(app, theirs, self._gate), daemon=True)
            worker.start()
            self._ends.append(ours)
            self._workers.append(worker)

    def race(self, jobs: Sequence[Job]) -> list[Answer]:
        """Start the jobs together, one a process; their answers in the same order."""
        for end, wanted in zip(self._ends, jobs, strict=True):
            end.send(wanted)
        return [end.recv() for end in self._ends]

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for end in self._ends:
            end.send(None)
        for worker in self._workers:
            worker.join()


def _work(app: Flask, end, gate) -> None:
    with app.app_context():
        db.engine.dispose(close=False)
        while (wanted := end.recv()) is not None:
            gate.wait()
            time.sleep(random.uniform(0, JITTER_SECONDS))
            end.send(perform(wanted.name, **wanted.values))
        db.engine.dispose()
