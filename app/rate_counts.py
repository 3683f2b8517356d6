"""The count of sign-ins and requests by address, kept in the database: every worker and every machine counts on.

``RATELIMIT_STORAGE_URI = "database://"`` chooses it. It counts on the request's own session, before the view begins,
and commits at once: on SQLite a second connection would wait for the write that this very request has begun.
"""

from limits.storage import Storage
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.dml import Insert

from app.clock import now
from app.extensions import db
from app.models import RateCount

CLEARED_AT_ONCE = 100
INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class DatabaseStorage(Storage):
    """``limits``' store for windows of a fixed length; times are seconds since 1970."""

    STORAGE_SCHEME = ["database"]
    base_exceptions = SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count on, in one statement; a window that is over begins anew. The count."""
        moment = now().timestamp()
        count = db.session.scalar(_counted(key, amount, moment, moment + expiry))
        _clear_ended(moment)
        db.session.commit()
        return count

    def get(self, key: str) -> int:
        query = select(RateCount.count).where(RateCount.key == key, RateCount.ends_at > now().timestamp())
        return db.session.scalar(query) or 0

    def get_expiry(self, key: str) -> float:
        ends_at = db.session.scalar(select(RateCount.ends_at).where(RateCount.key == key))
        return ends_at or now().timestamp()

    def check(self) -> bool:
        return db.session.scalar(select(1)) == 1

    def reset(self) -> int:
        number = db.session.scalar(select(func.count()).select_from(RateCount))
        db.session.execute(delete(RateCount))
        db.session.commit()
        return number

    def clear(self, key: str) -> None:
        db.session.execute(delete(RateCount).where(RateCount.key == key))
        db.session.commit()


def _counted(key: str, amount: int, moment: float, ends_at: float) -> Insert:
    insert = INSERT[db.session.get_bind().dialect.name](RateCount)
    over = RateCount.ends_at <= moment
    return (
        insert.values(key=key, count=amount, ends_at=ends_at)
        .on_conflict_do_update(
            index_elements=[RateCount.key],
            set_={
                "count": db.case((over, amount), else_=RateCount.count + amount),
                "ends_at": db.case((over, ends_at), else_=RateCount.ends_at),
            },
        )
        .returning(RateCount.count)
    )


def _clear_ended(moment: float) -> None:
    """A few of the windows that are over; those that someone else is clearing are left to them."""
    ended = select(RateCount.key).where(RateCount.ends_at <= moment).limit(CLEARED_AT_ONCE)
    ended = ended.with_for_update(skip_locked=True)
    db.session.execute(
        delete(RateCount)
        .where(RateCount.key.in_(ended.scalar_subquery()))
        .execution_options(synchronize_session=False)
    )
