"""Between an agency's clerks and its leader: presenting the draft, handing it back, settling comments (Đ.9.2).

Presenting freezes nothing: a clerk may go on, and the leader is shown which rows changed since.
"""

from collections.abc import Mapping
from datetime import datetime

from app import audit
from app.errors import Conflict, NotInScope, Refused, Sentence
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.scoring.models import LeaderComment, Score, Sheet
from app.scoring.operations.declaring import changes
from app.scoring.operations.sheets import require_approvable, require_editable
from app.scoring.operations.telling import people_of, tell
from app.scoring.policy import require_entry, require_who
from app.scoring.queries.review import changed_since_presented
from app.scoring.queries.sheets import sheet_page
from app.scoring.states import Matter, sheet_step

COMMENT_LIMIT = 4000


@changes(Matter.REVIEW)
def present(held: Held[Sheet], note: str, *, actor: Account, at: datetime) -> None:
    """Ask the agency's leader to approve the draft. Presenting again what has not changed since does nothing."""
    sheet = held.row
    require_entry(actor, sheet)
    require_who(sheet_step("present", sheet.state).who, actor, sheet)
    require_editable(sheet, at)
    if sheet.presented_at is not None and not changed_since_presented(sheet):
        return
    _require_short(note, "note")
    leaders = people_of(sheet, leaders=True)
    if not leaders:
        raise Conflict(
            "Cơ quan chưa có tài khoản lãnh đạo phê duyệt; hãy đăng ký cấp tài khoản có quyền duyệt trước khi trình."
        )
    require_approvable(sheet_page(sheet))
    sheet.presented_at, sheet.presented_by_id = at, actor.id
    audit.record("sheet_presented", sheet, actor=actor, at=at, comment=note.strip())
    said = {"name": actor.full_name, "round": sheet.round.name}
    words = Sentence("%(name)s trình phê duyệt phiếu “%(round)s”.", said)
    tell([leader for leader in leaders if leader.id != actor.id], sheet, words, at=at, page="/check", mail=True)


@changes(Matter.REVIEW)
def hand_back(
    held: Held[Sheet], comment: str, of_rows: Mapping[int, str], *, actor: Account, at: datetime
) -> int:
    """The leader gives the draft back to the clerks with a general comment, comments by row (score id → text), or both.

    How many comments were written. Comments that are still open stay open.
    """
    sheet = held.row
    require_who(sheet_step("hand_back", sheet.state).who, actor, sheet)
    require_editable(sheet, at)
    written = {None: comment, **of_rows}
    texts = {score_id: text.strip() for score_id, text in written.items() if text.strip()}
    if not texts:
        raise Refused("Hãy ghi ý kiến chung hoặc ý kiến ở ít nhất một tiêu chí.", field="comment")
    scores = {score.id: score for score in sheet.scores}
    for score_id, text in texts.items():
        if score_id is not None and score_id not in scores:
            raise NotInScope()
        _require_short(text, "comment" if score_id is None else f"comment-{score_id}")
        db.session.add(
            LeaderComment(sheet=sheet, score_id=score_id, text=text, written_at=at, written_by_id=actor.id)
        )
    sheet.presented_at = sheet.presented_by_id = None
    codes = _codes([scores[score_id] for score_id in texts if score_id is not None])
    audit.record("sheet_handed_back", sheet, actor=actor, at=at, comment=comment.strip(), criteria=codes)
    _tell_handed_back(sheet, len(texts), actor, at)
    return len(texts)


def _codes(scores: list[Score]) -> str:
    return ", ".join(score.criterion.code for score in sorted(scores, key=lambda score: score.criterion.position))


def _tell_handed_back(sheet: Sheet, count: int, actor: Account, at: datetime) -> None:
    said = {"name": actor.full_name, "round": sheet.round.name, "count": count}
    words = Sentence("%(name)s trả lại phiếu “%(round)s” kèm %(count)s ý kiến.", said)
    others = [person for person in people_of(sheet) if person.id != actor.id]
    tell(others, sheet, words, at=at, page="#comments", mail=True)


def _require_short(text: str, field: str) -> None:
    if len(text.strip()) > COMMENT_LIMIT:
        raise Refused("Ý kiến dài quá %(limit)s ký tự.", field=field, limit=COMMENT_LIMIT)


@changes(Matter.REVIEW)
def settle_comment(held: Held[LeaderComment], answer: str, *, actor: Account, at: datetime) -> None:
    """A clerk has dealt with the leader's comment, and may say how. Settling it twice keeps the first answer."""
    comment = held.row
    require_entry(actor, comment.sheet)
    require_who(sheet_step("settle_comment", comment.sheet.state).who, actor, comment.sheet)
    require_editable(comment.sheet, at)
    if comment.settled_at is not None:
        return
    _require_short(answer, "answer")
    comment.answer, comment.settled_at, comment.settled_by_id = answer.strip(), at, actor.id
    audit.record("comment_settled", comment, actor=actor, at=at, answer=answer.strip())
