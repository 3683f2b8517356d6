"""Several who send one content while the store is swept: whoever was told that it is kept can read it."""

import hashlib
import os
import random
import time
from itertools import count

from sqlalchemy import select

from app.clock import now
from app.extensions import db
from app.models import StoredFile
from app.row_access import system_access
from app.scoring.models import Evidence
from app.scoring.operations.files import SETTLED, sweep_files
from soak.acts import Answer
from soak.http_races import race
from soak.people import SMALL, Person, answer_of
from soak.town import Town
from soak.world import World
from tests.scoring.checks.stages import PDF

LIBRARY = "/evidence/library/upload"
NOT_TAKEN = ("xau.pdf", b"<html>")
SWEEPS = 3
SECONDS_OF_AN_UPLOAD = 0.2
_numbers = count()


@race
def one_content_kept_refused_and_swept(town: Town):
    """One content: kept – refused – swept as a stray."""
    content = PDF + b"%% %d %d\n" % (os.getpid(), next(_numbers))
    name = hashlib.sha256(content).hexdigest()
    _leave_old_stray(town.world, name, content)
    keeper, refused = town.people["tp-nhap"][0], town.people["tc-nhap"][0]
    answers = town.race(
        lambda: _send(keeper, ("tot.pdf", content)),
        lambda: _send(refused, ("tot.pdf", content), NOT_TAKEN),
        lambda: _sweep(town.world),
    )
    kept = town.world.store.verify(name)
    return answers, [
        *([] if answers[0].done and not answers[1].done else ["one_is_kept_one_refused"]),
        *([] if kept and _opens(keeper, name) else ["acknowledged_is_kept"]),
    ]


def _leave_old_stray(world: World, sha256: str, content: bytes) -> None:
    """The content as a broken commit leaves it, written before the sweep's grace began."""
    path, long_ago = world.store.path(sha256), time.time() - 2 * SETTLED.total_seconds()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (long_ago, long_ago))


def _send(person: Person, *files: tuple[str, bytes]) -> Answer:
    return answer_of(person.post(LIBRARY, files=[("files", file) for file in files], headers=SMALL))


def _sweep(world: World) -> Answer:
    """The nightly sweep with its true grace, at some moment of the uploads; ``value``: what it removed."""
    removed = []
    time.sleep(random.uniform(0, SECONDS_OF_AN_UPLOAD))
    with world.app.app_context(), system_access("sweep-files"):
        for _ in range(SWEEPS):
            removed += sweep_files(world.store, at=now())
            db.session.commit()
    return Answer("done", removed)


def _opens(person: Person, sha256: str) -> bool:
    """Whether the document that the keeper was told of answers with its content."""
    mine = select(Evidence.id).join(StoredFile).where(StoredFile.sha256 == sha256)
    evidence_id = db.session.scalars(mine).first()
    db.session.remove()
    answer = person.get(f"/evidence/{evidence_id}/file")
    return answer.status_code == 200 and hashlib.sha256(answer.content).hexdigest() == sha256
