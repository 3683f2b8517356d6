"""Import of agencies: a table comes in whole or not at all (design §7)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from app import audit
from app.accounts import require_manager
from app.agencies import change_agency, create_agency
from app.errors import Conflict
from app.extensions import db
from app.holding import Held, hold_all
from app.models import Account, Agency, AgencyGroup
from app.scoring.imports.agencies import AgencyRow, parse_agencies
from app.scoring.imports.changes import MOVED, Change, mark_of, unchanged
from app.scoring.imports.columns import AS_IT_IS, Reading
from app.scoring.imports.finding import Finding, Findings, has_errors


class AgencyFile(NamedTuple):
    """A file beside what is there. ``changes``: cells of known agencies that it changes; ``new``: codes it adds."""

    rows: list[AgencyRow]
    present: frozenset[str]
    changes: list[Change]
    new: list[str]
    findings: list[Finding]


def read_agencies(data: bytes, file_name: str, reading: Reading = AS_IT_IS) -> AgencyFile:
    """What the file would do; nothing is written."""
    groups, known = _groups(), _agencies()
    parsed = parse_agencies(data, file_name, groups=groups.keys(), known=known.keys(), reading=reading)
    if parsed.has_errors:
        return AgencyFile([], parsed.present, [], [], parsed.findings)
    there = [row for row in parsed.rows if row.code in known]
    changes = [change for row in there for change in _changes(row, known[row.code], parsed.present)]
    findings = Findings(parsed.findings)
    same = len(there) - len({change.row for change in changes})
    if same:
        findings.warning(None, None, "rows_unchanged", unchanged(same))
    new = [row.code for row in parsed.rows if row.code not in known]
    return AgencyFile(parsed.rows, parsed.present, changes, new, findings.in_order())


def import_agencies(
    data: bytes,
    file_name: str,
    *,
    actor: Account | None,
    at: datetime,
    reading: Reading = AS_IT_IS,
    seen: str | None = None,
) -> tuple[int, int, list[Finding]]:
    """Make new agencies and bring known codes up to date: (made, changed, findings); nothing when there are errors.

    A column that the file lacks leaves its values. ``seen``: the mark of the changes that were looked at; others are
    refused. Sheets keep the name and group that they froze when their round opened.
    """
    if actor is not None:
        require_manager(actor)
    file = read_agencies(data, file_name, reading)
    if has_errors(file.findings):
        return 0, 0, file.findings
    if seen is not None and seen != mark_of(file.changes):
        raise Conflict(MOVED.template)
    groups = _groups()
    known = {held.row.code: held for held in hold_all(select(Agency).order_by(Agency.id))}
    for row in file.rows:
        values = _values(row, groups, file.present)
        if row.code in known:
            change_agency(known[row.code], values, actor=actor)
        else:
            known[row.code] = create_agency(values | {"code": row.code}, actor=actor)
    if "successor_code" in file.present:
        _name_successors(file.rows, known, actor)
    db.session.flush()
    made, changed = len(file.new), len({change.row for change in file.changes})
    audit.record("agencies_imported", None, actor=actor, at=at, label=file_name, made=made, changed=changed)
    return made, changed, file.findings


def _groups() -> dict[str, AgencyGroup]:
    return {group.code: group for group in db.session.scalars(select(AgencyGroup))}


def _agencies() -> dict[str, Agency]:
    return {agency.code: agency for agency in db.session.scalars(select(Agency))}


def _changes(row: AgencyRow, agency: Agency, present: Collection[str]) -> list[Change]:
    old = {
        "name": agency.name,
        "short_name": agency.short_name,
        "group_code": agency.group.code,
        "place": agency.place,
        "symbol": agency.symbol,
        "active_from": agency.active_from,
        "active_to": agency.active_to,
        "successor_code": agency.successor.code if agency.successor else None,
    }
    pairs = [(name, _shown(value), _shown(getattr(row, name))) for name, value in old.items() if name in present]
    return [Change(row.row, row.code, name, before, after) for name, before, after in pairs if before != after]


def _shown(value: str | date | None) -> str:
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else value or ""


OPTIONAL = ("short_name", "place", "symbol", "active_from", "active_to")


def _values(row: AgencyRow, groups: Mapping[str, AgencyGroup], present: Collection[str]) -> dict[str, Any]:
    """The row's values of the columns that the file has."""
    wanted = {"name": row.name, "group": groups[row.group_code]}
    return wanted | {
        name: getattr(row, name) for name in OPTIONAL if name in present
    }


def _name_successors(
    rows: list[AgencyRow], agencies: Mapping[str, Held[Agency]], actor: Account | None
) -> None:
    """Old ones that change go first, so that what counts as a circle does not depend on the order of the rows."""
    wanted = {row.code: agencies[row.successor_code].row if row.successor_code else None for row in rows}
    wanted = {code: agency for code, agency in wanted.items() if agencies[code].row.successor is not agency}
    for code in wanted:
        change_agency(agencies[code], {"successor": None}, actor=actor)
    db.session.flush()
    for code, successor in wanted.items():
        change_agency(agencies[code], {"successor": successor}, actor=actor)
