"""A gunicorn of its own on a free port, as a province starts it: settings from the environment, several processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Server:
    """``variables`` are the environment that it gets beside ours; ``application`` what gunicorn serves."""

    folder: Path
    variables: dict[str, str]
    application: str = "run:app"
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def launch(self) -> None:
        """Start and return at once; ``wait`` waits until it answers."""
        own = {"BIND": f"127.0.0.1:{self.port}", "BASE_URL": self.address, "LOG_LEVEL": "WARNING"}
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "gunicorn.conf.py",
            *self.options,
            self.application,
        ]
        with (self.folder / f"gunicorn-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | own | self.variables, stdout=log, stderr=log
            )

    def wait(self, path: str = "/healthz") -> None:
        ends = time.monotonic() + START_SECONDS
        while not self.is_up(path):
            if self.process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"gunicorn did not start:\n{self.log()[-4000:]}")
            time.sleep(0.05)

    def is_up(self, path: str) -> bool:
        try:
            return requests.get(self.address + path, timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def log(self) -> str:
        return (self.folder / f"gunicorn-{self.port}.log").read_text(errors="replace")

    @property
    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def kill(self) -> None:
        """``kill -9`` of the master; its workers see that they are alone and go."""
        workers = self.workers
        self.process.kill()
        self.process.wait()
        psutil.wait_procs(workers, timeout=START_SECONDS)

    def __enter__(self) -> "Server":
        self.launch()
        self.wait()
        return self

    def __exit__(self, *_error: object) -> None:
        stop(self)


def stop(*servers: Server) -> None:
    """The quick end, all at once: a graceful one would wait for connections that people keep open."""
    running = [server.process for server in servers if server.process and server.process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGQUIT)
    for process in running:
        try:
            process.wait(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def variables(address: str, folder: Path, **more: str) -> dict[str, str]:
    """Settings by which servers are one: the same database, evidence and key."""
    return {
        "DATA_DIR": str(folder),
        "FILES_DIR": str(folder / "files"),
        "SECRET_KEY": "for-soaking-only",
        "DATABASE_URL": address,
        "WEB_CONCURRENCY": "2",
        **more,
    }
