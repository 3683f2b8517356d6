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


def indexes(page: str) -> dict[str, str]:
    rows = page.rsplit("<tbody>", 1)[1].split('<th scope="row">')[1:]
    return {
        row.split("<")[0]: row.split('strong" data-th="Chỉ số thử (%)">')[1].split("<")[0] for row in rows
    }


def test_several_changes_at_once_are_listed_computed_and_left_alone_by_the_data(app, province, sign_in):
    round_id, manager = consolidated(app, province), sign_in("quan-ly")
    address, leaves = place(app, round_id)
    sheet = sheet_id(app, province, round_id, "SO-NV")
    with app.app_context():
        field = db.session.scalars(
            select(Criterion.id).where(Criterion.code == "2", Criterion.level == 1)
        ).first()
        before = [
            (line.sheet.agency_name, line.index)
            for line in round_standings(db.session.get(Round, round_id)).lines
        ]
    url = f"{address}?without={leaves['1.1']}&weight={field}:6&score={sheet}:{leaves['2.1']}:2"
    page = manager.get(url).text
    # 7 points of field 1 less 1 for 1.1; 3 of field 2 count double; bonus and penalty as they are
    assert indexes(page)["Sở Nội vụ"] == "91,67"
    assert [page.count(words) for words in ("Bỏ 1.1 ", "3 → 6", "Sở Nội vụ, 2.1: 2 điểm")] == [2, 2, 2]
    with app.app_context():
        assert [
            (line.sheet.agency_name, line.index)
            for line in round_standings(db.session.get(Round, round_id)).lines
        ] == before


def test_the_address_alone_makes_the_same_page_for_a_colleague(app, province, sign_in):
    round_id = consolidated(app, province)
    address, leaves = place(app, round_id)
    typed = f"{address}?node={leaves['2.1']}&maximum=4,5"
    first = sign_in("quan-ly").get(typed).text
    shared = first.split('readonly value="http://localhost')[1].split('"')[0]
    assert shared == f"{address}?weight={leaves['2.1']}:4,5"
    assert indexes(sign_in("quan-ly-2").get(shared).text) == indexes(first)


def test_a_change_is_taken_back_alone_and_all_at_once(app, province, sign_in):
    round_id, manager = consolidated(app, province), sign_in("quan-ly")
    address, leaves = place(app, round_id)
    page = manager.get(f"{address}?without={leaves['1.1']}&without={leaves['2.1']}").text
    links = [part.split('"')[0] for part in page.split('<a class="no-print" href="')[1:]]
    assert links == [f"{address}?without={leaves['2.1']}", f"{address}?without={leaves['1.1']}"]
    assert f'href="{address}"' in page


def test_a_weight_changes_the_index_by_the_same_share_of_every_agency(app, province, sign_in):
    round_id = consolidated(app, province)
    address, leaves = place(app, round_id)
    page = sign_in("quan-ly").get(f"{address}?weight={leaves['2.1']}:200").text
    # of 208, nearly all is now 2.1, where they have 1.5, 1.4 and all of 2
    assert {name: index[:2] for name, index in indexes(page).items()} == {
        "Sở Tài chính": "99",
        "Sở Tư pháp": "75",
        "Sở Nội vụ": "70",
    }


def test_what_names_nothing_of_this_set_or_is_beyond_its_bounds_is_refused(app, province, sign_in):
    round_id, manager = consolidated(app, province), sign_in("quan-ly")
    address, leaves = place(app, round_id)
    with app.app_context():
        foreign = db.session.scalars(
            select(Criterion.id).where(Criterion.criteria_set_id == province.task_set, Criterion.is_leaf)
        ).first()
    asked = [
        f"without={foreign}",
        "without=x",
        f"weight={foreign}:5",
        f"weight={leaves['2.1']}:0",
        f"weight={leaves['2.1']}:-1",
        f"weight={leaves['3.1']}:3",
        f"weight={leaves['2.1']}:nhiều",
        f"score=999999:{leaves['2.1']}:1",
        "score=1",
        "maximum=3",
    ]
    answers = [manager.get(f"{address}?{query}") for query in asked]
    assert [answer.status_code for answer in answers] == [422] * len(asked)


def test_a_refused_addition_leaves_the_other_changes_standing(app, province, sign_in):
    round_id, manager = consolidated(app, province), sign_in("quan-ly")
    address, leaves = place(app, round_id)
    kept = indexes(manager.get(f"{address}?without={leaves['1.1']}").text)
    answer = manager.get(f"{address}?without={leaves['1.1']}&node={leaves['2.1']}&maximum=x")
    assert (answer.status_code, indexes(answer.text), 'value="x"' in answer.text) == (422, kept, True)
