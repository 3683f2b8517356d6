"""app/web/workbook_charts.py: many bars are spread over pages that a person can read."""

import io

import openpyxl

from app.web.workbook import Column, Tab, write_workbook
from app.web.workbook_charts import ROWS_A_PAGE, ChartTab, pages_of


def test_pages_are_few_and_about_equally_full():
    assert pages_of(3) == [(0, 2)]
    assert pages_of(34) == [(0, 33)]
    assert pages_of(35) == [(0, 16), (17, 34)]
    sizes = [last - first + 1 for first, last in pages_of(166)]
    assert (sum(sizes), len(sizes), max(sizes) <= ROWS_A_PAGE) == (166, 5, True)


def test_each_page_has_its_chart_its_rows_and_its_break():
    table = Tab(
        "Xã",
        ("XẾP HẠNG", "2026"),
        (Column("Tên"), Column("Chỉ số", "index")),
        [[f"Xã {n}", n] for n in range(70)],
    )
    chart = ChartTab(
        "Biểu đồ", ("Chỉ số", "Xã"), of=0, names=0, values=(1,), count=70, axis="%", ends=(0, 100)
    )
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook([table, chart], title="X")))["Biểu đồ"]
    assert [drawn.series[0].val.numRef.f for drawn in sheet._charts] == [
        "Xã!$B$5:$B$27",
        "Xã!$B$28:$B$50",
        "Xã!$B$51:$B$74",
    ]
    assert [mark.id for mark in sheet.row_breaks.brk] == [38, 76]
    assert (sheet.page_setup.paperSize, sheet.page_setup.scale, sheet.print_area) == (
        9,
        80,
        "'Biểu đồ'!$A$1:$O$114",
    )
