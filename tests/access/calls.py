"""What is asked: an address for every rule of the URL map, and what is typed into the forms."""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import NamedTuple

from flask import Flask
from werkzeug.routing import BuildError

from tests.access.stages import Stages
from tests.access.world import PDF, World, canary
from tests.province import decision_form

DEADLINE = "31/12/2099 17:00"
FREE = {"HEAD", "OPTIONS"}
FORMATS = (
    {"kind": "docx"},
    {"kind": "pdf"},
    {"kind": "csv"},
    {"name": "report.docx"},
    {"name": "detail.xlsx"},
)


class Call(NamedTuple):
    endpoint: str
    method: str
    address: str


def calls(app: Flask, world: World) -> list[Call]:
    """Each rule with each of the methods that its view has written for it."""
    adapter = app.url_map.bind("localhost")
    found = set()
    for rule in app.url_map.iter_rules():
        view = rule.endpoint.split(".")[0]
        values = {name: place_of(world, view, name) for name in rule.arguments}
        for method in rule.methods - FREE:
            with suppress(BuildError, ValueError):  # this rule has no such format
                found.add(Call(rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)))
    return sorted(found)


def place_of(world: World, view: str, name: str) -> object:
    """What stands in this place of the view's addresses: the view's own, or the one for all."""
    return world.rows[view] if name == "pk" else world.places.get(f"{view}.{name}", world.places[name])


def typed(endpoint: str, world: World) -> dict[str, object]:
    """A form as it would be sent when its act is due, so that nothing but right and state can refuse it."""
    reason, minutes = {"reason": "Theo hồ sơ"}, {"decision_number": "12/QĐ", "minutes_number": "05/BB"}
    forms = {
        "AppraisalView.save": reason | {"points": "1", "version": "1"},
        "DifferenceView.ask": reason,
        "DifferenceView.ask_many": reason | {"rowid": world.places["score_id"]},
        "DifferenceView.conclude": reason | minutes | {"points": "0"},
        "DifferenceView.conclude_many": minutes
        | {"rowid": world.places["score_id"], "basis": "appraised", "conclusion_reason": "Theo hồ sơ"},
        "DifferenceView.unlock": reason,
        "EvidenceView.upload": {"files": (BytesIO(PDF.format("mới").encode()), "moi.pdf")},
        "ExplanationView.answer": {"answer": "Đã bổ sung"},
        "ProgressView.extend": reason | minutes | {"deadline": DEADLINE},
        "ProgressView.give_back": reason | {"deadline": DEADLINE},
        "ResultView.fail_condition": reason
        | {"sheet_id": world.places["sheet_id"], "band_id": world.band_id},
        "RoundDeskView.change_deadlines": {"entry_deadline": DEADLINE},
        "RoundDeskView.conclude": world.places["left"],
        "RoundDeskView.publish": decision_form(),
        "RoundDeskView.unpublish": reason,
        "RoundDeskView.unlock": {"reopen_reason": "Cộng sai"},
        "SheetStepView.hand_back": {"comment": "Bổ sung tài liệu"},
        "SheetRowView.save": {"points": "0", "explanation": canary("explanation")},
        "SheetStepView.sign": {"file": (BytesIO(PDF.format("ký").encode()), "ky.pdf")},
        "SurveyCodesView.make": {"agency": world.places["agency_id"], "channel": "print", "count": "1"},
        "SurveyDeskView.set_closing": {"closes_at": DEADLINE},
        "SurveyDeskView.set_mode": {"mode": "codes", "daily_cap": "5"},
        "SurveyReviewView.compute": {"seen": world.places["seen"]},
        "SurveyReviewView.remove": reason | {"agency": world.places["agency_id"]},
    }
    return forms.get(endpoint, {})


def wrong_methods(app: Flask, call: Call) -> Iterator[str]:
    """Methods that no rule of this address answers."""
    allowed = set(app.url_map.bind("localhost").allowed_methods(call.address))
    yield from sorted({"GET", "POST", "PUT", "PATCH", "DELETE"} - allowed)


def readings(stages: Stages) -> list[Call]:
    """Every address that can be read, of Sở Tư pháp's things and of Sở Tài chính's, a file in each of its formats."""
    found = set()
    for world in (stages.world, stages.neighbour):
        for kinds in ({}, *FORMATS):
            places = world._replace(places=world.places | kinds)
            found |= {call for call in calls(stages.app, places) if call.method == "GET"}
    return sorted(found)
