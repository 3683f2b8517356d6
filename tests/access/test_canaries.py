"""What one agency typed is read by nobody else: not on a page, in a file, a name, an error, a count or an order.

Every text that Sở Tư pháp's people typed, and every text written about it, is a word of its own (``world.canary``).
"""

import os

import pytest

from app.extensions import db
from tests.access.calls import Call, readings
from tests.access.people import Person
from tests.access.reading import canaries, steady
from tests.access.test_matrix import NAMED, overheard
from tests.access.world import STATES, canary

ASKED = STATES if os.environ.get("EVERY_STATE") else ("appraising",)
"""``make soak`` asks in every state."""
EVERYTHING = {
    "explanation", "number", "issuer", "summary", "file", "content", "email", "lastname", "requested", "position",
    "reason", "phone", "notice", "title", "body", "extension", "survey", "signed", "verdict", "unlock", "asked",
    "answer", "failed", "conclusion", "removed", "reset", "scan", "comment",
}  # fmt: skip
"""The content of the signed scan too, which its agency and the managers open."""
PROOFS = {"explanation", "number", "issuer", "summary", "file", "content", "verdict"}
LAWFUL = {
    "anonymous": set(),
    "clerk of another agency": set(),
    "leader of another agency": set(),
    "assigned appraiser": PROOFS,
    "appraiser who has sent": PROOFS,
    "appraiser without assignment": set(),
    "administrator": set(),
}
"""What each kind may read of Sở Tư pháp's: an appraiser reads what it has to judge, from the appraisal on."""


def heard(stages, kind: str, state: str, asked: list[Call]) -> tuple[dict[str, set[str]], list[Call]]:
    """Canaries by address, and the calls whose answers can be others in another state."""
    stages.enter(state)
    person, found, depending = Person(stages.app, kind), {}, []
    with overheard() as sent:
        for call in asked:
            sent.clear()
            answer = person.ask("GET", call.address, small=False)
            if words := canaries(answer):
                found[f"{state} {call.address}"] = words
            if {name for statement in sent for name in NAMED.findall(statement)} & stages.changing:
                depending.append(call)
    return found, depending


@pytest.mark.parametrize("kind", LAWFUL)
def test_nobody_else_reads_what_an_agency_typed(kind, stages):
    found, asked = heard(stages, kind, "appraising", readings(stages))
    count = len(readings(stages))
    for state in ASKED:
        if state != "appraising":
            more, _depending = heard(stages, kind, state, asked)
            found, count = found | more, count + len(asked)
    print(f"{count} answers read: {kind}")
    assert {place: words - LAWFUL[kind] for place, words in found.items() if words - LAWFUL[kind]} == {}


def test_those_who_may_read_it_find_every_word(stages):
    """The words are there to be found: the agency and the managers read them all, in each of the formats."""
    found: dict[str, set[str]] = {}
    for kind in ("clerk", "manager"):
        for state in ("draft", "appraised"):
            found |= heard(stages, kind, state, readings(stages))[0]
    assert set().union(*found.values()) == EVERYTHING


LISTS = ("list", "index", "index_view", "pick", "desk", "rounds")
QUERIES = [
    "q={0}", "search={0}", "_flt_0_title={0}", "_flt_0_body={0}", "_flt_0_reason={0}", "title=1&agency={2}&group={2}",
    "_oc_{1}=body&_od_{1}=asc", "_oc_{1}=reason&_od_{1}=desc", "psize_{1}=5000&page_{1}=1",
]  # fmt: skip


def without_the_agency(stages) -> None:
    """The draft as if Sở Tư pháp had typed other words, proven nothing and asked for nothing."""
    own = "account_id is null or account_id in (select id from ab_user where username like 'tp-%')"
    statements = (
        "delete from score_evidence", "delete from evidence", "delete from proposal", "delete from reset_request",
        "delete from account_request", "delete from extension",
        f"delete from survey_answer where response_id in (select id from survey_response where {own})",
        f"delete from survey_response where {own}",
        "delete from notification where text like 'zqx%'",
        "update score set explanation = '', self_points = null, option = null, saved_at = null",
        "update ab_user set email = 'x@thanhhoa.example' where username = 'tp-nhap'",
    )  # fmt: skip
    with stages.app.app_context():
        for statement in statements:
            db.session.execute(db.text(statement))
        db.session.commit()


@pytest.mark.parametrize(
    "kind", ["anonymous", "clerk of another agency", "appraiser without assignment", "administrator"]
)
def test_no_count_order_search_or_choice_tells_whether_an_agency_typed_anything(kind, stages):
    stages.enter("draft")
    person = Person(stages.app, kind)
    full = answers(person, searched(stages, person))
    stages.enter("draft")
    without_the_agency(stages)
    empty = answers(Person(stages.app, kind), list(full))
    print(f"{len(full)} answers compared: {kind}")
    assert [address for address in full if full[address] != empty[address]] == []


def answers(person: Person, addresses: list[str]) -> dict[str, tuple[int, str]]:
    """By address; the page of one's own sessions tells the minute of the sign-in."""
    asked = [address for address in addresses if address != "/sessions/"]
    return {address: steady(person.ask("GET", address, small=False)) for address in asked}


def searched(stages, person: Person) -> list[str]:
    """Every address, and those of the lists within the person's reach with what can be asked of a list."""
    found, agency = readings(stages), stages.world.places["agency_id"]
    lists = [call for call in found if call.endpoint.split(".")[-1] in LISTS and is_open(person, call)]
    return [call.address for call in found] + [
        f"{call.address}?{query.format(canary('title'), call.endpoint.split('.')[0], agency)}"
        for call in lists
        for query in QUERIES
    ]


def is_open(person: Person, call: Call) -> bool:
    return person.ask("GET", call.address).status_code == 200
