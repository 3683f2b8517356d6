"""What the demo province holds, for the person who made it."""

from typing import NamedTuple

from sqlalchemy import func, select

from app.extensions import db
from app.models import Account, Agency
from app.scoring.demo.people import SHOWN_ACCOUNTS
from app.scoring.models import CriteriaSet, Evidence, Round, Sheet
from app.scoring.states import ROUND_NAMES, RoundState


class Summary(NamedTuple):
    """``counts``: words → how many; ``rounds`` and ``accounts`` as for ``--json``."""

    counts: dict[str, int]
    rounds: list[dict]
    accounts: list[dict]


def summarise() -> Summary:
    db.session.flush()
    counts = {
        "Cơ quan": _count(Agency),
        "Tài khoản": _count(Account),
        "Bộ tiêu chí": _count(CriteriaSet),
        "Phiếu chấm điểm": _count(Sheet),
        "Tài liệu kiểm chứng": _count(Evidence),
    }
    rounds = [
        {"id": r.id, "programme": r.programme, "name": r.name, "state": ROUND_NAMES[RoundState(r.state)]}
        for r in db.session.scalars(select(Round).order_by(Round.id))
    ]
    return Summary(counts, rounds, [{"username": name, "type": kind} for name, kind in SHOWN_ACCOUNTS])


def _count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))
