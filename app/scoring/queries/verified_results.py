"""What the verification page says of a printed ranking: the result that a conclusion froze, and whether it stands.

The code of a ranking stands for the digest that its report prints; whoever holds the report holds the whole table.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import select

from app.codes import code_of_digest, read_verification_code
from app.extensions import db
from app.row_access import system_access
from app.scoring.models import Round, RoundRecord
from app.scoring.queries.records import digest_of
from app.scoring.states import RoundState


class RankedLine(NamedTuple):
    """A line of the frozen ranking."""

    agency: str
    rank: int | None
    points: Decimal
    maximum: Decimal
    index: Fraction | None
    grade: str | None


@dataclass(frozen=True)
class VerifiedResult:
    """``current``: the last conclusion of a round that is concluded; ``intact``: the content has its digest."""

    code: str
    round_name: str
    programme: str
    places: int
    concluded_at: datetime
    digest: str
    current: bool
    intact: bool
    groups: list[tuple[str, list[RankedLine]]]


@system_access("a ranking by the code printed on it")
def verified_result(typed: str) -> VerifiedResult | None:
    """The frozen result that the typed code names; None when there is none."""
    code = read_verification_code(typed)
    if code is None:
        return None
    known = db.session.execute(select(RoundRecord.id, RoundRecord.digest))
    found = next((number for number, digest in known if code_of_digest(digest) == code), None)
    return None if found is None else _verified(code, db.session.get(RoundRecord, found))


def _verified(code: str, record: RoundRecord) -> VerifiedResult:
    content, round_ = json.loads(record.content), record.round
    return VerifiedResult(
        code,
        content["round"]["name"],
        content["round"]["programme"],
        content["round"]["places"],
        record.created_at,
        record.digest,
        _is_current(record, round_),
        digest_of(record.content) == record.digest,
        _groups(content),
    )


def _is_current(record: RoundRecord, round_: Round) -> bool:
    last = select(RoundRecord.id).where(RoundRecord.round_id == round_.id)
    newest = db.session.scalar(last.order_by(RoundRecord.number.desc()).limit(1))
    return round_.state == RoundState.CONCLUDED and newest == record.id


def _groups(content: dict[str, Any]) -> list[tuple[str, list[RankedLine]]]:
    """Group name → its lines by rank; those without a rank last."""
    sheets = {sheet["id"]: sheet for sheet in content["sheets"]}
    found: dict[str, list[RankedLine]] = {}
    for row in content["ranking"]:
        sheet = sheets[row["sheet"]]
        found.setdefault(content["groups"][sheet["group"]], []).append(_line(sheet["name"], row))
    for lines in found.values():
        lines.sort(key=lambda line: (line.rank is None, line.rank, line.agency))
    return list(found.items())


def _line(name: str, row: dict[str, Any]) -> RankedLine:
    index = None if row["index"] is None else Fraction(row["index"])
    points, maximum = Decimal(row["points"]), Decimal(row["maximum"])
    return RankedLine(name, row["rank"], points, maximum, index, row["grade"])
