"""One gate for all text that enters: path, query, form, JSON, headers; refused with a sentence, or kept in one form."""

import io
import json
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import ResetRequest
from app.sign_in.models import AccountSession
from soak.strange import fuzzed
from tests.conftest import Browser
from tests.hostile.test_fields import WORDS
from tests.hostile.world import careful_app
from tests.province import PASSWORD, open_round

UNWRITABLE = {
    "NUL": "a\x00b",
    "escape": "a\x1b[31mb",
    "bell": "\x07",
    "delete": "a\x7f",
    "control of Latin-1": "a\x85b",
    "high half alone": "a\ud800b",
    "low half alone": "\udfff",
    "halves the wrong way round": "\udc00\ud800",
    "no character": "a\uffffb",
}
FAR_MOMENTS = ("0001-01-01", "0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00")
TOKEN = "/api/v1/security/login"


@pytest.fixture
def app(shelf, filled, tmp_path):
    """An application that answers a crash as it would in earnest."""
    made = careful_app(shelf, tmp_path)
    shelf.put(made, filled[0])
    return made


def said(answer) -> bool:
    """Whether a person reads why; a program gets it as JSON."""
    words = answer.json["message"] if answer.mimetype == "application/json" else answer.text
    return bool(WORDS.search(words))


def by_path(browser, text: str):
    return browser.get(f"/survey/{quote(text, errors='surrogatepass')}")


def by_query(browser, text: str):
    return browser.get("/verify/?" + urlencode({"code": text}, errors="surrogatepass"))


def by_form(browser, text: str):
    data = urlencode({"username": text, "contact": "0373"}, errors="surrogatepass")
    return browser.post("/reset-request/", data, content_type="application/x-www-form-urlencoded")


def by_json(browser, text: str):
    body = json.dumps({"username": text, "password": text})
    return browser.client.post(TOKEN, data=body, content_type="application/json")


def by_header(browser, text: str):
    kept = text.encode("utf-8", "surrogatepass").decode("latin-1")
    return browser.client.get("/public/", headers={"User-Agent": kept})


DOORS = {"path": by_path, "query": by_query, "form": by_form, "JSON": by_json, "header": by_header}
BYTES = ("high half alone", "low half alone", "halves the wrong way round", "no character", "control of Latin-1")


@pytest.mark.parametrize("door", DOORS)
def test_what_no_database_keeps_is_refused_with_a_sentence_at_every_door(app, client, door):
    wrong = {}
    for about, text in UNWRITABLE.items():
        answer = DOORS[door](Browser(client), text)
        plain = door == "header" and about in BYTES  # bytes above 127 of a header are letters of Latin-1
        expected = (200, 302, 400, 404, 422) if door in ("path", "query", "form") or plain else (400,)
        refused = answer.status_code in (400, 404, 422)
        if answer.status_code not in expected or (refused and not said(answer)):
            wrong[about] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("about", ["NUL", "escape", "bell", "delete", "control of Latin-1", "no character"])
@pytest.mark.parametrize(("door", "status"), [("path", 404), ("query", 422), ("form", 422), ("JSON", 400)])
def test_a_control_character_passes_no_door(app, client, door, status, about):
    assert DOORS[door](Browser(client), UNWRITABLE[about]).status_code == status


@pytest.mark.parametrize("header", ["User-Agent", "Referer", "X-Request-ID", "Accept-Language"])
def test_a_kept_header_holds_no_control_character_and_is_not_endless(app, client, header):
    answers = [client.get("/public/", headers={header: text}) for text in ("a\x00b", "a\x1bb", "x" * 5_000)]
    assert [answer.status_code for answer in answers] == [400] * 3
    assert client.get("/public/", headers={header: "Trình duyệt".encode().decode("latin-1")}).status_code == 200


def test_a_cookie_with_an_escaped_nul_is_refused(app):
    client = app.test_client(use_cookies=False)
    assert client.get("/public/", headers={"Cookie": 'survey-1="a\\000b"'}).status_code == 400


def test_a_path_or_query_without_end_is_refused(app, client):
    answers = [client.get("/survey/" + "x" * 5_000), client.get("/verify/?code=" + "x" * 9_000)]
    assert [answer.status_code for answer in answers] == [404, 414]
    assert "Địa chỉ quá dài" in answers[1].text


@pytest.mark.parametrize(
    "body",
    [
        '{"username": "\\u0000", "password": "x"}',
        '{"username": "\\ud800", "password": "x"}',
        '{"username": "x", "password": "\\udfff"}',
        '{"\\u0000": 1}',
        '{"username": NaN, "password": Infinity}',
        '{"username": 1e999}',
        "[" * 100_000,
        '{"a":' * 40 + "1" + "}" * 40,
        "9" * 5_000,
        "{",
        "null",
        "[]",
        '"x"',
        b"\xff\xfe",
    ],
)
def test_no_json_at_the_door_for_tokens_crashes(app, client, body):
    answer = client.post(TOKEN, data=body, content_type="application/json")
    assert (answer.status_code, said(answer)) == (400, True)


@pytest.fixture
def program(app):
    """Asks the data API with a token, as the manager."""
    client = app.test_client()
    answer = client.post(TOKEN, json={"username": "quan-ly", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}

    def ask(resource: str, asked: dict | str):
        q = asked if isinstance(asked, str) else json.dumps(asked)
        return client.get(f"/api/v1/{resource}/?" + urlencode({"q": q}), headers=headers)

    return ask


@pytest.mark.parametrize("moment", FAR_MOMENTS)
@pytest.mark.parametrize("operation", ["eq", "gt", "lt"])
def test_a_moment_beyond_the_calendar_is_no_value_to_filter_by(program, moment, operation):
    asked = {"filters": [{"col": "entry_deadline", "opr": operation, "value": moment}]}
    answer = program("rounds", asked)
    assert (answer.status_code, said(answer)) == (400, True)


@pytest.mark.parametrize(
    "asked",
    [
        '{"filters": [{"col": "name", "opr": "ct", "value": "\\ud800"}]}',
        '{"filters": [{"col": "\\ud800", "opr": "eq", "value": "x"}]}',
        '{"order_column": "\\ud800"}',
        '{"columns": ["\\u0000"]}',
        '{"filters": [{"col": "id", "opr": "eq", "value": 1e999}]}',
        '{"filters": [{"col": "id", "opr": "eq", "value": NaN}]}',
        '{"page": Infinity}',
        '{"page": 1' + "0" * 400 + "}",
        '{"page_size": ' + "9" * 5_000 + "}",
        "[" * 2_000,
        '{"filters": ' + "[" * 30 + "]" * 30 + "}",
    ],
)
def test_a_question_to_the_data_api_is_read_or_refused(program, asked):
    answer = program("rounds", asked)
    assert (answer.status_code, said(answer)) == (400, True)


@pytest.mark.parametrize("asked", [{"page": 1.0}, {"page_size": 2.0}, {"page_size": 10**30}, {"page": 999_999}])
def test_numbers_that_the_question_may_hold_are_answered(program, asked):
    assert program("rounds", asked).status_code in (200, 400)


def test_a_files_name_with_a_control_character_is_cleaned_before_any_view_sees_it(app, sign_in):
    data = {"file": (io.BytesIO(b"form_code,title\n"), "a\x00b\x1b.csv")}
    answer = sign_in("quan-ly").post("/surveys-desk/import", data, content_type="multipart/form-data")
    assert (answer.status_code, "\x00" in answer.text) == (422, False)


def test_what_is_typed_in_parts_is_kept_in_one_piece_and_the_icelandic_letter_as_ours(app, client):
    typed = "\u00d0o\u0302\u0323i tru\u031bo\u031b\u0309ng"
    Browser(client).post("/reset-request/", {"username": typed, "contact": typed, "head_of_agency": typed})
    with app.app_context():
        kept = db.session.scalars(select(ResetRequest)).one()
        assert kept.contact == "Đội trưởng"


def test_a_password_is_compared_letter_by_letter(app, province, sign_in):
    decomposed = "Mật-khẩu-1029".replace("ậ", "a\u0323\u0302")
    clerk = sign_in("tp-nhap")
    clerk.post("/password/", {"old": PASSWORD, "new": decomposed, "again": decomposed})
    answers = [
        Browser(app.test_client()).post("/login/", {"username": "tp-nhap", "password": password}).status_code
        for password in (decomposed, "Mật-khẩu-1029")
    ]
    assert (answers[0], answers[1] != 302) == (302, True)


def test_the_browser_that_a_session_keeps_is_text(app, sign_in):
    sign_in("tp-nhap")
    with app.app_context():
        assert all(text.isprintable() for text in db.session.scalars(select(AccountSession.browser)))


@pytest.mark.parametrize("seed", [11, 12])
def test_a_hundred_and_fifty_strange_requests_crash_nothing(app, province, seed):
    """``python -m soak.strange`` sends 20,000."""
    with app.app_context():
        open_round(province)
    fuzz = fuzzed(app, 150, seed)
    assert (fuzz.statuses.total(), fuzz.wrong) == (150, [])
