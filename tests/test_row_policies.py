"""Every table that belongs to an agency or a person says who may reach its rows; the migrations hold the same text."""

import ast
from pathlib import Path

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

import app.office.models  # noqa: F401 – so that every table is known
import app.scoring.models  # noqa: F401
import app.sign_in.models  # noqa: F401
from app.extensions import Model
from app.row_policies import POLICIES, SIGNED_IN, UNGUARDED, Rows, belonging, policies_of
from scripts.row_policies import lacking

APP = Path(__file__).parent.parent / "app"


def test_every_table_of_an_agency_or_a_person_has_a_policy_or_a_reason():
    found = belonging(Model.metadata)
    assert {name: found[name] for name in found if name not in POLICIES.keys() | UNGUARDED.keys()} == {}


def test_what_is_declared_is_there_and_nothing_is_declared_twice():
    assert POLICIES.keys() - Model.metadata.tables.keys() == set()
    assert UNGUARDED.keys() - belonging(Model.metadata).keys() == set()
    assert POLICIES.keys() & UNGUARDED.keys() == set()


def test_a_table_belongs_to_whom_it_points_at_however_far_away():
    metadata, key = MetaData(), lambda: Column("id", Integer, primary_key=True)
    Table("agency", metadata, key())
    Table("ab_user", metadata, key())
    Table("dossier", metadata, key(), Column("agency_id", ForeignKey("agency.id")))
    Table("dossier_page", metadata, key(), Column("of_id", ForeignKey("dossier.id")))
    Table("page_stamp", metadata, key(), Column("page_id", ForeignKey("dossier_page.id")))
    Table("letter", metadata, key(), Column("recipient", String))
    Table("holiday", metadata, key(), Column("name", String))
    assert belonging(metadata).keys() == {
        "agency",
        "ab_user",
        "dossier",
        "dossier_page",
        "page_stamp",
        "letter",
    }


def test_the_migrations_hold_what_is_declared():
    assert lacking() == ({}, {})


def test_managers_and_named_accesses_reach_all_and_nobody_else_does_by_default():
    policies = policies_of(Rows())
    assert policies.keys() == {"all_rows"}
    assert "{manager,system}" in policies["all_rows"] and "or" not in policies["all_rows"].split()


def test_a_row_that_may_be_held_may_not_be_changed():
    policy = policies_of(Rows(holds={SIGNED_IN: "id = 1"}))["change_rows"]
    assert policy.endswith("and (id = 1)) with check (false)")


ACCESSES = {
    "backup/making.py": ["a backup holds every row"],
    "cli/commands.py": ["command …"],
    "cli/server.py": ["the server starts"],
    "accounts/requests.py": ["a new password is asked for without signing in"],
    "machine.py": ["the state of the machine"],
    "web/uploads.py": ["whether a content is named by any row"],
    "scoring/operations/appraisals.py": ["no sheet of the round is with its agency"],
    "scoring/operations/consolidation.py": ["every appraiser of the round has sent"],
    "scoring/operations/turns.py": ["who is told of a round's turn"],
    "scoring/operations/evidence.py": ["one row for each content, whoever sent it first"],
    "scoring/queries/hints.py": ["reform indexes of a period, for a criterion linked to them"],
    "scoring/queries/entry.py": ["means of the appraisals of an agency's own rows"],
    "scoring/queries/own_outcome.py": [
        "an agency's own outcome: means and reasons of appraisers whom it may not see",
        "reasons of appraisers, without names, for rows that an agency is asked to explain",
    ],
    "scoring/queries/page_totals.py": [
        "final points of concluded rounds, made of appraisals that others sent"
    ],
    "scoring/queries/results.py": [
        "the ranking of a round in the account's sight",
        "the ranking of a published round",
    ],
    "scoring/queries/review.py": [
        "rows of a sheet changed since an act",
        "the history of a sheet, for those who see it",
    ],
    "scoring/queries/signed_papers.py": ["whose report a code belongs to"],
    "scoring/queries/standings.py": ["an agency's reform index, for a criterion linked to it"],
    "scoring/queries/surveys.py": ["the agencies of a round, for a survey"],
    "scoring/queries/verification.py": ["a report by the code printed on it"],
    "scoring/queries/verified_results.py": ["a ranking by the code printed on it"],
    "scoring/queries/years.py": [
        "ranks of the round before",
        "an agency's years beside the means of its group",
        "means of a group over the years",
    ],
    "scoring/views/public_surveys.py": [
        "a survey answered without an account",
        "a survey form opened by a one-time code",
    ],
}
"""Where more is seen than by the person who asks, and what for: each one more is to be thought over here."""


def test_every_named_system_access_stands_in_the_list():
    found = {}
    for path in sorted(APP.rglob("*.py")):
        purposes = [
            words for call in ast.walk(ast.parse(path.read_text("utf-8"))) if (words := _purpose(call))
        ]
        if purposes:
            found[str(path.relative_to(APP))] = purposes
    assert {name: sorted(words) for name, words in found.items()} == {
        name: sorted(words) for name, words in ACCESSES.items()
    }


def _purpose(call: ast.AST) -> str | None:
    """What a call of ``system_access`` is for; what is put into the words is left out."""
    if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "system_access":
        return None
    words = call.args[0]
    parts = words.values if isinstance(words, ast.JoinedStr) else [words]
    return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in parts)
