"""The empty table of agencies to fill in, with two rows to show how."""

from app.scoring.imports.agencies import COLUMNS
from app.web.workbook import Column, Row, Tab, write_workbook

EXAMPLE = (
    ("SO-NV", "Sở Nội vụ", "Sở Nội vụ", "so", "Thanh Hóa", "SNV", "", "", ""),
    ("HUYEN-CU", "UBND huyện (đã kết thúc hoạt động)", "", "huyen", "", "", "", "30/06/2025", "SO-NV"),
)


def agencies_template() -> bytes:
    columns = [Column(column.headings[0], widest=40) for column in COLUMNS]
    tab = Tab("Cơ quan, đơn vị", (), columns, [Row(cells) for cells in EXAMPLE], landscape=True)
    return write_workbook([tab], title="Mẫu danh sách cơ quan, đơn vị")
