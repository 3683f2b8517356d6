"""Bảng xếp hạng: a tab a group, ranks and indexes as on the ranking screen; then the same as charts."""

from collections import Counter
from decimal import Decimal

from app.models import AgencyGroup
from app.scoring.exports.cells import (
    LEGEND,
    NOT_APPLICABLE,
    index_axis,
    index_cell,
    programme_name,
    round_notes,
)
from app.scoring.models import Criterion, Round
from app.scoring.queries.outlines import fields_of, round_outlines
from app.scoring.queries.standings import Line, Standings, round_standings
from app.web.workbook import Column, Row, Tab, write_workbook
from app.web.workbook_charts import ChartTab

UNGRADED = "Chưa xếp loại"


def ranking_workbook(round_: Round) -> bytes:
    """The round's ranking as XLSX; marked provisional until the round is concluded."""
    standings, outlines = round_standings(round_), round_outlines(round_)
    fields = {set_id: fields_of(outline) for set_id, outline in outlines.items()}
    notes = round_notes(standings)
    tables = [_tab(standings, group, lines, fields, notes) for group, lines in standings.groups]
    tabs = [*tables, *_charts(standings), *_grades(standings, notes, of=2 * len(tables))]
    return write_workbook(tabs, title=f"Bảng xếp hạng – {round_.name}", footer=round_.name)


def _tab(
    standings: Standings,
    group: AgencyGroup,
    lines: list[Line],
    fields: dict[int, list[Criterion]],
    notes: list[str],
) -> Tab:
    round_ = standings.round
    own_fields = fields.get(lines[0].sheet.criteria_set_id, [])
    return Tab(
        name=group.name,
        titles=(f"BẢNG XẾP HẠNG {programme_name(round_.programme).upper()}", round_.name, group.name),
        columns=_columns(round_, own_fields),
        rows=[_row(line, round_, own_fields) for line in lines],
        notes=notes,
        landscape=True,
        frozen=2,
    )


def _charts(standings: Standings) -> list[ChartTab]:
    """A chart a group, of its ranked agencies, over the cells of its table."""
    return [
        ChartTab(
            name=f"Biểu đồ {group.code}",
            titles=("Chỉ số và thứ hạng", group.name, standings.round.name),
            of=place,
            names=1,
            values=(4,),
            count=sum(line.rank is not None for line in lines),
            axis="Chỉ số (%)",
            ends=index_axis(line.index for line in lines),
            places=standings.round.places,
        )
        for place, (group, lines) in enumerate(standings.groups)
    ]


def _grades(standings: Standings, notes: list[str], of: int) -> list[Tab | ChartTab]:
    """How many agencies of each group have each grade: the table on tab ``of``, and its chart."""
    round_, titles = standings.round, ("PHÂN BỐ XẾP LOẠI", standings.round.name)
    groups = [(group, Counter(line.grade for line in lines)) for group, lines in standings.groups]
    names = [band.name for band in round_.bands]
    if any(counted[None] for _group, counted in groups):
        names.append(None)
    table = Tab(
        name="Phân bố xếp loại",
        titles=titles,
        columns=[Column("Xếp loại"), *(Column(group.name, "points") for group, _counted in groups)],
        rows=[[name or UNGRADED, *(counted[name] for _group, counted in groups)] for name in names],
        notes=[note for note in notes if note != LEGEND],
        landscape=True,
    )
    chart = ChartTab(
        name="Biểu đồ xếp loại",
        titles=("Phân bố xếp loại", round_.name),
        of=of,
        names=0,
        values=range(1, len(groups) + 1),
        count=len(names),
        axis="Số cơ quan, đơn vị",
        kind="columns",
        places=0,
    )
    return [table, chart] if names else []


def _columns(round_: Round, fields: list[Criterion]) -> list[Column]:
    return [
        Column("Xếp hạng", "points"),
        Column("Cơ quan, đơn vị"),
        Column("Điểm", "points"),
        Column("Điểm tối đa", "points"),
        Column("Chỉ số (%)", "index", places=round_.places),
        *(Column(f"{field.code}. {field.name} (%)", "index", places=round_.places) for field in fields),
        Column("Xếp loại"),
        Column("Số tiêu chí chưa có điểm", "points"),
        Column("Ghi chú"),
    ]


def _row(line: Line, round_: Round, fields: list[Criterion]) -> Row:
    return Row(
        [
            line.rank,
            line.sheet.agency_name,
            line.total.points,
            line.total.maximum,
            index_cell(line.index, round_),
            *(_field_cell(line, field, round_) for field in fields),
            line.grade,
            line.total.unscored,
            _note(line),
        ]
    )


def _field_cell(line: Line, field: Criterion, round_: Round) -> Decimal | str | None:
    """The field's index; a field none of whose leaves counts towards a maximum has none."""
    found = line.fields.get(field.code)
    if found is None or found.index is None:
        return NOT_APPLICABLE if found is not None and not found.points else None
    return index_cell(found.index, round_)


def _note(line: Line) -> str:
    notes = [f"Không đạt điều kiện của mức “{name}”" for name in line.band_failed]
    if line.sheet.not_submitted:
        notes.append("Không gửi kết quả tự đánh giá")
    return "; ".join(notes)
