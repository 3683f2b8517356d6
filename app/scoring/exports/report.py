"""Báo cáo tự đánh giá of a unit (Đ.9.2), in the form of an administrative document."""

from datetime import datetime
from decimal import Decimal

from app.clock import PROVINCE_ZONE, local_date
from app.scoring.exports.cells import LEGEND, NOT_APPLICABLE, index_text, programme_name
from app.scoring.exports.content import Content, report_content
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.unlocks import own_unlock_texts
from app.scoring.models import Criterion, Sheet
from app.scoring.queries.outlines import fields_of
from app.scoring.rules import format_points
from app.web.documents import (
    AdministrativeDocument,
    Column,
    Heading,
    Paragraph,
    Row,
    Signature,
    Table,
    Verification,
)

DRAFT = "BẢN NHÁP – chưa được thủ trưởng cơ quan phê duyệt"
NO_FIGURES = "Không có số liệu"
ASSESSORS = {"council": "Hội đồng thẩm định đánh giá", "survey": "Điều tra xã hội học"}
_COMMITTEES = ("ubnd", "ủy ban nhân dân", "uỷ ban nhân dân")
_FIELD_COLUMNS = (
    Column("Mã", 14, align="center"),
    Column("Lĩnh vực", 70),
    Column("Điểm tối đa", 20, kind="points"),
    Column("Điểm tối đa áp dụng", 22, kind="points"),
    Column("Điểm tự chấm", 20, kind="points"),
    Column("Tỷ lệ (%)", 20, align="right"),
)
_ROW_COLUMNS = (
    Column("Mã", 16, align="center"),
    Column("Lĩnh vực, tiêu chí, tiêu chí thành phần", 70, indented=True),
    Column("Điểm tối đa", 16, kind="points"),
    Column("Điểm tự chấm", 16, kind="points"),
    Column("Giải trình, tài liệu kiểm chứng", 50),
)


def report_document(sheet: Sheet, issuer: Issuer, *, at: datetime) -> AdministrativeDocument:
    """The report of the approved content, or of the draft as it stands ``at`` that time, marked as draft."""
    content = report_content(sheet)
    is_committee = content.agency_name.casefold().startswith(_COMMITTEES)
    return AdministrativeDocument(
        issuer_parent=None if is_committee else issuer.committee,
        issuer=_spelt_out(content.agency_name),
        place=issuer.place,
        date=local_date(content.snapshot.created_at if content.snapshot else at),
        title="Báo cáo",
        subtitle=f"Tự đánh giá, chấm điểm {programme_name(sheet.round.programme)}\n{content.round_name}",
        body=_body(content),
        signature=_signature(content, is_committee),
        recipients=(issuer.home_affairs_name, "Lưu: VT"),
        verification=_verification(content, issuer),
    )


def _spelt_out(name: str) -> str:
    """The head of a document does not abbreviate: "UBND xã Đông Tiến" → "Ủy ban nhân dân xã Đông Tiến"."""
    return f"Ủy ban nhân dân{name[4:]}" if name.upper().startswith("UBND ") else name


def _body(content: Content) -> list[Heading | Paragraph | Table]:
    draft = [Paragraph(DRAFT, align="center", bold=True)] if content.snapshot is None else []
    return [
        *draft,
        Paragraph(_opening(content)),
        Heading("I. KẾT QUẢ CHUNG"),
        Paragraph(_summary(content)),
        Table(_FIELD_COLUMNS, _field_rows(content), title="Bảng 1. Kết quả theo lĩnh vực"),
        Heading("II. KẾT QUẢ TỪNG TIÊU CHÍ"),
        Table(_ROW_COLUMNS, _rows(content), title="Bảng 2. Kết quả theo tiêu chí"),
        Paragraph(LEGEND, align="left", italic=True),
        *(Paragraph(text, align="left", italic=True) for text in own_unlock_texts(content.sheet)),
    ]


def _opening(content: Content) -> str:
    return (
        f"Thực hiện việc tự đánh giá, chấm điểm theo {content.set_name}{_legal_basis(content)}, "
        f"{content.agency_name} báo cáo kết quả như sau:"
    )


def _legal_basis(content: Content) -> str:
    basis = content.sheet.criteria_set
    if not basis.legal_number:
        return ""
    day = f" ngày {basis.legal_date:%d/%m/%Y}" if basis.legal_date else ""
    of = f" của {basis.legal_issuer}" if basis.legal_issuer else ""
    return f" (Quyết định số {basis.legal_number}{day}{of})"


def _summary(content: Content) -> str:
    index = index_text(content.total.index, content.sheet.round)
    reached = f", đạt {index}%" if index else ""
    points, maximum = format_points(content.points), format_points(content.maximum)
    text = f"Tổng điểm tự chấm: {points}/{maximum} điểm{reached}."
    unscored = content.total.unscored
    return f"{text} Số tiêu chí không do cơ quan tự chấm hoặc chưa chấm: {unscored}." if unscored else text


def _field_rows(content: Content) -> list[Row]:
    fields, round_, whole = content.fields, content.sheet.round, content.total
    rows = []
    for field in fields_of(content.outline):
        found = fields.get(field.code)
        if found is not None:
            shown = index_text(found.index, round_)
            rows.append(Row((field.code, field.name, field.maximum, found.maximum, found.points, shown)))
    index = index_text(whole.index, round_)
    return [*rows, Row((None, "Tổng cộng", None, content.maximum, content.points, index), bold=True)]


def _rows(content: Content) -> list[Row]:
    fields = content.fields
    return [
        Row(
            (node.code, node.name, node.maximum, _points(node, content, fields), _remark(node, content)),
            level=node.level - 1,
            bold=not node.is_leaf,
        )
        for node in content.outline
    ]


def _points(node: Criterion, content: Content, fields: dict) -> Decimal | str | None:
    row = content.rows.get(node.code)
    if row is not None:
        return NOT_APPLICABLE if row.not_applicable else row.points
    return fields[node.code].points if node.code in fields else None


def _remark(node: Criterion, content: Content) -> str:
    row = content.rows.get(node.code)
    if row is None:
        return ""
    proofs = "; ".join(row.evidence)
    without = NO_FIGURES if row.unfounded else ""
    assessor = ASSESSORS.get(node.assessed_by, "")
    said = (assessor, without, row.explanation.strip(), proofs and f"Tài liệu: {proofs}")
    return "\n".join(filter(None, said))


def _signature(content: Content, is_committee: bool) -> Signature:
    """The leader's post by the kind of agency; every other agency has a head under many names."""
    authority, role = None, "THỦ TRƯỞNG CƠ QUAN"
    if is_committee:
        authority, role = "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"
    elif content.agency_name.casefold().startswith("sở "):
        role = "GIÁM ĐỐC"
    return Signature(role, content.approved_by, "(Chữ ký, dấu của cơ quan)", authority)


def _verification(content: Content, issuer: Issuer) -> Verification | None:
    snapshot = content.snapshot
    if snapshot is None:
        return None
    issued_at = snapshot.created_at.astimezone(PROVINCE_ZONE)
    return Verification(snapshot.code, issuer.verification_url(snapshot.code), snapshot.digest, issued_at)
