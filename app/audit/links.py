"""Links and parts of a row as its own event tells them: ids of the rows it is linked to, digests of its parts."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import InstanceState, Session
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from app.audit.fields import PARTS, Link, Shape, digest_of_parts, key_of, mappers, shape_of


def links_of(shape: Shape, thing: Any) -> dict[str, list[int]]:
    """Name → ids, for the links of a new row that has any."""
    there = inspect(thing).dict
    found = {link.name: _ids(there.get(link.name) or ()) for link in shape.links}
    return {name: ids for name, ids in found.items() if ids}


def _ids(things) -> list[int]:
    return sorted(thing.id for thing in things)


def link_changes(shape: Shape, state: InstanceState) -> dict[str, list]:
    """Name → [ids before, ids now], for the links that this flush has changed."""
    found = {}
    for link in shape.links:
        history = state.manager[link.name].impl.get_history(state, state.dict, PASSIVE_NO_INITIALIZE)
        added, unchanged, deleted = (part or () for part in history)
        if not added and not deleted:
            continue
        if link.name in state.dict:
            now = _ids(state.dict[link.name])
        else:
            now = _read(state.session, link, state.mapper.primary_key_from_instance(state.obj())[0])
        before = sorted((set(now) - set(_ids(added))) | set(_ids(deleted)))
        if before != now:
            found[link.name] = [before, now]
    return found


def _read(session: Session, link: Link, near: Any) -> list[int]:
    query = select(link.far).where(link.near == near).order_by(link.far)
    return list(session.connection().scalars(query))


def digests_of_changed_parts(
    session: Session, parts: list[tuple[InstanceState, bool]], new: dict[tuple[str, str], Any]
) -> Iterator[tuple[Any, dict]]:
    """(Row, {name: [None, digest]}) for each row whose parts this flush has written.

    ``new``: the rows that the flush has made, by table and key; their parts need no look at the database.
    """
    owners: dict[tuple[str, Any], list] = defaultdict(list)
    for state, deleted in parts:
        table = state.mapper.local_table.name
        owners[table, getattr(state.obj(), PARTS[table][1])].append((state.obj(), deleted))
    for (table, number), written in owners.items():
        shape = _shape_owning(table)
        part = next(one for one in shape.parts if one.owner.table.name == table)
        parent = new.get((shape.table.name, key_of([number])))
        if parent is not None:
            rows = [
                [getattr(thing, c.name) for c in part.columns] for thing, deleted in written if not deleted
            ]
        else:
            parent = session.get(shape.mapper.class_, number) if number is not None else None
            rows = session.connection().execute(select(*part.columns).where(part.owner == number)).all()
        if parent is not None and parent not in session.deleted:
            yield parent, {part.name: [None, digest_of_parts(part, key_of([number]), rows)]}


def _shape_owning(table: str) -> Shape:
    owner = PARTS[table][0]
    return shape_of(next(mapper for mapper in mappers() if mapper.local_table.name == owner))
