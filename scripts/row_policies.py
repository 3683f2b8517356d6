"""Prints the row policies that the newest migration lacks: ``python -m scripts.row_policies``. For the next one.

A migration that makes or changes policies holds them as ``ROW_POLICIES``: table → policy → SQL behind
``create policy … on …``, and what they call as ``ROW_FUNCTIONS``: name → SQL behind ``create function …``. A later one
replaces all policies of the tables that it names; ``{}`` takes them away.
"""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from pprint import pformat
from types import ModuleType

from alembic.script import ScriptDirectory

import app.scoring.models  # noqa: F401 – declares its policies
import app.sign_in.models  # noqa: F401
from app.row_policies import declared, functions

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

Policies = dict[str, dict[str, str]]


def migrated() -> tuple[Policies, dict[str, str]]:
    """The policies and functions that the migrations leave, read from their text in their order."""
    policies: Policies = {}
    made: dict[str, str] = {}
    for revision in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())):
        module = _module(Path(revision.path))
        policies |= getattr(module, "ROW_POLICIES", {})
        made |= getattr(module, "ROW_FUNCTIONS", {})
    return {table: found for table, found in policies.items() if found}, made


def _module(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lacking() -> tuple[Policies, dict[str, str]]:
    """What is declared otherwise than the migrations have it."""
    (known, made), wanted = migrated(), declared()
    new = {name: wanted.get(name, {}) for name in {*known, *wanted} if known.get(name) != wanted.get(name)}
    return dict(sorted(new.items())), {
        name: sql for name, sql in functions().items() if made.get(name) != sql
    }


if __name__ == "__main__":
    for name, found in zip(("ROW_POLICIES", "ROW_FUNCTIONS"), lacking(), strict=True):
        print(name, "=", pformat(found, width=118, sort_dicts=False))
