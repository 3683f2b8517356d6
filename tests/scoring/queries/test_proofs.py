"""queries/records.py and proofs.py: what conclusion freezes, and that the frozen data give the ranking again."""

import hashlib
import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.extensions import db
from app.scoring.models import Round
from app.scoring.queries.proofs import prove
from app.scoring.queries.records import content_of, record_of
from app.scoring.rules import RULES_VERSION, recompute
from tests.scoring.views.stages import concluded, consolidated


@pytest.fixture
def frozen(told, app, province, ctx) -> Round:
    return db.session.get(Round, told("concluded", lambda: concluded(app, province)))


def change(statement: str, **values: str) -> None:
    """As a hand in the database would, its guards taken off."""
    for act in ("update", "delete"):
        db.session.execute(text(f"drop trigger if exists round_record_no_{act}"))
    db.session.execute(text(statement), values)
    db.session.commit()
    db.session.expire_all()


def test_conclusion_freezes_everything_that_the_ranking_came_from(frozen):
    record = record_of(frozen)
    data = json.loads(record.content)
    assert hashlib.sha256(record.content.encode()).hexdigest() == record.digest
    assert (record.rules_version, data["rules_version"]) == (RULES_VERSION, RULES_VERSION)
    assert sorted(data) == [
        "appraisers", "bands", "criteria_sets", "format", "groups", "ranking", "round", "rules_version", "sheets",
        "unlocks",
    ]  # fmt: skip
    justice = next(sheet for sheet in data["sheets"] if sheet["agency"] == "SO-TP")
    scores = {score["code"]: score for score in justice["scores"]}
    assert scores["2.1"]["concluded"] == "1.5"
    assert scores["1.1"]["appraisals"] == [{"by": "td-nv", "points": "1", "reason": "Theo hồ sơ kiểm chứng."}]
    assert scores["1.5"]["survey"] == "1.5"


def test_the_frozen_data_alone_give_the_ranking(frozen):
    data = json.loads(record_of(frozen).content)
    assert recompute(data) == data["ranking"]


def test_a_sound_round_is_proven(frozen):
    proof = prove(frozen)
    assert (proof.holds, proof.agencies, proof.differences) == (True, 3, [])


def test_a_round_in_appraisal_has_no_record_but_its_standings_have_the_same_form(app, province, ctx):
    round_ = db.session.get(Round, consolidated(app, province))
    data = json.loads(content_of(round_))
    assert (prove(round_), data["round"]["concluded_at"]) == (None, None)
    assert recompute(data) == data["ranking"]


def test_later_changes_do_not_reach_the_record(frozen):
    before = content_of(frozen)
    change("update agency set name = 'Sở khác'")
    change("update score set concluded_points = 0")
    assert (content_of(frozen), prove(frozen).holds) == (before, True)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("update result set rank = 9 where rank = 1", ["rank"]),
        ("update result set points = points + 1 where rank = 1", ["points", "index"]),
        ("update result set grade = 'Yếu' where rank = 1", ["grade"]),
        ("update result set fields = '{}' where rank = 1", ["fields"]),
        ("delete from result where rank = 1", ["sheet"]),
    ],
)
def test_a_changed_result_is_named(frozen, statement, found):
    change(statement)
    proof = prove(frozen)
    assert (proof.holds, [difference.column for difference in proof.differences]) == (False, found)
    assert {(difference.where, difference.agency) for difference in proof.differences} == {
        ("result", "SO-TC")
    }


def test_a_changed_record_is_found_even_with_a_digest_made_for_it(frozen):
    content = record_of(frozen).content.replace('"concluded":"1.5"', '"concluded":"2"')
    digest = hashlib.sha256(content.encode()).hexdigest()
    change("update round_record set content = :content", content=content)
    assert prove(frozen).digest_holds is False
    change("update round_record set digest = :digest", digest=digest)
    proof = prove(frozen)
    assert (proof.digest_holds, proof.on_the_trail, proof.holds) == (True, False, False)
    assert {difference.agency for difference in proof.differences} >= {"SO-TP"}


def test_a_record_that_cannot_be_read_is_no_proof(frozen):
    change("update round_record set content = '{}'")
    assert (prove(frozen).readable, prove(frozen).holds) == (False, False)


@pytest.mark.parametrize("statement", ["update round_record set digest = ''", "delete from round_record"])
def test_the_database_refuses_to_touch_a_record(frozen, statement):
    with pytest.raises(DatabaseError, match="final"):
        db.session.execute(text(statement))
