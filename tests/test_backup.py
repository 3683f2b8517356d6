"""app/backup.py: what is backed up comes back whole, on the other database too; what is damaged is named."""

import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from flask_migrate import upgrade

from app import backup, create_app
from app.errors import Conflict, Refused
from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.models import Agency
from app.scoring.models import Round
from app.scoring.operations import evidence
from app.scoring.queries.standings import round_standings
from tests.conftest import settings
from tests.province import NOW, appraise_everything, begin_appraisal, open_round, score_of, sheet_of


@pytest.fixture
def store(app) -> FileStore:
    return FileStore(app.config["FILES_DIR"], 1_000_000)


@pytest.fixture
def made(ctx, province, store, tmp_path) -> Path:
    """A backup of a round in appraisal with a file."""
    round_ = open_round(province)
    kept = store.put(BytesIO(b"%PDF-1.4\n%%EOF\n"), "Kế hoạch.pdf")
    score = score_of(sheet_of(round_, province, "SO-TP"), "1.1")
    evidence.attach_new(hold_row(score), kept, evidence.Description("12/KH"), actor=province.account("tp-nhap"), at=NOW)
    begin_appraisal(round_, province)
    appraise_everything(round_, province, "td-nv")
    db.session.commit()
    target = tmp_path / "sao-luu.tar"
    backup.create(target, store)
    return target


def ranking(round_id: int) -> list[tuple]:
    lines = round_standings(db.session.get(Round, round_id)).lines
    return [(line.sheet.agency_name, line.total, line.rank, line.grade) for line in lines]


def test_a_backup_restored_elsewhere_gives_the_same_ranking_and_files(made, tmp_path):
    before = ranking(1)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = create_app(settings(elsewhere))
    with other.app_context():
        upgrade()
        place = FileStore(elsewhere / "files", 1_000_000)
        summary = backup.restore(made, place)
        assert ranking(1) == before
        assert (summary.files, [p.is_file() for p in (elsewhere / "files").rglob("*") if p.is_file()]) == (1, [True])
        again = tmp_path / "again.tar"
        assert backup.create(again, place)[1:] == summary[1:]
        db.session.remove()
        db.engine.dispose()


def test_a_whole_backup_verifies(made):
    assert backup.verify(made).files == 1


def test_a_database_with_content_is_not_overwritten(made, store, province):
    with pytest.raises(Conflict):
        backup.restore(made, store)
    assert db.session.get(Agency, province.agencies["SO-TP"]).name == "Sở Tư pháp"


def rewrite(source: Path, change) -> None:
    """The same tar with its members passed through ``change(name, content)``; None leaves one out."""
    with tarfile.open(source) as archive:
        members = [(m.name, archive.extractfile(m).read()) for m in archive.getmembers()]
    with tarfile.open(source, "w") as archive:
        for name, content in members:
            changed = change(name, content)
            if changed is not None:
                info = tarfile.TarInfo(name)
                info.size = len(changed)
                archive.addfile(info, BytesIO(changed))


@pytest.mark.parametrize("member", ["tables/score.jsonl", "manifest.json"])
def test_a_changed_member_is_named(made, member):
    rewrite(made, lambda name, content: content.replace(b"1", b"2", 1) if name == member else content)
    with pytest.raises(Refused, match=member):
        backup.verify(made)


def test_a_missing_member_is_named(made):
    rewrite(made, lambda name, content: None if name == "tables/agency.jsonl" else content)
    with pytest.raises(Refused, match="tables/agency.jsonl"):
        backup.verify(made)


def test_a_cut_off_file_is_refused(made):
    made.write_bytes(made.read_bytes()[:2000])
    with pytest.raises(Refused):
        backup.verify(made)


def test_what_differs_from_the_backup_is_named(made, store, province):
    assert backup.differences(made, store) == []
    province.agency("SO-TP").name = "Sở khác"
    db.session.commit()
    next(path for path in store.root.rglob("*") if path.is_file()).unlink()
    found = backup.differences(made, store)
    assert [name.split("/")[0] for name in found] == ["tables"] * (len(found) - 1) + ["files"]
    assert "tables/agency.jsonl" in found
