"""Which announcements and proposals an account may read; registers, home, search and the daily letter ask here."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.accounts import is_data_entry, is_manager
from app.extensions import db
from app.models import Account, AgencyGroup
from app.office.models import Announcement, Proposal


def announcements_to(query, reader: Account, at: datetime):
    """A manager sees everything; anyone else what is out and for all or for their own group (Đ.8.1)."""
    if is_manager(reader):
        return query
    own_group = AgencyGroup.id == (reader.agency.group_id if reader.agency is not None else None)
    return query.where(
        Announcement.published_at <= at,
        or_(~Announcement.groups.any(), Announcement.groups.any(own_group)),
    )


def latest_announcements(reader: Account, at: datetime, limit: int = 5) -> list[Announcement]:
    """What is out for this account, newest first."""
    query = announcements_to(select(Announcement), reader, at).where(Announcement.published_at <= at)
    query = query.order_by(Announcement.published_at.desc(), Announcement.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def proposals_of(query, reader: Account):
    """A manager sees every proposal; an agency's clerks the agency's own; anyone else their own."""
    if is_manager(reader):
        return query
    own = Proposal.created_by_id == reader.id
    if is_data_entry(reader) and reader.agency_id is not None:
        own = or_(own, Proposal.agency_id == reader.agency_id)
    return query.where(own)


QUESTIONS = 20


def questions_on(
    reader: Account, *, announcement: Announcement | None = None, guide: str = ""
) -> list[Proposal]:
    """What was asked last about this announcement or this guide, as far as the account may read it; one statement."""
    about = Proposal.announcement == announcement if announcement is not None else Proposal.guide == guide
    query = proposals_of(select(Proposal).where(about), reader)
    query = query.options(joinedload(Proposal.agency), joinedload(Proposal.created_by))
    query = query.order_by(Proposal.created_at.desc(), Proposal.id.desc()).limit(QUESTIONS)
    return list(db.session.scalars(query))
