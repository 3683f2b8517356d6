"""app/csp.py, app/request_log.py, app/service.py: what stands in the head of every answer."""

import re
import runpy
import time
from datetime import datetime

import pytest
from flask import request

from app import create_app
from app.csp import ONE_YEAR
from tests.conftest import settings
from tests.province import PASSWORD


def policy(answer) -> dict[str, str]:
    """The directives of the answer's Content-Security-Policy."""
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {name: rest for name, _space, rest in (part.strip().partition(" ") for part in parts)}


def test_scripts_run_only_with_the_nonce_of_their_own_answer(client):
    first, second = client.get("/login/"), client.get("/login/")
    nonce = re.fullmatch(r"'self' 'nonce-([\w-]{22})'", policy(first)["script-src"])[1]
    assert policy(second)["script-src"] != policy(first)["script-src"]
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", first.text)
    assert [f'nonce="{nonce}"' in attributes for attributes in inline] == [True] * len(inline)


def test_no_page_carries_a_script_in_an_attribute(sign_in):
    page = sign_in("quan-ly").get("/password/").text
    assert re.findall(r"<[^>]+\son\w+=|javascript:", page) == []


def test_a_page_is_not_framed_not_guessed_not_kept_and_sends_no_address_elsewhere(sign_in):
    answer = sign_in("tp-nhap").get("/password/")
    directives = policy(answer)
    assert (directives["frame-ancestors"], directives["object-src"]) == ("'none'", "'none'")
    assert (directives["base-uri"], directives["form-action"]) == ("'none'", "'self'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", ["/khong-co", "/healthz", "/static/icon.svg"])
def test_errors_figures_and_files_have_the_headers_too(client, url):
    with client.get(url) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert policy(answer)["default-src"] == "'self'"


def test_a_static_file_is_asked_for_once_and_anew_when_it_has_changed(client):
    page = client.get("/login/").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)(?:\?[^"]*)?)"', page)
    assert len(addresses) > 3
    unknown = ["/static/css/app.css?v=0", "/static/css/app.css", "/static/khong-co.css?v=0"]
    kept = []
    for url in [*addresses, *unknown]:
        with client.get(url) as answer:
            kept.append((answer.status_code, answer.headers["Cache-Control"]))
    assert kept == [
        *[(200, "public, max-age=31536000, immutable")] * len(addresses),
        (200, "no-cache"),
        (200, "no-cache"),
        (404, "no-store"),
    ]


def cookie(client) -> str:
    answer = client.post(
        "/login/",
        data={"username": "tp-nhap", "password": PASSWORD},
        headers={"X-CSRFToken": client.get("/login/").text.split('name="csrf-token" content="')[1].split('"')[0]},
    )
    return answer.headers["Set-Cookie"]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client):
    flags = {part.strip() for part in cookie(client).split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags
    assert "Secure" not in flags


def test_behind_tls_the_browser_is_told_to_stay_there(app, client, monkeypatch):
    assert "Strict-Transport-Security" not in client.get("/login/").headers
    monkeypatch.setitem(app.config, "HTTPS", True)
    assert client.get("/login/").headers["Strict-Transport-Security"] == ONE_YEAR


def test_behind_tls_no_other_host_can_set_the_session_cookie(monkeypatch):
    names = []
    for https in ("", "1"):
        monkeypatch.setenv("HTTPS", https)
        names.append(runpy.run_path("config.py")["Config"].SESSION_COOKIE_NAME)
    assert names == ["session", "__Host-session"]


def test_behind_tls_every_cookie_is_this_hosts_own(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    monkeypatch.setitem(app.config, "SESSION_COOKIE_NAME", "__Host-session")
    page = client.get("/login/", base_url="https://localhost").text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    answer = client.post(
        "/login/",
        data={"username": "tp-nhap", "password": PASSWORD},
        headers={"X-CSRFToken": token, "Referer": "https://localhost/"},
        base_url="https://localhost",
    )
    names = [text.split("=")[0] for text in answer.headers.getlist("Set-Cookie")]
    assert sorted(names) == ["__Host-known_device", "__Host-session"]


def test_the_address_of_a_client_is_believed_only_behind_our_own_proxy(tmp_path):
    told = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "xau.example"}
    seen = {}
    for proxy in (False, True):
        app = create_app(settings(tmp_path) | {"PROXY": proxy})
        app.add_url_rule("/who", view_func=lambda: f"{request.remote_addr} {request.scheme} {request.host}")
        seen[proxy] = app.test_client().get("/who", headers=told).text
    assert seen == {False: "127.0.0.1 http localhost", True: "203.0.113.9 https xau.example"}


def test_a_token_lives_as_long_as_its_session(app, client, monkeypatch):
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None
    token = client.get("/login/").text.split('name="csrf-token" content="')[1].split('"')[0]
    monkeypatch.setattr(time, "time", lambda: datetime.now().timestamp() + 7 * 3600)
    form = {"username": "tp-nhap", "password": PASSWORD}
    assert client.post("/login/", data=form, headers={"X-CSRFToken": token}).status_code == 302


def test_signing_out_clears_what_the_browser_kept(sign_in):
    assert sign_in("tp-nhap").post("/logout/").headers["Clear-Site-Data"] == '"storage"'


def test_behind_tls_the_cookie_never_travels_in_the_open(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    client.get("/login/", base_url="https://localhost")
    answer = client.get("/login/", base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("url", ["/login/", "/static/icon.svg", "/healthz", "/khong-co"])
def test_no_answer_allows_another_origin(client, url):
    with client.get(url, headers={"Origin": "https://xau.example"}) as answer:
        assert [name for name, _value in answer.headers if name.startswith("Access-Control")] == []


def test_trace_is_not_answered(client):
    assert client.open("/login/", method="TRACE").status_code == 405


@pytest.mark.parametrize("host", ["xau.example", "chamdiem.example.xau.example", "chamdiem.example@xau.example"])
def test_a_foreign_host_gets_no_page(app, client, monkeypatch, host):
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["chamdiem.example"])
    answer = client.get("/login/", headers={"Host": host})
    assert (answer.status_code, answer.mimetype, host in answer.text) == (400, "text/plain", False)


def test_our_own_host_gets_its_page(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["chamdiem.example"])
    assert client.get("/login/", headers={"Host": "chamdiem.example"}).status_code == 200
