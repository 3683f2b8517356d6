"""Điểm khảo sát: every survey leaf of a round as a table to fill in, in the columns that the import of scores reads."""

from app.scoring.imports.scores import COLUMNS
from app.scoring.models import Round
from app.scoring.queries.surveys import survey_scores
from app.web.workbook import Column, Row, Tab, write_workbook

_HEADINGS = {column.name: column.headings[0] for column in COLUMNS}


def survey_points_workbook(round_: Round) -> bytes:
    """A row for each survey leaf of each agency, with the points it has now."""
    columns = [
        Column(_HEADINGS["agency_code"]),
        Column("Tên cơ quan, đơn vị"),
        Column(_HEADINGS["criterion_code"]),
        Column("Nội dung"),
        Column("Điểm tối đa", "points"),
        Column(_HEADINGS["points"], "points"),
    ]
    rows = [
        Row(
            [
                score.sheet.agency.code,
                score.sheet.agency_name,
                score.criterion.code,
                score.criterion.name,
                score.criterion.maximum,
                score.survey_points,
            ]
        )
        for score in survey_scores(round_)
    ]
    tab = Tab("Điểm khảo sát", ("ĐIỂM KHẢO SÁT", round_.name), columns, rows, landscape=True, frozen=3)
    return write_workbook([tab], title=f"Điểm khảo sát – {round_.name}", footer=round_.name)
