"""A province with something open at every step, and each form that its pages show, found by walking the pages."""

import pickle
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import lxml.html
from flask import Flask

from app import grid_tables
from app.cli import make_roles
from app.extensions import db
from app.holding import hold_row
from app.scoring.models import CriteriaSet, SurveyForm
from app.scoring.operations import criteria, differences, rounds
from app.scoring.queries.surveys import campaigns_of
from soak.databases import migrate
from tests import province as little
from tests.access.people import KINDS
from tests.access.table import WHO_REACHES
from tests.access.world import Story
from tests.conftest import Browser, settings
from tests.hostile.twins import PostgresTwin, SqliteTwin, twin_of
from tests.province import NOW, PASSWORD, Province, open_round, score_of, sheet_of
from tests.scoring.views.stages import concluded, consolidated
from tests.shelves import Shelf

PEOPLE = {"": "anonymous", "tp-nhap": "clerk", "td-nv": "assigned appraiser", "quan-ly": "manager"}
DOWNLOADS = ("file", "workbook", "download", "export", "template", "minutes", "everything", "picture", "page")
CHOSEN_TYPES = ("checkbox", "radio")


@dataclass(frozen=True)
class Form:
    """A form as a page shows it to ``person``; ``fields`` are (name, value as drawn) pairs, files left out."""

    endpoint: str
    person: str
    url: str
    fields: tuple[tuple[str, str], ...]

    @property
    def names(self) -> list[str]:
        return [name for name in dict.fromkeys(name for name, _value in self.fields) if name != "csrf_token"]


@dataclass
class World:
    """``cookies`` and ``tokens`` are kept by person; ``twin`` knows the database that every case begins with."""

    app: Flask
    cookies: dict[str, str]
    tokens: dict[str, str]
    pages: list[tuple[str, str]]
    forms: list[Form]
    twin: SqliteTwin | PostgresTwin | None = None

    def get(self, person: str, url: str, cookie: str | None = None):
        jar = cookie if cookie is not None else self.cookies[person]
        return self.app.test_client(use_cookies=False).get(url, headers={"Cookie": jar} if jar else {})

    def post(self, person: str, url: str, pairs, **kwargs):
        headers = {"X-CSRFToken": self.tokens[person], "Cookie": self.cookies[person]} | kwargs.pop(
            "headers", {}
        )
        data = urlencode(list(pairs), errors="surrogatepass")
        kind = "application/x-www-form-urlencoded"
        return self.app.test_client(use_cookies=False).post(
            url, data=data, content_type=kind, headers=headers, **kwargs
        )


def make_world(app: Flask, shelf: Shelf, place: Path) -> None:
    """Fill the application's empty database, walk its pages, and leave all that a world needs in ``place``."""
    with app.app_context():
        migrate()
        make_roles()
        province = little.build()
        db.session.remove()
    places = _fill(app, province)
    world = World(app, *_sign_in(app), [], [])
    shelf.keep(app, place)
    world.pages = _pages(app, places)
    world.forms = _forms(world, places)
    found = world.cookies, world.tokens, world.pages, world.forms
    (place / "found").write_bytes(pickle.dumps(found))


def open_world(app: Flask, shelf: Shelf, place: Path) -> World:
    """The world that ``make_world`` left in ``place``."""
    shelf.put(app, place)
    return World(app, *pickle.loads((place / "found").read_bytes()), twin_of(app, shelf, place))


def careful_app(shelf: Shelf, folder: Path) -> Flask:
    """An application that answers a crash as it would in earnest."""
    return shelf.app(settings(folder) | {"PROPAGATE_EXCEPTIONS": False, "LOG_LEVEL": "CRITICAL"})


def _fill(app: Flask, province: Province) -> list[dict[str, object]]:
    """Values for the places in addresses, once a stage: appraisal, entry, preparation, differences, concluded."""
    with app.app_context():
        base = Story(app, province).until_appraising()
    consolidated_id = consolidated(app, province, "2021")
    concluded_id = concluded(app, province, published=True, period="2024")
    unpublished_id = concluded(app, province, period="2023")
    with app.app_context():
        manager = province.account("quan-ly")
        for name in province.accounts:
            account = province.account(name)
            account.locked_at = account.lock_reason = None
        entry = open_round(province, "htnv")
        preparing = rounds.create_round(
            programme="htnv",
            period="2027",
            name="HTNV 2027",
            entry_deadline=NOW + timedelta(days=500),
            sets={province.group("so"): db.session.get(CriteriaSet, province.task_set)},
            actor=manager,
            at=NOW,
        )
        draft = criteria.copy_set(db.session.get(CriteriaSet, province.reform_set), actor=manager, at=NOW)
        db.session.flush()
        asked = score_of(sheet_of(db.session.get(rounds.Round, consolidated_id), province, "SO-TP"), "1.2")
        differences.ask_explanation(hold_row(asked), "Nêu rõ căn cứ", actor=manager, at=NOW)
        sheet = sheet_of(entry, province, "SO-TP")
        survey = open_round(province, "cchc", "2028")
        public = campaigns_of(survey)[0]
        public.form = db.session.query(SurveyForm).filter_by(audience="citizen").one()
        answers = [("agency", str(sheet.agency_id)), *((f"q{q.id}", "0") for q in public.form.questions)]
        to_ask = score_of(asked.sheet, "1.3").id
        by_hand = {
            "survey": public.token,
            "to_ask": to_ask,
            "open_sheet": sheet.id,
            "open_score": sheet.scores[0].id,
            "answers": answers,
        }
        locked = province.account("tc-duyet")
        locked.locked_at, locked.lock_reason = NOW, "Nghỉ việc"
        stages = [
            {},
            {"round_id": entry.id, "sheet_id": sheet.id, "score_id": sheet.scores[0].id},
            {"round_id": preparing.id},
            {"round_id": preparing.id, "step": "bands"},
            {"round_id": preparing.id, "step": "deadlines"},
            {"round_id": consolidated_id, "sheet_id": asked.sheet_id, "score_id": asked.id},
            {"round_id": concluded_id},
            {"round_id": survey.id},
            {"round_id": unpublished_id},
            {"set_id": draft.id, "pk": {"CriteriaSetView": draft.id, "CriterionView": draft.criteria[-1].id}},
        ]
        db.session.commit()
    return [base.places | {"pk": base.rows} | by_hand | stage for stage in stages]


def _sign_in(app: Flask) -> tuple[dict[str, str], dict[str, str]]:
    cookies, tokens = {}, {}
    for person in PEOPLE:
        browser = Browser(app.test_client())
        if person:
            answer = browser.post("/login/", {"username": person, "password": PASSWORD})
            assert answer.status_code == 302, person
        tokens[person] = browser.token()
        cookies[person] = "; ".join(f"{c.key}={c.value}" for c in browser.client._cookies.values())
    return cookies, tokens


def _pages(app: Flask, places: list[dict]) -> list[tuple[str, str]]:
    """(endpoint, address) of every page that can be read."""
    adapter, found = app.url_map.bind("localhost"), {}
    for stage in places:
        for rule in app.url_map.iter_rules():
            view = rule.endpoint.split(".")[0]
            values = {
                name: stage["pk"].get(view) if name == "pk" else stage.get(f"{view}.{name}", stage[name])
                for name in rule.arguments
            }
            download = rule.endpoint.endswith((*DOWNLOADS, "static"))
            if "GET" in rule.methods and not download and None not in values.values():
                found[adapter.build(rule.endpoint, values, method="GET")] = rule.endpoint
    return [(endpoint, url) for url, endpoint in sorted(found.items())]


def _forms(world: World, places: list[dict]) -> list[Form]:
    """One form a person, endpoint and set of names; the first that a page shows stands for all."""
    found: dict[tuple, Form] = {}
    for person in PEOPLE:
        column = list(KINDS).index(PEOPLE[person])
        for endpoint, url in world.pages:
            if WHO_REACHES[endpoint][column] in "FL":
                continue
            answer = world.get(person, url)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                for form in _forms_on(world.app, person, url, answer.text):
                    found.setdefault((form.endpoint, frozenset(form.names)), form)
            answer.close()
    for form in _by_hand(places[0]):
        found.setdefault((form.endpoint, frozenset(form.names)), form)
    return [form for form in found.values() if form.names]


def _forms_on(app: Flask, person: str, url: str, page: str):
    for element in lxml.html.fromstring(page).iter("form"):
        goal = element.get("hx-post") or (element.get("action") or url)
        if element.get("hx-post") or (element.get("method") or "").lower() == "post":
            address = urlsplit(goal).path or url
            if not goal.startswith(("/", "http")):
                address = urlsplit(url).path
            yield Form(_endpoint(app, address), person, address, tuple(_fields(element)))


def _endpoint(app: Flask, address: str) -> str:
    return app.url_map.bind("localhost").match(address, method="POST")[0]


def _fields(form):
    for field in form.xpath(".//input[@name]|.//select[@name]|.//textarea[@name]"):
        name, kind = field.get("name"), field.get("type")
        if field.tag == "select":
            chosen = field.xpath(".//option[@selected]") or field.xpath(".//option")[-1:]
            yield from ((name, option.get("value", option.text or "")) for option in chosen or [])
        elif field.tag == "textarea":
            yield name, field.text_content()
        elif kind in CHOSEN_TYPES:
            yield name, (field.get("value") or "on") if field.get("checked") is not None else ""
        elif kind != "file":
            yield name, field.get("value") or ""


def _by_hand(place: dict):
    """Fields that scripts send, and those beside a file."""
    for table in grid_tables.TABLES:
        url = f"/grid/{table.name}/ajax/update/"
        for cell in table.cells:
            yield Form(f"grid_{table.name}.ajax_update", "quan-ly", url, (("list_form_pk", "1"), (cell, "1")))
    reason = (("reason", "Nêu rõ căn cứ"),)
    yield Form("DifferenceView.ask", "quan-ly", f"/differences/scores/{place['to_ask']}/ask", reason)
    paper = (("number", "1/KH"), ("issued_on", "01/02/2026"), ("issuer", "Sở"), ("summary", "Kế hoạch"))
    yield Form("EvidenceView.upload", "tp-nhap", f"/evidence/rows/{place['open_score']}/upload", paper)
    yield Form("PublicSurveyView.answer", "", f"/survey/{place['survey']}", tuple(place["answers"]))
    upload = (("pending", "…"), (f"choice-{place['open_score']}-points", "mine"))
    yield Form("SheetWorkbookView.apply", "tp-nhap", f"/sheets/{place['open_sheet']}/upload/apply", upload)
    yield Form(
        "AppraisalWorkbookView.apply", "td-nv", f"/appraisals/{place['round_id']}/upload/apply", upload
    )
