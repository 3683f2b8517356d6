"""Concluding a round: every result and what it came from is frozen, once nothing is left unseen (Đ.11)."""

from datetime import datetime

from app import audit
from app.accounts import require_manager
from app.errors import Conflict
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.scoring.models import Result, Round
from app.scoring.operations.declaring import freezes
from app.scoring.operations.holding import hold_sheets
from app.scoring.operations.records import freeze_round
from app.scoring.operations.turns import tell_turn
from app.scoring.queries.conclusion import (
    NOTHING_LEFT,
    Left,
    answered_rows,
    has_stale_surveys,
    left_of,
    rows_left,
)
from app.scoring.queries.differences import round_pairs, rows_named
from app.scoring.queries.standings import Line, round_standings
from app.scoring.rules import Total, plain
from app.scoring.states import SheetState, round_step


@freezes("conclude_round")
def conclude_round(held: Held[Round], *, actor: Account, at: datetime, left: Left = NOTHING_LEFT) -> None:
    """Freeze every result and what it came from (Đ.11).

    Refused while any leaf is unscored or an explanation undecided. ``left``: what the person has seen and leaves as
    it is; refused, too, when it is something else by now.
    """
    require_manager(actor)
    round_ = held.row
    step = round_step("conclude", round_.state)
    sheets = hold_sheets(held)
    _require_points_of_answers(round_)
    standings = round_standings(round_)
    unscored = sum(line.total.unscored for line in standings.lines)
    if unscored:
        raise Conflict("Còn %(count)s tiêu chí chưa có điểm nên chưa thể kết luận.", count=unscored)
    _require_decided(round_, left, at)
    for line in standings.lines:
        db.session.add(_result(round_, line))
    for sheet in sheets:
        sheet.row.state = SheetState.CONCLUDED
    round_.state, round_.concluded_at = step.target, at
    record = freeze_round(round_, standings, at=at)
    told = {"agencies": len(standings.lines), "asked_left": left.asked, "kept_left": left.kept}
    audit.record("round_concluded", round_, actor=actor, at=at, digest=record.digest, **told)
    tell_turn("concluded", round_, actor=actor, at=at)


def _require_points_of_answers(round_: Round) -> None:
    """Points computed before answers were removed or restored would freeze answers that the minutes leave out."""
    if has_stale_surveys(round_):
        raise Conflict(
            "Có phiếu khảo sát bị loại hoặc được khôi phục sau lần tính điểm cuối. "
            "Hãy tính lại điểm khảo sát rồi kết luận."
        )


def _require_decided(round_: Round, left: Left, at: datetime) -> None:
    """No answer unread, and nobody leaves a row as it is without having seen it."""
    pairs = round_pairs(round_)
    answered = answered_rows(pairs)
    if answered:
        raise Conflict(
            "Còn %(count)s giải trình đã trả lời mà Hội đồng chưa kết luận (%(rows)s).",
            count=len(answered),
            rows=rows_named(answered),
        )
    now_left = left_of(*rows_left(pairs, at))
    if now_left != left:
        raise Conflict(
            "Hiện còn %(asked)s yêu cầu giải trình chưa hết hạn và %(kept)s dòng chênh lệch giữ điểm thẩm định trung "
            "bình. Hãy xem danh sách rồi xác nhận đúng các số này.",
            asked=now_left.asked,
            kept=now_left.kept,
        )


def _result(round_: Round, line: Line) -> Result:
    return Result(
        round_id=round_.id,
        sheet_id=line.sheet.id,
        points=line.total.points,
        maximum=line.total.maximum,
        rank=line.rank,
        grade=line.grade,
        fields={code: _field(total) for code, total in line.fields.items()},
    )


def _field(total: Total) -> dict[str, str]:
    return {"points": plain(total.points), "maximum": plain(total.maximum)}
