"""After a restore every page opens for every kind of account, as the table says: nothing came back in another shape."""

import pytest
from flask import Flask
from flask_migrate import upgrade

from app import backup
from app.accounts import find_account, notify
from app.errors import Sentence
from app.extensions import db
from app.files import FileStore
from tests.access.calls import calls
from tests.access.people import KINDS, Person
from tests.access.table import expected
from tests.access.test_matrix import letter
from tests.conftest import BACKUP_KEYS, settings
from tests.province import NOW

STATE = "published"


@pytest.fixture(scope="module")
def restored(stages, shelf, tmp_path_factory) -> Flask:
    """Another application, on a database filled from a backup of the last state, a notice for each account in it."""
    stages.enter(STATE)
    target = tmp_path_factory.mktemp("backup") / "sao-luu.tar"
    with stages.app.app_context():
        notice = Sentence("%(agency)s đã gửi %(what)s", {"agency": "A", "what": Sentence("báo cáo", {})})
        for name in filter(None, KINDS.values()):
            notify(find_account(name), notice, at=NOW, url="/home/")
        db.session.commit()
        backup.create(target, FileStore(stages.app.config["FILES_DIR"], 10_000), BACKUP_KEYS)
    other = shelf.app(settings(tmp_path_factory.mktemp("restored")))
    with other.app_context():
        upgrade()
        backup.restore(target, FileStore(other.config["FILES_DIR"], 10_000), BACKUP_KEYS)
        db.session.remove()
    return other


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_opens_after_a_restore_as_it_did_before(kind, stages, restored):
    """What is refused to this account is refused before it is read, and ``test_matrix.py`` asks for it."""
    person, gets = Person(restored, kind), [call for call in calls(restored, stages.world) if call.method == "GET"]
    open_to = [call for call in gets if expected(call.endpoint, "GET", kind, STATE) == "Y"]
    found = {call.address: letter(person.ask("GET", call.address)) for call in open_to}
    assert (len(found) > 10, {address for address in found if found[address] != "Y"}) == (True, set())
