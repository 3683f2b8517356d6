"""Agencies × fields and agencies × leaves in the final points of the standings."""

from app.scoring.exports.matrix import criterion_matrix, field_matrix
from app.scoring.queries.standings import round_standings
from tests.scoring.exports.files import opened, table

HEADER = "Cơ quan, đơn vị"


def _rows(content):
    workbook = opened(content)
    assert workbook.sheetnames[0] == "Bộ CCHC nhỏ"
    return {row[HEADER]: row for row in table(workbook.worksheets[0], HEADER)}


def _lines(story):
    return {line.sheet.agency_name: line for line in round_standings(story.round).lines}


def test_every_final_of_the_standings_stands_in_its_cell(appraised):
    rows = _rows(criterion_matrix(appraised.round))
    for name, line in _lines(appraised).items():
        said = list(rows[name].values())[2:-3]
        finals = sorted(line.leaves.items())
        assert said == ["KAD" if not final.applicable else float(final.points) for _id, final in finals]


def test_a_leaf_the_set_excludes_is_kad_and_a_concluded_one_has_the_councils_points(appraised):
    rows = _rows(criterion_matrix(appraised.round))
    assert rows["Sở Tài chính"]["2.2. Rà soát văn bản"] == "KAD"
    assert rows["Sở Tư pháp"]["1.2. Hoàn thành kế hoạch"] == 1.75


def test_what_nobody_scored_stays_blank(story):
    row = _rows(criterion_matrix(story.round))["Sở Tài chính"]
    assert (row["1.1. Ban hành kế hoạch"], row["2.2. Rà soát văn bản"]) == (None, "KAD")
    row = _rows(field_matrix(story.round))["Sở Tài chính"]
    assert (row["1. Chỉ đạo điều hành"], row["2. Thể chế"]) == (None, None)


def test_fields_totals_and_index_are_those_of_the_standings(appraised):
    rows = _rows(field_matrix(appraised.round))
    for name, line in _lines(appraised).items():
        points = [float(total.points) for total in line.fields.values()]
        assert list(rows[name].values())[2:-3] == points
        assert rows[name]["Tổng điểm"] == float(line.total.points)


def test_the_sets_maximums_stand_first(appraised):
    assert list(_rows(field_matrix(appraised.round))["Điểm tối đa"].values())[2:5] == [7, 3, 0]
