"""Tiến độ: the table of the progress screen as XLSX."""

from datetime import datetime

from app.clock import PROVINCE_ZONE
from app.scoring.exports.unlocks import unlock_texts
from app.scoring.models import Round
from app.scoring.queries.progress import AgencyRow
from app.scoring.states import SHEET_NAMES, SheetState
from app.web.workbook import Column, Row, Tab, write_workbook

COLUMNS = [
    Column("Khối"),
    Column("Cơ quan, đơn vị"),
    Column("Trạng thái"),
    Column("Tiêu chí đã chấm", "points"),
    Column("Tiêu chí phải chấm", "points"),
    Column("Tài liệu kiểm chứng", "points"),
    Column("Lưu lần cuối"),
    Column("Thời hạn"),
    Column("Gia hạn theo văn bản"),
    Column("Số biên nhận"),
    Column("Lần nhắc gần nhất"),
]


def progress_workbook(round_: Round, rows: list[AgencyRow]) -> bytes:
    """The rows as they are shown, in their order."""
    tab = Tab(
        name="Tiến độ",
        titles=("TIẾN ĐỘ TỰ ĐÁNH GIÁ, CHẤM ĐIỂM", round_.name),
        columns=COLUMNS,
        rows=[_row(row) for row in rows],
        notes=unlock_texts(round_),
        landscape=True,
        frozen=2,
    )
    return write_workbook([tab], title=f"Tiến độ – {round_.name}", footer=round_.name)


def _row(row: AgencyRow) -> Row:
    sheet = row.sheet
    return Row(
        [
            sheet.group.name,
            sheet.agency_name,
            state_name(row),
            row.done,
            row.to_do,
            row.evidence,
            _moment(row.saved_at),
            _moment(row.deadline),
            row.extension.decision_number if row.extension else None,
            sheet.receipt_number,
            _moment(row.reminder.at if row.reminder else None),
        ]
    )


def state_name(row: AgencyRow) -> str:
    """As on the screen: a late agency is called late."""
    return "Quá hạn, chưa gửi" if row.late else SHEET_NAMES[SheetState(row.sheet.state)]


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.astimezone(PROVINCE_ZONE):%d/%m/%Y %H:%M}"
