"""Excel's own charts on tabs of their own: they point at the cells of a table of the same workbook.

Many rows are drawn over several pages, so that each name can be read on A4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from app.text import is_like_formula

ROWS_A_PAGE = 34
PAGE_ROWS, CHART_ROWS, ROW_PIXELS, CHART_WIDTH, LAST_COLUMN, SCALE = 38, 35, 20, 940, 14, 80
COLOURS = ("#0B5CAD", "#23905A", "#C97C00", "#5A37A0", "#0C6170", "#C93B30")
INK = "#333333"


@dataclass(frozen=True)
class ChartTab:
    """Columns ``values`` of the table on tab number ``of`` by its column ``names``, for its first ``count`` rows.

    ``bars`` lie, one a row of the table, the first on top; ``columns`` stand side by side. ``axis`` names the values;
    ``ends`` are where their axis begins and ends, the same on every page.
    """

    name: str
    titles: Sequence[str]
    of: int
    names: int
    values: Sequence[int]
    count: int
    axis: str
    kind: Literal["bars", "columns"] = "bars"
    ends: tuple[int, int | None] = (0, None)
    places: int = 2


def pages_of(count: int) -> list[tuple[int, int]]:
    """(first, last) of each page, from 0: as few pages as can be read, all about equally full."""
    pages = max(1, -(-count // ROWS_A_PAGE))
    ends = [count * page // pages for page in range(pages + 1)]
    return [(first, last - 1) for first, last in zip(ends, ends[1:], strict=False)]


def write_chart_tab(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, tab: ChartTab, source: str, head: int, styles
) -> None:
    """``source`` is the name of the table's tab, ``head`` the row of its headings."""
    pages = pages_of(tab.count)
    for number, (first, last) in enumerate(pages):
        top = number * PAGE_ROWS
        part = f" (phần {number + 1}/{len(pages)})" if len(pages) > 1 else ""
        lines = {
            tab.titles[0] + part: {"bold": True, "font_size": 14},
            " – ".join(tab.titles[1:]): {"italic": True},
        }
        for at, (line, look) in enumerate(lines.items(), top):
            sheet.write_string(at, 0, line, styles.get(**look, quote_prefix=is_like_formula(line)))
        chart = _chart(workbook, tab, source, head, head + 1 + first, head + 1 + last)
        chart.set_title({"name": tab.titles[0] + part, "name_font": {"size": 12, "color": INK}})
        sheet.insert_chart(top + 2, 0, chart, {"object_position": 2, "description": tab.titles[0] + part})
    sheet.set_print_scale(SCALE)  # fitting to a page would make Excel ignore the breaks between the charts
    sheet.set_h_pagebreaks([number * PAGE_ROWS for number in range(1, len(pages))])
    sheet.print_area(0, 0, len(pages) * PAGE_ROWS - 1, LAST_COLUMN)
    sheet.hide_gridlines(2)


def _chart(workbook, tab: ChartTab, source: str, head: int, first: int, last: int) -> Chart:
    lying = tab.kind == "bars"
    chart = workbook.add_chart({"type": "bar" if lying else "column"})
    labels = {
        "value": True,
        "font": {"size": 8},
        "num_format": "0." + "0" * tab.places if tab.places else "0",
    }
    for column, colour in zip(tab.values, COLOURS * len(tab.values), strict=False):
        chart.add_series(
            {
                "name": [source, head, column],
                "categories": [source, first, tab.names, last, tab.names],
                "values": [source, first, column, last, column],
                "fill": {"color": colour},
                "gap": 45,
                "data_labels": labels,
            }
        )
    names = {"num_font": {"size": 8, "color": INK}, "reverse": lying, "interval_unit": 1}
    values = {
        "name": tab.axis,
        "name_font": {"size": 9, "color": INK},
        "num_font": {"size": 8, "color": INK},
        "min": tab.ends[0],
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
    }
    if tab.ends[1] is not None:
        values["max"] = tab.ends[1]
    across, along = (values | {"label_position": "high"}, names) if lying else (names, values)
    chart.set_x_axis(across)  # where bars lie, XlsxWriter calls the axis of their names y
    chart.set_y_axis(along)
    chart.set_legend({"none": True} if len(tab.values) == 1 else {"position": "bottom", "font": {"size": 9}})
    if lying:
        chart.set_plotarea({"layout": {"x": 0.36, "y": 0.08, "width": 0.58, "height": 0.8}})
    chart.set_size({"width": CHART_WIDTH, "height": CHART_ROWS * ROW_PIXELS})
    return chart
