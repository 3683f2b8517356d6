"""The matrix of assignments and the leaves that nobody appraises."""

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import CriteriaSet
from app.scoring.operations import assignments, rounds
from app.scoring.queries import coverage as queries
from app.scoring.queries.assigned import Coverage
from tests.province import DEADLINE, NOW, open_round


def prepared(province):
    return rounds.create_round(
        programme="cchc",
        period="2026",
        name="CCHC 2026",
        entry_deadline=DEADLINE,
        sets={province.group("so"): db.session.get(CriteriaSet, province.reform_set)},
        actor=province.account("quan-ly"),
        at=NOW,
    )


def field(round_, code):
    return next(node for node in round_.sets[0].criteria_set.criteria if node.code == code)


def assign(province, round_, name, code, agencies=()):
    assignments.assign(
        hold_row(round_),
        province.account(name),
        province.group("so"),
        field(round_, code),
        [province.agency(agency) for agency in agencies],
        actor=province.account("quan-ly"),
        at=NOW,
    )


def test_before_opening_the_agencies_of_the_period_are_counted(ctx, province):
    round_ = prepared(province)
    assert len(Coverage(round_).items) == 3 * 8 - 1
    matrix = queries.matrix(round_, Coverage(round_))
    assert [(row.field.code, row.leaves, row.open) for row in matrix[0].fields] == [
        ("1", 12, 12),
        ("2", 5, 5),
        ("3", 6, 6),
    ]


def test_opening_changes_nothing_about_what_is_covered(ctx, province):
    round_ = prepared(province)
    assign(province, round_, "td-nv", "1")
    before = [(g.criterion.code, [a.code for a in g.agencies]) for g in queries.leaf_gaps(Coverage(round_))]
    rounds.open_round(hold_row(round_), actor=province.account("quan-ly"), at=NOW)
    after = [(g.criterion.code, [a.code for a in g.agencies]) for g in queries.leaf_gaps(Coverage(round_))]
    assert before == after


def test_a_gap_says_when_only_the_agencys_own_person_is_given_it(ctx, province):
    round_ = prepared(province)
    assign(province, round_, "td-nv", "1")
    assign(province, round_, "td-tp", "2", ["SO-TC"])
    found = [
        (gap.criterion.code, [a.code for a in gap.agencies], [a.code for a in gap.own])
        for gap in queries.leaf_gaps(Coverage(round_))
    ]
    assert found[:5] == [
        ("1.1", ["SO-NV"], ["SO-NV"]),
        ("1.2", ["SO-NV"], ["SO-NV"]),
        ("1.3", ["SO-NV"], ["SO-NV"]),
        ("1.4", ["SO-NV"], ["SO-NV"]),
        ("2.1", ["SO-NV", "SO-TP"], []),
    ]


def test_a_covered_round_has_no_gaps(ctx, province):
    assert queries.leaf_gaps(Coverage(open_round(province))) == []


def test_a_subtree_needs_giving_once(ctx, province):
    round_ = prepared(province)
    nodes = [field(round_, code) for code in ("1", "1.2", "2.1")]
    assert [node.code for node in queries.topmost(nodes)] == ["1", "2.1"]
