"""app/service.py, app/request_log.py: alive, ready, counted, and one line a request."""

import json
import logging
import re

import pytest
from sqlalchemy import text

from app.extensions import db
from app.models import AuditHead
from app.request_log import JsonLines

READY = {"status": "ready", "database": "ok", "migrations": "ok", "files": "ok"}


def test_a_process_that_lives_says_so(client):
    assert (client.get("/healthz").status_code, client.get("/healthz").json) == (200, {"status": "ok"})


def test_a_migrated_database_and_a_writable_store_are_ready(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, READY)


def test_an_upload_check_leaves_nothing_behind(app, client):
    client.get("/readyz")
    assert [path for path in app.config["FILES_DIR"].rglob("*") if path.is_file()] == []


def test_a_database_behind_the_source_is_not_ready(app, client):
    with app.app_context():
        db.session.execute(text("update alembic_version set version_num = 'old'"))
        db.session.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, READY | {"status": "not ready", "migrations": "failed"})


def test_a_store_that_cannot_be_written_is_not_ready(app, client, monkeypatch, tmp_path):
    place = tmp_path / "files"
    place.write_text("not a folder")
    monkeypatch.setitem(app.config, "FILES_DIR", place)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, READY | {"status": "not ready", "files": "failed"})
    assert str(tmp_path) not in answer.text


def test_a_database_that_is_gone_is_not_ready(app, client):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        place = app.config["DATA_DIR"] / "scoring.db"
    for leftover in app.config["DATA_DIR"].glob("scoring.db*"):
        leftover.unlink()
    place.mkdir()
    try:
        answer = client.get("/readyz")
    finally:
        place.rmdir()
    parts = {"status": "not ready", "database": "failed", "migrations": "failed"}
    assert (answer.status_code, answer.json) == (503, READY | parts)


def test_without_the_setting_there_are_no_metrics(client):
    assert client.get("/metrics").status_code == 404


@pytest.fixture
def counted(app, monkeypatch):
    monkeypatch.setitem(app.config, "METRICS", True)
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "mot-chuoi-dai")


def answers(text: str, route: str) -> float:
    found = re.search(rf'http_requests_total{{method="GET",route="{route}",status="200"}} ([\d.]+)', text)
    return float(found[1]) if found else 0.0


def test_requests_are_counted_by_route(counted, client):
    before = answers(client.get("/metrics").text, "/healthz")
    client.get("/healthz?q=bi-mat")
    after = client.get("/metrics").text
    assert (answers(after, "/healthz") - before, "bi-mat" in after) == (1.0, False)


def test_addresses_and_methods_that_are_made_up_make_no_figures_of_their_own(counted, client):
    client.open("/khong-co-trang-nay", method="XYZZY")
    text = client.get("/metrics").text
    assert ("khong-co-trang-nay" in text, "XYZZY" in text, 'method="other",route=""' in text) == (False, False, True)


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.9", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("10.0.0.9", {"Authorization": "Bearer mot-chuoi-dai"}, 200),
        ("10.0.0.9", {"Authorization": "Bearer mot-chuoi"}, 403),
        ("10.0.0.9", {"Authorization": "Bearer "}, 403),
    ],
)
def test_metrics_are_for_this_machine_and_for_the_token(counted, client, address, headers, status):
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_without_a_token_an_empty_one_opens_nothing(counted, app, client, monkeypatch):
    monkeypatch.setitem(app.config, "METRICS_TOKEN", None)
    answer = client.get(
        "/metrics", headers={"Authorization": "Bearer "}, environ_base={"REMOTE_ADDR": "10.0.0.9"}
    )
    assert answer.status_code == 403


def test_an_id_from_outside_is_believed_only_behind_the_proxy(app, client, monkeypatch):
    given = {"X-Request-ID": "c0ffee-c0ffee"}
    assert re.fullmatch(r"[0-9a-f]{16}", client.get("/healthz", headers=given).headers["X-Request-ID"])
    monkeypatch.setitem(app.config, "PROXY", True)
    assert client.get("/healthz", headers=given).headers["X-Request-ID"] == "c0ffee-c0ffee"


@pytest.mark.parametrize("given", ["", "ngắn", "x" * 41, "a b c d e f", 'a"}{"b":"c'])
def test_an_id_of_another_shape_is_replaced(app, client, monkeypatch, given):
    monkeypatch.setitem(app.config, "PROXY", True)
    headers = {"X-Request-ID": given.encode().decode("latin-1")}
    assert re.fullmatch(r"[0-9a-f]{16}", client.get("/healthz", headers=headers).headers["X-Request-ID"])


def lines(caplog) -> list[dict]:
    return [json.loads(JsonLines().format(r)) for r in caplog.records if r.name == "app.requests"]


def test_a_request_is_one_line_with_its_route_and_person_and_not_its_address(
    app, sign_in, province, caplog, monkeypatch
):
    browser = sign_in("tp-nhap")
    with caplog.at_level(logging.INFO, "app.requests"):
        caplog.clear()
        answer = browser.get("/password/?tim=bi-mat")
    (record,) = [r for r in caplog.records if r.name == "app.requests"]
    line = json.loads(JsonLines().format(record))
    expected = {"method": "GET", "route": "/password/", "status": 200, "account_id": province.accounts["tp-nhap"]}
    assert {name: line[name] for name in expected} == expected
    assert ("bi-mat" in json.dumps(line), line["ms"] > 0, answer.headers["X-Request-ID"] != "") == (False, True, True)


def test_the_line_of_a_nobody_has_no_person_and_static_files_have_no_line(client, caplog):
    with caplog.at_level(logging.INFO, "app.requests"):
        client.get("/static/icon.svg").close()
        client.get("/khong-co")
    assert [(line["route"], line["status"], line["account_id"]) for line in lines(caplog)] == [("", 404, None)]


def test_a_crash_in_the_log_is_one_line_with_its_trace():
    try:
        raise ValueError("hai\ndòng")
    except ValueError as error:
        record = logging.LogRecord(
            "app", logging.ERROR, __file__, 1, "hỏng", None, (type(error), error, error.__traceback__)
        )
    written = JsonLines().format(record)
    assert (written.count("\n"), "hai\ndòng" in json.loads(written)["trace"]) == (0, True)


def test_an_act_of_a_request_leaves_the_end_of_its_chain_in_the_log(app, client, province, caplog):
    token = client.get("/login/").text.split('name="csrf-token" content="')[1].split('"')[0]
    with caplog.at_level(logging.INFO, "app.trail"):
        form = {"username": "tp-nhap", "password": "khong-phai"}
        client.post("/login/", data=form, headers={"X-CSRFToken": token})
    (record,) = [r for r in caplog.records if r.name == "app.trail"]
    line = json.loads(JsonLines().format(record))
    with app.app_context():
        head = db.session.get(AuditHead, "general")
        assert (line["chain"], line["place"], line["hash"]) == ("general", head.place, head.hash)
    assert (line["acts"], line["address"], "tp-nhap" in json.dumps(line)) == (["sign_in_failed"], "127.0.0.1", False)


def test_what_is_rolled_back_leaves_no_end_in_the_log(app, province, caplog):
    with app.test_request_context(), caplog.at_level(logging.INFO, "app.trail"):
        province.agency("SO-TP").name = "Không giữ lại"
        db.session.flush()
        db.session.rollback()
        db.session.commit()
    assert [record for record in caplog.records if record.name == "app.trail"] == []
