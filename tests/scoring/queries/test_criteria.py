"""Criteria sets in lists, and what two versions differ in."""

from decimal import Decimal

from app.extensions import db
from app.scoring.models import CriteriaSet, Criterion
from app.scoring.operations import criteria
from app.scoring.queries import criteria as queries
from tests.province import NOW


def version_two(province) -> CriteriaSet:
    return criteria.copy_set(
        db.session.get(CriteriaSet, province.reform_set), actor=province.account("quan-ly"), at=NOW
    )


def node(criteria_set, code):
    return next(node for node in criteria_set.criteria if node.code == code)


def test_a_list_knows_leaves_and_maximum_without_bonus_and_penalty(ctx, province):
    lines = {line.criteria_set.id: line for line in queries.criteria_sets()}
    line = lines[province.reform_set]
    assert (line.nodes, line.leaves, line.maximum, line.rounds) == (12, 9, Decimal(10), 0)


def test_sets_are_found_without_marks_and_by_programme_and_state(ctx, province):
    assert [line.criteria_set.id for line in queries.criteria_sets(words="bo htnv nho")] == [
        province.task_set
    ]
    assert [line.criteria_set.id for line in queries.criteria_sets("cchc")] == [province.reform_set]
    assert queries.criteria_sets(state="draft") == []


def test_a_copy_is_the_same(ctx, province):
    copy = version_two(province)
    original = db.session.get(CriteriaSet, province.reform_set)
    assert queries.compare(original.criteria, copy.criteria).is_same


def test_a_comparison_names_what_came_what_went_and_what_changed(ctx, province):
    copy = version_two(province)
    original = db.session.get(CriteriaSet, province.reform_set)
    node(copy, "1.1").maximum = Decimal("1.25")
    node(copy, "1.1").rule_text = "Đúng hạn => 1.25 | Không => 0"
    node(copy, "1.3").appraiser_agency = "SO-TP"
    copy.criteria.remove(node(copy, "2.2"))
    copy.criteria.append(
        Criterion(
            code="2.3",
            field_code="2",
            name="Mới",
            maximum=Decimal(1),
            method="manual",
            level=2,
            is_leaf=True,
            rule_text="",
            figures={},
            evidence="",
            evidence_required=False,
            assessed_by="self",
            appraiser_agency="",
            not_applicable_for=[],
            note="",
        )
    )
    found = queries.compare(original.criteria, copy.criteria)
    assert ([n.code for n in found.added], [n.code for n in found.removed]) == (["2.3"], ["2.2"])
    assert [(n.code, changes) for n, changes in found.changed] == [
        (
            "1.1",
            [
                ("Điểm tối đa", "1", "1,25"),
                ("Thang điểm", "Đúng hạn → 1 | Không → 0", "Đúng hạn → 1,25 | Không → 0"),
            ],
        ),
        ("1.3", [("Cơ quan thẩm định", "SO-NV", "SO-TP")]),
    ]


def test_the_version_that_a_set_was_copied_from_is_offered_first(ctx, province):
    first = version_two(province)
    second = criteria.copy_set(first, actor=province.account("quan-ly"), at=NOW)
    assert [other.version for other in queries.comparable_sets(second)] == [2, 1]


def test_a_round_is_offered_issued_sets_that_fit_the_group(ctx, province):
    version_two(province)
    offered = {group: [found.id for found in sets] for group, sets in queries.issued_sets("cchc").items()}
    assert offered == {province.groups["so"]: [province.reform_set]}


def test_a_rule_is_read_out_with_the_decimal_comma():
    assert queries.rule_lines("Đúng hạn => 0.5 | Chậm => 0") == [("Đúng hạn", "0,5"), ("Chậm", "0")]
    assert queries.rule_lines("0.5 / tin bài") == [("0.5 / tin bài", "")]
    assert queries.rule_lines("") == []
