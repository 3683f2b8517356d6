"""Bulk import of scores by a manager: self, appraisal, concluded or survey points from one table (design §7)."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import audit
from app.accounts import APPRAISER, find_account, require_manager, role_named
from app.errors import Conflict, Sentence, Unclear
from app.extensions import db
from app.holding import Held, hold_all
from app.models import Account
from app.scoring.imports.changes import MOVED, Change, mark_of, unchanged
from app.scoring.imports.columns import AS_IT_IS, Reading
from app.scoring.imports.finding import Finding, has_errors
from app.scoring.imports.scores import ScoreRow, parse_scores
from app.scoring.models import Appraisal, AppraiserWork, Round, Score, Sheet
from app.scoring.operations.appraisals import lock_when_done
from app.scoring.operations.consolidation import finish_sheets
from app.scoring.operations.declaring import changes
from app.scoring.operations.holding import hold_sheets
from app.scoring.operations.score_changes import changes_of, is_there
from app.scoring.queries.deviation import forbidden_deviation
from app.scoring.queries.sheets import suggestion_for
from app.scoring.rules import FROM_FILE, Method, allowed_points, lacking, to_points
from app.scoring.states import Matter, RoundState, SheetState, WorkState

STAGES = ("self", "appraisal", "concluded", "survey")
IMPORTER = "nhap-tu-tep"


class ScoreFile(NamedTuple):
    """A file beside what is there. ``found``: its rows and their scores; ``changes``: values that it replaces."""

    found: list[tuple[ScoreRow, Score]]
    changes: list[Change]
    findings: list[Finding]
    present: frozenset[str]


def read_scores(
    data: bytes,
    file_name: str,
    round_: Round,
    stage: str,
    *,
    appraiser: Account | None = None,
    reading: Reading = AS_IT_IS,
) -> ScoreFile:
    """What the file would do in the round; nothing is written."""
    if round_.state in (RoundState.PREPARING, RoundState.CONCLUDED):
        raise Conflict("Chỉ nhập điểm khi kỳ chấm điểm đã mở và chưa kết luận.")
    parsed = parse_scores(data, file_name, reading)
    findings, scores = list(parsed.findings), _scores_by_code(round_)
    found = [(row, scores.get((row.agency_code, row.criterion_code))) for row in parsed.rows]
    for row, score in found:
        findings.extend(_row_findings(row, score, stage))
    if has_errors(findings):
        return ScoreFile([], [], _in_order(findings), parsed.present)
    there = _appraisals(round_, appraiser or find_account(IMPORTER)) if stage == "appraisal" else {}
    replaced, same = changes_of(found, stage, there, parsed.present)
    if same:
        findings.append(Finding("warning", None, None, "rows_unchanged", unchanged(same)))
    return ScoreFile(found, replaced, _in_order(findings), parsed.present)


@changes(Matter.ENTRIES, Matter.APPRAISALS, Matter.CONCLUSIONS, Matter.SURVEY_POINTS)
def import_scores(
    data: bytes,
    file_name: str,
    held: Held[Round],
    stage: str,
    *,
    actor: Account | None,
    at: datetime,
    appraiser: Account | None = None,
    reading: Reading = AS_IT_IS,
    seen: str | None = None,
) -> tuple[int, list[Finding]]:
    """Import all rows or none; how many, and the findings.

    Appraisals come in as sent, and lock the account of the appraiser in whose name they come, as sending does.
    ``seen``: the mark of the changes that were looked at; others are refused.
    """
    if actor is not None:
        require_manager(actor)
    round_ = held.row
    if stage == "appraisal":
        _hold_works(round_)
    hold_sheets(held)
    file = read_scores(data, file_name, round_, stage, appraiser=appraiser, reading=reading)
    if has_errors(file.findings):
        return 0, file.findings
    if seen is not None and seen != mark_of(file.changes):
        raise Conflict(MOVED.template)
    _write(file, round_, stage, file_name, appraiser, actor, at)
    if stage == "appraisal" and round_.state == RoundState.APPRAISING:
        finish_sheets(held, at=at)
    rows = len(file.found)
    audit.record("scores_imported", round_, actor=actor, at=at, stage=stage, file=file_name, rows=rows)
    return rows, file.findings


def _hold_works(round_: Round) -> None:
    """Nobody saves or sends appraisals meanwhile."""
    hold_all(select(AppraiserWork).where(AppraiserWork.round_id == round_.id).order_by(AppraiserWork.id))


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.row or 0)


def _scores_by_code(round_: Round) -> dict[tuple[str, str], Score]:
    query = (
        select(Score)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Sheet.round_id == round_.id)
        .options(joinedload(Score.criterion), joinedload(Score.sheet).joinedload(Sheet.agency))
    )
    return {(s.sheet.agency.code, s.criterion.code): s for s in db.session.scalars(query)}


def _row_findings(row: ScoreRow, score: Score | None, stage: str) -> list[Finding]:
    if score is None:
        sentence = Sentence(
            "Không có tiêu chí %(criterion)s của cơ quan %(agency)s trong kỳ này.",
            {"criterion": row.criterion_code, "agency": row.agency_code},
        )
        return [Finding("error", row.row, "criterion_code", "unknown_score", sentence)]
    wrong = _wrong(row, score, stage)
    if wrong is not None:
        return [Finding("error", row.row, "points", *wrong)]
    if stage == "appraisal" and _unexplained(row, score):
        sentence = Sentence("Điểm thẩm định khác điểm tự chấm nhưng không có lý do.")
        return [Finding("warning", row.row, "reason", "reason_missing", sentence)]
    return []


def _wrong(row: ScoreRow, score: Score, stage: str) -> tuple[str, Sentence] | None:
    criterion = score.criterion
    if score.na_by_rule:
        return "not_applicable", Sentence("Tiêu chí này không áp dụng cho cơ quan.")
    if row.typed:
        try:
            to_points(row.typed, within=criterion.maximum)
        except Unclear as unclear:
            return "points_unclear", unclear.sentence
    if row.points is not None:
        problem = allowed_points(Method(criterion.method), criterion.rule, criterion.maximum, row.points)
        if problem is not None:
            return "out_of_range", problem
    if stage == "survey" and row.points is None:
        return "points_missing", Sentence("Điểm khảo sát phải là số.")
    if stage == "survey" and criterion.assessed_by != "survey":
        return "not_survey", Sentence("Tiêu chí này không lấy điểm từ khảo sát.")
    if stage == "self" and criterion.assessed_by != "self":
        return "not_self", Sentence("Tiêu chí này không do cơ quan tự chấm.")
    if stage == "self" and score.sheet.state != SheetState.DRAFT:
        return "sheet_closed", Sentence("Phiếu của cơ quan đã duyệt hoặc đã gửi.")
    return _ungrounded(row, score) if stage == "self" and row.points is not None else None


def _ungrounded(row: ScoreRow, score: Score) -> tuple[str, Sentence] | None:
    """What these own points lack: figures on the sheet or an explanation there or here, where the set takes one."""
    criterion = score.criterion
    if criterion.criteria_set.allows_deviation:
        if not lacking(criterion.ground, score) or (row.reason or score.explanation).strip():
            return None
        return "figures_missing", Sentence(
            "Chưa nhập số liệu của tiêu chí này trên phiếu; hãy nhập số liệu trước, hoặc ghi giải trình ở cột Lý do."
        )
    if lacking(criterion.ground, score):
        return "figures_missing", Sentence(
            "Chưa nhập số liệu của tiêu chí này trên phiếu; bộ tiêu chí này chỉ nhận điểm tính từ số liệu."
        )
    forbidden = forbidden_deviation(criterion, suggestion_for(score), row.points)
    return None if forbidden is None else ("deviation_forbidden", forbidden)


def _unexplained(row: ScoreRow, score: Score) -> bool:
    own: Decimal | None = None if score.na_claimed else score.self_points
    if own is None and not score.na_claimed:
        return False
    return own != row.points and not row.reason.strip()


def _write(
    file: ScoreFile,
    round_: Round,
    stage: str,
    file_name: str,
    appraiser: Account | None,
    actor: Account | None,
    at: datetime,
) -> None:
    if stage == "appraisal":
        _write_appraisals(file, round_, appraiser or importer(), at)
        if appraiser is not None:
            lock_when_done(appraiser, round_, actor=actor, at=at)
        return
    for row, score in file.found:
        if is_there(row, score, stage):
            continue
        if stage == "self":
            score.self_points, score.na_claimed = row.points, row.not_applicable
            score.saved_at, score.saved_by_id = at, actor.id if actor is not None else None
            score.explanation = row.reason or score.explanation
        elif stage == "survey":
            score.survey_points = row.points
            score.survey_working = f"{FROM_FILE} “{file_name}”"
        else:
            score.concluded_points, score.concluded_na = row.points, row.not_applicable
            score.conclusion_reason = row.reason or score.conclusion_reason


def _appraisals(round_: Round, appraiser: Account | None) -> dict[int, Appraisal]:
    """Score id → what that appraiser gave in the round."""
    if appraiser is None:
        return {}
    query = (
        select(Appraisal)
        .join(Score, Score.id == Appraisal.score_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Sheet.round_id == round_.id, Appraisal.appraiser_id == appraiser.id)
    )
    return {appraisal.score_id: appraisal for appraisal in db.session.scalars(query)}


def _write_appraisals(file: ScoreFile, round_: Round, appraiser: Account, at: datetime) -> None:
    there = _appraisals(round_, appraiser)
    for row, score in file.found:
        appraisal = there.get(score.id) or Appraisal(score_id=score.id, appraiser_id=appraiser.id)
        appraisal.points, appraisal.not_applicable = row.points, row.not_applicable
        if "reason" in file.present or appraisal.reason is None:
            appraisal.reason = row.reason
        appraisal.saved_at, appraisal.source = at, "file"
        db.session.add(appraisal)
    _sent_work(round_, appraiser, at)


def _sent_work(round_: Round, appraiser: Account, at: datetime) -> None:
    work = db.session.scalars(
        select(AppraiserWork).where(
            AppraiserWork.round_id == round_.id, AppraiserWork.appraiser_id == appraiser.id
        )
    ).one_or_none()
    if work is None:
        work = AppraiserWork(round_id=round_.id, appraiser_id=appraiser.id)
        db.session.add(work)
    if work.state != WorkState.SENT:
        work.state, work.sent_at = WorkState.SENT, at
        work.receipt_number = f"TEP-{round_.period}-{round_.id}-{appraiser.id}"


def importer() -> Account:
    """The account, never signed in to, in whose name appraisals come from files when no appraiser is named."""
    account = find_account(IMPORTER)
    if account is None:
        account = Account(
            username=IMPORTER,
            last_name="Nhập",
            first_name="từ tệp",
            email=f"{IMPORTER}@chamdiem.invalid",
            active=False,
            password="!",
            roles=[role_named(APPRAISER)],
        )
        db.session.add(account)
        db.session.flush()
    return account
