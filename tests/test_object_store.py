"""The evidence store in S3-compatible storage, against a real S3 server on this machine."""

import hashlib
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO

import boto3
import pytest
from moto.server import ThreadedMotoServer

from app import backup
from app.errors import Refused, Unavailable
from app.extensions import db
from app.files import FileStore, Stored
from app.holding import hold_row
from app.object_store import ObjectStore
from app.scoring.checks import check
from app.scoring.operations import evidence
from app.scoring.operations.files import sweep_files
from tests.conftest import BACKUP_KEYS
from tests.province import NOW, open_round, score_of, sheet_of

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SHA256 = hashlib.sha256(PDF).hexdigest()
LATER = datetime.now(UTC) + timedelta(days=2)


@pytest.fixture(scope="module")
def server():
    made = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    made.start()
    yield "http://{}:{}".format(*made.get_host_and_port())
    made.stop()


@pytest.fixture
def url(server, monkeypatch, request):
    """A bucket of the test's own."""
    for name, value in {
        "AWS_ENDPOINT_URL_S3": server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    bucket = f"b{hashlib.sha256(request.node.name.encode()).hexdigest()[:20]}"
    boto3.session.Session().client("s3").create_bucket(Bucket=bucket)
    return f"s3://{bucket}/chung-cu"


@pytest.fixture
def store(url, tmp_path) -> ObjectStore:
    return ObjectStore(url, tmp_path / "here", 1_000_000)


def files_below(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_content_is_kept_under_its_digest_and_nothing_stays_here(store):
    assert store.put(BytesIO(PDF), "Kế hoạch.pdf") == Stored(
        SHA256, len(PDF), "application/pdf", "Kế hoạch.pdf"
    )
    assert (store.exists(SHA256), store.size(SHA256), store.verify(SHA256)) == (True, len(PDF), True)
    assert store.key(SHA256) == f"chung-cu/{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"
    with store.open(SHA256) as content:
        assert content.read() == PDF
    assert files_below(store.root) == []


def test_what_is_refused_never_reaches_the_bucket(store):
    with pytest.raises(Refused):
        store.put(BytesIO(b"<html>"), "a.pdf")
    assert list(store.strays(set(), LATER)) == []


def test_what_is_not_there_is_said_to_be_missing(store):
    assert (store.exists("0" * 64), store.verify("0" * 64), store.size("0" * 64)) == (False, False, None)
    with pytest.raises(FileNotFoundError):
        store.open("0" * 64)


def test_a_changed_object_does_not_verify(store):
    store.put(BytesIO(PDF), "a.pdf")
    store.client.put_object(Bucket=store.bucket, Key=store.key(SHA256), Body=b"other")
    assert store.verify(SHA256) is False


def test_two_servers_share_one_store(url, store, tmp_path):
    other = ObjectStore(url, tmp_path / "there", 1_000_000)
    store.put(BytesIO(PDF), "a.pdf")
    assert other.verify(SHA256) is True


def test_a_store_that_does_not_answer_refuses_with_a_sentence(url, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    lost = ObjectStore(url, tmp_path / "here", 1_000_000)
    with pytest.raises(Unavailable, match="Kho tài liệu chưa trả lời"):
        lost.put(BytesIO(PDF), "a.pdf")
    assert files_below(tmp_path) == []


def attach(store, province) -> None:
    kept, clerk = store.put(BytesIO(PDF), "a.pdf"), province.account("tp-nhap")
    score = score_of(sheet_of(open_round(province), province, "SO-TP"), "1.1")
    evidence.attach_new(hold_row(score), kept, evidence.Description("12/KH"), actor=clerk, at=NOW)
    db.session.commit()


def test_the_check_and_the_sweep_see_the_bucket(ctx, province, store):
    attach(store, province)
    store.put(BytesIO(PDF + b"2"), "b.pdf")
    assert sweep_files(store, at=LATER + timedelta(days=2)) == [hashlib.sha256(PDF + b"2").hexdigest()]
    assert [broken for broken in check(store) if "file" in broken.rule] == []
    store.client.delete_object(Bucket=store.bucket, Key=store.key(SHA256))
    assert "files_are_there" in {broken.rule for broken in check(store)}


def test_a_content_that_is_sent_again_while_the_sweep_looks_stays_in_the_bucket(ctx, store):
    store.put(BytesIO(PDF), "a.pdf")
    written = store.client.head_object(Bucket=store.bucket, Key=store.key(SHA256))["LastModified"]
    path, before = store.path(SHA256), written + timedelta(seconds=1)
    assert list(store.strays(set(), before)) == [path]
    time.sleep(2.1)  # the bucket's clock tells whole seconds
    store.put(BytesIO(PDF), "b.pdf")
    assert (store.remove(path, before), store.verify(SHA256)) == (False, True)
    assert (store.remove(path, LATER), store.remove(path, LATER)) == (True, False)


def test_a_backup_of_the_bucket_restores_into_a_folder_and_back(ctx, province, store, tmp_path):
    attach(store, province)
    made = backup.create(tmp_path / "b.tar", store, BACKUP_KEYS)
    assert (made.files, backup.verify(tmp_path / "b.tar", BACKUP_KEYS)) == (1, made)
    folder = FileStore(tmp_path / "folder", 1_000_000)
    assert backup.differences(tmp_path / "b.tar", folder, BACKUP_KEYS) == [f"files/{SHA256}"]
    folder.put_as(BytesIO(PDF), SHA256)
    assert backup.differences(tmp_path / "b.tar", folder, BACKUP_KEYS) == []


def test_the_application_uploads_to_the_bucket_and_gives_it_back(app, url, province, sign_in):
    app.config["FILES_URL"] = url
    try:
        with app.app_context():
            score = score_of(sheet_of(open_round(province), province, "SO-TP"), "1.1").id
        clerk = sign_in("tp-nhap")
        data = {"files": (BytesIO(PDF), "Kế hoạch.pdf")}
        clerk.post(f"/evidence/rows/{score}/upload", data, content_type="multipart/form-data")
        given = clerk.get("/evidence/1/file")
        assert (given.status_code, given.data, given.headers["X-Content-Type-Options"]) == (
            200,
            PDF,
            "nosniff",
        )
        given.close()
        assert clerk.get("/readyz").json["files"] == "ok"
    finally:
        app.config["FILES_URL"] = None
