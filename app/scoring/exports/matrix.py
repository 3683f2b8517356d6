"""Agencies × fields and agencies × leaves, a tab a criteria set, in final points."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

from app.scoring.exports.cells import final_cell, index_axis, index_cell, programme_name, round_notes
from app.scoring.models import Criterion, Round
from app.scoring.queries.outlines import fields_of, leaves_of, round_outlines
from app.scoring.queries.results import GroupView, group_views
from app.scoring.queries.standings import Line, Standings, round_standings
from app.scoring.rules import Final
from app.web.workbook import Cell, Column, Row, Tab, write_workbook
from app.web.workbook_charts import ChartTab

Said = Callable[[Line, Criterion], Cell]


def field_matrix(round_: Round) -> bytes:
    """Points of every agency in every field (lĩnh vực)."""
    standings, outlines = round_standings(round_), round_outlines(round_)
    leaves = {set_id: leaves_of(outline) for set_id, outline in outlines.items()}

    def said(line: Line, field: Criterion) -> Cell:
        own = [leaf for leaf in leaves[field.criteria_set_id] if leaf.field_code == field.code]
        return _field_cell(line, field, [line.leaves[leaf.id] for leaf in own if leaf.id in line.leaves])

    heads = {set_id: fields_of(outline) for set_id, outline in outlines.items()}
    return _workbook(standings, heads, said, "Điểm theo lĩnh vực", with_charts=True)


def criterion_matrix(round_: Round) -> bytes:
    """Points of every agency at every leaf."""
    standings, outlines = round_standings(round_), round_outlines(round_)
    heads = {set_id: leaves_of(outline) for set_id, outline in outlines.items()}
    return _workbook(
        standings, heads, lambda line, leaf: final_cell(line.leaves.get(leaf.id)), "Điểm theo tiêu chí"
    )


def _field_cell(line: Line, field: Criterion, finals: list[Final]) -> Decimal | str | None:
    """The field's points so far; nothing while no leaf has any, “KAD” when no leaf applies."""
    applicable = [final for final in finals if final.applicable]
    if finals and not applicable:
        return final_cell(finals[0])
    if all(final.points is None for final in applicable):
        return None
    return line.fields[field.code].points


def _workbook(
    standings: Standings,
    heads: dict[int, list[Criterion]],
    said: Said,
    title: str,
    *,
    with_charts: bool = False,
) -> bytes:
    by_set: dict[int, list[Line]] = defaultdict(list)
    for _group, lines in standings.groups:
        for line in sorted(lines, key=lambda line: (line.sheet.sort_key, line.sheet.id)):
            by_set[line.sheet.criteria_set_id].append(line)
    tabs = [_tab(standings, lines, heads.get(set_id, []), said, title) for set_id, lines in by_set.items()]
    charts = _group_charts(standings, of=len(tabs)) if with_charts else []
    return write_workbook(
        [*tabs, *charts], title=f"{title} – {standings.round.name}", footer=standings.round.name
    )


def _group_charts(standings: Standings, of: int) -> list[Tab | ChartTab]:
    """For each group its fields' mean, best and lowest index, as a table (the first on tab ``of``) and a chart."""
    found: list[Tab | ChartTab] = []
    for view in group_views(standings):
        found += [_field_table(standings, view), _field_chart(standings, view, of + len(found))]
    return found


def _field_table(standings: Standings, view: GroupView) -> Tab:
    round_ = standings.round
    shown = [
        Column(f"{name} (%)", "index", places=round_.places)
        for name in ("Trung bình", "Cao nhất", "Thấp nhất")
    ]
    return Tab(
        name=f"Lĩnh vực {view.group.code}",
        titles=("CHỈ SỐ THEO LĨNH VỰC", round_.name, view.group.name),
        columns=[Column("Lĩnh vực", widest=60), *shown],
        rows=[
            [
                f"{field.code}. {field.name}",
                *(index_cell(value, round_) for value in (field.mean, field.best, field.lowest)),
            ]
            for field in view.fields
            if field.mean is not None
        ],
        notes=round_notes(standings),
        landscape=True,
    )


def _field_chart(standings: Standings, view: GroupView, of: int) -> ChartTab:
    return ChartTab(
        name=f"Biểu đồ {view.group.code}",
        titles=("Chỉ số theo lĩnh vực", view.group.name, standings.round.name),
        of=of,
        names=0,
        values=(1, 2, 3),
        count=sum(field.mean is not None for field in view.fields),
        axis="Chỉ số (%)",
        ends=(0, index_axis(field.best for field in view.fields)[1]),
        places=standings.round.places,
    )


def _tab(standings: Standings, lines: list[Line], heads: list[Criterion], said: Said, title: str) -> Tab:
    round_, name = standings.round, str(lines[0].sheet.criteria_set)
    return Tab(
        name=name,
        titles=(f"{title.upper()} – {programme_name(round_.programme).upper()}", round_.name, name),
        columns=[
            Column("Cơ quan, đơn vị"),
            Column("Khối", widest=20),
            *(Column(f"{head.code}. {head.name}", "points", widest=16) for head in heads),
            Column("Tổng điểm", "points"),
            Column("Điểm tối đa", "points"),
            Column("Chỉ số (%)", "index", places=round_.places),
        ],
        rows=[_maxima(heads), *(_row(line, heads, said, round_) for line in lines)],
        notes=round_notes(standings),
        landscape=True,
        frozen=1,
    )


def _maxima(heads: list[Criterion]) -> Row:
    """The set's own maximums, before anything is left out as not applicable."""
    return Row(["Điểm tối đa", None, *(head.maximum for head in heads), None, None, None], bold=True)


def _row(line: Line, heads: list[Criterion], said: Said, round_: Round) -> Row:
    return Row(
        [
            line.sheet.agency_name,
            line.sheet.group.name,
            *(said(line, head) for head in heads),
            line.total.points,
            line.total.maximum,
            index_cell(line.index, round_),
        ]
    )
