"""Wrong tries at a name, counted where they come from. Nobody can use up another's.

* A known device, or else an address, has five tries in a quarter of an hour.
* All strangers (no known device) together have fifty in an hour: many addresses guess no faster.
* A known device is bound by its own count alone: whatever strangers do, the owner signs in there.

A name that no account has is counted in the same way, so that the answer does not tell names apart. A try is
counted before it is judged, in a transaction of its own: tries sent at once do not slip through together. How many
names a network fails at is counted in ``spraying``.
"""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, literal, update
from sqlalchemy.dialects import postgresql, sqlite

from app.column_types import Moment
from app.errors import Refused
from app.extensions import db
from app.networks import block
from app.sign_in.known_devices import is_known
from app.sign_in.models import SignInTries

OWN_TRIES, OWN_SPAN = 5, timedelta(minutes=15)
STRANGERS, STRANGERS_TRIES, STRANGERS_SPAN = "", 50, timedelta(hours=1)


def take_try(name: str, source: str, *, at: datetime) -> None:
    """Count one try and commit; ``Refused`` when the source, or all strangers together, have none left."""
    limits = [(source, OWN_TRIES, OWN_SPAN)]
    limits += [] if is_known(source) else [(STRANGERS, STRANGERS_TRIES, STRANGERS_SPAN)]
    until = None
    for counter, most, span in limits:
        tries, since = count_in(name, counter, span, at)
        if tries > most:
            until = since + span
            break
    db.session.commit()
    if until is not None:
        minutes = max(1, -((at - until) // timedelta(minutes=1)))
        raise Refused("Sai nhiều lần; hãy thử lại sau %(minutes)s phút.", minutes=minutes)


def block_of(source: str) -> str:
    """The network that a stranger's source belongs to; empty for known devices and for all strangers together."""
    kind, _colon, address = source.partition(":")
    return block(address.removesuffix("/64")) if kind == "address" else ""


def count_in(name: str, source: str, span: timedelta, at: datetime) -> tuple[int, datetime]:
    """One more try in the current span, or the first of a new one: (tries, since when)."""
    insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[db.engine.dialect.name]
    over = SignInTries.since <= at - span
    row = insert(SignInTries).values(name=name, source=source, network=block_of(source), tries=1, since=at)
    row = row.on_conflict_do_update(
        index_elements=[SignInTries.name, SignInTries.source],
        set_={
            "tries": case((over, 1), else_=SignInTries.tries + 1),
            "since": case((over, literal(at, Moment())), else_=SignInTries.since),
        },
    )
    return tuple(db.session.execute(row.returning(SignInTries.tries, SignInTries.since)).one())


def give_back(name: str, source: str) -> None:
    """The try was right; those before it still count until the sign-in is complete."""
    db.session.execute(
        update(SignInTries)
        .where(SignInTries.name == name, SignInTries.source.in_(_counters(source)), SignInTries.tries > 0)
        .values(tries=SignInTries.tries - 1)
    )


def forget_tries(name: str, source: str, *, at: datetime) -> None:
    """The owner is in: the source starts anew. What is long past goes, whoever's it was."""
    own = (SignInTries.name == name) & (SignInTries.source == source)
    db.session.execute(delete(SignInTries).where(own | (SignInTries.since < at - timedelta(days=1))))


def clear_tries(name: str) -> None:
    """Sở Nội vụ has looked into it: every count at this name starts anew."""
    db.session.execute(delete(SignInTries).where(SignInTries.name == name))


def _counters(source: str) -> list[str]:
    return [source] if is_known(source) else [source, STRANGERS]
