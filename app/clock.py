"""The one place that reads the time: aware UTC. Tests and commands hand a time over instead."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PROVINCE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The server's time, aware, in UTC."""
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """``31/12/2026 17:00`` where the province's officials are."""
    return f"{moment.astimezone(PROVINCE_ZONE):%d/%m/%Y %H:%M}"


def local_date(moment: datetime) -> date:
    """The calendar day of an aware moment where the province's officials are."""
    return moment.astimezone(PROVINCE_ZONE).date()


def day_begins(moment: datetime) -> datetime:
    """Midnight in the province before the moment."""
    return moment.astimezone(PROVINCE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
