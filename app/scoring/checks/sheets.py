"""Sheets: one an agency a round, and states that match their times, receipts and files (Đ.9)."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models import StoredFile
from app.scoring.checks.rules import named, rule
from app.scoring.models import Extension, Round, RoundSet, Sheet
from app.scoring.queries.sheets import deadline_of
from app.scoring.states import SheetState

COLUMNS = (Sheet.id, Sheet.agency_name)
IN_APPRAISAL = (SheetState.APPRAISING, SheetState.APPRAISED, SheetState.CONCLUDED)
APPROVAL = (Sheet.approved_at, Sheet.approved_by_id, Sheet.snapshot_id)
SENDING = (Sheet.submitted_at, Sheet.submitted_by_id, Sheet.receipt_number)


def _all_set(columns) -> list:
    return [column.is_not(None) for column in columns]


def _none_set(columns) -> list:
    return [column.is_(None) for column in columns]


@rule("Mỗi cơ quan chỉ có một phiếu trong một kỳ")
def one_sheet_an_agency() -> Iterator[str]:
    query = select(func.min(Sheet.id), func.min(Sheet.agency_name)).group_by(Sheet.round_id, Sheet.agency_id)
    return named("phiếu", query.having(func.count() > 1))


@rule("Phiếu phải dùng bộ tiêu chí mà kỳ dành cho khối của nó")
def sheet_set_of_its_group() -> Iterator[str]:
    mapped = and_(
        RoundSet.round_id == Sheet.round_id,
        RoundSet.group_id == Sheet.group_id,
        RoundSet.criteria_set_id == Sheet.criteria_set_id,
    )
    return named("phiếu", select(*COLUMNS).outerjoin(RoundSet, mapped).where(RoundSet.id.is_(None)))


@rule("Phiếu đang nhập chưa có duyệt, biên nhận hay báo cáo đã ký")
def drafts_are_bare() -> Iterator[str]:
    bare = and_(*_none_set(APPROVAL), *_none_set(SENDING), Sheet.signed_file_id.is_(None))
    return named("phiếu", select(*COLUMNS).where(Sheet.state == SheetState.DRAFT, ~bare))


@rule("Phiếu đã duyệt có người duyệt, thời điểm và bản đóng băng, và chưa có biên nhận")
def approved_have_snapshot() -> Iterator[str]:
    whole = and_(*_all_set(APPROVAL), *_none_set(SENDING))
    return named("phiếu", select(*COLUMNS).where(Sheet.state == SheetState.APPROVED, ~whole))


@rule("Phiếu đã gửi có đủ duyệt, báo cáo đã ký, người gửi, thời điểm và biên nhận")
def sent_have_everything() -> Iterator[str]:
    sent = or_(Sheet.state == SheetState.SUBMITTED, Sheet.submitted_at.is_not(None))
    whole = and_(*_all_set(APPROVAL), *_all_set(SENDING), Sheet.signed_file_id.is_not(None))
    return named("phiếu", select(*COLUMNS).where(sent, ~whole))


@rule("Phiếu đang thẩm định trở đi hoặc đã gửi, hoặc được ghi là không gửi")
def appraised_were_sent_or_marked() -> Iterator[str]:
    sent = Sheet.submitted_at.is_not(None)
    query = select(*COLUMNS).where(Sheet.state.in_(IN_APPRAISAL), sent == Sheet.not_submitted)
    return named("phiếu", query)


@rule("Số biên nhận phải nêu đúng chương trình, kỳ và phiếu")
def receipts_name_their_sheet() -> Iterator[str]:
    query = select(Sheet, Round).join(Round, Round.id == Sheet.round_id).where(SENDING[2].is_not(None))
    for sheet, round_ in db.session.execute(query.order_by(Sheet.id)):
        stem = f"{round_.programme.upper()}-{round_.period}-{round_.id}-{sheet.id}-"
        if not sheet.receipt_number.startswith(stem):
            yield f"phiếu {sheet.id} ({sheet.receipt_number})"


@rule("Phiếu phải được duyệt rồi gửi trong thời hạn")
def sent_in_time() -> Iterator[str]:
    sent = select(Sheet).where(Sheet.submitted_at.is_not(None)).options(selectinload(Sheet.extensions))
    for sheet in db.session.scalars(sent.order_by(Sheet.id)):
        if (
            sheet.submitted_at > deadline_of(sheet)
            or (sheet.approved_at or sheet.submitted_at) > sheet.submitted_at
        ):
            yield f"phiếu {sheet.id} ({sheet.agency_name})"


@rule("Báo cáo đã ký là tệp PDF có tên")
def signed_reports_are_pdf() -> Iterator[str]:
    query = select(*COLUMNS).join(StoredFile, StoredFile.id == Sheet.signed_file_id)
    wrong = or_(StoredFile.media_type != "application/pdf", Sheet.signed_file_name.is_(None))
    return named("phiếu", query.where(wrong))


@rule("Gia hạn phải sau lúc cho phép và có lý do")
def extensions_lie_ahead() -> Iterator[str]:
    query = select(Extension.id, Sheet.agency_name).join(Sheet, Sheet.id == Extension.sheet_id)
    wrong = or_(Extension.deadline <= Extension.granted_at, Extension.reason == "")
    return named("gia hạn", query.where(wrong))


@rule("Gia hạn chỉ có sau khi kỳ được mở")
def extensions_after_opening() -> Iterator[str]:
    query = select(Extension.id, Sheet.agency_name).join(Sheet, Sheet.id == Extension.sheet_id)
    query = query.join(Round, Round.id == Sheet.round_id)
    return named("gia hạn", query.where(Extension.granted_at < Round.opened_at))
