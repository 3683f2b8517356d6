"""ECharts options of the result screens. Every chart stands beside a table that says the same."""

from collections.abc import Sequence
from fractions import Fraction

from flask_babel import gettext as _

from app.scoring.queries.results import STEP, GroupView
from app.scoring.queries.standings import Line
from app.scoring.queries.years import Year
from app.scoring.rules import rounded
from app.web.formats import index

TEXT = "#45536a"
MIDDLE = {"type": "dashed", "color": "#855000"}


def _number(value: Fraction | None, places: int) -> float | None:
    """For drawing only: the length of a bar."""
    return None if value is None else float(rounded(value, places))


def _percent_axis(smallest: float | None) -> dict:
    """From a round number below the smallest value, so that differences can be seen."""
    start = 0 if smallest is None else max(0, int(smallest // 10) * 10 - 10)
    return {"type": "value", "min": start, "max": 100, "axisLabel": {"color": TEXT}}


def _names_axis(names: list[str], width: int = 215, overflow: str = "truncate") -> dict:
    """Names down the left side, the first on top; those wider than so many pixels are cut or broken."""
    return {
        "type": "category",
        "inverse": True,
        "data": names,
        "axisLabel": {"color": TEXT, "width": width, "overflow": overflow},
        "axisTick": {"show": False},
    }


def ranking_chart(view: GroupView, places: int, mine: int | None = None) -> dict:
    """A bar an agency, the first place on top; ``mine`` is the sheet to point out."""
    lines = [line for line in view.lines if line.rank is not None]
    values = [_number(line.index, places) for line in lines]
    mean = _number(view.mean, places)
    bars = [
        {
            "value": value,
            "itemStyle": {"color": "#c97c00" if line.sheet.id == mine else "#0b5cad"},
            "label": {"formatter": index(line.index, places)},
        }
        for line, value in zip(lines, values, strict=True)
    ]
    return {
        "grid": {"left": 8, "right": 48, "top": 22, "bottom": 8, "containLabel": True},
        "xAxis": _percent_axis(min(values, default=None)),
        "yAxis": _names_axis([line.sheet.agency_name for line in lines]),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "series": [
            {
                "name": _("Chỉ số (%%)"),
                "type": "bar",
                "barMaxWidth": 18,
                "data": bars,
                "label": {
                    "show": True,
                    "position": "right",
                    "color": TEXT,
                    "backgroundColor": "#fff",
                    "padding": [0, 2],
                },
                "markLine": _mean_line(mean),
            }
        ],
    }


def _mean_line(mean: float | None) -> dict:
    return {
        "symbol": "none",
        "silent": True,
        "lineStyle": MIDDLE,
        "label": {"show": False},
        "data": [] if mean is None else [{"xAxis": mean}],
    }


def fields_chart(line: Line, view: GroupView, places: int) -> dict:
    """The agency's index in each field beside the mean and the best of its group."""
    fields = [field for field in view.fields if field.mean is not None]
    own = [line.fields.get(field.code) for field in fields]
    values = {
        _("Cơ quan"): [_number(total.index, places) if total else None for total in own],
        _("Trung bình"): [_number(field.mean, places) for field in fields],
        _("Cao nhất"): [_number(field.best, places) for field in fields],
    }
    there = [value for series in values.values() for value in series if value is not None]
    return _frame([field.code for field in fields], min(there, default=None)) | {
        "series": [
            {"name": name, "type": "bar", "data": series, "barMaxWidth": 12, "barGap": "10%"}
            for name, series in values.items()
        ],
    }


def grades_chart(view: GroupView) -> dict:
    """How many agencies each grade has."""
    return {
        "grid": {"left": 8, "right": 30, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1, "axisLabel": {"color": TEXT}},
        "yAxis": _names_axis([name for name, _count in view.grades], 150, "break"),
        "series": [
            {
                "type": "bar",
                "barMaxWidth": 22,
                "data": [count for _name, count in view.grades],
                "label": {"show": True, "position": "right", "color": TEXT},
            }
        ],
    }


def spread_chart(view: GroupView) -> dict:
    """How many agencies lie in each step of the index."""
    return {
        "grid": {"left": 8, "right": 20, "top": 26, "bottom": 8, "containLabel": True},
        "xAxis": {
            "type": "category",
            "data": [step_name(low) for low, _count in view.spread],
            "axisLabel": {"color": TEXT},
        },
        "yAxis": {"type": "value", "minInterval": 1, "axisLabel": {"color": TEXT}},
        "series": [
            {
                "type": "bar",
                "barCategoryGap": "6%",
                "data": [count for _low, count in view.spread],
                "label": {"show": True, "position": "top", "color": TEXT},
            }
        ],
    }


def step_name(low: int) -> str:
    return f"{low}–{low + STEP}"


def movement_chart(view: GroupView) -> dict:
    """Places won to the right, places lost to the left."""
    return {
        "grid": {"left": 8, "right": 40, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1, "axisLabel": {"color": TEXT}},
        "yAxis": _names_axis([line.sheet.agency_name for line, _steps in view.movers])
        | {"axisLine": {"onZero": False, "show": False}},
        "series": [
            {
                "type": "bar",
                "barMaxWidth": 16,
                "data": [
                    {"value": steps, "itemStyle": {"color": "#23905a" if steps > 0 else "#c93b30"}}
                    for _line, steps in view.movers
                ],
                "label": {"show": True, "position": "right", "color": TEXT},
            }
        ],
    }


def years_chart(years: Sequence[Year], places: int) -> dict:
    """An agency over the years, with the mean and the best of its group."""
    values = {
        _("Cơ quan"): [_number(year.index, places) for year in years],
        _("Trung bình"): [_number(year.mean, places) for year in years],
        _("Cao nhất"): [_number(year.best, places) for year in years],
    }
    return _lines([year.period for year in years], values)


def group_years_chart(years: Sequence[tuple[str, Fraction | None, Fraction | None]], places: int) -> dict:
    values = {
        _("Trung bình"): [_number(mean, places) for _period, mean, _best in years],
        _("Cao nhất"): [_number(best, places) for _period, _mean, best in years],
    }
    return _lines([period for period, _mean, _best in years], values)


def _lines(periods: list[str], values: dict[str, list[float | None]]) -> dict:
    there = [value for series in values.values() for value in series if value is not None]
    return _frame(periods, min(there, default=None)) | {
        "series": [
            {"name": name, "type": "line", "data": series, "symbolSize": 8} for name, series in values.items()
        ],
    }


def _frame(names: list[str], smallest: float | None) -> dict:
    """Names along the bottom, percent upwards, the series' names above."""
    return {
        "grid": {"left": 8, "right": 20, "top": 36, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "textStyle": {"color": TEXT}},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": names, "axisLabel": {"color": TEXT}},
        "yAxis": _percent_axis(smallest),
    }
