"""Import of agencies: a table comes in whole or not at all (design §7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import audit
from app.accounts import require_manager
from app.agencies import AGENCY_FIELDS, change_agency, create_agency
from app.extensions import db
from app.holding import Held, hold_all
from app.models import Account, Agency, AgencyGroup
from app.scoring.imports.agencies import AgencyRow, parse_agencies
from app.scoring.imports.finding import Finding


def import_agencies(
    data: bytes, file_name: str, *, actor: Account | None, at: datetime
) -> tuple[int, int, list[Finding]]:
    """Make new agencies and bring known codes up to date: (made, changed, findings); nothing when there are errors.

    Sheets keep the name and group that they froze when their round opened.
    """
    if actor is not None:
        require_manager(actor)
    groups = {group.code: group for group in db.session.scalars(select(AgencyGroup))}
    known = {held.row.code: held for held in hold_all(select(Agency).order_by(Agency.id))}
    parsed = parse_agencies(data, file_name, groups=groups.keys(), known=known.keys())
    if parsed.has_errors:
        return 0, 0, parsed.findings
    before = {code: _values_of(held.row) for code, held in known.items()}
    for row in parsed.rows:
        values = _values(row, groups)
        if row.code in known:
            change_agency(known[row.code], values, actor=actor)
        else:
            known[row.code] = create_agency(values | {"code": row.code}, actor=actor)
    _name_successors(parsed.rows, known, actor)
    made = len(known) - len(before)
    changed = sum(_values_of(known[code].row) != values for code, values in before.items())
    db.session.flush()
    audit.record("agencies_imported", None, actor=actor, at=at, label=file_name, made=made, changed=changed)
    return made, changed, parsed.findings


def _values(row: AgencyRow, groups: Mapping[str, AgencyGroup]) -> dict[str, Any]:
    return {
        "name": row.name,
        "short_name": row.short_name,
        "group": groups[row.group_code],
        "active_from": row.active_from,
        "active_to": row.active_to,
    }


def _values_of(agency: Agency) -> dict[str, Any]:
    return {name: getattr(agency, name) for name in AGENCY_FIELDS}


def _name_successors(
    rows: list[AgencyRow], agencies: Mapping[str, Held[Agency]], actor: Account | None
) -> None:
    """Old ones that change go first, so that what counts as a circle does not depend on the order of the rows."""
    wanted = {row.code: agencies[row.successor_code].row for row in rows if row.successor_code}
    wanted = {code: agency for code, agency in wanted.items() if agencies[code].row.successor is not agency}
    for code in wanted:
        change_agency(agencies[code], {"successor": None}, actor=actor)
    db.session.flush()
    for code, successor in wanted.items():
        change_agency(agencies[code], {"successor": successor}, actor=actor)
