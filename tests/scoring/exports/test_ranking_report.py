"""The report on the ranking says the ranks of the screen, group by group."""

from app.scoring.exports.cells import PROVISIONAL
from app.scoring.exports.ranking_report import ranking_document
from app.scoring.operations.rounds import conclude_round
from app.scoring.queries.records import record_of
from app.scoring.queries.standings import round_standings
from app.scoring.rules import format_points, rounded
from app.web.documents import Heading, Paragraph, Table
from tests.province import NOW
from tests.scoring.exports.files import ISSUER


def test_ranks_and_indexes_are_those_of_the_standings(appraised):
    document = ranking_document(appraised.round, ISSUER, at=NOW)
    rows = [row.cells for item in document.body if isinstance(item, Table) for row in item.rows]
    assert rows == [
        (line.rank, line.sheet.agency_name, line.total.points, line.total.maximum)
        + (format_points(rounded(line.index, 2), 2), line.grade)
        for line in round_standings(appraised.round).lines
    ]


def test_each_group_has_its_heading(appraised):
    document = ranking_document(appraised.round, ISSUER, at=NOW)
    assert [item.text for item in document.body if isinstance(item, Heading)] == ["1. Sở, ban, ngành"]


def test_it_is_provisional_until_concluded(appraised):
    warning = Paragraph(PROVISIONAL, align="center", bold=True)
    assert ranking_document(appraised.round, ISSUER, at=NOW).body.count(warning) == 1
    appraised.round.state = "concluded"
    assert ranking_document(appraised.round, ISSUER, at=NOW).body.count(warning) == 0


def test_a_concluded_ranking_carries_the_digest_of_its_data(appraised):
    def last():
        return ranking_document(appraised.round, ISSUER, at=NOW).body[-1]

    assert isinstance(last(), Table)
    conclude_round(appraised.round, actor=appraised.province.account("quan-ly"), at=NOW)
    said = f"Dữ liệu của kết quả đã đóng băng khi kết luận; mã băm SHA-256: {record_of(appraised.round).digest}"
    assert last() == Paragraph(said, align="left", italic=True)
