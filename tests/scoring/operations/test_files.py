"""app/scoring/operations/files.py: the sweep, and what arrives while it looks."""

import hashlib
import os
import runpy
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from app.clock import now
from app.extensions import db
from app.files import FileStore
from app.scoring.operations.evidence import keep_file
from app.scoring.operations.files import SETTLED, sweep_files

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SHA256 = hashlib.sha256(PDF).hexdigest()
ROOT = Path(__file__).resolve().parents[3]


class Interrupted(FileStore):
    """Something happens between the sweep's list of strays and its deleting."""

    def strays(self, known, before):
        found = list(super().strays(known, before))
        self.meanwhile()
        yield from found

    def meanwhile(self) -> None: ...


@pytest.fixture
def store(tmp_path, ctx) -> Interrupted:
    """One content lies there that no row names, written two days ago."""
    made = Interrupted(tmp_path, 1_000_000)
    made.put(BytesIO(PDF), "a.pdf")
    os.utime(made.path(SHA256), (0, time.time() - 2 * SETTLED.total_seconds()))
    return made


def test_a_stray_goes_after_the_grace_when_nothing_happens(store):
    assert (sweep_files(store, at=now()), store.exists(SHA256)) == ([SHA256], False)


def test_a_content_that_is_sent_again_while_the_sweep_looks_stays(store):
    store.meanwhile = lambda: store.put(BytesIO(PDF), "b.pdf")
    assert (sweep_files(store, at=now()), store.verify(SHA256)) == ([], True)


def test_a_content_that_a_row_names_by_now_stays_however_old_it_is(store):
    stored = FileStore(store.root.parent / "other", 1_000_000).put(BytesIO(PDF), "b.pdf")

    def commit_row() -> None:
        keep_file(stored, at=now())
        db.session.commit()

    store.meanwhile = commit_row
    assert (sweep_files(store, at=now()), store.verify(SHA256)) == ([], True)


def test_a_content_younger_than_the_grace_stays(store):
    os.utime(store.path(SHA256), (0, time.time() - SETTLED.total_seconds() + 60))
    assert (sweep_files(store, at=now()), store.exists(SHA256)) == ([], True)


def test_the_grace_is_far_longer_than_the_server_lets_any_request_run():
    gunicorn = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    assert 100 * timedelta(seconds=gunicorn["timeout"] + gunicorn["graceful_timeout"]) <= SETTLED
