"""What the forms of a round hold: programme, set of each group, grade bands."""

from hashlib import sha256

from flask import flash, request
from flask_babel import gettext as _

from app.errors import Conflict, Refused
from app.models import AgencyGroup
from app.scoring.models import CriteriaSet, Round
from app.scoring.operations.preparation import BandEntry
from app.scoring.queries import criteria as queries
from app.scoring.states import PROGRAMME_NAMES
from app.scoring.views import typed
from app.web.formats import points
from app.web.rows import row_id
from app.web.saving import seen_mark

EMPTY_BANDS = 2


def mark(round_: Round) -> str:
    """What the forms of a round were drawn from: its fields, bands and sets."""
    marks = [seen_mark(row) for row in (round_, *round_.bands, *round_.sets)]
    return sha256("".join(marks).encode()).hexdigest()[:16]


def require_as_seen(round_: Round) -> None:
    """Refuse what was typed into a form that somebody else's saving has made old; saved again, it is meant."""
    if request.form.get("seen", mark(round_)) != mark(round_):
        raise Conflict("Người khác vừa sửa kỳ này. Nội dung đã nhập được giữ ở dưới; lưu lần nữa để ghi đè.")


def programme() -> str:
    wanted = typed.text("programme")
    if wanted not in set(PROGRAMME_NAMES):
        raise Refused("Hãy chọn chương trình.", field="programme")
    return wanted


def sets() -> dict[AgencyGroup, CriteriaSet | None]:
    """Group → chosen set; None where the group is not to be scored. Fields are named ``set-<group id>``."""
    found: dict[AgencyGroup, CriteriaSet | None] = {}
    for group in queries.groups():
        name = f"set-{group.id}"
        if name in request.form:
            found[group] = _set(typed.text(name), name)
    return found


def _set(chosen: str, field: str) -> CriteriaSet | None:
    number = row_id(chosen)
    if chosen and number is None:
        raise Refused("Hãy chọn một mục trong danh sách.", field=field)
    return None if number is None else queries.get_set(number)


def bands() -> list[BandEntry]:
    """Rows of ``band-name``, ``band-lower``, ``band-condition``; rows without a name and a bound are left out."""
    columns = [request.form.getlist(f"band-{part}") for part in ("name", "lower", "condition")]
    rows = [tuple(cell.strip() for cell in row) for row in zip(*columns, strict=False)]
    return [
        BandEntry(name, typed.percent(lower, "bands"), condition)
        for name, lower, condition in rows
        if name or lower
    ]


def band_rows(round_: Round) -> list[tuple[str, str, str]]:
    """Rows of the form: as typed after a refusal, else as kept, with a few empty ones to add to."""
    if "band-name" in request.form:
        columns = [request.form.getlist(f"band-{part}") for part in ("name", "lower", "condition")]
        return list(zip(*columns, strict=False))
    kept = [(band.name, points(band.lower), band.condition or "") for band in round_.bands]
    return kept + [("", "", "")] * EMPTY_BANDS


def say_moved(campaigns: int) -> None:
    """Surveys that closed with the old deadline follow the new one: whoever moved it is told."""
    if campaigns:
        flash(_("%(count)s đợt khảo sát đóng theo thời hạn mới.", count=campaigns), "info")
