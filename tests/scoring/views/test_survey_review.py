"""Before points are computed: where answers came from is seen, what looks odd is removed with a reason, or restored."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.extensions import db
from app.models import AuditEvent
from app.scoring.models import Criterion, Score, SurveyCampaign, SurveyRemoval, SurveyResponse
from tests.province import NOW
from tests.scoring.views.citizens import Citizens, citizens
from tests.scoring.views.test_public_surveys import ELSEWHERE, HOME, stranger
from tests.scoring.views.test_survey_desk import seen

REASON = "Một mạng gửi dồn dập trong vài phút"


@pytest.fixture
def stuffed(app, province) -> Citizens:
    """Six answers of one network, worst option everywhere, two of another, best; all about Sở Tư pháp."""
    survey = citizens(app, province)
    for place, answers, times in ((HOME, survey.worst, 6), (ELSEWHERE, survey.answers, 2)):
        for _time in range(times):
            typed = survey.about("SO-TP") | answers
            assert stranger(app, place).post(survey.url, typed).status_code == 302
    return survey


def network(app, place: int) -> str:
    """The digest that the response of this place in time carries."""
    with app.app_context():
        return db.session.scalars(select(SurveyResponse.network).order_by(SurveyResponse.id)).all()[place]


def removed(app) -> list[bool]:
    with app.app_context():
        rows = db.session.scalars(select(SurveyResponse.removal_id).order_by(SurveyResponse.id))
        return [row is not None for row in rows]


def points(app) -> list[str]:
    with app.app_context():
        found = db.session.scalars(select(Score.survey_points).where(Score.survey_points.is_not(None)))
        return [str(one) for one in found]


def compute(manager, survey: Citizens):
    return manager.post(f"/surveys-desk/{survey.round_id}/points", seen(manager, survey.round_id))


def remove_network(manager, survey: Citizens, digest: str, reason: str = REASON):
    typed = {"agency": survey.province.agencies["SO-TP"], "network": digest, "what": "shown", "reason": reason}
    return manager.post(f"{survey.desk}/remove", typed)


def test_the_manager_sees_channels_hours_and_networks_by_label_alone(app, stuffed, sign_in):
    manager = sign_in("quan-ly")
    table = manager.get(f"/surveys-desk/{stuffed.round_id}/sources").text
    assert ("Liên kết mở" in table, "2 mạng, giờ" in table) == (True, True)
    page = manager.get(f"{stuffed.desk}/sources?agency={stuffed.province.agencies['SO-TP']}").text
    assert f"M-{network(app, 0)[:6].upper()}" in page
    assert ("cần xem" in page, "203.0.113" in page) == (True, False)


def test_points_are_not_computed_from_answers_that_nobody_has_looked_at(app, stuffed, sign_in):
    manager, place = sign_in("quan-ly"), f"/surveys-desk/{stuffed.round_id}/points"
    looked_at = seen(manager, stuffed.round_id)
    assert (manager.post(place).status_code, manager.post(place, {"seen": "…"}).status_code) == (409, 409)
    stranger(app, ELSEWHERE).post(stuffed.url, stuffed.about("SO-TC"))
    answer = manager.post(place, looked_at)
    assert (answer.status_code, "xem lại phân bố" in answer.text, points(app)) == (409, True, [])
    assert compute(manager, stuffed).status_code == 302


def test_a_networks_answers_removed_no_longer_count_and_are_kept(app, stuffed, sign_in):
    manager = sign_in("quan-ly")
    compute(manager, stuffed)
    before = points(app)
    assert remove_network(manager, stuffed, network(app, 0)).status_code == 302
    assert removed(app) == [True] * 6 + [False] * 2
    compute(manager, stuffed)
    assert (before, points(app)) == (["0.375"], ["1.500"])
    with app.app_context():
        event = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "survey_answers_removed")
        ).one()
        assert (event.changes["reason"], len(event.changes["responses"])) == (REASON, 6)


def test_single_answers_and_those_of_an_hour_are_removed_too(app, stuffed, sign_in):
    manager, agency = sign_in("quan-ly"), stuffed.province.agencies["SO-TP"]
    with app.app_context():
        rows = db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)).all()
        rows[7].submitted_at = rows[7].submitted_at - timedelta(hours=5)
        ids = [row.id for row in rows]
        hour = f"{rows[7].submitted_at + timedelta(hours=7):%Y-%m-%dT%H}"
        db.session.commit()
    single = {"agency": agency, "response": ids[1], "what": "ticked", "reason": REASON}
    assert manager.post(f"{stuffed.desk}/remove", single).status_code == 302
    late = {"agency": agency, "hour": hour, "what": "shown", "reason": REASON}
    assert manager.post(f"{stuffed.desk}/remove", late).status_code == 302
    assert removed(app) == [False, True, False, False, False, False, False, True]


def test_removed_answers_are_restored_until_the_round_is_concluded(app, stuffed, sign_in):
    manager = sign_in("quan-ly")
    remove_network(manager, stuffed, network(app, 0))
    place = f"{stuffed.desk}/removals/1/restore"
    assert (manager.post(place).status_code, any(removed(app))) == (302, False)
    manager.post(place)
    with app.app_context():
        kept = db.session.scalars(select(SurveyRemoval)).one()
        assert (kept.reason, kept.restored_at is None) == (REASON, False)
        campaign = db.session.get(SurveyCampaign, stuffed.campaign_id)
        campaign.round.state = "concluded"
        db.session.commit()
    assert remove_network(manager, stuffed, network(app, 0)).status_code == 409


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"what": "shown", "reason": REASON}, 422),  # neither network nor hour: all would go
        ({"what": "ticked", "reason": REASON}, 422),  # none ticked
        ({"what": "ticked", "response": "1", "reason": "  "}, 422),
        ({"what": "ticked", "response": "1", "reason": "a" * 501}, 422),
        ({"what": "ticked", "response": "1", "reason": REASON, "agency": "999"}, 404),
        ({"what": "shown", "network": "khác", "reason": REASON}, 422),
        ({"what": "shown", "hour": "hôm qua", "reason": REASON}, 404),
    ],
)
def test_a_removal_without_answers_or_reason_changes_nothing(app, stuffed, sign_in, typed, status):
    agency = {"agency": stuffed.province.agencies["SO-TP"]}
    answer = sign_in("quan-ly").post(f"{stuffed.desk}/remove", agency | typed)
    assert (answer.status_code, any(removed(app))) == (status, False)


def test_the_reason_that_was_typed_stays(stuffed, sign_in):
    typed = {"agency": stuffed.province.agencies["SO-TP"], "what": "ticked", "reason": REASON}
    assert f'value="{REASON}"' in sign_in("quan-ly").post(f"{stuffed.desk}/remove", typed).text


def test_points_from_answers_that_were_all_removed_go_and_points_from_a_file_stay(app, stuffed, sign_in):
    manager = sign_in("quan-ly")
    compute(manager, stuffed)
    with app.app_context():
        leaf = select(Criterion.id).where(Criterion.assessed_by == "survey")
        other = Score.criterion_id.in_(leaf), Score.survey_points.is_(None)
        db.session.execute(update(Score).where(*other).values(survey_points=1, survey_working="Nhập từ tệp “a”"))
        db.session.commit()
    from_file = len(points(app)) - 1
    for place in (0, 7):
        remove_network(manager, stuffed, network(app, place))
    compute(manager, stuffed)
    assert (from_file > 0, points(app)) == (True, ["1.000"] * from_file)


def test_an_answer_of_before_is_named_as_of_unknown_source(app, stuffed, sign_in):
    with app.app_context():
        db.session.execute(update(SurveyResponse).values(channel="unknown", network=None))
        db.session.commit()
    manager = sign_in("quan-ly")
    assert "8 phiếu trả lời trước khi phần mềm ghi nguồn" in manager.get(
        f"/surveys-desk/{stuffed.round_id}"
    ).text
    assert "Không rõ nguồn" in manager.get(f"/surveys-desk/{stuffed.round_id}/sources").text


def test_a_removal_of_another_campaign_does_not_exist(app, province, stuffed, sign_in):
    manager = sign_in("quan-ly")
    remove_network(manager, stuffed, network(app, 0))
    assert manager.post(f"{stuffed.desk}/removals/99/restore").status_code == 404
    with app.app_context():
        form = db.session.get(SurveyCampaign, stuffed.campaign_id).form_id
        other = SurveyCampaign(
            round_id=stuffed.round_id, form_id=form + 1, token="x", opens_at=NOW, closes_at=NOW
        )
        db.session.add(other)
        db.session.commit()
        place = f"/surveys-desk/{stuffed.round_id}/{other.id}/removals/1/restore"
    assert (manager.post(place).status_code, removed(app)[0]) == (404, True)


def test_the_desk_says_when_points_are_older_than_the_answers(stuffed, sign_in):
    manager, place = sign_in("quan-ly"), f"/surveys-desk/{stuffed.round_id}"
    words = "sau lần tính điểm cuối"
    before = words in manager.get(place).text
    compute(manager, stuffed)
    assert (before, words in manager.get(place).text) == (True, False)
