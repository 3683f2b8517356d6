"""app/scoring/api.py, app/web/api.py: what programs may read, of whom, in which form."""

import json
import re
import shlex
from pathlib import Path

import pytest

from app.extensions import db
from app.scoring.api import RESOURCES
from app.scoring.models import Round, Score
from tests.conftest import Browser
from tests.province import PASSWORD
from tests.queries import counted
from tests.scoring.views.stages import concluded, consolidated

PEOPLE = ("tp-nhap", "tc-nhap", "td-nv", "quan-ly", "quan-tri")
GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
NAMES = [resource.resource_name for resource in RESOURCES]


def ask(browser: Browser, resource: str, **asked):
    return browser.get(f"/api/v1/{resource}/", query_string={"q": json.dumps(asked)})


def rows(browser: Browser, resource: str, **asked) -> list[dict]:
    return ask(browser, resource, page_size=200, **asked).json["result"]


def counts(browser: Browser, names=NAMES) -> dict[str, int]:
    return {name: ask(browser, name, page_size=1).json["count"] for name in names}


def test_without_an_account_nothing_is_told(client):
    urls = [f"/api/v1/{name}/{rest}" for name in NAMES for rest in ("", "1", "_info")]
    answers = [client.get(url) for url in [*urls, "/api/v1/_openapi"]]
    assert {(answer.status_code, answer.json["message"]) for answer in answers} == {
        (401, "Hãy gửi kèm mã truy cập (Bearer).")
    }


def test_nothing_can_be_written(app, sign_in):
    methods = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    assert methods == {("/api/v1/security/login", "POST")}
    answer = sign_in("quan-ly").post("/api/v1/agencies/", {"name": "X"})
    assert (answer.status_code, answer.json["message"]) == (405, "Không thể thực hiện theo cách này.")


def test_what_is_not_published_is_each_ones_own(app, province, sign_in):
    concluded(app, province)
    with app.app_context():
        province.account("td-nv").locked_at = None
        db.session.commit()
    wanted = ("agencies", "rounds", "results", "sheets")
    found = {name: counts(sign_in(name), wanted) for name in PEOPLE}
    assert {name: tuple(of.values()) for name, of in found.items()} == {
        "tp-nhap": (1, 1, 1, 1),
        "tc-nhap": (1, 1, 1, 1),
        "td-nv": (3, 1, 0, 2),  # its own agency, and the two that it appraises
        "quan-ly": (5, 1, 3, 3),
        "quan-tri": (0, 0, 0, 0),
    }
    own = rows(sign_in("tp-nhap"), "scores")
    assert ({row["agency_code"] for row in own}, len(own)) == ({"SO-TP"}, 9)


def test_what_is_published_anyone_with_an_account_reads_and_no_more(app, province, sign_in):
    concluded(app, province, published=True)
    portal = sign_in("quan-tri")
    assert counts(portal) == {
        "groups": 1,
        "agencies": 3,
        "criteria_sets": 1,
        "criteria": 12,
        "rounds": 1,
        "results": 3,
        "sheets": 0,
        "scores": 0,
    }
    ranked = [
        (row["rank"], row["agency_code"], row["points"], row["index"]) for row in rows(portal, "results")
    ]
    assert sorted(ranked) == [
        (1, "SO-TC", "8", "88.89"),
        (2, "SO-TP", "8.5", "85.00"),
        (3, "SO-NV", "8.4", "84.00"),
    ]


def test_a_foreign_row_is_in_no_answer(app, province, sign_in):
    concluded(app, province)
    manager, clerk = sign_in("quan-ly"), sign_in("tp-nhap")
    foreign = {
        name: {row["id"] for row in rows(manager, name)} - {row["id"] for row in rows(clerk, name)}
        for name in ("agencies", "results", "sheets", "scores")
    }
    assert min(len(ids) for ids in foreign.values()) > 0
    for name, ids in foreign.items():
        key = min(ids)
        one = clerk.get(f"/api/v1/{name}/{key}")
        asked = ask(clerk, name, filters=[{"col": "id", "opr": "eq", "value": key}])
        assert (one.status_code, asked.json["count"], asked.json["result"]) == (404, 0, [])
        ordered = ask(clerk, name, order_column="id", order_direction="desc", page_size=200)
        assert set(ordered.json["ids"]) & ids == set()
    info = clerk.get("/api/v1/scores/_info").text
    assert [word for word in ("Sở Tài chính", "SO-TC") if word in info] == []


def test_conclusions_are_the_managers_until_the_round_is_concluded(app, province, sign_in):
    round_id = consolidated(app, province)
    only = [{"col": "criterion_code", "opr": "eq", "value": "2.1"}]
    before = [rows(sign_in(name), "scores", filters=only) for name in ("tp-nhap", "quan-ly")]
    assert [{row["agency_code"]: row["concluded_points"] for row in answer} for answer in before] == [
        {"SO-TP": None},
        {"SO-TP": "1.5", "SO-NV": "1.4", "SO-TC": None},
    ]
    with app.app_context():
        db.session.get(Round, round_id).state = "concluded"
        db.session.commit()
    row = rows(sign_in("tp-nhap"), "scores", filters=only)[0]
    assert (row["concluded_points"], row["final_points"]) == ("1.5", "1.5")


def test_conclusions_can_be_neither_filtered_nor_ordered_by(sign_in):
    clerk = sign_in("tp-nhap")
    for name in ("survey_points", "concluded_points", "concluded_na", "final_points"):
        asked = ask(clerk, "scores", filters=[{"col": name, "opr": "gt", "value": "0"}])
        ordered = ask(clerk, "scores", order_column=name)
        assert (asked.status_code, ordered.status_code) == (400, 400)


def floats(value) -> list[float]:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value] if isinstance(value, float) else [found for part in parts for found in floats(part)]


def test_no_answer_holds_a_float(app, province, sign_in):
    concluded(app, province)
    manager = sign_in("quan-ly")
    assert {name: floats(rows(manager, name)) for name in NAMES} == dict.fromkeys(NAMES, [])
    sheet = rows(manager, "sheets")[0]
    assert (sheet["self_points"], sheet["self_maximum"], sheet["self_unscored"]) == ("0", "10", 9)


def test_filters_order_and_pages(app, province, sign_in):
    concluded(app, province)
    manager = sign_in("quan-ly")
    above = [{"col": "points", "opr": "gt", "value": "8,4"}]
    assert [row["agency_code"] for row in rows(manager, "results", filters=above)] == ["SO-TP"]
    named = [{"col": "name", "opr": "ct", "value": "so tu phap"}]
    assert [row["code"] for row in rows(manager, "agencies", filters=named)] == ["SO-TP"]
    pages = [
        ask(
            manager,
            "agencies",
            order_column="name",
            order_direction="desc",
            page=n,
            page_size=2,
            columns=["code"],
        )
        for n in range(4)
    ]
    assert [[row["code"] for row in page.json["result"]] for page in pages] == [
        ["XA-B", "XA-A"],
        ["SO-TP", "SO-TC"],
        ["SO-NV"],
        [],
    ]
    assert {page.json["count"] for page in pages} == {5}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("(page:", "Tham số q không đúng dạng."),
        ('{"page": -1}', "Tham số q không đúng dạng."),
        ('{"page": 1e300}', "Tham số q không đúng dạng."),
        ('{"filters": [{"col": "id", "opr": "rel_o_m", "value": 1}]}', "Tham số q không đúng dạng."),
        ('{"filters": [{"col": "sheet.agency", "opr": "eq", "value": 1}]}', "Không có cột “sheet.agency”."),
        (
            '{"filters": [{"col": "fields", "opr": "eq", "value": 1}]}',
            "Không lọc được cột “fields” theo cách này.",
        ),
        (
            '{"filters": [{"col": "id", "opr": "eq", "value": 99999999999}]}',
            "Giá trị lọc của cột “id” không hợp lệ.",
        ),
        (
            '{"filters": [{"col": "points", "opr": "gt", "value": "nhiều"}]}',
            "Giá trị lọc của cột “points” không hợp lệ.",
        ),
        ('{"order_column": "password"}', "Không sắp xếp được theo cột “password”."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(sign_in, asked, sentence):
    answer = sign_in("quan-ly").get("/api/v1/results/", query_string={"q": asked})
    assert (answer.status_code, answer.json) == (400, {"message": sentence})


def test_the_number_of_statements_does_not_grow_with_the_rows(app, province, sign_in):
    concluded(app, province)
    manager = sign_in("quan-ly")
    manager.get("/api/v1/scores/")
    few, many = (
        [len(counted(lambda n=name, s=size: ask(manager, n, page_size=s))) for name in ("results", "sheets")]
        for size in (1, 200)
    )
    assert many == few


def test_the_description_names_every_resource_and_every_column(app, sign_in):
    spec = sign_in("quan-tri").get("/api/v1/_openapi").json
    assert {path for path in spec["paths"] if path.endswith("/")} == {f"/api/v1/{name}/" for name in NAMES}
    assert {way for path, ways in spec["paths"].items() for way in ways if "security" not in path} == {"get"}
    described = {r.__name__: set(spec["components"]["schemas"][r.__name__]["properties"]) for r in RESOURCES}
    assert described == {r.__name__: set(r.columns) for r in RESOURCES}


def test_the_page_for_people_shows_every_column_of_every_resource(sign_in):
    page = sign_in("quan-tri").get("/api-guide/").text
    shown = re.findall(r'<th scope="row"><code>(\w+)</code>', page)
    assert shown == [name for resource in RESOURCES for name in resource.columns]


def run(client, command: str, words: dict[str, str]):
    """What curl would do with the command, on the test's client."""
    for name, value in words.items():
        command = command.replace(f"${name}", value)
    parts = shlex.split(command.replace("\\\n", " "))
    flags = dict(zip(parts[1:], parts[2:], strict=False))
    heads = dict(b.split(": ", 1) for a, b in zip(parts, parts[1:], strict=False) if a == "-H")
    url = next(part for part in parts if part.startswith("http"))
    query = dict([flags["--data-urlencode"].split("=", 1)]) if "--data-urlencode" in flags else {}
    return client.open(
        url, method=flags.get("-X", "GET"), headers=heads, data=flags.get("-d"), query_string=query
    )


def test_the_guides_commands_do_what_it_says(app, province):
    concluded(app, province, published=True)
    client, commands = app.test_client(), re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    words = {"BASE": "http://localhost", "NAME": "quan-tri", "PASSWORD": PASSWORD}
    signed_in = run(client, commands[0], words).json
    assert signed_in["expires_in"] == 1800
    answers = [
        run(client, command, words | {"TOKEN": signed_in["access_token"]}).json for command in commands[1:]
    ]
    assert [answer["count"] for answer in answers] == [1, 3, 2, 1]
    ranked = [row["agency_name"] for row in answers[1]["result"]]
    assert ranked == ["Sở Tài chính", "Sở Tư pháp", "Sở Nội vụ"]
    assert {"agency_name": "Sở Tư pháp", "points": "8.5", "index": "85.00"} in answers[2]["result"]
    assert {f"/api/v1/{name}/" for name in NAMES} == set(re.findall(r"`(/api/v1/\w+/)`", GUIDE.read_text()))


def test_a_score_is_shown_with_the_name_of_its_criterion_and_not_of_another(app, province, sign_in):
    concluded(app, province)
    with app.app_context():
        wanted = {score.id: score.criterion.code for score in db.session.query(Score)}
    assert {row["id"]: row["criterion_code"] for row in rows(sign_in("quan-ly"), "scores")} == wanted
