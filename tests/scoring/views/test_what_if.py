"""What-if: where agencies would stand, without a change to the data."""

from sqlalchemy import select

from app.extensions import db
from app.models import AgencyGroup
from app.scoring.models import Criterion, Round, Score
from app.scoring.queries.standings import round_standings
from tests.scoring.views.stages import consolidated, sheet_id


def place(app, round_id: int) -> tuple[str, dict[str, int]]:
    """The page's address and the criteria's ids by code."""
    with app.app_context():
        group = db.session.scalars(select(AgencyGroup.id).where(AgencyGroup.code == "so")).one()
        leaves = (
            select(Criterion.code, Criterion.id).join(Score, Score.criterion_id == Criterion.id).distinct()
        )
        return f"/results/{round_id}/what-if/{group}", dict(db.session.execute(leaves).all())


def order(page: str) -> list[str]:
    rows = page.split("<tbody>")[1].split('<th scope="row">')[1:]
    return [row.split("<")[0] for row in rows]


def test_without_the_criterion_that_divides_them_agencies_stand_equal(app, province, sign_in):
    round_id = consolidated(app, province)
    address, leaves = place(app, round_id)
    page = sign_in("quan-ly").get(f"{address}?without={leaves['2.1']}").text
    assert page.count('<span class="place">1</span>') == 2


def test_one_changed_score_moves_an_agency_and_nothing_is_written(app, province, sign_in):
    round_id, manager = consolidated(app, province), sign_in("quan-ly")
    address, leaves = place(app, round_id)
    before = order(manager.get(address).text)
    sheet = sheet_id(app, province, round_id, "SO-NV")
    page = manager.get(f"{address}?sheet={sheet}&criterion={leaves['2.1']}&points=2").text
    assert (before.index("Sở Nội vụ") > order(page).index("Sở Nội vụ"), "tăng" in page) == (True, True)
    with app.app_context():
        lines = round_standings(db.session.get(Round, round_id)).lines
        assert [line.sheet.agency_name for line in lines] == before


def test_points_beyond_the_maximum_are_refused_and_stay_in_the_field(app, province, sign_in):
    round_id = consolidated(app, province)
    address, leaves = place(app, round_id)
    sheet = sheet_id(app, province, round_id, "SO-NV")
    answer = sign_in("quan-ly").get(f"{address}?sheet={sheet}&criterion={leaves['2.1']}&points=9")
    assert (answer.status_code, 'value="9"' in answer.text) == (422, True)


def test_trying_changes_is_the_managers_alone(app, province, sign_in):
    address, _leaves = place(app, consolidated(app, province))
    assert sign_in("tp-nhap").get(address).status_code == 404
