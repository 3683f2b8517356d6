"""Which rows of which table each kind of asker may read, add, change or remove: PostgreSQL's second wall.

The first wall are the filters in ``queries`` and the checks in ``operations``; these predicates repeat, table by table,
what must hold even where one of them was forgotten. ``row_access.py`` tells the database who asks. A manager and a
named system access reach every row; nobody reaches any. A system declares its own tables beside its models
(``scoring/row_policies.py``) and may widen a shared one, such as stored files.

Predicates are SQL over the table's own columns. A sub-query in a predicate is itself subject to the policies of the
tables it names, so that "as its score" needs no more than ``exists``; no two tables may lean on each other. Planning a
statement grows with every table so drawn in, many times over: what is further away than one table is found by a
function, a ``Finder``, which PostgreSQL does not plan anew. Settings are read in a ``(select …)``, which it does once a
statement and not once a row.

The database gets them by a migration, which keeps its own text of them; tests compare the two and both with the tables.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import MetaData, Table

from app.row_access import MANAGER, SIGNING_IN, SYSTEM

ANYONE, SIGNED_IN = "anyone", "signed in"
"""Every named asker, the public too; every account, whatever its kind."""

ACCOUNT = "(select nullif(current_setting('app.account', true), '')::integer)"
AGENCY = "(select nullif(current_setting('app.agency', true), '')::integer)"
ALL = "true"

Predicates = Mapping[str, str]
"""Kind of asker → SQL."""


class Rows(NamedTuple):
    """``changes``: rows as they may be before and after; ``holds``: rows that may be locked, and no more."""

    reads: Predicates = {}
    adds: Predicates = {}
    changes: Predicates = {}
    removes: Predicates = {}
    holds: Predicates = {}


class Finder(NamedTuple):
    """A function of the database that finds ids of rows for a policy: it sees all, and narrows them to who asks."""

    query: str
    arguments: str = ""


POLICIES: dict[str, Rows] = {}
FINDERS: dict[str, Finder] = {}
UNGUARDED: dict[str, str] = {}
"""Tables that name an agency, a person or a guarded row and need no policy, with the reason."""


def declare(
    policies: Mapping[str, Rows],
    unguarded: Mapping[str, str] | None = None,
    finders: Mapping[str, Finder] | None = None,
) -> None:
    """Add a system's tables; what several say of one table, each of them allows."""
    for table, rows in policies.items():
        known = POLICIES.get(table, Rows())
        POLICIES[table] = Rows(*(_either(a, b) for a, b in zip(known, rows, strict=True)))
    UNGUARDED.update(unguarded or {})
    FINDERS.update(finders or {})


def _either(one: Predicates, other: Predicates) -> Predicates:
    both = {kind: f"({one[kind]}) or ({other[kind]})" for kind in one if kind in other}
    return {**one, **other, **both}


MINE = f"account_id = {ACCOUNT}"
OWN = f"agency_id = {AGENCY}"
MANAGERS = (
    "id in (select u.user_id from ab_user_role u join ab_role r on r.id = u.role_id where r.name = 'Quản lý')"
)
PROPOSAL = "exists (select 1 from proposal p where p.id = proposal_id)"

_OF_ACCOUNT = {SIGNED_IN: MINE, SIGNING_IN: ALL}
_PERSONAL = Rows(reads=_OF_ACCOUNT, adds=_OF_ACCOUNT, changes=_OF_ACCOUNT, removes=_OF_ACCOUNT)
_OF_SESSION = {
    SIGNED_IN: "exists (select 1 from account_session s where s.id = session_id)",
    SIGNING_IN: ALL,
}
_WHILE_SIGNING_IN = dict.fromkeys(Rows._fields[:4], {SIGNING_IN: ALL})
_CLOSED = Rows()

declare(
    {
        "agency": Rows(reads={ANYONE: ALL}, holds={"entry": f"id = {AGENCY}"}),
        "ab_user": Rows(
            reads={SIGNED_IN: f"id = {ACCOUNT} or {MANAGERS}", "entry": OWN, SIGNING_IN: ALL},
            changes={SIGNED_IN: f"id = {ACCOUNT}", SIGNING_IN: ALL},
        ),
        "ab_user_role": Rows(reads={ANYONE: ALL}),
        "ab_user_group": Rows(reads={ANYONE: ALL}),
        "ab_api_key": _CLOSED,
        "ab_register_user": _CLOSED,
        "account_request": Rows(
            reads={"entry": OWN},
            adds={"entry": f"{OWN} and requested_by_id = {ACCOUNT}"},
        ),
        "reset_request": _CLOSED,
        "manager_reset": _CLOSED,
        "notification": Rows(
            reads={SIGNED_IN: MINE}, adds={SIGNED_IN: ALL, SIGNING_IN: ALL}, changes={SIGNED_IN: MINE}
        ),
        "outgoing_mail": Rows(adds={SIGNED_IN: ALL, SIGNING_IN: ALL}),
        "digest": Rows(reads={SIGNED_IN: MINE}, adds={SIGNED_IN: MINE}, changes={SIGNED_IN: MINE}),
        "audit_event": Rows(adds={ANYONE: f"actor_id is null or actor_id = {ACCOUNT}", SIGNING_IN: ALL}),
        "account_session": _PERSONAL,
        "shown_once": Rows(reads=_OF_SESSION, adds=_OF_SESSION, removes=_OF_SESSION),
        "second_factor": _PERSONAL,
        "recovery_code": _PERSONAL,
        "sign_on_person": _PERSONAL,
        "sign_in_tries": Rows(**_WHILE_SIGNING_IN),
        "proposal": Rows(
            reads={SIGNED_IN: f"created_by_id = {ACCOUNT}", "entry": OWN},
            adds={SIGNED_IN: f"created_by_id = {ACCOUNT}"},
        ),
        "proposal_message": Rows(
            reads={SIGNED_IN: PROPOSAL},
            adds={SIGNED_IN: f"author_id = {ACCOUNT} and {PROPOSAL}"},
        ),
        "stored_file": Rows(
            reads={SIGNED_IN: "exists (select 1 from announcement n where n.file_id = stored_file.id)"}
        ),
    },
    unguarded={"announcement": "Sở Nội vụ's own words to all or to groups; it names a file and no person."},
)


def policies_of(rows: Rows) -> dict[str, str]:
    """Policy name → its SQL behind ``create policy NAME on TABLE``. By name, the first is what most askers need not."""
    every = _asked_by(MANAGER, SYSTEM)
    held = _either(rows.changes, rows.holds)
    found = {
        "all_rows": f"for all using ({every}) with check ({every})",
        "read_rows": rows.reads and f"for select using ({_allowed(rows.reads)})",
        "add_rows": rows.adds and f"for insert with check ({_allowed(rows.adds)})",
        "change_rows": held
        and f"for update using ({_allowed(held)}) with check ({_allowed(rows.changes) or 'false'})",
        "remove_rows": rows.removes and f"for delete using ({_allowed(rows.removes)})",
    }
    return {name: sql for name, sql in found.items() if sql}


def declared() -> dict[str, dict[str, str]]:
    """Table → its policies, of all systems loaded."""
    return {table: policies_of(rows) for table, rows in sorted(POLICIES.items())}


def functions() -> dict[str, str]:
    """Function name → its SQL behind ``create function NAME``, of all systems loaded."""
    return {name: _function(finder) for name, finder in FINDERS.items()}


def _function(finder: Finder) -> str:
    """In PL/pgSQL, which keeps its plan for the connection. An error in between takes the setting back, too."""
    return (
        f"({finder.arguments}) returns setof integer language plpgsql stable as $$ "
        "declare asked text := current_setting('app.kinds', true); "
        f"begin perform set_config('app.kinds', '{SYSTEM}', true); return query {finder.query}; "
        "perform set_config('app.kinds', asked, true); end $$"
    )


def _allowed(predicates: Predicates) -> str:
    return " or ".join(
        _asks(kind) if sql == ALL else f"{_asks(kind)} and ({sql})" for kind, sql in predicates.items()
    )


def _asks(kind: str) -> str:
    if kind == ANYONE:
        return "(select current_setting('app.kinds', true) <> '')"
    if kind == SIGNED_IN:
        return "(select current_setting('app.account', true) <> '')"
    return _asked_by(kind)


def _asked_by(*kinds: str) -> str:
    return f"(select string_to_array(current_setting('app.kinds', true), ',') && '{{{','.join(kinds)}}}')"


OWNERS = {"agency", "ab_user"}
PERSONAL_COLUMNS = {"actor_id", "email", "recipient", "username"}
"""Names of columns that mean a person although nothing points at the person's row."""


def belonging(metadata: MetaData) -> dict[str, str]:
    """Table → the column by which its rows belong to an agency, a person, or a row that does, however far away.

    What points at an unguarded table alone belongs to nobody either.
    """
    found: dict[str, str] = {name: "id" for name in OWNERS}
    while more := dict(_next(metadata, found)):
        found |= more
    return found


def _next(metadata: MetaData, found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    guarded = (found.keys() | POLICIES.keys()) - UNGUARDED.keys()
    for table in metadata.sorted_tables:
        column = _column_of(table, guarded)
        if table.name not in found and column is not None:
            yield table.name, column


def _column_of(table: Table, guarded: Collection[str]) -> str | None:
    for column in table.columns:
        if column.name in PERSONAL_COLUMNS:
            return column.name
        if any(key.column.table.name in guarded for key in column.foreign_keys):
            return column.name
    return None
