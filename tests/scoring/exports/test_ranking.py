"""The ranking file says what the ranking screen says."""

from collections import Counter

from app.extensions import db
from app.scoring.exports.matrix import field_matrix
from app.scoring.exports.ranking import ranking_workbook
from app.scoring.queries.results import group_views
from app.scoring.queries.standings import round_standings
from app.scoring.rules import rounded
from tests.scoring.exports.files import opened, table


def _rows(round_):
    return table(opened(ranking_workbook(round_)).worksheets[0], "Xếp hạng")


def test_a_tab_a_group_and_its_chart_and_the_grades(appraised):
    assert opened(ranking_workbook(appraised.round)).sheetnames == [
        "Sở, ban, ngành",
        "Biểu đồ so",
        "Phân bố xếp loại",
        "Biểu đồ xếp loại",
    ]


def said_by(book, chart) -> list[dict[str, float]]:
    """Each series of the chart as name → value, read from the cells that it points at."""
    return [
        dict(zip(cells(book, s.cat.strRef.f), cells(book, s.val.numRef.f), strict=True)) for s in chart.series
    ]


def cells(book, reference: str) -> list:
    name, _mark, area = reference.rpartition("!")
    return [cell.value for row in book[name.strip("'")][area.replace("$", "")] for cell in row]


def test_the_chart_points_at_the_ranked_agencies_and_their_indexes(appraised):
    book = opened(ranking_workbook(appraised.round))
    (chart,) = book["Biểu đồ so"]._charts
    wanted = {row["Cơ quan, đơn vị"]: row["Chỉ số (%)"] for row in _rows(appraised.round)}
    assert said_by(book, chart) == [wanted]
    assert (chart.y_axis.scaling.max, book["Biểu đồ so"].page_setup.orientation) == (100, "landscape")


def test_the_chart_of_grades_points_at_the_counts(appraised):
    book = opened(ranking_workbook(appraised.round))
    (chart,) = book["Biểu đồ xếp loại"]._charts
    counted = Counter(line.grade for line in round_standings(appraised.round).lines)
    names = [band.name for band in appraised.round.bands]
    assert said_by(book, chart) == [{name: counted[name] for name in names}]


def test_the_chart_of_fields_points_at_each_fields_mean_best_and_lowest(appraised):
    book = opened(field_matrix(appraised.round))
    (chart,) = book["Biểu đồ so"]._charts
    (view,) = group_views(round_standings(appraised.round))
    shown = [field for field in view.fields if field.mean is not None]
    assert said_by(book, chart) == [
        {f"{field.code}. {field.name}": float(rounded(getattr(field, name), 2)) for field in shown}
        for name in ("mean", "best", "lowest")
    ]


def test_agencies_without_rank_are_in_no_chart(story):
    book = opened(ranking_workbook(story.round))
    (chart,) = book["Biểu đồ so"]._charts
    ranked = [row["Cơ quan, đơn vị"] for row in _rows(story.round) if row["Xếp hạng"] is not None]
    assert [list(series) for series in said_by(book, chart)] == [ranked]


def test_ranks_points_index_and_grade_are_those_of_the_standings(appraised):
    said = [
        (row["Xếp hạng"], row["Cơ quan, đơn vị"], row["Điểm"], row["Điểm tối đa"], row["Chỉ số (%)"])
        + (row["Xếp loại"],)
        for row in _rows(appraised.round)
    ]
    assert said == [
        (line.rank, line.sheet.agency_name, float(line.total.points), float(line.total.maximum))
        + (float(rounded(line.index, 2)), line.grade)
        for line in round_standings(appraised.round).lines
    ]
    assert [row[0] for row in said] == [1, 2, 3]


def test_the_index_is_rounded_at_the_rounds_places(appraised):
    appraised.round.places = 1
    line = round_standings(appraised.round).lines[1]
    worksheet = opened(ranking_workbook(appraised.round)).worksheets[0]
    cell = next(cell for cell in worksheet["E"] if cell.value == float(rounded(line.index, 1)))
    assert cell.number_format == "0.0"


def test_every_field_has_its_index_and_one_without_maximum_none(appraised):
    row = _rows(appraised.round)[0]
    fields = round_standings(appraised.round).lines[0].fields
    assert row["1. Chỉ đạo điều hành (%)"] == float(rounded(fields["1"].index, 2))
    assert row["2. Thể chế (%)"] == float(rounded(fields["2"].index, 2))
    assert row["3. Điểm thưởng, điểm trừ (%)"] in (None, "KAD")


def test_unscored_leaves_are_counted_and_the_file_says_provisional(story):
    assert [row["Số tiêu chí chưa có điểm"] for row in _rows(story.round)] == [9, 8, 9]
    worksheet = opened(ranking_workbook(story.round)).worksheets[0]
    texts = [cell.value for cell in worksheet["A"]]
    assert texts.count("Kết quả tạm tính: kỳ chấm điểm chưa được kết luận.") == 1


def test_a_concluded_round_is_not_provisional_and_names_its_decision(appraised):
    appraised.round.state, appraised.round.decision_number = "concluded", "99/QĐ-UBND"
    db.session.flush()
    texts = [cell.value for cell in opened(ranking_workbook(appraised.round)).worksheets[0]["A"]]
    assert [text for text in texts if text and str(text).startswith(("Kết quả tạm", "Theo"))] == [
        "Theo Quyết định số 99/QĐ-UBND."
    ]


def test_an_agency_that_sent_nothing_is_marked(appraised):
    notes = {row["Cơ quan, đơn vị"]: row["Ghi chú"] for row in _rows(appraised.round)}
    assert notes == {
        "Sở Nội vụ": "Không gửi kết quả tự đánh giá",
        "Sở Tài chính": "Không gửi kết quả tự đánh giá",
        "Sở Tư pháp": None,
    }
