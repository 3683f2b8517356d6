"""Reminding agencies that have not sent, in words that the manager may change (Đ.9, 12.2)."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from app import audit
from app.accounts import DATA_ENTRY, require_manager
from app.clock import written
from app.errors import Conflict, Refused, Sentence
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.notices import Notice, notify_many
from app.scoring.models import Reminder, Round, Sheet
from app.scoring.queries.reminders import last_reminders
from app.scoring.queries.sheets import deadline_of
from app.scoring.states import SheetState

DEFAULT_TEXT = "{cơ quan} chưa gửi kết quả tự đánh giá kỳ “{kỳ}”; hạn gửi {hạn}."
LONGEST = 1000
SOON = timedelta(hours=24)
"""A second reminder within this time is asked about."""
_PLACE = re.compile(r"\{([^{}]*)\}")


class Reminded(NamedTuple):
    """How many agencies, accounts and letters; ``skipped``: reminded a short while ago; ``nobody``: no account."""

    agencies: int
    accounts: int
    letters: int
    skipped: int
    nobody: int


def text_for(text: str, sheet: Sheet) -> str:
    """The text with the agency's particulars in its places; refuses a place that there is not."""
    if not text.strip():
        raise Refused("Hãy ghi nội dung nhắc.", field="text")
    if len(text) > LONGEST:
        raise Refused("Nội dung dài quá %(most)s ký tự.", field="text", most=LONGEST)
    values = {"cơ quan": sheet.agency_name, "kỳ": sheet.round.name, "hạn": written(deadline_of(sheet))}
    unknown = [name for name in _PLACE.findall(text) if name not in values]
    if unknown:
        raise Refused(
            "Không có chỗ điền {%(name)s}; chỉ dùng {cơ quan}, {kỳ}, {hạn}.", field="text", name=unknown[0]
        )
    return _PLACE.sub(lambda found: values[found[1]], text.strip())


def _words(text: str, sheet: Sheet) -> Sentence:
    """What an agency is told; the usual text is said in its reader's language."""
    filled: Sentence | str = text_for(text, sheet)
    if text.strip() == DEFAULT_TEXT:
        said = {"agency": sheet.agency_name, "round": sheet.round.name, "time": written(deadline_of(sheet))}
        filled = Sentence("%(agency)s chưa gửi kết quả tự đánh giá kỳ “%(round)s”; hạn gửi %(time)s.", said)
    return Sentence("Nhắc việc: %(text)s", {"text": filled})


def remind(
    held: Held[Round],
    sheets: Sequence[Sheet],
    text: str = DEFAULT_TEXT,
    *,
    actor: Account,
    at: datetime,
    again: bool | None = None,
) -> Reminded:
    """Remind the accounts of agencies that have not sent, by notice and letter.

    ``again`` answers for agencies that were reminded within ``SOON``: True also these, False the others alone; None
    refuses, with the question. The round is held, so that two managers do not remind at once.
    """
    require_manager(actor)
    for sheet in sheets:
        if sheet.state not in (SheetState.DRAFT, SheetState.APPROVED):
            raise Conflict("Phiếu đã gửi nên không cần nhắc.")
    due, skipped = _due(held.row, sheets, again, at)
    people = _accounts_of({sheet.agency_id for sheet in due})
    told = [(sheet, people.get(sheet.agency_id, [])) for sheet in due]
    for sheet, accounts in told:
        if accounts:
            _remind_one(sheet, accounts, text, actor, at)
    db.session.flush()
    reached = [accounts for _sheet, accounts in told if accounts]
    letters = sum(row.letters for row in last_reminders(held.row, [s.id for s, found in told if found]).values())
    return Reminded(len(reached), sum(map(len, reached)), letters, skipped, len(told) - len(reached))


def _due(round_: Round, sheets: Sequence[Sheet], again: bool | None, at: datetime) -> tuple[list[Sheet], int]:
    """Those to be reminded now, and how many are left out."""
    last = last_reminders(round_, [sheet.id for sheet in sheets])
    recent = {number for number, reminder in last.items() if at - reminder.at < SOON}
    if recent and again is None:
        raise Conflict(
            "Đã nhắc %(count)s cơ quan trong 24 giờ qua, lần gần nhất lúc %(time)s. Nhắc lại?",
            field="again",
            count=len(recent),
            time=written(max(last[number].at for number in recent)),
        )
    due = [sheet for sheet in sheets if again or sheet.id not in recent]
    return due, len(sheets) - len(due)


def _accounts_of(agency_ids: Collection[int]) -> dict[int, list[Account]]:
    """Agency id → its active data-entry accounts; one statement."""
    query = select(Account).where(
        Account.agency_id.in_(agency_ids), Account.active.is_(True), Account.roles.any(name=DATA_ENTRY)
    )
    found: dict[int, list[Account]] = {}
    for account in db.session.scalars(query.order_by(Account.id)).unique():
        found.setdefault(account.agency_id, []).append(account)
    return found


def _remind_one(sheet: Sheet, accounts: list[Account], text: str, actor: Account, at: datetime) -> None:
    words, url = _words(text, sheet), f"/sheets/{sheet.id}"
    letters = notify_many([Notice(a.id, a.email, words, url) for a in accounts], at=at, mail=True)
    row = Reminder(sheet=sheet, at=at, by_id=actor.id, text=text_for(text, sheet), accounts=len(accounts))
    row.letters = letters
    db.session.add(row)
    audit.record("agency_reminded", sheet, actor=actor, at=at, accounts=len(accounts))
