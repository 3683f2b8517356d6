"""Rules of an agency's and a group's own fields, for every screen, grid and import that sets one."""

from typing import Any

from sqlalchemy import func, select

from app.errors import Refused
from app.extensions import db
from app.field_rules import code_of, one_line
from app.models import Agency, AgencyGroup


def check_agency(agency: Agency) -> None:
    """The row as it is about to be written: code, names, days, successor."""
    agency.code = code_of(agency.code)
    _require_own_code(Agency, agency)
    agency.name = one_line(agency.name, "name")
    agency.short_name = one_line(agency.short_name, "short_name", required=False) or None
    if agency.group is None:
        raise Refused("Hãy chọn khối của cơ quan.", field="group")
    if agency.active_from and agency.active_to and agency.active_to < agency.active_from:
        raise Refused("Ngày kết thúc không được trước ngày bắt đầu.", field="active_to")
    _require_end_of_successors(agency)


def check_group(group: AgencyGroup) -> None:
    group.code = code_of(group.code)
    _require_own_code(AgencyGroup, group)
    group.name = one_line(group.name, "name")


def _require_own_code(model: type[Agency] | type[AgencyGroup], row: Any) -> None:
    """Codes are told apart without regard to capitals: people type them in files."""
    same = select(model.id).where(func.lower(model.code) == row.code.lower())
    if row.id is not None:
        same = same.where(model.id != row.id)
    with db.session.no_autoflush:
        if db.session.scalars(same).first() is not None:
            raise Refused("Mã “%(code)s” đã có, kể cả khi viết khác chữ hoa.", field="code", code=row.code)


def _require_end_of_successors(agency: Agency) -> None:
    """Following the successors ends somewhere: nobody succeeds themselves, not through others either."""
    if agency.successor is agency:
        raise Refused("Cơ quan không thể kế thừa chính mình.", field="successor")
    seen, following = {agency}, agency.successor
    while following is not None:
        if following in seen:
            raise Refused("Các cơ quan kế thừa nhau thành vòng.", field="successor")
        seen.add(following)
        following = following.successor
