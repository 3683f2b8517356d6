"""Import of agencies: a table comes in whole or not at all (design §7)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from app import audit
from app.accounts import require_manager
from app.agencies import check_agency
from app.extensions import db
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
    known = {agency.code: agency for agency in db.session.scalars(select(Agency))}
    parsed = parse_agencies(data, file_name, groups=groups.keys(), known=known.keys())
    if parsed.has_errors:
        return 0, 0, parsed.findings
    made = changed = 0
    for row in parsed.rows:
        agency = known.setdefault(row.code, Agency(code=row.code))
        made += agency.id is None
        _fill(agency, row, groups)
        changed += agency.id is not None and db.session.is_modified(agency)
        db.session.add(agency)
    _name_successors(parsed.rows, known)
    for row in parsed.rows:
        check_agency(known[row.code])
    db.session.flush()
    audit.record("agencies_imported", None, actor=actor, at=at, label=file_name, made=made, changed=changed)
    return made, changed, parsed.findings


def _fill(agency: Agency, row: AgencyRow, groups: Mapping[str, AgencyGroup]) -> None:
    agency.name, agency.short_name = row.name, row.short_name or None
    agency.group = groups[row.group_code]
    agency.active_from, agency.active_to = row.active_from, row.active_to


def _name_successors(rows: list[AgencyRow], agencies: Mapping[str, Agency]) -> None:
    for row in rows:
        if row.successor_code:
            agencies[row.code].successor = agencies[row.successor_code]
