"""The talk about a proposal: its sender's agency and the managers write in turn, each told of the other's words."""

from datetime import datetime

from sqlalchemy import select

from app.accounts import DATA_ENTRY, MANAGER, is_manager, notify, require_manager
from app.errors import Refused, Sentence
from app.extensions import db
from app.field_rules import one_line
from app.holding import Held
from app.models import Account
from app.office.models import STATE_NAMES, Announcement, Proposal, ProposalMessage

KINDS = ("criteria", "fault", "question")
ANSWERED = ("answered", "accepted", "declined")
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


def propose(
    kind: str,
    title: str,
    body: str,
    *,
    actor: Account,
    at: datetime,
    announcement: Announcement | None = None,
    guide: str | None = None,
) -> Proposal:
    """A new proposal, fault or question of the actor's agency; it may be about an announcement or a guide."""
    if kind not in KINDS:
        raise Refused("Hãy chọn một mục trong danh sách.", field="kind")
    words = (body or "").strip()
    if not words:
        raise Refused("Không được để trống ô này.", field="body")
    made = Proposal(
        kind=kind,
        title=one_line(title, "title"),
        body=words,
        agency_id=actor.agency_id,
        created_by_id=actor.id,
        created_at=at,
        announcement=announcement,
        guide=guide,
    )
    db.session.add(made)
    db.session.flush()
    return made


def answer(
    held: Held[Proposal], state: str | None, words: str | None, *, actor: Account, at: datetime
) -> None:
    """A manager's state and answer; what is new of them is a turn of the talk, and its sender is told."""
    require_manager(actor)
    proposal, words = held.row, (words or "").strip()
    if state not in STATE_NAMES:
        raise Refused("Hãy chọn một mục trong danh sách.", field="state")
    if state in ANSWERED and not words:
        raise Refused("Hãy ghi nội dung trả lời.", field="answer")
    new_state = state if state != proposal.state else None
    new_words = words if words != (proposal.answer or "") else ""
    proposal.state, proposal.answer = state, words or None
    if new_state is None and not new_words:
        return
    proposal.answered_at = at
    turn = ProposalMessage(proposal=proposal, author_id=actor.id, at=at, body=new_words, state=new_state)
    db.session.add(turn)
    _tell(proposal, Sentence("Sở Nội vụ đã trả lời kiến nghị “%(title)s”.", {"title": proposal.title}), actor, at)


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
