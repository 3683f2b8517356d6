"""The talk about a proposal: its sender's agency and the managers write in turn, each told of the other's words."""

from datetime import datetime

from sqlalchemy import inspect, select

from app.accounts import DATA_ENTRY, MANAGER, is_manager, notify
from app.errors import Refused, Sentence
from app.extensions import db
from app.models import Account
from app.office.models import Proposal, ProposalMessage

LONGEST = 4000


def turns_of(proposal: Proposal) -> list[ProposalMessage]:
    """Every turn in order, each with its author; one statement."""
    query = select(ProposalMessage).where(ProposalMessage.proposal_id == proposal.id)
    return list(db.session.scalars(query.order_by(ProposalMessage.id)))


def write(proposal: Proposal, body: str, *, actor: Account, at: datetime) -> ProposalMessage:
    """One more turn; whoever sees the proposal may write, and the other side is told."""
    words = body.strip()
    if not words:
        raise Refused("Hãy ghi nội dung trao đổi.", field="body")
    if len(words) > LONGEST:
        raise Refused("Nội dung dài quá %(limit)s ký tự.", field="body", limit=LONGEST)
    message = ProposalMessage(proposal=proposal, author_id=actor.id, at=at, body=words)
    db.session.add(message)
    _tell(proposal, Sentence("Có trao đổi mới về kiến nghị “%(title)s”.", {"title": proposal.title}), actor, at)
    return message


def answer(proposal: Proposal, *, actor: Account, at: datetime) -> None:
    """Keep a manager's changed state and answer, which are on the proposal but not written, as a turn of the talk."""
    state = proposal.state if _has_changed(proposal, "state") else None
    words = (proposal.answer or "").strip() if _has_changed(proposal, "answer") else ""
    if state is None and not words:
        return
    proposal.answered_at = at
    db.session.add(ProposalMessage(proposal=proposal, author_id=actor.id, at=at, body=words, state=state))
    _tell(proposal, Sentence("Sở Nội vụ đã trả lời kiến nghị “%(title)s”.", {"title": proposal.title}), actor, at)


def _has_changed(proposal: Proposal, column: str) -> bool:
    history = inspect(proposal).attrs[column].history
    old = history.deleted[0] if history.deleted else None
    return history.has_changes() and (old or "") != (getattr(proposal, column) or "")


def _tell(proposal: Proposal, sentence: Sentence, actor: Account, at: datetime) -> None:
    """The other side: clerks of the agency and the sender, or the managers; never the author."""
    people = select(Account).where(Account.active, Account.id != actor.id)
    if is_manager(actor):
        ours = (Account.agency_id == proposal.agency_id) & Account.roles.any(name=DATA_ENTRY)
        people = people.where(ours | (Account.id == proposal.created_by_id))
    else:
        people = people.where(Account.roles.any(name=MANAGER))
    for person in db.session.scalars(people.order_by(Account.id)):
        notify(person, sentence, at=at, url=f"/proposalview/show/{proposal.id}")
