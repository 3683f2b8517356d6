"""Events that no kept log line tells of: links that were hung on a chain by hand, each correct in itself.

Every transaction leaves a line for each chain with the first and the last place that it has added. Between the first
and the last event of a file each link must therefore be in one of its lines.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.errors import Sentence
from app.extensions import db
from app.models import AuditEvent

EVENTS = AuditEvent.__table__
MARGIN = timedelta(minutes=1)
"""So old an event has its line in the file when the file has lines that are newer."""
BATCH = 2000


class Lines:
    """The places that the lines of a file tell of, chain by chain, and the time of the newest line."""

    def __init__(self) -> None:
        self.spans: dict[str, list[tuple[int, int]]] = {}
        self.until: datetime | None = None

    def take(self, objects: list[dict[str, Any]]) -> None:
        for read in objects:
            if read.get("message") == "trail" and type(read.get("first")) is int and type(read.get("place")) is int:
                self.spans.setdefault(str(read.get("chain")), []).append((read["first"], read["place"]))
                self._note_time(read.get("time"))

    def _note_time(self, text: Any) -> None:
        try:
            time = datetime.fromisoformat(text)
        except (TypeError, ValueError):
            return
        if time.tzinfo is not None:
            self.until = max(self.until or time, time)

    def merged(self) -> dict[str, list[tuple[int, int]]]:
        """The spans without overlaps, in order."""
        found = {}
        for chain, spans in self.spans.items():
            whole: list[tuple[int, int]] = []
            for first, last in sorted(spans):
                if whole and first <= whole[-1][1] + 1:
                    whole[-1] = (whole[-1][0], max(last, whole[-1][1]))
                else:
                    whole.append((first, last))
            found[chain] = whole
        return found


def uncovered(lines: Lines) -> Iterator[Sentence]:
    """One sentence for each link that a line should tell of and none does."""
    spans = lines.merged()
    first, last = _range(spans)
    if first is None or lines.until is None:
        return
    query = (
        select(EVENTS.c.chain, EVENTS.c.place)
        .where(EVENTS.c.id > first, or_(EVENTS.c.id < last, EVENTS.c.at <= lines.until.astimezone(UTC) - MARGIN))
        .order_by(EVENTS.c.chain, EVENTS.c.place)
    )
    for chain, place in db.session.connection().execute(query, execution_options={"yield_per": BATCH}):
        if not _is_in(spans.get(chain, []), place):
            yield Sentence(
                "Chuỗi %(chain)s: mắt xích %(place)s không có trong bản giữ ngoài "
                "(ghi thêm bằng tay, hoặc bản giữ ngoài mất dòng).",
                {"chain": chain, "place": place},
            )


def _is_in(spans: list[tuple[int, int]], place: int) -> bool:
    at = bisect_right(spans, (place, float("inf"))) - 1
    return at >= 0 and spans[at][0] <= place <= spans[at][1]


def _range(spans: dict[str, list[tuple[int, int]]]) -> tuple[int | None, int | None]:
    """The ids of the first and the last event that the lines tell of."""
    first, last = None, None
    for chain, whole in spans.items():
        inside = and_(EVENTS.c.chain == chain, EVENTS.c.place.between(whole[0][0], whole[-1][1]))
        low, high = db.session.execute(select(func.min(EVENTS.c.id), func.max(EVENTS.c.id)).where(inside)).one()
        if low is not None:
            first, last = min(first or low, low), max(last or high, high)
    return first, last
