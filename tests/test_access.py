"""Who reaches what: every route and method × every kind of account, against the URL map.

One letter for each kind, in the order of ``KINDS``: Y reached (whatever the state then says), F forbidden (403),
N does not exist for them (404), L sent to the sign-in. All objects belong to SO-TP and its sent sheet in a round that
is in appraisal. A route that is not in the table fails.
"""

from dataclasses import dataclass
from io import BytesIO

import pytest

from app import accounts
from app.accounts import APPRAISER, role_named
from app.extensions import db
from app.files import FileStore
from app.models import Account, Announcement, AuditEvent, Notification, Proposal
from app.scoring.models import Assignment, Extension, FailedCondition, GradeBand, Snapshot
from app.scoring.operations import evidence, sheets
from app.scoring.queries.surveys import campaigns_of
from app.scoring.rules import Figures
from tests.conftest import Browser
from tests.province import NOW, PASSWORD, begin_appraisal, open_round, score_of, sheet_of

KINDS = {
    "anonymous": None,
    "clerk": "tp-nhap",
    "leader": "tp-duyet",
    "clerk of another agency": "tc-nhap",
    "assigned appraiser": "td-nv",
    "appraiser without assignment": "td-la",
    "manager": "quan-ly",
    "administrator": "quan-tri",
}

PUBLIC, SIGNED_IN, MANAGER = "YYYYYYYY", "LYYYYYYY", "LFFFFFYF"
OWN, OWN_AND_MANAGER = "LYYNFFFF", "LYYNFFYF"
UNITS, UNITS_AND_MANAGER = "LYYYFFFF", "LYYYFFYF"
APPRAISERS, ASSIGNED = "LFFFYYFF", "LFFFYNFF"
NOT_ADMINISTRATOR = "LYYYYYYF"
NOBODY = "YYYYYYYY"

DESKS = {
    "AccountDeskView": dict.fromkeys(
        "approve desk give_password import_file import_form refuse refuse_reset settle unlock".split(), MANAGER
    ),
}


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
    sheet, clerk, manager = (
        sheet_of(round_, province, "SO-TP"),
        province.account("tp-nhap"),
        province.account("quan-ly"),
    )
    score = score_of(sheet, "1.1")
    entry = sheets.RowEntry(Figures(option=0))
    sheets.save_row(score, entry, version=score.version, actor=clerk, at=NOW)
    stored = FileStore(app.config["FILES_DIR"], 10_000).put(BytesIO(b"%PDF-1.4\n%%EOF\n"), "ky.pdf")
    proof = evidence.attach_new(score, stored, evidence.Description("12/KH"), actor=clerk, at=NOW)
    snapshot = Snapshot(sheet=sheet, code="ABCDEFGHJKLM", digest="0" * 64, content="{}", created_at=NOW)
    db.session.add(snapshot)
    db.session.flush()
    sheet.state, sheet.snapshot, sheet.signed_file = "approved", snapshot, proof.file
    sheet.signed_file_name, sheet.approved_at, sheet.approved_by_id = "ky.pdf", NOW, clerk.id
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
    assignment = db.session.query(Assignment).filter_by(appraiser_id=province.accounts["td-nv"]).first()
    db.session.commit()
    return World(
        {
            "round_id": round_.id, "sheet_id": sheet.id, "score_id": score.id, "evidence_id": proof.id,
            "criterion_id": score.criterion_id, "set_id": province.reform_set, "request_id": request.id,
            "reset_id": reset.id, "account_id": province.accounts["tc-nhap"], "notification_id": note.id,
            "failure_id": failure.id, "campaign_id": campaign.id, "agency_id": province.agencies["SO-TP"],
            "work_id": work, "assignment_id": assignment.id, "token": campaign.token, "code": snapshot.code,
            "programme": "cchc", "kind": "xlsx", "name": "ranking.xlsx", "step": "sets", "locale": "vi",
            "export_type": "csv", "filename": "css/app.css",
        },
        {
            "AccountRequestView": request.id, "AccountView": province.accounts["tp-nhap"],
            "AgencyGroupView": province.groups["so"], "AgencyView": province.agencies["SO-TP"],
            "AnnouncementView": news.id, "AssignmentView": assignment.id,
            "AuditView": db.session.query(AuditEvent).first().id, "CriteriaSetView": province.reform_set,
            "CriterionView": score.criterion_id, "ExtensionView": extension.id, "ProposalView": proposal.id,
            "ResetRequestView": reset.id, "RoundView": round_.id, "SurveyFormView": campaign.form_id,
            "SurveyQuestionView": campaign.form.questions[0].id,
        },
    )  # fmt: skip


LAST = ("delete", "remove", "detach", "logout", "do_send", "conclude", "copy", "password", "this_form_post")


def calls(app, world: World) -> list[tuple[str, str, str]]:
    """(endpoint, method, address), reading first, what cannot be taken back last."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        view = rule.endpoint.split(".")[0]
        values = {name: world.rows[view] if name == "pk" else world.places[name] for name in rule.arguments}
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            url = adapter.build(rule.endpoint, values, method=method)
            found.append((rule.endpoint, method, url))
    return sorted(set(found), key=lambda c: (c[1] == "POST", c[0].split(".")[-1] in LAST, c))


def letter(answer) -> str:
    if answer.status_code in (301, 302) and "/login/" in answer.headers["Location"]:
        return "L"
    return {403: "F", 404: "N"}.get(answer.status_code, "Y" if answer.status_code < 500 else "!")


@pytest.mark.parametrize("kind", KINDS)
def test_dump(kind, app, province):
    import json, pathlib
    with app.app_context():
        world = build(app, province)
    browser = Browser(app.test_client())
    if KINDS[kind] is not None:
        assert browser.post("/login/", {"username": KINDS[kind], "password": PASSWORD}).status_code == 302
    out = {}
    for endpoint, method, url in calls(app, world):
        try:
            answer = browser.get(url) if method == "GET" else browser.post(url)
            out[f"{endpoint} {method} {url}"] = letter(answer) + str(answer.status_code)
        except Exception as e:
            out[f"{endpoint} {method} {url}"] = "E" + repr(e)[:80]
    pathlib.Path(f"/tmp/acc-{list(KINDS).index(kind)}.json").write_text(json.dumps(out, indent=1))
