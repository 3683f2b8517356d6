"""Acts on agencies and their groups, for every screen, grid, import and command that sets a field of one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.accounts import require_manager
from app.errors import Refused
from app.extensions import db
from app.field_rules import code_of, known_fields, one_line, set_fields, symbol_of, whole_of
from app.holding import Held, hold_new
from app.models import Account, Agency, AgencyGroup
from app.text import fold

AGENCY_FIELDS = ("code", "name", "short_name", "group", "place", "symbol", "active_from", "active_to", "successor")
GROUP_FIELDS = ("code", "name", "sort_order")


def create_agency(values: Mapping[str, Any], *, actor: Account | None) -> Held[Agency]:
    """A new agency from values of ``AGENCY_FIELDS``; those not named are empty."""
    _require_manager(actor)
    new = _agency_values(dict.fromkeys(AGENCY_FIELDS) | dict(values))
    _require_agency(None, new)
    return hold_new(Agency(**new))


def change_agency(held: Held[Agency], values: Mapping[str, Any], *, actor: Account | None) -> None:
    """Change the fields named in ``values`` (of ``AGENCY_FIELDS``). Sheets keep the name and group that they froze."""
    _require_manager(actor)
    agency, new = held.row, _agency_values(values)
    _require_agency(agency, {name: getattr(agency, name) for name in AGENCY_FIELDS} | new)
    set_fields(agency, new)


def create_group(values: Mapping[str, Any], *, actor: Account | None) -> Held[AgencyGroup]:
    _require_manager(actor)
    new = _group_values(dict.fromkeys(GROUP_FIELDS) | dict(values))
    _require_own_code(AgencyGroup, None, new["code"])
    return hold_new(AgencyGroup(**new))


def change_group(held: Held[AgencyGroup], values: Mapping[str, Any], *, actor: Account | None) -> None:
    """Change the fields named in ``values`` (of ``GROUP_FIELDS``)."""
    _require_manager(actor)
    group, new = held.row, _group_values(values)
    _require_own_code(AgencyGroup, group, new.get("code", group.code))
    set_fields(group, new)


def delete(held: Held[Agency] | Held[AgencyGroup], *, actor: Account | None) -> None:
    """Delete an agency or a group that nothing points at; the database refuses any other."""
    _require_manager(actor)
    db.session.delete(held.row)
    db.session.flush()


def _require_manager(actor: Account | None) -> None:
    if actor is not None:
        require_manager(actor)


def _agency_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept, or a refusal that names the field."""
    new = known_fields(values, AGENCY_FIELDS)
    if "code" in new:
        new["code"] = code_of(new["code"])
    if "name" in new:
        new["name"] = one_line(new["name"], "name")
    if "short_name" in new:
        new["short_name"] = one_line(new["short_name"], "short_name", required=False) or None
    if "place" in new:
        new["place"] = one_line(new["place"], "place", required=False) or None
    if "symbol" in new:
        new["symbol"] = symbol_of(new["symbol"], "symbol")
    return new


def _group_values(values: Mapping[str, Any]) -> dict[str, Any]:
    new = known_fields(values, GROUP_FIELDS)
    if "code" in new:
        new["code"] = code_of(new["code"])
    if "name" in new:
        new["name"] = one_line(new["name"], "name")
    if "sort_order" in new:
        new["sort_order"] = whole_of(new["sort_order"] or 0, "sort_order")
    return new


def _require_agency(agency: Agency | None, then: Mapping[str, Any]) -> None:
    """The fields as they will stand together: own code, a group, days in order, successors that come to an end."""
    _require_own_code(Agency, agency, then["code"])
    if then["group"] is None:
        raise Refused("Hãy chọn khối của cơ quan.", field="group")
    _require_days(then["active_from"], then["active_to"])
    _require_end_of_successors(agency, then["successor"])


def _require_own_code(model: type[Agency] | type[AgencyGroup], row: Any, code: str) -> None:
    """Codes are told apart without regard to capitals: people type them in files."""
    same = select(model.id).where(func.lower(model.code) == code.lower())
    if row is not None:
        same = same.where(model.id != row.id)
    with db.session.no_autoflush:
        if db.session.scalars(same).first() is not None:
            raise Refused("Mã “%(code)s” đã có, kể cả khi viết khác chữ hoa.", field="code", code=code)


def _require_days(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise Refused("Ngày kết thúc không được trước ngày bắt đầu.", field="active_to")


def _require_end_of_successors(agency: Agency | None, successor: Agency | None) -> None:
    """Following the successors ends somewhere: nobody succeeds themselves, not through others either."""
    if successor is not None and successor is agency:
        raise Refused("Cơ quan không thể kế thừa chính mình.", field="successor")
    seen, following = {agency}, successor
    while following is not None:
        if following in seen:
            raise Refused("Các cơ quan kế thừa nhau thành vòng.", field="successor")
        seen.add(following)
        following = following.successor


def symbol_kept(name: str) -> str:
    """The symbol entered for the agency of this name, however it is capitalised; empty when there is none."""
    query = select(Agency.name, Agency.symbol).where(Agency.symbol.is_not(None)).order_by(Agency.id)
    return next((symbol for called, symbol in db.session.execute(query) if fold(called) == fold(name)), "")
