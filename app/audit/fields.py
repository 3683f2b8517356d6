"""What of each table's rows stands on the trail: columns, links to other rows, digests of rows that belong to them.

A table is tracked unless it is named in ``UNTRACKED_TABLES``. Values stand as JSON-able plain values, long texts as
their SHA-256 and secrets as a keyed fingerprint, so that the trail can tell whether one was replaced and never what
it is.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Column, Table
from sqlalchemy.orm import Mapper

from app.extensions import Model
from config import secret_key

UNTRACKED_TABLES = {
    "account_session",
    "audit_event",
    "audit_head",
    "audit_leaf",
    "audit_root",
    "digest",
    "notification",
    "outgoing_mail",
    "rate_count",
    "routine_run",
    "shown_once",
    "sign_in_tries",
}
"""Derived, passing, or the trail itself."""
QUIET_COLUMNS = {
    "search_text",
    "sort_key",
    "last_login",
    "login_count",
    "fail_login_count",
    "created_on",
    "changed_on",
    "created_by_fk",
    "changed_by_fk",
    "last_step",
    "last_used_on",
    "salt",
}
"""Counted or derived from others; so is a mapper's ``version_id_col``."""
SECRET_COLUMNS = {"password", "secret", "key_hash", "lookup_hash", "registration_hash"}
SECRET_PLACES = {"survey_response.account_id", "survey_response.browser_mark", "survey_response.network"}
"""Who has answered stands on the trail as a fingerprint, too: that it was changed is found, who it was is not said."""
DIGESTED_COLUMNS = {"content"}
PARTS = {
    "survey_answer": ("survey_response", "response_id", "answers"),
    "survey_code": ("survey_code_batch", "batch_id", "codes"),
    "recovery_code": ("second_factor", "account_id", "recovery_codes"),
}
"""Table whose rows are parts of another's → that table, the column that says which row, the digest's name there."""
UNCOUNTED = {"id", "used", "used_at"}  # of a part
WITHOUT_ACTOR = {"survey_response"}
"""Events on these name neither person nor place: who answers does not stand on the trail."""
HIDDEN = "***"
LONGEST_KEY = 60


class Field(NamedTuple):
    """A column on the trail; ``kind`` is ``plain``, ``secret`` or ``digest``."""

    name: str
    column: Column
    kind: str


class Link(NamedTuple):
    """A relationship through a table of pairs: on the trail it is the list of the other rows' ids."""

    name: str
    near: Column
    far: Column


class Part(NamedTuple):
    """Rows of another table that are told by one digest in this one's event."""

    name: str
    owner: Column
    columns: tuple[Column, ...]


class Shape(NamedTuple):
    """``noun``: the object type of its events; ``keys``: the primary key."""

    noun: str
    mapper: Mapper
    table: Table
    keys: tuple[Column, ...]
    fields: tuple[Field, ...]
    links: tuple[Link, ...]
    parts: tuple[Part, ...]

    @property
    def numbered(self) -> bool:
        """Whether one whole number is the key, so that events and rows can be read in one order."""
        return len(self.keys) == 1 and self.keys[0].type.python_type is int


def mappers() -> list[Mapper]:
    """One for each table, by the table's name; of a class and its subclass, the subclass."""
    leaves = [mapper for mapper in Model.registry.mappers if not set(mapper.self_and_descendants) - {mapper}]
    found = {mapper.local_table.name: mapper for mapper in leaves}
    return [found[name] for name in sorted(found)]


@cache
def link_tables() -> set[str]:
    return {r.secondary.name for mapper in mappers() for r in mapper.relationships if r.secondary is not None}


def is_tracked(table: Table) -> bool:
    return table.name not in UNTRACKED_TABLES and table.name not in link_tables() and table.name not in PARTS


def shapes() -> list[Shape]:
    """Every tracked table's, by its name."""
    return [shape_of(mapper) for mapper in mappers() if is_tracked(mapper.local_table)]


@cache
def shape_of(mapper: Mapper) -> Shape:
    table = mapper.local_table
    quiet = QUIET_COLUMNS | ({mapper.version_id_col.key} if mapper.version_id_col is not None else set())
    fields = tuple(
        Field(attribute.key, table.c[attribute.columns[0].name], _kind(table.name, attribute.key))
        for attribute in mapper.column_attrs
        if attribute.key not in quiet and isinstance(attribute.columns[0], Column)
    )
    return Shape(
        mapper.class_.__name__, mapper, table, tuple(table.primary_key), fields, _links(mapper), _parts(table)
    )


def _kind(table: str, name: str) -> str:
    if name in SECRET_COLUMNS or f"{table}.{name}" in SECRET_PLACES:
        return "secret"
    return "digest" if name in DIGESTED_COLUMNS else "plain"


def _links(mapper: Mapper) -> tuple[Link, ...]:
    """Those whose table of pairs names this table first: each pair is told on one side only."""
    found = []
    for relationship in mapper.relationships:
        pairs = relationship.secondary
        if pairs is None or relationship.viewonly:
            continue
        near, far = [column for column in pairs.c if column.foreign_keys][:2]
        if next(iter(near.foreign_keys)).column.table is mapper.local_table:
            found.append(Link(relationship.key, near, far))
    return tuple(found)


def _parts(table: Table) -> tuple[Part, ...]:
    found = []
    for name, (owner, column, called) in PARTS.items():
        if owner == table.name and name in Model.metadata.tables:
            part = Model.metadata.tables[name]
            columns = tuple(c for c in part.c if c.name not in UNCOUNTED and c.name != column)
            found.append(Part(called, part.c[column], columns))
    return tuple(found)


def plain(value: Any) -> Any:
    """The value as JSON can hold it."""
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, dict, type(None))) else str(value)


def told(shape: Shape, field: Field, key: str, value: Any) -> Any:
    """The value as it stands on the trail."""
    if value is None or field.kind == "plain":
        return plain(value)
    if field.kind == "digest":
        return "sha256:" + hashlib.sha256(str(value).encode()).hexdigest()
    return fingerprint(f"{shape.table.name}.{field.name}", key, str(value))


def fingerprint(place: str, key: str, value: str) -> str:
    """A mark of a secret that only the holder of ``FINGERPRINT_KEY`` can make; begins with the mark of that key."""
    secret = _fingerprint_key().encode()
    text = json.dumps([place, key, value], ensure_ascii=False).encode()
    return f"{fingerprint_key_mark()}:{hmac.new(secret, text, hashlib.sha256).hexdigest()[:32]}"


def fingerprint_key_mark() -> str:
    return hashlib.sha256(b"mark of " + _fingerprint_key().encode()).hexdigest()[:8]


def _fingerprint_key() -> str:
    """The setting, else the key in ``DATA_DIR/fingerprint_key``, made when it is first needed."""
    if not current_app.config["FINGERPRINT_KEY"]:
        place = Path(current_app.config["DATA_DIR"])
        current_app.config["FINGERPRINT_KEY"] = secret_key(place, "fingerprint_key")
    return current_app.config["FINGERPRINT_KEY"]


def digest_of_parts(part: Part, key: str, rows: Iterable[tuple]) -> str | None:
    """One digest for the parts of a row, in whatever order they come; None when there are none.

    Keyed: of a few answers to choose from, each one's plain digest could be tried.
    """
    lines = sorted(json.dumps([plain(value) for value in row], ensure_ascii=False) for row in rows)
    if not lines:
        return None
    return fingerprint(part.name, key, "\n".join(lines))


def key_of(values: Iterable[Any]) -> str:
    """A row's primary key as an event's ``object_id``."""
    text = ":".join(str(value) for value in values)
    return text if len(text) <= LONGEST_KEY else hashlib.sha256(text.encode()).hexdigest()[:LONGEST_KEY]
