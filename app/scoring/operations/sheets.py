"""The unit's acts on its sheet: save a row, approve, reopen, sign, send (Đ.9)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from app import audit
from app.clock import written
from app.codes import verification_code
from app.errors import Conflict, Refused, Sentence
from app.extensions import db
from app.holding import Held
from app.letterhead import default_symbol
from app.models import Account, StoredFile
from app.scoring.models import Score, Sheet, SignedScan, Snapshot
from app.scoring.operations.declaring import changes, freezes
from app.scoring.operations.room import require_room
from app.scoring.operations.telling import people_of, tell
from app.scoring.policy import require_entry, require_who
from app.scoring.queries.deviation import forbidden_deviation
from app.scoring.queries.evidence import Usage
from app.scoring.queries.precheck import Problem, precheck
from app.scoring.queries.review import open_comments
from app.scoring.queries.sheets import (
    Page,
    Row,
    can_enter,
    deadline_of,
    figures_of,
    sheet_page,
    suggestion_for,
    wrong_figures,
)
from app.scoring.queries.signed_papers import PaperReading, reading_of, reports_with
from app.scoring.rules import Figures, Method, allowed_points, figures_told, plain
from app.scoring.states import Matter, RoundState, SheetState, sheet_step

EXPLANATION_LIMIT = 4000
CONTENT_VERSION = 2


@dataclass(frozen=True)
class RowEntry:
    """What was typed in one row; ``points`` None takes the suggestion."""

    figures: Figures = Figures()
    points: Decimal | None = None
    explanation: str = ""
    na_claimed: bool = False


def require_editable(sheet: Sheet, at: datetime) -> None:
    """State, round and deadline in the transaction of the write; raises ``Conflict``."""
    sheet_step("edit", sheet.state)
    if sheet.round.state not in (RoundState.OPEN, RoundState.APPRAISING):
        raise Conflict("Kỳ chấm điểm không mở để nhập liệu.")
    if at > deadline_of(sheet):
        raise Conflict("Đã hết thời hạn nhập liệu; phiếu chỉ còn xem được.")
    if not can_enter(sheet, at):
        raise Conflict("Kỳ chấm điểm đã chuyển sang thẩm định; phiếu chỉ còn xem được.")


@changes(Matter.ENTRIES)
def save_row(held: Held[Score], entry: RowEntry, *, version: int, actor: Account, at: datetime) -> None:
    """Save one leaf. ``version`` is the one the person saw: a newer one in the database is a ``Conflict``.

    Saving what is already there is no collision: an answer may have been lost on its way back.
    """
    score = held.row
    require_entry(actor, score.sheet)
    require_editable(score.sheet, at)
    _require_self_scored(score)
    if score.version != version:
        if _is_kept(score, entry):
            return
        raise Conflict("Người khác hoặc một cửa sổ khác vừa lưu dòng này.")
    _check(score, entry)
    figures = entry.figures
    score.figure_a, score.figure_b, score.figure_n = figures.a, figures.b, figures.n
    score.option, score.na_claimed, score.explanation = (
        figures.option,
        entry.na_claimed,
        entry.explanation.strip(),
    )
    score.self_points = None if entry.na_claimed else _own_points(score, entry)
    score.saved_at, score.saved_by_id = at, actor.id


def _is_kept(score: Score, entry: RowEntry) -> bool:
    same_words = score.explanation == entry.explanation.strip() and score.na_claimed == entry.na_claimed
    own = None if entry.na_claimed else _own_points(score, entry)
    kept = figures_of(score)._replace(percent=entry.figures.percent)
    return same_words and kept == entry.figures and score.self_points == own


def _require_self_scored(score: Score) -> None:
    if score.na_by_rule:
        raise Refused("Tiêu chí này không áp dụng cho cơ quan.")
    if score.criterion.assessed_by != "self":
        raise Refused("Tiêu chí này không do cơ quan tự chấm.")


def _check(score: Score, entry: RowEntry) -> None:
    criterion = score.criterion
    method = Method(criterion.method)
    wrong = wrong_figures(criterion, entry.figures)
    if wrong is None and entry.points is not None and not entry.na_claimed:
        wrong = allowed_points(method, criterion.rule, criterion.maximum, entry.points)
    if wrong is not None:
        raise Refused(wrong.template, **wrong.values)
    if entry.points is None or entry.na_claimed:
        return
    forbidden = forbidden_deviation(criterion, suggestion_for(score, entry.figures), entry.points)
    if forbidden is not None:
        raise Refused(forbidden.template, field="points", **forbidden.values)


def _own_points(score: Score, entry: RowEntry) -> Decimal | None:
    return entry.points if entry.points is not None else suggestion_for(score).points


@freezes("approve")
def approve(held: Held[Sheet], *, actor: Account, at: datetime) -> Snapshot:
    """The leader approves the report (Đ.9.2): freezes its content, digest and verification code."""
    sheet = held.row
    require_who(sheet_step("approve", sheet.state).who, actor, sheet)
    require_editable(sheet, at)
    page = sheet_page(sheet)
    warnings = require_approvable(page)
    content = canonical_content(page, approved_by=actor.full_name, approved_at=at, warnings=warnings)
    snapshot = Snapshot(
        sheet_id=sheet.id,
        code=verification_code(),
        digest=hashlib.sha256(content.encode()).hexdigest(),
        content=content,
        created_at=at,
    )
    db.session.add(snapshot)
    db.session.flush()
    sheet.state, sheet.snapshot = SheetState.APPROVED, snapshot
    sheet.approved_at, sheet.approved_by_id = at, actor.id
    sheet.presented_at = sheet.presented_by_id = None
    for comment in open_comments(sheet):
        comment.settled_at, comment.settled_by_id = at, actor.id
    audit.record("sheet_approved", sheet, actor=actor, at=at, code=snapshot.code, digest=snapshot.digest)
    _tell_approved(sheet, actor, at)
    return snapshot


def _tell_approved(sheet: Sheet, actor: Account, at: datetime) -> None:
    words = Sentence(
        "%(name)s đã phê duyệt phiếu “%(round)s”; hãy đính kèm báo cáo đã ký rồi gửi.",
        {"name": actor.full_name, "round": sheet.round.name},
    )
    _tell_others(sheet, words, actor, at, "/check")


def _tell_others(sheet: Sheet, words: Sentence, actor: Account, at: datetime, page: str) -> None:
    others = [person for person in people_of(sheet) if person.id != actor.id]
    tell(others, sheet, words, at=at, page=page, mail=True)


def require_approvable(page: Page) -> list[Problem]:
    """The warnings that an approval would rest on; raises ``Conflict`` while the pre-send check finds errors."""
    problems = precheck(page)
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        raise Conflict("Còn %(count)s lỗi trong phần kiểm tra trước khi gửi.", count=errors)
    return problems


def canonical_content(
    page: Page, *, approved_by: str, approved_at: datetime, warnings: Sequence[Problem] = ()
) -> str:
    """The report as canonical JSON: sorted keys, no spaces, points as plain decimals. Its SHA-256 is the digest.

    ``version`` 2 has figures and working as they are printed, dates of evidence, place name and symbol; contents
    without a version have none of these and stay as they are. ``warnings`` are those of the pre-send check that stood
    when the leader approved all the same.
    """
    sheet, agency = page.sheet, page.sheet.agency
    content = {
        "version": CONTENT_VERSION,
        "agency": {
            "code": agency.code,
            "name": sheet.agency_name,
            "place": agency.place or "",
            "symbol": agency.symbol or default_symbol(sheet.agency_name),
        },
        "round": {"name": sheet.round.name, "programme": sheet.round.programme, "period": sheet.round.period},
        "criteria_set": {"id": sheet.criteria_set_id, "name": str(sheet.criteria_set)},
        "approved_by": approved_by,
        "approved_at": approved_at.isoformat(timespec="seconds"),
        "points": plain(page.total.points),
        "maximum": plain(page.total.maximum),
        "rows": [_content_row(row) for row in page.leaves],
        "warnings": [{"code": problem.code, "text": problem.text} for problem in warnings],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _content_row(row: Row) -> dict:
    criterion, score = row.criterion, row.score
    return {
        "code": criterion.code,
        "name": criterion.name,
        "maximum": plain(criterion.maximum),
        "figures": [_plain(score.figure_a), _plain(score.figure_b), _plain(score.figure_n), score.option],
        "told": figures_told(criterion, score),
        "working": None if row.suggestion.working is None else str(row.suggestion.working),
        "points": _plain(score.self_points),
        "not_applicable": score.na_by_rule or score.na_claimed,
        "na_by_rule": score.na_by_rule,
        "explanation": score.explanation,
        "evidence": [
            {
                "name": evidence.file_name,
                "number": evidence.number,
                "issued_on": evidence.issued_on and evidence.issued_on.isoformat(),
                "sha256": evidence.file.sha256,
            }
            for evidence in score.evidence
        ],
    }


def _plain(points: Decimal | None) -> str | None:
    return None if points is None else plain(points)


@changes(Matter.REPORT)
def reopen(held: Held[Sheet], *, actor: Account, at: datetime) -> None:
    """Back to draft before sending; the approved report is withdrawn and its code says so."""
    sheet = held.row
    require_who(sheet_step("reopen", sheet.state).who, actor, sheet)
    withdraw(held)
    audit.record("sheet_reopened", sheet, actor=actor, at=at)
    said = {"name": actor.full_name, "round": sheet.round.name}
    _tell_others(sheet, Sentence("%(name)s đã mở lại phiếu “%(round)s” để sửa.", said), actor, at, "")


def withdraw(held: Held[Sheet]) -> None:
    """A draft again: the approved report no longer counts, and nobody has signed or sent it."""
    sheet = held.row
    if sheet.snapshot is not None:
        sheet.snapshot.status = "withdrawn"
    sheet.state = SheetState.DRAFT
    sheet.snapshot = sheet.signed_file = None
    sheet.snapshot_id = sheet.signed_file_id = sheet.signed_file_name = None
    sheet.approved_at = sheet.approved_by_id = None
    sheet.submitted_at = sheet.submitted_by_id = sheet.receipt_number = None
    sheet.presented_at = sheet.presented_by_id = None


@changes(Matter.REPORT)
def sign(
    held: Held[Sheet],
    file: StoredFile,
    file_name: str,
    *,
    actor: Account,
    at: datetime,
    allowed: Usage | None = None,
    reading: PaperReading | None = None,
) -> None:
    """Attach the signed report; only a PDF stands for the paper, and never one with another report's code (Đ.9.3).

    A scan new to this sheet must fit into what the agency may keep, ``allowed``. ``reading``: what was found in the
    file beside the report now approved.
    """
    sheet = held.row
    require_who(sheet_step("sign", sheet.state).who, actor, sheet)
    if file.media_type != "application/pdf":
        raise Refused("Báo cáo đã ký phải là tệp PDF.", field="file")
    if reading is not None:
        _refuse_other_reports(sheet, reading, file_name)
    scan = db.session.get(SignedScan, (sheet.id, file.id))
    if scan is None:
        if allowed is not None:
            require_room(sheet.agency_id, file_name, file.size, allowed)
        scan = SignedScan(sheet_id=sheet.id, file_id=file.id)
        db.session.add(scan)
    scan.reading = reading.kept() if reading is not None else None
    sheet.signed_file, sheet.signed_file_name = file, file_name
    audit.record("signed_report_attached", sheet, actor=actor, at=at, sha256=file.sha256, name=file_name)


def _refuse_other_reports(sheet: Sheet, reading: PaperReading, file_name: str) -> None:
    """A file that carries the code of an earlier report of this sheet, or of another sheet's."""
    if sheet.snapshot is None or reading.approved != sheet.snapshot.code:
        raise Conflict("Báo cáo vừa được duyệt lại. Hãy tải và ký bản mới.", field="file")
    values = {"name": file_name, "own": reading.approved}
    for other in reports_with([code for code in reading.seen if code != reading.approved]):
        if other.sheet_id != sheet.id:
            raise Refused(
                "Tệp “%(name)s” mang mã xác thực của báo cáo khác (%(code)s). Báo cáo đã duyệt của phiếu này mang mã "
                "%(own)s.",
                field="file",
                code=other.code,
                **values,
            )
        raise Refused(
            "Tệp “%(name)s” là bản duyệt lúc %(time)s (mã %(code)s), không còn hiệu lực. Hãy ký bản đang có hiệu lực, "
            "mã %(own)s.",
            field="file",
            code=other.code,
            time=written(other.created_at),
            **values,
        )


@freezes("send")
def send(held: Held[Sheet], *, actor: Account, at: datetime, confirmed: bool = False) -> str:
    """Send the approved and signed report (Đ.9.3); the receipt number. Sending again gives the same receipt.

    ``confirmed``: the sender says that the file is the approved report, where that could not be read in it.
    """
    sheet = held.row
    if sheet.submitted_at is not None:
        require_entry(actor, sheet)
        return sheet.receipt_number
    require_who(sheet_step("send", sheet.state).who, actor, sheet)
    if sheet.signed_file_id is None and sheet.signed_file is None:
        raise Refused("Hãy đính báo cáo đã ký (PDF) trước khi gửi.", field="file")
    if at > deadline_of(sheet):
        raise Conflict("Đã hết thời hạn gửi.")
    reading = reading_of(sheet)
    doubtful = reading is not None and reading.asks
    if doubtful and not confirmed:
        raise Refused(
            "Hãy xác nhận tệp đã đính kèm đúng là báo cáo đã duyệt, đã ký trước khi gửi.", field="confirmed"
        )
    number = _receipt_number(sheet)
    sheet.receipt_number, sheet.submitted_at, sheet.submitted_by_id = number, at, actor.id
    in_appraisal = sheet.round.state == RoundState.APPRAISING
    sheet.state = SheetState.APPRAISING if in_appraisal else SheetState.SUBMITTED
    sheet.not_submitted = False
    said = {"confirmed": True} if doubtful else {}
    audit.record("sheet_sent", sheet, actor=actor, at=at, receipt=sheet.receipt_number, **said)
    return sheet.receipt_number


def _receipt_number(sheet: Sheet) -> str:
    """Programme, period, agency, and which approved report of the sheet it is; unique."""
    times = db.session.scalar(select(func.count()).select_from(Snapshot).where(Snapshot.sheet_id == sheet.id))
    round_ = sheet.round
    return f"{round_.programme.upper()}-{round_.period}-{round_.id}-{sheet.id}-{times:02d}"
