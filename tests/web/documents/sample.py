"""A made-up report that uses every part of the form."""

from datetime import UTC, date, datetime
from decimal import Decimal

from app.web.documents.model import (
    AdministrativeDocument,
    Column,
    Heading,
    Paragraph,
    Row,
    Signature,
    Table,
    Verification,
)

CODE = "ABCD-2345-WXYZ"
COLUMNS = (
    Column("TT", 14, align="center"),
    Column("Lĩnh vực, tiêu chí", 75, indented=True),
    Column("Điểm tối đa", 20, kind="points"),
    Column("Điểm tự chấm", 20, kind="points"),
    Column("Giải trình", 45),
)


def report(rows=60, **changes):
    parts = dict(
        issuer_parent="Ủy ban nhân dân tỉnh Thanh Hóa",
        issuer="Sở Y tế",
        number="12/BC-SYT",
        place="Thanh Hóa",
        date=date(2026, 2, 5),
        title="Báo cáo",
        subtitle="Kết quả tự chấm điểm Chỉ số cải cách hành chính năm 2026",
        body=_body(rows),
        signature=Signature("GIÁM ĐỐC", "Nguyễn Thị An", "(Chữ ký, dấu của cơ quan)"),
        recipients=("Như trên", "Sở Nội vụ", "Lưu: VT, VP."),
        verification=Verification(
            CODE,
            f"https://chamdiem.example.gov.vn/xac-thuc/{CODE}",
            "0123456789abcdef" * 4,
            datetime(2026, 2, 5, 14, 5, 9, 821895, tzinfo=UTC),
        ),
    )
    return AdministrativeDocument(**(parts | changes))


def _body(rows):
    field = Row(("1", "Công tác chỉ đạo, điều hành", Decimal("8.500"), Decimal("7.125"), None), bold=True)
    name = "Kế hoạch cải cách hành chính năm được ban hành đúng thời hạn"
    leaves = [
        Row((f"1.{n}", name, Decimal("0.5"), Decimal("0.125"), "=1+1"), level=1) for n in range(1, rows + 1)
    ]
    return (
        Paragraph("Thực hiện Quy chế chấm điểm, Sở Y tế báo cáo kết quả tự chấm điểm như sau:"),
        Heading("I. KẾT QUẢ CHUNG"),
        Paragraph("Tổng điểm tự chấm đạt 68,32 trên 84 điểm, tương ứng 81,33 %. " * 3),
        Heading("II. KẾT QUẢ TỪNG TIÊU CHÍ"),
        Table(COLUMNS, [field, *leaves], title="Bảng 1. Điểm tự chấm"),
    )
