"""app/backup/seal.py, manifest.py, archive.py, reading.py: what is damaged, forged or malformed is a sentence."""

import json
import os
import tarfile
from pathlib import Path

import pytest

from app import backup
from app.backup import seal
from app.errors import Conflict, Refused
from app.extensions import db
from app.files import FileStore
from app.models import Agency
from tests.backup.conftest import files_in
from tests.backup.forging import manifest_in, members_of, replace, rewrite, settle, write
from tests.conftest import BACKUP_KEYS

OTHER_KEYS = (b"another-key-of-somebody-who-forges-backups",)
NAME = "tables/agency.jsonl"


def refusal(source: Path, keys=BACKUP_KEYS) -> str:
    with pytest.raises(Refused) as error:
        backup.verify(source, keys)
    return str(error.value)


def test_a_whole_backup_says_what_it_holds_and_which_key_sealed_it(made):
    found = backup.verify(made, BACKUP_KEYS)
    assert (found.files, found.missing, found.key) == (1, {}, seal.key_id(BACKUP_KEYS[0]))
    assert BACKUP_KEYS[0] not in made.read_bytes()


@pytest.mark.parametrize("member", [NAME, "tables/score.jsonl"])
def test_a_changed_member_is_named(made, member):
    rewrite(made, replace(member, b"1", b"2"))
    assert refusal(made) == f"Bản sao lưu hỏng: {member} đã bị thay đổi."


def test_a_changed_manifest_breaks_the_seal(made):
    rewrite(made, replace("manifest.json", b'"rows": ', b'"rows": 1'))
    assert refusal(made) == "Niêm phong không khớp: bản sao lưu đã bị sửa hoặc bị làm giả."


def test_rows_changed_with_their_digests_recomputed_are_refused_without_the_key(made):
    rewrite(made, replace("tables/audit_event.jsonl", b'"actor_name":"', b'"actor_name":"X', OTHER_KEYS))
    assert "niêm phong bằng khóa" in refusal(made)
    rewrite(made, lambda members: members.update({"manifest.seal": seal.sealed(b"", BACKUP_KEYS)}))
    assert refusal(made).startswith("Niêm phong không khớp")


def test_a_seal_that_claims_our_key_and_was_made_with_another_is_refused(made):
    def claim(members):
        settle(members, keys=OTHER_KEYS)
        words = members["manifest.seal"].decode().split()
        members["manifest.seal"] = f"{words[0]} {seal.key_id(BACKUP_KEYS[0])} {words[2]}".encode()

    rewrite(made, claim)
    assert refusal(made).startswith("Niêm phong không khớp")


@pytest.mark.parametrize("words", [b"", b"hmac-sha256 a", b"md5 a b", b"\xff\xfe a b", b"hmac-sha256 a b c"])
def test_a_seal_of_another_shape_is_refused(made, words):
    rewrite(made, lambda members: members.update({"manifest.seal": words}))
    assert refusal(made) == "Bản sao lưu hỏng: niêm phong không đúng mẫu."


def test_an_older_key_still_opens_and_the_first_seals(made):
    keys = (*OTHER_KEYS, *BACKUP_KEYS)
    assert backup.verify(made, keys).key == seal.key_id(BACKUP_KEYS[0])
    assert seal.check(b"a", seal.sealed(b"a", keys), OTHER_KEYS) == seal.key_id(OTHER_KEYS[0])


def test_without_keys_the_digests_alone_are_checked_and_no_key_is_told(made):
    rewrite(made, lambda members: settle(members, keys=OTHER_KEYS))
    assert backup.verify(made, None).key is None
    rewrite(made, replace(NAME, b"1", b"2"))
    assert refusal(made, None) == f"Bản sao lưu hỏng: {NAME} đã bị thay đổi."


def test_the_form_of_before_is_refused_with_the_way_out(made):
    rewrite(made, lambda members: members.update({"manifest.sha256": members.pop("manifest.seal")}))
    assert "phiên bản phần mềm đã lập bản sao lưu, rồi nâng cấp" in refusal(made)
    assert "phiên bản phần mềm đã lập bản sao lưu, rồi nâng cấp" in refusal(made, None)


@pytest.mark.parametrize("number", [0, 1, 3, 99])
def test_another_format_is_refused_by_its_number(made, number):
    rewrite(made, lambda members: settle(members, manifest_in(members) | {"format": number}))
    assert refusal(made) == f"Bản sao lưu theo định dạng {number}; phần mềm này chỉ đọc định dạng 2."


WRONG = {
    "a list": lambda manifest: [manifest],
    "a number": lambda manifest: 5,
    "no JSON": lambda manifest: b"{",
    "deep": lambda manifest: b"[" * 100_000,
    "no format": lambda manifest: {name: value for name, value in manifest.items() if name != "format"},
    "a word as format": lambda manifest: manifest | {"format": "2"},
    "no rows": lambda manifest: {name: value for name, value in manifest.items() if name != "rows"},
    "rows in words": lambda manifest: manifest | {"rows": "5"},
    "a negative number": lambda manifest: manifest | {"files": -1},
    "something more": lambda manifest: manifest | {"more": 1},
    "members in a list": lambda manifest: manifest | {"members": [*manifest["members"]]},
    "a digest that is none": lambda manifest: manifest | {"members": manifest["members"] | {NAME: 1}},
    "a member outside": lambda manifest: manifest | {"members": manifest["members"] | {"../a": "0" * 64}},
    "a revision that is a path": lambda manifest: manifest | {"revision": "../../x"},
    "missing in a list": lambda manifest: manifest | {"missing": ["0" * 64]},
    "raw without columns": lambda manifest: manifest | {"raw": {"agency": {"rows": 1}}},
    "no moment": lambda manifest: manifest | {"made_at": "yesterday"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_sealed_manifest_of_another_shape_is_refused(made, wrong):
    rewrite(made, lambda members: settle(members, WRONG[wrong](manifest_in(members))))
    assert refusal(made).startswith("Bản sao lưu hỏng: manifest.json không đúng mẫu")


KINDS = {
    "a link": tarfile.SYMTYPE,
    "a hard link": tarfile.LNKTYPE,
    "a folder": tarfile.DIRTYPE,
    "a pipe": tarfile.FIFOTYPE,
    "a device": tarfile.CHRTYPE,
}


@pytest.mark.parametrize("member", [NAME, "manifest.json", "manifest.seal"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_member_that_is_no_plain_file_is_refused(made, member, kind):
    write(made, members_of(made), {member: KINDS[kind]})
    assert refusal(made) == f"Bản sao lưu hỏng: '{member}' không phải là phần của bản sao lưu."


@pytest.mark.parametrize("name", ["tables/../../etc/passwd", "/etc/passwd", "files/ab", "readme", "tables/a.jsonl/b"])
def test_a_member_of_a_strange_name_is_refused(made, name):
    rewrite(made, lambda members: members.update({name: b"a"}))
    assert "không phải là phần của bản sao lưu" in refusal(made)


def test_a_member_that_stands_there_twice_is_refused(made):
    with tarfile.open(made, "a") as archive:
        archive.addfile(tarfile.TarInfo(NAME))
    assert "không phải là phần của bản sao lưu" in refusal(made)


@pytest.mark.parametrize("name", ["manifest.json", "manifest.seal"])
def test_a_backup_without_manifest_or_seal_is_refused(made, name):
    rewrite(made, lambda members: members.pop(name) and None)
    assert refusal(made) == f"Bản sao lưu hỏng: thiếu {name}."


@pytest.mark.parametrize("name", [NAME, "tables/more.jsonl"])
def test_a_member_too_few_or_too_many_is_named(made, name):
    rewrite(made, lambda members: members.pop(name) and None if name in members else members.update({name: b""}))
    assert refusal(made) == f"Bản sao lưu hỏng: {name} thừa hoặc thiếu."


@pytest.mark.parametrize("size", [0, 1, 511, 2000, -12_000, -30_000])
def test_a_cut_off_file_is_refused(made, size):
    made.write_bytes(made.read_bytes()[:size])
    assert refusal(made).startswith("Bản sao lưu hỏng: ")


@pytest.mark.parametrize("content", [b"\0" * 20_480, b"PK\x03\x04" + b"a" * 600, b"\xff" * 4096], ids=repr)
def test_a_file_that_is_no_backup_is_refused(tmp_path, content):
    other = tmp_path / "a.tar"
    other.write_bytes(content)
    assert refusal(other).startswith("Bản sao lưu hỏng: ")


def test_a_folder_or_a_pipe_is_no_backup(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", tmp_path / "none"):
        assert refusal(place).startswith("Bản sao lưu hỏng: không đọc được tệp")


def _row(members, change) -> None:
    """Change the first row of the agencies."""
    lines = members[NAME].splitlines(keepends=True)
    lines[0] = json.dumps(change(json.loads(lines[0]))).encode() + b"\n"
    members[NAME] = b"".join(lines)


ROWS = {
    "no JSON": lambda members: members.update({NAME: b"{\n"}),
    "bytes": lambda members: members.update({NAME: b"\xff\xfe\n"}),
    "deep": lambda members: members.update({NAME: b"[" * 100_000 + b"\n"}),
    "a list": lambda members: _row(members, lambda row: [*row]),
    "a column too few": lambda members: _row(members, lambda row: {"id": 1}),
    "a column too many": lambda members: _row(members, lambda row: row | {"x": 1}),
    "a number as name": lambda members: _row(members, lambda row: row | {"name": 5}),
    "a word as number": lambda members: _row(members, lambda row: row | {"group_id": "1"}),
    "an object": lambda members: _row(members, lambda row: row | {"name": {}}),
    "a day that is none": lambda members: _row(members, lambda row: row | {"active_from": "2026-02-30"}),
    "a number too large": lambda members: _row(members, lambda row: row | {"group_id": 10**30}),
    "a foreign row": lambda members: _row(members, lambda row: row | {"group_id": 999}),
    "the same id": lambda members: _row(members, lambda row: row | {"id": 2}),
    "no name": lambda members: _row(members, lambda row: row | {"name": None}),
    "a row too few": lambda members: members.update({NAME: members[NAME].split(b"\n", 1)[1]}),
    "a row twice": lambda members: members.update({NAME: members[NAME] + members[NAME].split(b"\n")[0] + b"\n"}),
    "a file that no row names": lambda members: members.update({"tables/stored_file.jsonl": b""}),
}


@pytest.mark.parametrize("rows", ROWS)
def test_rows_of_another_shape_are_refused_though_they_were_sealed_and_nothing_stays(made, elsewhere, rows):
    def change(members):
        ROWS[rows](members)
        settle(members)

    rewrite(made, change)
    with elsewhere.app_context():
        with pytest.raises((Refused, Conflict)) as error:
            backup.restore(made, FileStore(elsewhere.config["FILES_DIR"], 1000), BACKUP_KEYS)
        assert (db.session.query(Agency).count(), files_in(elsewhere)) == (0, [])
        db.session.remove()
    assert str(error.value).startswith(("Bản sao lưu hỏng: ", "Không phục hồi được bảng agency: "))


def test_tables_that_this_source_does_not_know_are_refused(made, elsewhere):
    def add(members):
        members["tables/more.jsonl"] = b""
        settle(members)
        manifest = manifest_in(members)
        manifest["raw"]["more"] = {"rows": 0, "columns": {}}
        settle(members, manifest)

    rewrite(made, add)
    with elsewhere.app_context(), pytest.raises(Conflict, match="không có cùng các bảng: more"):
        backup.restore(made, None, BACKUP_KEYS)
