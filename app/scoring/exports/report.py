"""Báo cáo tự đánh giá of a unit (Đ.9.2), in the form of an administrative document."""

from datetime import datetime
from decimal import Decimal

from app.clock import PROVINCE_ZONE, local_date
from app.letterhead import default_place, is_committee, spelt_out
from app.scoring.exports.cells import LEGEND, NOT_APPLICABLE, SIGNED_HERE, index_text, is_told, programme_name
from app.scoring.exports.content import Content, ContentRow, report_content
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.unlocks import own_unlock_texts
from app.scoring.models import Criterion, Sheet
from app.scoring.queries.outlines import fields_of, is_outside
from app.scoring.rules import Total, format_points, period_told
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
OUTSIDE = "–"
GROUND = "Số liệu, cách tính"
TOTAL = "Tổng điểm tự chấm"
ASSESSORS = {"council": "Hội đồng thẩm định đánh giá", "survey": "Điều tra xã hội học"}
_FIELD_COLUMNS = (
    Column("Mã", 14, align="center"),
    Column("Lĩnh vực", 70),
    Column("Điểm tối đa", 20, kind="points"),
    Column("Điểm tối đa áp dụng", 22, kind="points"),
    Column("Điểm tự chấm", 20, kind="points"),
    Column("Tỷ lệ (%)", 20, align="right"),
)
_ROW_COLUMNS = (
    Column("Mã", 15, align="center"),
    Column("Lĩnh vực, tiêu chí, tiêu chí thành phần", 47, indented=True),
    Column("Điểm tối đa", 16, kind="points"),
    Column(GROUND, 41),
    Column("Điểm tự chấm", 16, kind="points"),
    Column("Giải trình, tài liệu kiểm chứng", 38),
)


def report_document(sheet: Sheet, issuer: Issuer, *, at: datetime) -> AdministrativeDocument:
    """The report of the approved content, or of the draft as it stands ``at`` that time, marked as draft."""
    content = report_content(sheet)
    committee = is_committee(content.agency_name)
    return AdministrativeDocument(
        issuer_parent=None if committee else issuer.committee,
        issuer=spelt_out(content.agency_name),
        place=content.place or default_place(content.agency_name, issuer.place),
        symbol=f"BC-{content.symbol}",
        date=local_date(content.snapshot.created_at if content.snapshot else at),
        title="Báo cáo",
        subtitle=report_title(content).replace(" của ", "\ncủa ", 1),
        body=_body(content),
        signature=_signature(content, committee),
        recipients=(issuer.home_affairs_name, "Lưu: VT"),
        verification=_verification(content, issuer),
    )


def report_title(content: Content) -> str:
    """What, when, whose, each once: "Kết quả tự đánh giá, chấm điểm … năm 2026 của Sở Tư pháp"."""
    round_ = content.sheet.round
    subject = f"{programme_name(round_.programme)} {period_told(round_.period)}"
    return f"Kết quả tự đánh giá, chấm điểm {subject} của {spelt_out(content.agency_name)}"


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
        f"Thực hiện việc tự đánh giá, chấm điểm theo {content.set_name}{_legal_basis(content)}"
        f"{_round_named(content)}, {spelt_out(content.agency_name)} báo cáo kết quả như sau:"
    )


def _round_named(content: Content) -> str:
    """The round's name, where the title does not say it already."""
    return "" if is_told(content.round_name, report_title(content)) else f" tại kỳ “{content.round_name}”"


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
    text = f"{TOTAL}: {points}/{maximum} điểm{reached}."
    unscored = content.total.unscored
    return f"{text} Số tiêu chí không do cơ quan tự chấm hoặc chưa chấm: {unscored}." if unscored else text


def _field_rows(content: Content) -> list[Row]:
    fields, round_, whole = content.fields, content.sheet.round, content.total
    rows = []
    for field in fields_of(content.outline):
        found = fields.get(field.code)
        if found is not None:
            rows.append(Row((field.code, field.name, *_field_points(field, found, content))))
    index = index_text(whole.index, round_)
    return [*rows, Row((None, "Tổng cộng", None, content.maximum, content.points, index), bold=True)]


def _field_points(field: Criterion, found: Total, content: Content) -> tuple:
    """Maximum, maximum that applies, own points, percentage; what stands outside the maximum has none but points."""
    if is_outside(field, found):
        return OUTSIDE, OUTSIDE, signed_text(content.signed_points(field.code)), OUTSIDE
    return field.maximum, found.maximum, found.points, index_text(found.index, content.sheet.round)


def signed_text(points: Decimal) -> str:
    """Points that are added or taken away: "+1", "-0,5"."""
    return f"{'+' if points > 0 else '-' if points < 0 else ''}{format_points(abs(points))}"


def _rows(content: Content) -> list[Row]:
    fields = content.fields
    return [
        Row(
            (
                node.code,
                node.name,
                node.maximum if node.is_leaf or node.maximum else None,
                content.rows[node.code].ground if node.code in content.rows else "",
                _points(node, content, fields),
                _remark(node, content),
            ),
            level=node.level - 1,
            bold=not node.is_leaf,
            heads=not node.is_leaf,
        )
        for node in content.outline
    ]


def _points(node: Criterion, content: Content, fields: dict) -> Decimal | str | None:
    row = content.rows.get(node.code)
    if row is not None:
        return NOT_APPLICABLE if row.not_applicable else row.points
    found = fields.get(node.code)
    if found is None:
        return None
    return signed_text(content.signed_points(node.code)) if is_outside(node, found) else found.points


def _remark(node: Criterion, content: Content) -> str:
    row = content.rows.get(node.code)
    if row is None:
        return ""
    proofs = "; ".join(row.evidence)
    assessor = ASSESSORS.get(node.assessed_by, "") if not row.not_applicable else ""
    said = (not_applicable_told(row), assessor, row.explanation.strip(), proofs and f"Tài liệu: {proofs}")
    return "\n".join(filter(None, said))


def not_applicable_told(row: ContentRow) -> str:
    """Who says that the criterion does not apply; nothing where it does."""
    if not row.not_applicable:
        return ""
    words = {
        True: "Không áp dụng theo bộ tiêu chí",
        False: "Cơ quan đề nghị không áp dụng",
        None: "Không áp dụng",
    }
    return words[row.na_by_rule]


def _signature(content: Content, committee: bool) -> Signature:
    """The leader's post by the kind of agency; every other agency has a head under many names."""
    authority, role = None, "THỦ TRƯỞNG CƠ QUAN"
    if committee:
        authority, role = "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"
    elif content.agency_name.casefold().startswith("sở "):
        role = "GIÁM ĐỐC"
    return Signature(role, content.approved_by, SIGNED_HERE, authority)


def _verification(content: Content, issuer: Issuer) -> Verification | None:
    snapshot = content.snapshot
    if snapshot is None:
        return None
    issued_at = snapshot.created_at.astimezone(PROVINCE_ZONE)
    return Verification(snapshot.code, issuer.verification_url(snapshot.code), snapshot.digest, issued_at)
