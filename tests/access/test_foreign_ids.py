"""Another's ids where one's own belong: in addresses, forms and what is asked of a list. Nothing comes, nothing goes.

Sở Tài chính's people ask; what is not theirs belongs to Sở Tư pháp.
"""

import pytest
from sqlalchemy import inspect

from app.extensions import db
from app.models import AccountRequest
from app.office.models import Proposal
from app.scoring.models import Evidence, Score, SurveyResponse
from tests.access.people import Person
from tests.access.reading import canaries
from tests.access.stages import Stages
from tests.access.world import canary


@pytest.fixture
def draft(stages) -> Stages:
    stages.enter("draft")
    return stages


@pytest.fixture
def stranger(draft) -> Person:
    """A clerk of Sở Tài chính."""
    return Person(draft.app, "clerk of another agency")


def rows(stages: Stages, model) -> list[tuple]:
    """The table as it is."""
    with stages.app.app_context():
        columns = inspect(model).columns
        return [tuple(row) for row in db.session.execute(db.select(*columns).order_by(model.id))]


def links(stages: Stages) -> list[tuple]:
    with stages.app.app_context():
        return [
            tuple(row) for row in db.session.execute(db.text("select * from score_evidence order by 1, 2"))
        ]


def test_another_agencys_document_is_neither_attached_to_an_own_row_nor_taken_off_theirs(draft, stranger):
    own, theirs = draft.neighbour.places["score_id"], draft.world.places
    before = links(draft)
    for score, act in (
        (own, "attach"),
        (own, "detach"),
        (theirs["score_id"], "detach"),
        (theirs["score_id"], "attach"),
    ):
        answer = stranger.ask("POST", f"/evidence/rows/{score}/{act}/{theirs['evidence_id']}")
        assert (score, act, answer.status_code) == (score, act, 404)
    assert links(draft) == before


def test_another_agencys_document_is_not_described(draft, stranger):
    before = rows(draft, Evidence)
    address = f"/evidence/{draft.world.places['evidence_id']}/describe"
    assert stranger.ask("POST", address, data={"number": "9/KH"}).status_code == 404
    assert rows(draft, Evidence) == before


def test_ids_in_the_form_of_a_row_do_not_lead_it_to_another_sheet(draft, stranger):
    before = {row[0]: row for row in rows(draft, Score)}
    own, theirs = draft.neighbour.places, draft.world.places
    form = {"points": "1", "explanation": "của tôi", "version": "1"} | {
        name: theirs[name] for name in ("sheet_id", "score_id", "agency_id", "criterion_id")
    }
    form |= {"id": theirs["score_id"], "saved_by_id": "1", "concluded_points": "1", "na_by_rule": "1"}
    assert stranger.ask("POST", f"/sheets/rows/{own['score_id']}", data=form).status_code == 200
    changed = {key: row for row in rows(draft, Score) if before[key := row[0]] != row}
    assert set(changed) == {own["score_id"]}
    names = [column.key for column in inspect(Score).columns]
    row = dict(zip(names, changed[own["score_id"]], strict=True))
    assert (row["sheet_id"], row["concluded_points"], row["na_by_rule"]) == (own["sheet_id"], None, False)


@pytest.mark.parametrize(
    "model, address", [(Proposal, "/proposalview/add"), (AccountRequest, "/accountrequestview/add")]
)
def test_what_is_sent_in_belongs_to_the_sender_whatever_the_form_says(model, address, draft, stranger):
    before = len(rows(draft, model))
    theirs = draft.world.places["agency_id"]
    form = {
        "kind": "fault", "title": "Lỗi", "body": "…", "last_name": "Lê", "first_name": "An", "reason": "…",
        "email": "moi@thanhhoa.example", "position": "Chuyên viên",
        "agency": theirs, "agency_id": theirs, "created_by": "1", "created_by_id": "1", "requested_by_id": "1",
        "state": "approved", "answer": "Đồng ý",
    }  # fmt: skip
    assert stranger.ask("POST", f"{address}?agency={theirs}&agency_id={theirs}", data=form).status_code == 302
    with draft.app.app_context():
        made = db.session.scalars(db.select(model).order_by(model.id.desc())).first()
        clerk = draft.neighbour.rows["AccountView"]
        sender = made.created_by_id if model is Proposal else made.requested_by_id
        assert (made.agency_id, sender) == (draft.neighbour.places["agency_id"], clerk)
        assert made.state in ("new", "pending")
    assert len(rows(draft, model)) == before + 1


def test_officials_answer_about_their_own_agency_alone(draft, stranger):
    before = rows(draft, SurveyResponse)
    places = draft.world.places
    answer = stranger.ask("POST", f"/surveys/{places['campaign_id']}/{places['agency_id']}", data={})
    assert (answer.status_code, rows(draft, SurveyResponse) == before) == (404, True)


def test_a_workbook_of_another_agency_is_neither_given_nor_taken(draft, stranger):
    for act in ("GET workbook.xlsx", "GET upload", "POST upload", "POST upload/apply"):
        method, path = act.split()
        assert stranger.ask(method, f"/sheets/{draft.world.places['sheet_id']}/{path}").status_code == 404


def test_an_appraiser_scores_no_leaf_and_no_criterion_of_somebody_else(stages):
    stages.enter("appraising")
    person, places = Person(stages.app, "appraiser who has sent"), stages.world.places
    with stages.app.app_context():
        foreign = db.session.execute(
            db.text(
                "select s.id, s.criterion_id from score s join criterion c on c.id = s.criterion_id"
                " where c.code = '2.1' and s.sheet_id = :sheet"
            ),
            {"sheet": places["sheet_id"]},
        ).one()
        other_set = db.session.execute(
            db.text("select id from criterion where criteria_set_id <> :id"), {"id": places["set_id"]}
        ).scalars().first()  # fmt: skip
    asked = [
        ("POST", f"/appraisals/scores/{foreign[0]}"),
        ("GET", f"/appraisals/{places['round_id']}/criteria/{foreign[1]}"),
        ("POST", f"/appraisals/{places['round_id']}/criteria/{foreign[1]}/take"),
        ("GET", f"/appraisals/{places['round_id']}/criteria/{other_set}"),
        ("POST", f"/appraisals/{places['round_id']}/criteria/{other_set}/take"),
    ]
    assert {call: person.ask(*call, data={"points": "1"}).status_code for call in asked} == dict.fromkeys(
        asked, 404
    )


QUESTIONS = [
    "q={word}", "_flt_0_title={word}", "_flt_0_body={word}", "_flt_2_body={word}", "_flt_0_agency={agency}",
    "_flt_0_created_by=1", "_oc_{view}=body&_od_{view}=asc", "_oc_{view}=agency.name&_od_{view}=desc",
    "page_{view}=0&psize_{view}=100000", "agency={agency}", "kind=criteria&state=new",
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("view", ["ProposalView", "AccountRequestView", "AnnouncementView"])
def test_no_filter_order_or_page_size_of_a_register_reaches_beyond_ones_rows(view, question, draft, stranger):
    values = {"word": canary("title"), "agency": draft.world.places["agency_id"], "view": view}
    answer = stranger.ask("GET", f"/{view.lower()}/list/?{question.format(**values)}", small=False)
    shown = answer.text.replace(canary("title"), "")  # the box shows what was typed into it
    assert (answer.status_code, canary("") in shown, canaries(answer) <= {"title"}) == (200, False, True)


@pytest.mark.parametrize(
    "kind", ["clerk of another agency", "assigned appraiser", "administrator", "anonymous"]
)
def test_lookups_and_cells_of_the_grid_and_the_interfaces_of_fab_are_closed(kind, draft):
    person, row = Person(draft.app, kind), draft.world.places["agency_id"]
    closed = {"anonymous": {302, 401}}.get(kind, {403})
    for table in ("agencies", "accounts", "rounds", "criteria", "assignments"):
        cell = person.ask("POST", f"/grid/{table}/ajax/update/", data={"list_form_pk": row, "name": "X"})
        found = person.ask("GET", f"/grid/{table}/ajax/lookup/?name=agency&query=zqx&offset=0&limit=10")
        assert {cell.status_code, found.status_code} <= closed
    api = [rule for rule in draft.app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert {method for rule in api for method in rule.methods if rule.endpoint != "TokenApi.login"} == {
        "GET",
        "HEAD",
        "OPTIONS",
    }
