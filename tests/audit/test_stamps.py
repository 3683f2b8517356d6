"""app/audit/stamps.py: a service outside the house says when it saw a root; its answer is kept and checked."""

import base64

import pytest

from app import audit
from app.audit import roots, stamps
from app.errors import Conflict
from app.extensions import db
from tests.audit import time_stamps
from tests.province import NOW


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tsa")
    return time_stamps.prepare(folder)


@pytest.fixture
def service(app, ctx, authority, monkeypatch):
    with time_stamps.serving(authority.parent) as address:
        monkeypatch.setitem(app.config, "AUDIT_TSA_URL", address)
        monkeypatch.setitem(app.config, "AUDIT_TSA_CERTIFICATES", str(authority))
        yield address


def test_a_root_is_stamped_and_the_stamp_is_kept(service):
    root = audit.anchor(actor=None, at=NOW).root
    assert stamps.stamped_at(root.stamp, roots.statement(root)) is not None
    assert list(roots.findings()) == []


def test_a_stamp_over_something_else_is_none(service):
    stamp = stamps.ask_for_stamp("một điều")
    assert (stamps.stamped_at(stamp, "một điều") is None, stamps.stamped_at(stamp, "điều khác")) == (False, None)


def test_a_stamp_of_another_authority_is_none(app, service, tmp_path, monkeypatch):
    stamp = stamps.ask_for_stamp("một điều")
    monkeypatch.setitem(app.config, "AUDIT_TSA_CERTIFICATES", str(time_stamps.prepare(tmp_path)))
    assert stamps.stamped_at(stamp, "một điều") is None


@pytest.mark.parametrize("damage", ["", "rác", base64.b64encode(b"0\x03\x02\x01\x00").decode()])
def test_what_is_no_stamp_is_none(app, service, damage):
    assert stamps.stamped_at(damage, "một điều") is None


def test_without_a_service_nobody_is_asked(app, ctx):
    assert stamps.ask_for_stamp("một điều") is None


def test_a_service_that_is_away_keeps_no_root_from_being_made(app, ctx, monkeypatch):
    monkeypatch.setitem(app.config, "AUDIT_TSA_URL", "http://127.0.0.1:9/tsa")
    anchored = audit.anchor(actor=None, at=NOW)
    assert (anchored.root.number, anchored.root.stamp, anchored.unstamped is None) == (1, None, False)
    db.session.rollback()


def test_an_answer_to_another_request_is_refused(app, service, authority, monkeypatch):
    monkeypatch.setattr(time_stamps, "openssl", lambda *_arguments: b"khong phai")
    with pytest.raises(Conflict):
        stamps.ask_for_stamp("một điều")
