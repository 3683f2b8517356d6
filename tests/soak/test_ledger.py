"""soak/hour/ledger.py: a write that was acknowledged and is not there is found."""

import pytest

from app.files import FileStore
from soak.hour.ledger import Ledger, Line, lost
from tests.province import open_round, score_of, sheet_of
from tests.scoring.checks import stages


@pytest.fixture
def kept(ctx, app, province):
    """Sở Tư pháp has saved 1.1 with one point, and uploaded and sent; (store, score id, sheet id, digest)."""
    store = FileStore(app.config["FILES_DIR"], 1_000_000)
    sheet, clerk = stages.send(province, store, open_round(province), "SO-TP", "tp")
    score = score_of(sheet, "1.1")
    return store, score.id, sheet.id, score.evidence[0].file.sha256, score.version


def test_what_was_acknowledged_and_stands_is_not_lost(kept):
    store, score, sheet, digest, version = kept
    lines = [
        Line("save", "tp-nhap", score, version, "1"),
        Line("upload", "tp-nhap", score, 0, digest),
        Line("send", "tp-nhap", sheet, 0, ""),
    ]
    counts, missing = lost(lines, store)
    assert (counts, missing) == ({"save": 1, "upload": 1, "send": 1}, [])


def test_each_kind_of_loss_is_found(kept, province):
    store, score, _sheet, digest, version = kept
    other = sheet_of(open_round(province, period="2027"), province, "SO-TC").id
    lines = [
        Line("save", "tp-nhap", score, version + 2, "1"),
        Line("save", "tc-nhap", score, version, "0.5"),
        Line("appraise", "td-nv", score, 1, "1"),
        Line("upload", "tp-nhap", score, 0, "0" * 64),
        Line("upload", "tp-nhap", score + 1000, 0, digest),
        Line("send", "tc-nhap", other, 0, ""),
    ]
    assert lost(lines, store)[1] == [*lines[:3], lines[5], *lines[3:5]]


def test_a_file_that_is_named_and_damaged_is_lost(kept):
    store, score, _sheet, digest, _version = kept
    store.path(digest).chmod(0o600)
    store.path(digest).write_bytes(b"x")
    line = Line("upload", "tp-nhap", score, 0, digest)
    assert lost([line], store)[1] == [line]


def test_the_ledger_gives_back_what_was_written_down(tmp_path):
    ledger = Ledger(tmp_path / "ledger")
    ledger.add("save", "tp-nhap", 7, 2, "0.25")
    assert ledger.lines() == [Line("save", "tp-nhap", 7, 2, "0.25")]
