"""exports/bundle.py and verify.py: a bundle proves itself to whoever has Python, and names what is damaged."""

import io
import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from app.extensions import db
from app.scoring.exports import verify
from app.scoring.exports.bundle import PARTS, VERIFIER, bundle
from app.scoring.models import Round
from app.scoring.queries.records import record_of
from app.scoring.rules import recompute
from tests.province import NOW
from tests.scoring.exports.files import ISSUER
from tests.scoring.views.stages import concluded, consolidated


@pytest.fixture
def members(told, app, province) -> dict[str, bytes]:
    """The members of a concluded round's bundle."""
    number = told("concluded", lambda: concluded(app, province))
    with app.app_context():
        return unpacked(bundle(db.session.get(Round, number), ISSUER, at=NOW))


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def run(*words) -> tuple[int, list[str]]:
    """As a stranger runs it: no installed package, no folder of ours on the path."""
    result = subprocess.run(
        [sys.executable, "-I", "-S", *map(str, words)], capture_output=True, encoding="utf-8", timeout=60
    )
    assert result.stderr == ""
    return result.returncode, result.stdout.splitlines()


def with_data(members: dict[str, bytes], change) -> dict[str, bytes]:
    """The bundle of somebody who changes the data and mends the manifest."""
    data, manifest = json.loads(members["data.json"]), json.loads(members["manifest.json"])
    change(data)
    content = json.dumps(data, ensure_ascii=False).encode()
    manifest["files"]["data.json"] = sha256(content).hexdigest()
    return members | {"data.json": content, "manifest.json": json.dumps(manifest).encode()}


def test_the_bundle_holds_the_files_the_frozen_data_their_digests_and_the_script(app, members):
    manifest = json.loads(members["manifest.json"])
    assert set(members) == {*PARTS.values(), "data.json", "manifest.json", "verify.py"}
    assert manifest["files"] == {
        name: sha256(content).hexdigest() for name, content in members.items() if name != "manifest.json"
    }
    assert members["verify.py"] == VERIFIER.read_bytes()
    with app.app_context():
        record = record_of(db.session.get(Round, json.loads(members["data.json"])["round"]["id"]))
        assert sha256(members["data.json"]).hexdigest() == record.digest


def test_a_sound_bundle_is_proven_packed_and_unpacked(members, tmp_path):
    end = "ĐẠT: gói nguyên vẹn, bảng xếp hạng tính lại trùng khớp."
    status, lines = run(VERIFIER, packed(members, tmp_path / "goi.zip"))
    assert (status, lines[-1], lines[0]) == (0, end, "CCHC 2026: 3 cơ quan, quy tắc tính phiên bản 2.")
    folder = tmp_path / "goi"
    folder.mkdir()
    for name, content in members.items():
        (folder / name).write_bytes(content)
    assert run(folder / "verify.py") == (0, lines)


def test_a_bundle_before_conclusion_says_that_it_is_provisional(app, province, tmp_path):
    number = consolidated(app, province)
    with app.app_context():
        content = bundle(db.session.get(Round, number), ISSUER, at=NOW)
    status, lines = run(VERIFIER, packed(unpacked(content), tmp_path / "goi.zip"))
    assert (status, lines[1]) == (0, "TẠM TÍNH: kỳ chưa kết luận.")


@pytest.mark.parametrize("name", ["Bảng xếp hạng.xlsx", "Báo cáo kết quả.pdf", "data.json", "verify.py"])
def test_a_changed_file_is_named(members, tmp_path, name):
    damaged = members | {name: members[name] + b" "}
    status, lines = run(VERIFIER, packed(damaged, tmp_path / "goi.zip"))
    assert (status, f"{name}: đã bị thay đổi (mã băm không khớp)." in lines, lines[-1]) == (
        1,
        True,
        "KHÔNG ĐẠT: 1 sai lệch.",
    )


def test_missing_and_added_files_are_named(members, tmp_path):
    changed = {name: content for name, content in members.items() if name != "Chênh lệch.xlsx"}
    status, lines = run(VERIFIER, packed(changed | {"la.txt": b"x"}, tmp_path / "goi.zip"))
    assert (status, lines[-3:-1]) == (
        1,
        ["Chênh lệch.xlsx: thiếu.", "la.txt: thừa, không có trong manifest.json."],
    )


@pytest.mark.parametrize("name", ["data.json", "manifest.json"])
def test_a_bundle_without_its_core_is_refused(members, tmp_path, name):
    rest = {other: content for other, content in members.items() if other != name}
    status, lines = run(VERIFIER, packed(rest, tmp_path / "goi.zip"))
    assert (status, any(line.startswith(f"{name}: thiếu") for line in lines)) == (1, True)


def test_a_byte_flipped_inside_the_zip_is_named(members, tmp_path):
    path = packed(members, tmp_path / "goi.zip")
    content = bytearray(path.read_bytes())
    content[content.index(members["data.json"]) + 10] ^= 1
    path.write_bytes(content)
    status, lines = run(VERIFIER, path)
    assert (status, lines[0]) == (1, "data.json: hỏng, không giải nén được.")
    path.write_bytes(content[:1000])
    assert run(VERIFIER, path)[0] == 1


def justice(data: dict) -> dict:
    return next(sheet for sheet in data["sheets"] if sheet["agency"] == "SO-TP")


def raise_conclusion(data):
    next(score for score in justice(data)["scores"] if score["code"] == "2.1")["concluded"] = "2"


def swap_ranks(data):
    for row in data["ranking"]:
        row["rank"] = {1: 2, 2: 1}.get(row["rank"], row["rank"])


def drop_a_score(data):
    del justice(data)["scores"][0]


def raise_a_field(data):
    data["ranking"][0]["fields"]["1"] = ["7.1", "7"]


def drop_a_row(data):
    del data["ranking"][0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (raise_conclusion, "SO-TP (Sở Tư pháp): điểm tính lại 9,000, bảng xếp hạng ghi 8,500."),
        (swap_ranks, "SO-TC (Sở Tài chính): hạng tính lại 1, bảng xếp hạng ghi 2."),
        (drop_a_score, "data.json: không đọc được nội dung (KeyError: '1.1')."),
        (raise_a_field, "SO-NV (Sở Nội vụ): điểm lĩnh vực 1 không khớp."),
        (drop_a_row, "SO-NV: không có trong bảng xếp hạng."),
    ],
)
def test_changed_data_are_found_even_when_the_manifest_was_mended(members, tmp_path, change, said):
    status, lines = run(VERIFIER, packed(with_data(members, change), tmp_path / "goi.zip"))
    assert (status, said in lines) == (1, True), lines


def made_up() -> dict:
    """Every turn a score can take: means, halves, disagreement, penalties, caps, ties, a condition failed."""
    leaves = [("1.1", "1", "3", "normal", "manual"), ("1.2", "1", "2", "normal", "survey")]
    leaves += [("2.1", "2", "5", "normal", "manual"), ("3.1", "3", "1", "bonus", "bonus")]
    leaves += [("3.2", "3", "2", "penalty", "penalty")]
    keys = ("code", "field", "maximum", "kind", "method")
    given = {
        "A": {
            "1.1": [{"points": "1"}, {"points": "1.001"}],
            "1.2": "1.5",
            "2.1": [{"points": "4"}],
            "3.1": "9",
        },
        "B": {"1.1": [{}, {}], "1.2": "2", "2.1": [{"points": "5"}, {}], "3.2": "1.5"},
        "C": {"1.1": "3", "1.2": "1", "2.1": "2"},
        "D": {"1.1": "1", "1.2": "1", "2.1": "4"},
        "E": {"1.1": "3", "1.2": "1", "2.1": "2"},
        "F": {"3.2": "2"},
    }
    sheets = [
        {
            "id": number, "agency": name, "name": name, "group": "xa" if name == "F" else "so", "criteria_set": 1,
            "failed_bands": ["Khá"] if name == "C" else [],
            "scores": [made_up_score(leaf[0], points.get(leaf[0]), name) for leaf in leaves],
        }
        for number, (name, points) in enumerate(given.items(), 1)
    ]  # fmt: skip
    data = {
        "round": {"tie_break": ["2", "9"]},
        "bands": [{"name": "Yếu", "lower": "0"}, {"name": "Khá", "lower": "60"}],
        "criteria_sets": [
            {"id": 1, "criteria": [dict(zip(keys, leaf, strict=True), is_leaf=True) for leaf in leaves]}
        ],
        "sheets": sheets,
    }
    return data | {"ranking": recompute(data)}


def made_up_score(code: str, points, name: str) -> dict:
    if name == "F" and code != "3.2":
        return {"code": code, "excluded": True}
    if isinstance(points, list):
        return {"code": code, "appraisals": points}
    if points is None:
        return {"code": code, "concluded_not_applicable": True} if code == "3.1" else {"code": code}
    return {"code": code, "survey": points} if code == "1.2" else {"code": code, "concluded": points}


def test_the_script_and_the_rules_agree_on_every_turn_a_score_can_take():
    data = made_up()
    assert verify.check_ranking(data) == []
    rows = {
        row["agency"]: (row["points"], row["maximum"], row["rank"], row["grade"]) for row in data["ranking"]
    }
    assert rows == {
        "A": ("7.501", "10", 1, "Khá"),
        "B": ("0.5", "7", 5, "Yếu"),
        "C": ("6", "10", 3, "Yếu"),
        "D": ("6", "10", 2, "Khá"),
        "E": ("6", "10", 3, "Khá"),
        "F": ("0", "0", None, None),
    }


def with_headings(limits: dict[str, str]) -> dict:
    """A record of today: bonuses below headings that may limit them, named by parents and by ``caps``."""
    headings = [("9", None), ("9.1", "9"), ("9.2", "9")]
    leaves = [("1.1", "normal", None), ("9.1.1", "bonus", "9.1"), ("9.1.2", "bonus", "9.1"), ("9.2.1", "bonus", "9.2")]
    criteria = [
        {
            "code": code, "field": "9", "maximum": limits.get(code, "0"), "kind": "normal", "method": "sum",
            "is_leaf": False, "parent": parent,
        }
        for code, parent in headings
    ]  # fmt: skip
    for code, kind, parent in leaves:
        above = [name for name in (parent, "9") if parent and limits.get(name)]
        criteria.append(
            {
                "code": code, "field": code[0], "maximum": "10", "kind": kind, "method": "manual", "is_leaf": True,
                "parent": parent, "caps": [[name, limits[name]] for name in above],
            }
        )  # fmt: skip
    scores = [{"code": code, "concluded": "4"} for code, _kind, _parent in leaves]
    sheet = {"id": 1, "agency": "A", "name": "A", "group": "so", "criteria_set": 1, "failed_bands": []}
    return {
        "rules_version": "2", "round": {"tie_break": []}, "bands": [],
        "criteria_sets": [{"id": 1, "criteria": criteria}],
        "sheets": [sheet | {"scores": scores}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "points"),
    [
        ({}, "16"),
        ({"9": "5"}, "9"),
        ({"9.1": "5"}, "13"),
        ({"9": "7", "9.1": "5"}, "11"),
        ({"9": "20", "9.2": "1"}, "13"),
    ],
)
def test_the_script_finds_the_limits_of_headings_by_itself(limits, points):
    data = with_headings(limits)
    ranking = recompute(data)
    assert [row["points"] for row in ranking] == [points]
    assert verify.check_ranking(data | {"ranking": ranking}) == []
