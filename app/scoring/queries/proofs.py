"""Is a concluded ranking still what its frozen data give? Record, results and audit trail against each other."""

import json
from typing import Any, NamedTuple

from sqlalchemy import select

from app.extensions import db
from app.models import AuditEvent
from app.scoring.models import Result, Round, RoundRecord
from app.scoring.queries.records import digest_of, record_of
from app.scoring.rules import KNOWN_VERSIONS, plain, recompute

COLUMNS = ("points", "maximum", "index", "rank", "grade", "fields")


class Difference(NamedTuple):
    """One agency's ``column`` as recomputed and as kept (``where``: ``record`` or ``result``)."""

    agency: str
    where: str
    column: str
    recomputed: Any
    kept: Any


class Proof(NamedTuple):
    """``readable``: the content is JSON of the shape of a record; nothing is recomputed where it is not."""

    record: RoundRecord
    agencies: int
    digest_holds: bool
    on_the_trail: bool
    rules_hold: bool
    readable: bool
    differences: list[Difference]

    @property
    def holds(self) -> bool:
        sound = self.digest_holds and self.on_the_trail and self.rules_hold and self.readable
        return sound and not self.differences


def prove(round_: Round) -> Proof | None:
    """Recompute a concluded round from its record alone; None when nothing was frozen."""
    record = record_of(round_)
    if record is None:
        return None
    kept = digest_of(record.content) == record.digest
    told = record.digest in _told_digests(round_)
    try:
        data = json.loads(record.content)
        recomputed = recompute(data)
        found = [
            *_unlike(recomputed, data["ranking"], "record"),
            *_unlike(recomputed, _results(round_), "result"),
        ]
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return Proof(record, 0, kept, told, record.rules_version in KNOWN_VERSIONS, False, [])
    same_rules = record.rules_version == data["rules_version"] and record.rules_version in KNOWN_VERSIONS
    return Proof(record, len(recomputed), kept, told, same_rules, True, found)


def _told_digests(round_: Round) -> set[str]:
    """The digests that the trail says this round was concluded with."""
    query = select(AuditEvent.changes).where(
        AuditEvent.action == "round_concluded",
        AuditEvent.object_type == "Round",
        AuditEvent.object_id == str(round_.id),
    )
    return {changes.get("digest") for changes in db.session.scalars(query)}


def _results(round_: Round) -> list[dict[str, Any]]:
    results = db.session.scalars(select(Result).where(Result.round_id == round_.id).order_by(Result.sheet_id))
    return [
        {
            "sheet": result.sheet_id,
            "agency": result.sheet.agency.code,
            "points": plain(result.points),
            "maximum": plain(result.maximum),
            "index": None if result.index is None else str(result.index),
            "rank": result.rank,
            "grade": result.grade,
            "fields": {code: [field["points"], field["maximum"]] for code, field in result.fields.items()},
        }
        for result in results
    ]


def _unlike(recomputed: list[dict], kept: list[dict], where: str) -> list[Difference]:
    left, right = ({row["sheet"]: row for row in rows} for rows in (recomputed, kept))
    found = []
    for sheet in sorted(left.keys() | right.keys()):
        ours, theirs = left.get(sheet), right.get(sheet)
        if ours is None or theirs is None:
            agency = (ours or theirs)["agency"]
            found.append(Difference(agency, where, "sheet", ours is not None, theirs is not None))
            continue
        found += [
            Difference(ours["agency"], where, column, ours[column], theirs[column])
            for column in COLUMNS
            if ours[column] != theirs[column]
        ]
    return found
