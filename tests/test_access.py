"""Who reaches what: every route and method × every kind of account, against the URL map.

The table is ``access_table.py``. All objects belong to SO-TP and its sent sheet, in a round that is in appraisal.
A route that is not in the table fails.
"""

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

import pytest

from app import accounts
from app.accounts import APPRAISER, role_named
from app.extensions import db
from app.files import FileStore
from app.models import Account, Announcement, AuditEvent, Notification, Proposal
from app.scoring.models import Assignment, Extension, FailedCondition, GradeBand, UnlockRequest
from app.scoring.operations import evidence, sheets
from app.scoring.queries.surveys import campaigns_of
from tests.access_table import KINDS, WHO_REACHES
from tests.conftest import Browser
from tests.province import NOW, PASSWORD, begin_appraisal, open_round, score_of, sheet_of


@dataclass
class World:
    """Values for the places in the routes' addresses."""

    places: dict[str, object]
    rows: dict[str, object]


def build(app, province) -> World:
    role, secret = role_named(APPRAISER), province.account("td-nv").password
    person = Account(
        username="td-la",
        last_name="Trần Thị",
        first_name="Lạ",
        email="td-la@thanhhoa.example",
        active=True,
        agency_id=province.agencies["SO-TC"],
        must_change_password=False,
        password=secret,
        roles=[role],
    )
    db.session.add(person)
    round_ = open_round(province)
    sheet, clerk = sheet_of(round_, province, "SO-TP"), province.account("tp-nhap")
    score = score_of(sheet, "1.1")
    for row in sheet.scores:
        entry = sheets.RowEntry(points=Decimal(0), explanation="Chưa thực hiện")
        if row.criterion.assessed_by == "self":
            sheets.save_row(row, entry, version=row.version, actor=clerk, at=NOW)
    stored = FileStore(app.config["FILES_DIR"], 10_000).put(BytesIO(b"%PDF-1.4\n%%EOF\n"), "ky.pdf")
    proof = evidence.attach_new(score, stored, evidence.Description("12/KH"), actor=clerk, at=NOW)
    snapshot = sheets.approve(sheet, actor=province.account("tp-duyet"), at=NOW)
    sheets.sign(sheet, proof.file, "ky.pdf", actor=clerk, at=NOW)
    sheets.send(sheet, actor=clerk, at=NOW)
    request = accounts.request_account(
        last_name="Lê Văn", first_name="Bình", email="b@thanhhoa.example", position="", can_approve=False,
        reason="Thêm người nhập", actor=clerk, at=NOW,
    )  # fmt: skip
    reset = accounts.request_reset(username="tc-nhap", contact="0900", head_of_agency="Nguyễn A", at=NOW)
    news = Announcement(
        title="Hướng dẫn", body="…", published_at=NOW, file=proof.file, file_name="hd.pdf",
        groups=[province.group("so")],
    )  # fmt: skip
    proposal = Proposal(
        title="Sửa tiêu chí", body="…", agency=clerk.agency, created_by=clerk, created_at=NOW
    )
    note = Notification(account_id=clerk.id, text="Nhắc việc", created_at=NOW)
    band = db.session.query(GradeBand).filter_by(round_id=round_.id).first()
    extension = Extension(sheet=sheet, deadline=NOW, reason="…", granted_at=NOW)
    failure = FailedCondition(sheet=sheet, band=band, reason="…")
    db.session.add_all([request, reset, news, proposal, note, extension, failure])
    begin_appraisal(round_, province)
    campaign = campaigns_of(round_)[0]
    work = db.session.execute(
        db.text("select id from appraiser_work where appraiser_id = :id"), {"id": province.accounts["td-nv"]}
    ).scalar_one()
    manager = province.accounts["quan-ly-2"]
    asked = UnlockRequest(
        round_id=round_.id, work_id=work, reason="…", requested_by_id=manager, requested_at=NOW
    )
    db.session.add(asked)
    assignment, other = db.session.query(Assignment).order_by(Assignment.id).limit(2)
    db.session.commit()
    return World(
        {
            "round_id": round_.id, "sheet_id": sheet.id, "score_id": score.id, "evidence_id": proof.id,
            "criterion_id": score.criterion_id, "set_id": province.reform_set, "request_id": request.id,
            "reset_id": reset.id, "account_id": province.accounts["tc-nhap"], "notification_id": note.id,
            "failure_id": failure.id, "campaign_id": campaign.id, "agency_id": province.agencies["SO-TP"],
            "work_id": work, "unlock_id": asked.id,
            "assignment_id": assignment.id, "token": campaign.token, "code": snapshot.code,
            "programme": "cchc", "kind": "xlsx", "name": "ranking.xlsx", "step": "sets", "locale": "vi",
            "export_type": "csv", "group_id": province.groups["so"], "filename": "css/app.css",
            "guide": "README", "picture": "dang-nhap", "version": "v1",
        },
        {
            "AgencyApi": province.agencies["SO-TP"], "CriteriaSetApi": province.reform_set,
            "CriterionApi": score.criterion_id, "GroupApi": province.groups["so"], "ResultApi": 1,
            "RoundApi": round_.id, "ScoreApi": score.id, "SheetApi": sheet.id,
            "AccountRequestView": request.id, "AccountView": province.accounts["tp-nhap"],
            "AgencyGroupView": province.groups["so"], "AgencyView": province.agencies["SO-TP"],
            "AnnouncementView": news.id, "AssignmentView": other.id,
            "AuditView": db.session.query(AuditEvent).first().id, "CriteriaSetView": province.reform_set,
            "CriterionView": score.criterion_id, "ExtensionView": extension.id, "ProposalView": proposal.id,
            "ResetRequestView": reset.id, "RoundView": round_.id, "SurveyFormView": campaign.form_id,
            "SurveyQuestionView": campaign.form.questions[0].id,
        },
    )  # fmt: skip


LAST = ["remove", "detach", "conclude", "copy", "give_password", "this_form_post", "delete", "do_send", "logout"]


def calls(app, world: World) -> list[tuple[str, str, str]]:
    """(endpoint, method, address): reading first, what ends a thing or a session last."""
    adapter = app.url_map.bind("localhost")
    found = set()
    for rule in app.url_map.iter_rules():
        view = rule.endpoint.split(".")[0]
        values = {name: world.rows[view] if name == "pk" else world.places[name] for name in rule.arguments}
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            found.add((rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)))
    return sorted(found, key=_order)


def _order(call: tuple[str, str, str]) -> tuple:
    act = call[0].split(".")[-1]
    return call[1] == "POST", LAST.index(act) if act in LAST else -1, call


def letter(answer) -> str:
    """What the answer means; ``!`` for a crash, which no cell allows."""
    if answer.status_code == 401 or "/login/" in answer.headers.get("Location", ""):
        return "L"
    return {403: "F", 404: "N"}.get(answer.status_code, "Y" if answer.status_code < 500 else "!")


def test_every_route_is_declared(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(WHO_REACHES)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_account_reaches_what_the_table_says(kind, app, province):
    with app.app_context():
        world = build(app, province)
    browser = Browser(app.test_client())
    if KINDS[kind] is not None:
        assert browser.post("/login/", {"username": KINDS[kind], "password": PASSWORD}).status_code == 302
    column = list(KINDS).index(kind)
    wrong = {}
    for endpoint, method, url in calls(app, world):
        answer = browser.get(url) if method == "GET" else browser.post(url)
        wanted = WHO_REACHES.get(endpoint, "????????")[column]
        if letter(answer) != wanted:
            wrong[f"{method} {url} ({endpoint})"] = f"{letter(answer)} instead of {wanted}"
        answer.close()
    assert wrong == {}
