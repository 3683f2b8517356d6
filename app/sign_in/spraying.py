"""One password tried at many names: names that a network has failed at are counted together.

Beside the counts of ``tries`` (by name), a network may fail at ``MOST`` different names in an hour. A name whose owner
gets in from there is no longer counted, so that an office behind one address may mistype as it likes. Beyond it,
strangers of that network are barred; a known device is bound by its own tries alone (``known_devices``), and what is
refused here is not counted, so that knocking on does not keep the network barred.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app import audit
from app.accounts import notify, working_administrators, working_managers
from app.errors import Refused, Sentence
from app.extensions import db
from app.sign_in.known_devices import is_known
from app.sign_in.models import SignInTries
from app.sign_in.tries import block_of, count_in, give_back

MOST, SPAN = 30, timedelta(hours=1)
TOLD = ""  # the name under which it is noted that people were told of a network
MANAGERS_READ, ADMINISTRATORS_READ = "/auditview/list/", "/home/notifications"


def refuse_spraying(name: str, source: str, *, at: datetime) -> None:
    """After a try was counted: refuse it when its network has failed at too many names. Commits when it refuses."""
    network = block_of(source)
    if is_known(source) or not network:
        return
    failed = (SignInTries.network == network, SignInTries.tries > 0, SignInTries.since > at - SPAN)
    since = db.session.scalars(
        select(func.max(SignInTries.since)).where(*failed).group_by(SignInTries.name)
    ).all()
    if len(since) <= MOST:
        return
    since = sorted(since, reverse=True)
    give_back(name, source)
    _tell_once(network, at)
    db.session.commit()
    minutes = max(1, -((at - since[MOST] - SPAN) // timedelta(minutes=1)))
    raise Refused("Sai nhiều lần; hãy thử lại sau %(minutes)s phút.", minutes=minutes)


def _tell_once(network: str, at: datetime) -> None:
    """Managers and administrators hear of it once an hour and network."""
    times, _since = count_in(TOLD, f"told:{network}", SPAN, at)
    if times > 1:
        return
    audit.record("network_barred", actor=None, at=at, label=network, names=MOST)
    words = Sentence(
        "Mạng %(network)s đăng nhập sai ở hơn %(count)s tên khác nhau trong một giờ; thiết bị lạ của mạng này tạm bị "
        "chặn.",
        {"network": network, "count": MOST},
    )
    for people, url in (
        (working_managers(), MANAGERS_READ),
        (working_administrators(), ADMINISTRATORS_READ),
    ):
        for person in people:
            notify(person, words, at=at, url=url, mail=True)
