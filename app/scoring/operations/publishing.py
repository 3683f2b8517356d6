"""Publishing a concluded result by a decision, and taking it off the public page again (Đ.11)."""

from datetime import date, datetime
from typing import NamedTuple

from app import audit
from app.accounts import require_manager
from app.clock import local_date
from app.errors import Conflict, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account, StoredFile
from app.scoring.models import Publication, Round
from app.scoring.operations.turns import tell_turn
from app.scoring.states import round_step

LONGEST = {"decision_number": 60, "signer": 150}


class Decision(NamedTuple):
    """The decision that a result is published by. ``earlier``: a person has confirmed that its day is before the
    conclusion."""

    number: str
    decided_on: date | None
    signer: str
    file: StoredFile | None
    file_name: str = ""
    earlier: bool = False


def publish(held: Held[Round], decision: Decision, *, actor: Account, at: datetime) -> None:
    """Put the concluded result on the public page, with the decision and its file; everybody is told."""
    require_publishable(held.row, actor=actor)
    round_ = held.row
    number, signer = decision.number.strip(), decision.signer.strip()
    _require_words(number, signer)
    _require_day(round_, decision, at)
    if decision.file is None:
        raise Refused("Hãy chọn tệp PDF của quyết định.", field="file")
    if decision.file.media_type != "application/pdf":
        raise Refused("Quyết định phải là tệp PDF.", field="file")
    round_.published_at, round_.decision_number = at, number
    round_.publications.append(
        Publication(
            decision_number=number,
            decided_on=decision.decided_on,
            signer=signer,
            file=decision.file,
            file_name=decision.file_name,
            published_at=at,
            published_by_id=actor.id,
        )
    )
    audit.record("round_published", round_, actor=actor, at=at, number=number, sha256=decision.file.sha256)
    tell_turn("published", round_, actor=actor, at=at)


def require_publishable(round_: Round, *, actor: Account) -> None:
    """Asked before the file is received, too."""
    require_manager(actor)
    round_step("publish", round_.state)
    if round_.published_at is not None:
        raise Conflict("Kết quả của kỳ chấm điểm đã được công bố.")


def _require_words(number: str, signer: str) -> None:
    if not number:
        raise Refused("Hãy ghi số quyết định công bố kết quả.", field="decision_number")
    if not signer:
        raise Refused("Hãy ghi người ký quyết định.", field="signer")
    for field, text in (("decision_number", number), ("signer", signer)):
        if len(text) > LONGEST[field]:
            raise Refused("Nội dung dài quá %(most)s ký tự.", field=field, most=LONGEST[field])


def _require_day(round_: Round, decision: Decision, at: datetime) -> None:
    """Not to come, not before the round began; before the conclusion only when somebody says that it is so.

    A council may conclude on paper, have the decision signed, and press the button here a week later.
    """
    day = decision.decided_on
    if day is None:
        raise Refused("Hãy ghi ngày ký quyết định.", field="decided_on")
    if day > local_date(at):
        raise Refused("Ngày ký quyết định không thể sau hôm nay.", field="decided_on")
    if round_.opened_at is not None and day < local_date(round_.opened_at):
        opened = f"{local_date(round_.opened_at):%d/%m/%Y}"
        raise Refused(
            "Ngày ký quyết định không thể trước ngày mở kỳ chấm điểm (%(day)s).", field="decided_on", day=opened
        )
    if round_.concluded_at is not None and day < local_date(round_.concluded_at) and not decision.earlier:
        concluded = f"{local_date(round_.concluded_at):%d/%m/%Y}"
        raise Refused(
            "Ngày ký quyết định trước ngày kết luận kỳ chấm điểm (%(day)s). Nếu đúng như vậy, hãy đánh dấu xác nhận.",
            field="earlier",
            day=concluded,
        )


def unpublish(held: Held[Round], reason: str, *, actor: Account, at: datetime) -> None:
    """Take the result off the public page, with a reason; the result and what was published stay as they were."""
    require_manager(actor)
    round_ = held.row
    round_step("publish", round_.state)
    if round_.published_at is None:
        raise Conflict("Kết quả của kỳ chấm điểm chưa được công bố.")
    if not reason.strip():
        raise Refused("Phải nêu lý do ngừng công bố.", field="reason")
    end_publication(held, reason, actor=actor, at=at)
    tell_turn("unpublished", round_, actor=actor, at=at)
    audit.record("round_unpublished", round_, actor=actor, at=at, reason=reason.strip())


def end_publication(held: Held[Round], reason: str, *, actor: Account, at: datetime) -> None:
    """No longer on the public page, when it is there; the row stays with the reason."""
    round_ = held.row
    round_.published_at = None
    ended = round_.publication
    if ended is not None:
        ended.ended_at, ended.end_reason, ended.ended_by_id = at, reason.strip(), actor.id
    db.session.flush()
