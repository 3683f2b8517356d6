"""Who is told what at each turn of a round: those whose work begins there, or whose result is out.

``TURNS`` is the whole of it, turn by turn. Returns, extensions, requests to explain and unlocking are told where they
are done (``granting``, ``differences``, ``unlocking``).
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, literal, select

from app.accounts import APPRAISER, DATA_ENTRY, MANAGER
from app.clock import written
from app.errors import Sentence
from app.extensions import db
from app.models import Account
from app.notices import Notice, notify_many
from app.row_access import system_access
from app.scoring.models import AppraiserWork, Round, Sheet


class Told(NamedTuple):
    """``who`` gives rows (account id, e-mail, sheet id); ``page`` may name ``%(round)s`` and ``%(sheet)s``."""

    who: Callable[[Round], Select]
    words: Sentence
    page: str


def _people(role: str) -> Any:
    return Account.active.is_(True) & Account.roles.any(name=role)


def clerks_and_leaders(round_: Round) -> Select:
    """Data-entry accounts, the leaders among them, of every agency that has a sheet."""
    query = select(Account.id, Account.email, Sheet.id.label("sheet_id"))
    query = query.join(Sheet, Sheet.agency_id == Account.agency_id)
    return query.where(Sheet.round_id == round_.id, _people(DATA_ENTRY)).order_by(Account.id)


def appraisers(round_: Round) -> Select:
    """Accounts that have work in the round."""
    query = select(Account.id, Account.email, literal(None).label("sheet_id"))
    query = query.join(AppraiserWork, AppraiserWork.appraiser_id == Account.id)
    return query.where(AppraiserWork.round_id == round_.id, _people(APPRAISER)).order_by(Account.id)


def managers(_round: Round) -> Select:
    query = select(Account.id, Account.email, literal(None).label("sheet_id"))
    return query.where(_people(MANAGER)).order_by(Account.id)


_PUBLISHED = Sentence("Kết quả “%(name)s” đã được công bố theo Quyết định số %(number)s.")
_UNPUBLISHED = Sentence("Kết quả “%(name)s” đã được gỡ khỏi trang công khai; kết quả đã kết luận không đổi.")
_REOPENED = Sentence("Kết quả “%(name)s” đã kết luận được mở lại để xem xét; kết quả cũ không còn hiệu lực.")
_ASSIGNED = Sentence("“%(name)s”: có tiêu chí được phân công thẩm định, %(appraise_by)s.")

TURNS: dict[str, tuple[Told, ...]] = {
    "opened": (
        Told(
            clerks_and_leaders,
            Sentence("Đã mở kỳ chấm điểm “%(name)s”; hạn gửi kết quả tự đánh giá: %(enter_by)s."),
            "/sheets/%(sheet)s",
        ),
    ),
    "appraisal_begun": (
        Told(appraisers, _ASSIGNED, "/appraisals/%(round)s"),
        Told(
            clerks_and_leaders,
            Sentence("“%(name)s” đã chuyển sang thẩm định; phiếu của cơ quan chỉ còn xem."),
            "/sheets/%(sheet)s",
        ),
    ),
    "assigned": (Told(appraisers, _ASSIGNED, "/appraisals/%(round)s"),),
    "unlocked": (
        Told(
            appraisers,
            Sentence("“%(name)s”: kết quả thẩm định đã gửi được mở lại để chấm tiếp, %(appraise_by)s."),
            "/appraisals/%(round)s",
        ),
    ),
    "consolidated": (
        Told(
            managers,
            Sentence("“%(name)s”: mọi người thẩm định đã gửi, kỳ đã tổng hợp; chờ giải trình và kết luận."),
            "/differences/%(round)s",
        ),
    ),
    "concluded": (
        Told(
            clerks_and_leaders,
            Sentence("“%(name)s” đã kết luận: có điểm, hạng và xếp loại của cơ quan."),
            "/results/%(round)s/agencies/%(sheet)s",
        ),
        Told(appraisers, Sentence("“%(name)s” đã kết luận; xem được kết quả xếp hạng."), "/results/%(round)s"),
    ),
    "published": (
        Told(clerks_and_leaders, _PUBLISHED, "/public/rounds/%(round)s"),
        Told(appraisers, _PUBLISHED, "/public/rounds/%(round)s"),
        Told(managers, _PUBLISHED, "/public/rounds/%(round)s"),
    ),
    "unpublished": (
        Told(clerks_and_leaders, _UNPUBLISHED, "/results/%(round)s/agencies/%(sheet)s"),
        Told(appraisers, _UNPUBLISHED, "/results/%(round)s"),
        Told(managers, _UNPUBLISHED, "/rounds/%(round)s"),
    ),
    "reopened": (
        Told(clerks_and_leaders, _REOPENED, "/sheets/%(sheet)s"),
        Told(appraisers, _REOPENED, "/appraisals/%(round)s"),
    ),
}


@system_access("who is told of a round's turn")
def tell_turn(
    turn: str, round_: Round, *, actor: Account | None, at: datetime, only: Collection[int] | None = None
) -> int:
    """Tell everybody of the turn once, by notice and letter, whoever did it excepted; how many were told.

    ``only``: no other accounts than these. Written in bulk: a round has hundreds of accounts.
    """
    db.session.flush()
    skipped = {actor.id} if actor is not None else set()
    notices: dict[int, Notice] = {}
    for told in TURNS[turn]:
        words = Sentence(told.words.template, _values(told.words.template, round_))
        for account_id, email, sheet_id in db.session.execute(told.who(round_)):
            if account_id not in skipped and (only is None or account_id in only):
                url = told.page % {"round": round_.id, "sheet": sheet_id}
                notices.setdefault(account_id, Notice(account_id, email, words, url))
    notify_many(list(notices.values()), at=at, mail=True)
    return len(notices)


def _values(template: str, round_: Round) -> dict[str, Any]:
    """Those of the round's facts that the sentence has places for."""
    ends = round_.appraisal_deadline
    facts = {
        "name": round_.name,
        "number": round_.decision_number,
        "enter_by": written(round_.entry_deadline),
        "appraise_by": Sentence("hạn thẩm định %(time)s", {"time": written(ends)})
        if ends is not None
        else Sentence("chưa đặt hạn thẩm định"),
    }
    return {name: value for name, value in facts.items() if f"%({name})s" in template}
