"""app/scoring/operations/publishing.py: by which decision a result stands on the public page; its history stays."""

from datetime import timedelta

import pytest

from app.clock import local_date
from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.holding import hold_row
from app.models import StoredFile
from app.scoring.models import Publication, Round
from app.scoring.operations import publishing, reopening
from tests.province import NOW, conclude_round, decision, publish_round
from tests.scoring.views.stages import consolidated

LATER = NOW + timedelta(days=3)


@pytest.fixture
def round_(app, province, told, ctx):
    made = db.session.get(Round, told("consolidated", lambda: consolidated(app, province)))
    conclude_round(made, province)
    db.session.commit()
    return made


@pytest.fixture
def manager(province, ctx):
    return province.account("quan-ly")


def publish(round_, manager, *, at=LATER, **changes):
    publishing.publish(hold_row(round_), decision(at=at)._replace(**changes), actor=manager, at=at)


def test_a_publication_keeps_number_day_signer_and_file(round_, manager):
    publish(round_, manager, number=" 99/QĐ-UBND ", signer=" Chủ tịch Nguyễn Văn A ")
    found = round_.publication
    assert (found.decision_number, found.decided_on, found.signer) == (
        "99/QĐ-UBND",
        local_date(LATER),
        "Chủ tịch Nguyễn Văn A",
    )
    assert (found.file_name, found.published_at, found.published_by_id) == ("quyet-dinh.pdf", LATER, manager.id)
    assert (round_.decision_number, round_.published_at) == ("99/QĐ-UBND", LATER)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("decision_number", {"number": " "}),
        ("decision_number", {"number": "1" * 61}),
        ("signer", {"signer": ""}),
        ("signer", {"signer": "A" * 151}),
        ("file", {"file": None}),
        ("decided_on", {"decided_on": None}),
        ("decided_on", {"decided_on": local_date(LATER) + timedelta(days=1)}),
        ("decided_on", {"decided_on": local_date(NOW) - timedelta(days=1)}),
        ("decided_on", {"decided_on": local_date(NOW).replace(year=25)}),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused_at_its_field(round_, manager, field, changes):
    with pytest.raises(Refused) as refused:
        publish(round_, manager, **changes)
    assert (refused.value.field, round_.published_at, db.session.query(Publication).count()) == (field, None, 0)


def test_a_day_before_the_conclusion_is_taken_when_somebody_says_that_it_is_so(round_, manager):
    round_.opened_at = NOW - timedelta(days=30)
    day = local_date(NOW) - timedelta(days=2)
    with pytest.raises(Refused, match="trước ngày kết luận") as refused:
        publish(round_, manager, decided_on=day)
    assert refused.value.field == "earlier"
    publish(round_, manager, decided_on=day, earlier=True)
    assert round_.publication.decided_on == day


def test_the_decision_is_a_pdf(round_, manager):
    picture = StoredFile(sha256="1" * 64, size=1, media_type="image/png", created_at=NOW)
    with pytest.raises(Refused, match="phải là tệp PDF"):
        publish(round_, manager, file=picture)


def test_only_a_manager_publishes_and_once(round_, manager, province):
    with pytest.raises(NotAllowed):
        publish(round_, province.account("td-nv"))
    publish(round_, manager)
    with pytest.raises(Conflict):
        publish(round_, manager)


def test_what_was_published_stays_with_the_reason_it_ended(round_, manager):
    publish(round_, manager, number="99/QĐ-UBND")
    publishing.unpublish(hold_row(round_), "Đính chính", actor=manager, at=LATER)
    publish(round_, manager, number="100/QĐ-UBND")
    db.session.expire_all()
    told = [(p.decision_number, p.end_reason, p.ended_by_id) for p in round_.publications]
    assert told == [("99/QĐ-UBND", "Đính chính", manager.id), ("100/QĐ-UBND", None, None)]
    assert round_.publication.decision_number == "100/QĐ-UBND"


def test_opening_the_result_again_ends_the_publication(round_, manager, province):
    publish_round(round_, province)
    reopening.reopen_round(hold_row(round_), "Cộng sai", actor=manager, at=LATER)
    assert (round_.publication, round_.published_at) == (None, None)
    assert round_.publications[0].end_reason == "Cộng sai"
