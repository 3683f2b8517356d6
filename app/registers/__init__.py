"""The registers of what every system shares: agencies, announcements, proposals, the audit trail."""

from app.registers.agencies import AgencyGroupView, AgencyView
from app.registers.announcements import AnnouncementView
from app.registers.proposals import ProposalView
from app.registers.trail import AuditView

__all__ = ["AgencyGroupView", "AgencyView", "AnnouncementView", "AuditView", "ProposalView"]
