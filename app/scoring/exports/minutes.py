"""Biên bản of the appraisal council (Đ.11): the differences it has settled."""

from datetime import datetime

from app.clock import local_date
from app.scoring.exports.cells import LEGEND, concluded_cell, final_cell, ground_cell, is_told, programme_name
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.roots import root_lines
from app.scoring.exports.survey_sources import source_lines
from app.scoring.exports.unlocks import unlock_lines
from app.scoring.models import Round
from app.scoring.queries.outcomes import Outcome, round_outcomes
from app.scoring.rules import period_told
from app.web.documents import AdministrativeDocument, Column, Heading, Paragraph, Row, Signature, Table

_BLANK = "." * 40
_END = "........ giờ ........, ngày ........ tháng ........ năm ............"
_COLUMNS = (
    Column("TT", 10, kind="integer", align="center"),
    Column("Cơ quan, đơn vị", 36),
    Column("Tiêu chí", 52),
    Column("Điểm tối đa", 17, kind="points"),
    Column("Số liệu, cách tính", 45),
    Column("Tự chấm", 18, kind="points"),
    Column("Thẩm định", 18, kind="points"),
    Column("Kết luận", 18, kind="points"),
    Column("Lý do kết luận", 48),
)


def minutes_document(
    round_: Round, issuer: Issuer, *, at: datetime, number: str | None = None
) -> AdministrativeDocument:
    """The minutes numbered ``number``, or of everything the council has concluded in the round so far.

    Time, place and those present are left open for the pen: the system does not know them.
    """
    outcomes = [outcome for outcome in _concluded(round_) if number in (None, outcome.score.minutes_number)]
    return AdministrativeDocument(
        issuer_parent=issuer.committee,
        issuer="Hội đồng thẩm định",
        number=number,
        symbol="BB-HĐTĐ",
        place=issuer.place,
        date=local_date(at),
        title="Biên bản",
        subtitle=_title(round_),
        body=_body(
            round_, outcomes, [*unlock_lines(round_), *source_lines(round_)], with_number=number is None
        ),
        signature=Signature("CHỦ TỊCH HỘI ĐỒNG", None, "(Ký, ghi rõ họ tên)"),
        clerk=Signature("THƯ KÝ", None, "(Ký, ghi rõ họ tên)"),
        recipients=("Thành viên Hội đồng", "Các cơ quan, đơn vị có liên quan", "Lưu: VT"),
        landscape=True,
    )


def _title(round_: Round) -> str:
    subject = f"{programme_name(round_.programme)} {period_told(round_.period)}"
    return f"Thẩm định kết quả tự đánh giá, chấm điểm {subject}"


def _concluded(round_: Round) -> list[Outcome]:
    by_sheet = round_outcomes(round_).values()
    return [outcome for outcomes in by_sheet for outcome in outcomes if outcome.is_concluded]


def _body(
    round_: Round, outcomes: list[Outcome], more: list[Heading | Paragraph], *, with_number: bool
) -> list[Heading | Paragraph | Table]:
    rows = [_row(place, outcome, with_number) for place, outcome in enumerate(outcomes, 1)]
    agencies = len({outcome.score.sheet_id for outcome in outcomes})
    named = "" if is_told(round_.name, _title(round_)) else f" tại kỳ “{round_.name}”"
    settled = f"Hội đồng đã xem xét, kết luận {len(rows)} tiêu chí của {agencies} cơ quan, đơn vị{named}"
    return [
        Heading("I. THỜI GIAN, ĐỊA ĐIỂM, THÀNH PHẦN"),
        Paragraph(f"1. Thời gian bắt đầu: {_BLANK}"),
        Paragraph(f"2. Địa điểm: {_BLANK}"),
        Paragraph(f"3. Chủ trì: {_BLANK}"),
        Paragraph(f"4. Thư ký (người ghi biên bản): {_BLANK}"),
        Paragraph(f"5. Thành phần tham dự: {_BLANK}"),
        Paragraph(f"6. Vắng mặt: {_BLANK}"),
        Heading("II. NỘI DUNG"),
        Paragraph(f"{settled}:" if rows else f"Hội đồng chưa kết luận tiêu chí nào{named}."),
        *([Table(_COLUMNS, rows, title="Kết luận của Hội đồng"), _legend()] if rows else []),
        *more,
        *root_lines(),
        Paragraph(f"Cuộc họp kết thúc vào {_END}."),
        Paragraph("Biên bản đã được đọc lại, các thành viên Hội đồng thống nhất thông qua và ký tên./."),
    ]


def _legend() -> Paragraph:
    return Paragraph(LEGEND, align="left", italic=True)


def _row(place: int, outcome: Outcome, with_number: bool) -> Row:
    score = outcome.score
    minutes = f" (Biên bản số {score.minutes_number})" if with_number and score.minutes_number else ""
    return Row(
        (
            place,
            score.sheet.agency_name,
            f"{score.criterion.code} {score.criterion.name}",
            score.criterion.maximum,
            ground_cell(score),
            final_cell(outcome.self_final),
            final_cell(outcome.appraised),
            concluded_cell(outcome),
            f"{score.conclusion_reason or ''}{minutes}",
        )
    )
