"""When each routine last ran, and how it ended: the checks, the nightly root, the rehearsal of a restore."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.column_types import Moment
from app.errors import Sentence
from app.extensions import Model, db

CHECK, VERIFY, ANCHOR, REHEARSAL = "check", "audit_verify", "audit_anchor", "backup_rehearse"
NAMES: Mapping[str, Sentence] = {
    CHECK: Sentence("Kiểm tra dữ liệu"),
    VERIFY: Sentence("Kiểm tra nhật ký"),
    ANCHOR: Sentence("Lập dấu nhật ký"),
    REHEARSAL: Sentence("Diễn tập phục hồi"),
}
LONGEST_AGE: Mapping[str, timedelta] = {
    CHECK: timedelta(hours=36),
    VERIFY: timedelta(hours=36),
    ANCHOR: timedelta(hours=36),
    REHEARSAL: timedelta(days=35),
}
"""One nightly run may be missed by a few hours, a monthly one by a few days."""


class RoutineRun(Model):
    """One run of a routine: when, whether it found all well, and its last line."""

    __tablename__ = "routine_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), index=True)
    ran_at: Mapped[datetime] = mapped_column(Moment)
    succeeded: Mapped[bool]
    summary: Mapped[str] = mapped_column(String(300))


class Standing(NamedTuple):
    """A routine's last run; ``run`` and ``age`` None when it never ran."""

    name: str
    words: Sentence
    run: RoutineRun | None
    age: timedelta | None

    @property
    def is_old(self) -> bool:
        return self.age is not None and self.age > LONGEST_AGE[self.name]

    @property
    def age_words(self) -> Sentence:
        hours = int(self.age.total_seconds() // 3600) if self.age is not None else 0
        if hours < 48:
            return Sentence("%(hours)s giờ trước", {"hours": hours})
        return Sentence("%(days)s ngày trước", {"days": hours // 24})

    @property
    def is_well(self) -> bool:
        return self.run is not None and self.run.succeeded and not self.is_old


def note_run(name: str, *, succeeded: bool, summary: str, at: datetime) -> None:
    """Write down how a routine of ``NAMES`` ended, in a transaction of its own."""
    db.session.rollback()
    db.session.add(RoutineRun(name=name, ran_at=at, succeeded=succeeded, summary=summary[:300]))
    db.session.commit()


def standings(at: datetime) -> list[Standing]:
    """Every routine, in the order of ``NAMES``; one statement."""
    last = select(func.max(RoutineRun.id)).group_by(RoutineRun.name)
    runs = {run.name: run for run in db.session.scalars(select(RoutineRun).where(RoutineRun.id.in_(last)))}
    return [_standing(name, runs.get(name), at) for name in NAMES]


def _standing(name: str, run: RoutineRun | None, at: datetime) -> Standing:
    return Standing(name, NAMES[name], run, at - run.ran_at if run is not None else None)
