"""The appraiser's acts: score, take over self points, send; the manager's unlock (Đ.10)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from app import audit
from app.accounts import held_accounts, is_appraiser, lock_account, require_manager, unlock_account
from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.holding import Held, hold_rows
from app.models import Account
from app.row_access import system_access
from app.scoring.models import Appraisal, AppraiserWork, Round, Score, Sheet
from app.scoring.operations.consolidation import finish_sheets
from app.scoring.operations.declaring import changes, freezes
from app.scoring.operations.turns import tell_turn
from app.scoring.queries.appraisals import Task
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.queue import Place, queue_of
from app.scoring.queries.sheets import suggestion_for
from app.scoring.rules import Method, allowed_points
from app.scoring.states import Matter, RoundState, SheetState, WorkState, round_step, sheet_step


@dataclass(frozen=True)
class Verdict:
    """Points, or acceptance that the leaf does not apply; the reason where it differs from the unit's."""

    points: Decimal | None
    not_applicable: bool = False
    reason: str = ""


def require_open_work(work: AppraiserWork | None) -> None:
    if work is None:
        raise NotAllowed("Tài khoản không được phân công thẩm định kỳ này.")
    if work.state != WorkState.OPEN:
        raise Conflict("Kết quả thẩm định đã gửi nên không sửa được.")
    if work.round.state != RoundState.APPRAISING:
        raise Conflict("Kỳ chấm điểm không ở bước thẩm định.")


def is_late(round_: Round, at: datetime) -> bool:
    """Whether the time for appraising is over; what is complete may still be sent."""
    return round_.appraisal_deadline is not None and at > round_.appraisal_deadline


def require_scorable(work: AppraiserWork | None, at: datetime) -> None:
    """Open work within its deadline, which only a manager moves."""
    require_open_work(work)
    if is_late(work.round, at):
        raise Conflict("Đã hết thời hạn thẩm định.")


@changes(Matter.APPRAISALS)
def save_appraisal(
    task: Task, held: Held[AppraiserWork], verdict: Verdict, *, version: int, actor: Account, at: datetime
) -> Appraisal:
    """Save one score; ``version`` 0 when the person saw none. A newer one in the database is a ``Conflict``."""
    work = held.row
    if not is_appraiser(actor) or work.appraiser_id != actor.id:
        raise NotAllowed("Chỉ tài khoản thẩm định được chấm thẩm định.")
    require_scorable(work, at)
    sheet_step("appraise", task.score.sheet.state)
    seen = task.appraisal.version if task.appraisal is not None else 0
    if seen != version:
        raise Conflict("Một cửa sổ khác vừa lưu dòng này.")
    _check(task.score, verdict)
    appraisal = task.appraisal or Appraisal(score=task.score, appraiser_id=actor.id)
    appraisal.points = None if verdict.not_applicable else verdict.points
    appraisal.not_applicable, appraisal.reason = verdict.not_applicable, verdict.reason.strip()
    appraisal.saved_at = at
    db.session.add(appraisal)
    db.session.flush()
    task.appraisal = appraisal
    return appraisal


def _check(score: Score, verdict: Verdict) -> None:
    if verdict.not_applicable:
        return
    if verdict.points is None:
        raise Refused("Hãy nhập điểm thẩm định.", field="points")
    criterion = score.criterion
    wrong = allowed_points(Method(criterion.method), criterion.rule, criterion.maximum, verdict.points)
    if wrong is not None:
        raise Refused(wrong.template, field="points", **wrong.values)


@changes(Matter.APPRAISALS)
def take_over(found: list[Task], held: Held[AppraiserWork], *, actor: Account, at: datetime) -> int:
    """Give every undisputed score among these the unit's own points; how many there were."""
    work = held.row
    if not is_appraiser(actor) or work.appraiser_id != actor.id:
        raise NotAllowed("Chỉ tài khoản thẩm định được chấm thẩm định.")
    require_scorable(work, at)
    taken = [task for task in found if is_undisputed(task)]
    if not taken:
        raise Conflict("Không có dòng nào chưa chấm mà điểm tự chấm đúng điểm gợi ý và đủ tài liệu.")
    for task in taken:
        sheet_step("appraise", task.score.sheet.state)
        given = Appraisal(
            score=task.score,
            appraiser_id=actor.id,
            points=task.score.self_points,
            not_applicable=False,
            reason="",
            saved_at=at,
        )
        db.session.add(given)
    audit.record("self_points_taken", work, actor=actor, at=at, label=str(work.round), scores=len(taken))
    db.session.flush()
    return len(taken)


def is_undisputed(task: Task) -> bool:
    """Not yet scored; the unit's points count, are what its figures give, and come with the evidence asked for."""
    score = task.score
    if task.scored or not task.counted_self or score.self_points is None:
        return False
    proven = score.evidence or not score.criterion.evidence_required or not score.self_points
    return bool(proven) and suggestion_for(score).points == score.self_points


def missing(work: AppraiserWork) -> tuple[int, list[Place]]:
    """How many assigned scores there are, and those unscored or lacking a reason."""
    queue = queue_of(work.appraiser, work.round)
    return len(queue.places), queue.lacking


@freezes("send_work")
def send_work(held_round: Held[Round], held: Held[AppraiserWork], *, actor: Account, at: datetime) -> str:
    """Send everything (Đ.10.3): needs every score and every reason; locks the account when no work is left.

    Sending again gives the same receipt.
    """
    work = held.row
    if work.appraiser_id != actor.id:
        raise NotAllowed("Chỉ người được phân công mới gửi được kết quả này.")
    require_same_round(held_round, work)
    if work.state == WorkState.SENT:
        return work.receipt_number
    require_open_work(work)
    total, lacking = missing(work)
    if lacking or not total:
        raise Conflict("Còn %(count)s tiêu chí chưa chấm hoặc chưa nêu lý do.", count=len(lacking))
    _require_none_returned(work.round)
    work.state, work.sent_at = WorkState.SENT, at
    work.receipt_number = f"TD-{work.round.period}-{work.round_id}-{work.appraiser_id}"
    audit.record("appraisal_sent", work, actor=actor, at=at, label=str(work.round), scores=total)
    finish_sheets(held_round, at=at)
    lock_when_done(actor, work.round, actor=actor, at=at)
    return work.receipt_number


def require_same_round(held_round: Held[Round], work: AppraiserWork) -> None:
    """Raises ``ValueError`` when the round held is another than the work's."""
    if work.round_id != held_round.row.id:
        raise ValueError("The round held is not the work's.")


def lock_when_done(account: Account, round_: Round, *, actor: Account | None, at: datetime) -> None:
    """Lock the account of an appraiser who has sent, unless another round still needs it (Đ.10.3)."""
    if not _other_open_work(account) and account.locked_at is None:
        reason = f"Đã gửi kết quả thẩm định: {round_.name}"
        lock_account(account, reason, actor=actor, at=at, by_sending=True)


@system_access("no sheet of the round is with its agency")
def _require_none_returned(round_: Round) -> None:
    returned = db.session.scalar(
        select(func.count())
        .select_from(Sheet)
        .where(Sheet.round_id == round_.id, Sheet.state.in_([SheetState.DRAFT, SheetState.APPROVED]))
    )
    if returned:
        raise Conflict("Còn %(count)s phiếu đang trả lại cho cơ quan; hãy chờ gửi lại.", count=returned)


def _other_open_work(account: Account) -> bool:
    """Whether work in another round keeps the account open; its row is held, as when that round's appraisal begins."""
    db.session.flush()
    held_accounts([account.id])
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(AppraiserWork)
            .join(Round, Round.id == AppraiserWork.round_id)
            .where(
                AppraiserWork.appraiser_id == account.id,
                AppraiserWork.state == WorkState.OPEN,
                Round.state == RoundState.APPRAISING,
            )
        )
    )


def require_unlockable(work: AppraiserWork) -> None:
    if work.state != WorkState.SENT:
        raise Conflict("Kết quả thẩm định chưa gửi nên không cần mở khóa.")
    if work.round.state not in (RoundState.APPRAISING, RoundState.CONSOLIDATED):
        raise Conflict("Kỳ chấm điểm đã kết luận nên không mở khóa được.")


@changes(Matter.WORKS)
def unlock_work(
    held_round: Held[Round], held: Held[AppraiserWork], reason: str, *, actor: Account, at: datetime
) -> None:
    """Let an appraiser work again, with a reason; the account opens and its sheets are in appraisal.

    People come here through ``unlocking.confirm_unlock``, which asks for two managers.
    """
    require_manager(actor)
    work, round_ = held.row, held_round.row
    require_same_round(held_round, work)
    require_unlockable(work)
    work.state, work.unlocked_at, work.unlock_reason = WorkState.OPEN, at, reason.strip()
    mine = {item.sheet_id for item in Coverage(round_).items_of(work.appraiser_id)}
    for sheet in (held_sheet.row for held_sheet in hold_rows(Sheet, mine)):
        if sheet.state == SheetState.APPRAISED:
            sheet.state = sheet_step("resume", sheet.state).target
    if round_.state == RoundState.CONSOLIDATED:
        round_.state = round_step("resume", round_.state).target
    for account in held_accounts([work.appraiser_id]):
        unlock_account(account, reason, actor=actor, at=at)
    audit.record("appraisal_unlocked", work, actor=actor, at=at, label=str(work.appraiser), reason=reason)
    tell_turn("unlocked", round_, actor=actor, at=at, only={work.appraiser_id})
