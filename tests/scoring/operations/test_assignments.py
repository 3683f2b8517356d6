"""Assigning appraisers: by the sets, in bulk, from another round, and taken back."""

import pytest

from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.holding import hold_row
from app.scoring.models import CriteriaSet
from app.scoring.operations import assignments, criteria, rounds
from app.scoring.queries.assigned import Coverage, assignments_of
from tests.province import DEADLINE, NOW, appraise_everything, begin_appraisal, open_round

SURVEY_FIELD = """code,parent_code,name,max_score,scoring_method,rule,assessed_by,appraiser_agency
1,,Chỉ đạo,1,sum,,,
1.1,1,Kế hoạch,1,manual,,self,SO-NV
2,,Tác động,3,sum,,,
2.1,2,Khảo sát,1.5,survey,"form=KS-01; questions=KS-01-C02; weights=100,80,50,0",survey,
2.2,2,Khảo sát khác,1.5,survey,"form=KS-01; questions=KS-01-C02; weights=100,80,50,0",survey,
"""


def prepared(province, name="CCHC 2026", sets=None, period="2026"):
    return rounds.create_round(
        programme="cchc",
        period=period,
        name=name,
        entry_deadline=DEADLINE,
        sets=sets or {province.group("so"): db.session.get(CriteriaSet, province.reform_set)},
        actor=province.account("quan-ly"),
        at=NOW,
    )


def given(round_):
    return sorted(
        (a.appraiser.username, a.criterion.code if a.criterion else "", [g.code for g in a.agencies])
        for a in assignments_of(round_)
    )


def test_a_round_in_preparation_is_assigned_by_its_sets_with_stand_ins_for_own_agencies(ctx, province):
    round_ = prepared(province)
    assignments.assign_by_sets(hold_row(round_), actor=province.account("quan-ly"), at=NOW)
    db.session.flush()
    assert given(round_) == [
        ("td-nv", "1", []),
        ("td-nv", "2.1", ["SO-TP"]),
        ("td-nv", "2.2", ["SO-TP"]),
        ("td-nv", "3", []),
        ("td-tp", "1.1", ["SO-NV"]),
        ("td-tp", "1.2", ["SO-NV"]),
        ("td-tp", "1.3", ["SO-NV"]),
        ("td-tp", "1.4", ["SO-NV"]),
        ("td-tp", "2", []),
        ("td-tp", "3.1", ["SO-NV"]),
        ("td-tp", "3.2", ["SO-NV"]),
    ]
    assert Coverage(round_).uncovered() == []


def test_a_field_of_surveys_alone_needs_no_appraiser(ctx, province):
    made, _parsed, findings = criteria.import_criteria(
        SURVEY_FIELD.encode(),
        "s.csv",
        programme="cchc",
        groups=[province.group("so")],
        name="Có lĩnh vực khảo sát",
        actor=None,
        at=NOW,
    )
    assert findings == []
    criteria.issue(hold_row(made), actor=None, at=NOW)
    round_ = prepared(province, sets={province.group("so"): made})
    assignments.assign_by_sets(hold_row(round_), actor=province.account("quan-ly"), at=NOW)
    assert given(round_)[0] == ("td-nv", "1", [])


def test_many_people_get_many_fields_at_once(ctx, province):
    round_ = prepared(province)
    group, manager = province.group("so"), province.account("quan-ly")
    fields = [node for node in round_.sets[0].criteria_set.criteria if node.level == 1][:2]
    people = [province.account("td-nv"), province.account("td-tp")]
    made = assignments.assign_many(
        hold_row(round_), people, group, fields, [province.agency("SO-TC")], actor=manager, at=NOW
    )
    assert (made, given(round_)) == (
        4,
        [(name, code, ["SO-TC"]) for name in ("td-nv", "td-tp") for code in ("1", "2")],
    )


def test_without_a_criterion_the_whole_set_is_given(ctx, province):
    round_ = prepared(province)
    assignments.assign_many(
        hold_row(round_),
        [province.account("td-nv")],
        province.group("so"),
        [],
        actor=province.account("quan-ly"),
        at=NOW,
    )
    assert given(round_) == [("td-nv", "", [])]


def test_assigning_nobody_is_refused(ctx, province):
    round_ = prepared(province)
    with pytest.raises(Refused) as refusal:
        assignments.assign_many(
            hold_row(round_), [], province.group("so"), [], actor=province.account("quan-ly"), at=NOW
        )
    assert refusal.value.field == "appraisers"


def test_only_a_manager_assigns_in_bulk(ctx, province):
    round_ = prepared(province)
    with pytest.raises(NotAllowed):
        assignments.assign_many(
            hold_row(round_),
            [province.account("td-nv")],
            province.group("so"),
            [],
            actor=province.account("td-nv"),
            at=NOW,
        )


def test_last_years_assignments_follow_the_codes_into_a_new_version(ctx, province):
    manager = province.account("quan-ly")
    last = open_round(province, period="2025")
    copy = criteria.copy_set(db.session.get(CriteriaSet, province.reform_set), actor=manager, at=NOW)
    criteria.issue(hold_row(copy), actor=manager, at=NOW)
    round_ = prepared(province, sets={province.group("so"): copy})
    made = assignments.copy_from(last, hold_row(round_), actor=manager, at=NOW)
    db.session.flush()
    assert (made, given(round_)) == (11, given(last))
    assert {a.criterion.criteria_set_id for a in assignments_of(round_)} == {copy.id}
    assert assignments.copy_from(last, hold_row(round_), actor=manager, at=NOW) == 0


def test_a_person_who_no_longer_works_is_not_taken_over(ctx, province):
    manager = province.account("quan-ly")
    last = open_round(province, period="2025")
    province.account("td-tp").active = False
    round_ = prepared(province)
    assignments.copy_from(last, hold_row(round_), actor=manager, at=NOW)
    assert {name for name, _code, _agencies in given(round_)} == {"td-nv"}


def test_assignments_come_from_another_round_of_the_same_programme_only(ctx, province):
    manager = province.account("quan-ly")
    other = open_round(province, "htnv")
    round_ = prepared(province)
    for source in (other, round_):
        with pytest.raises(Refused):
            assignments.copy_from(source, hold_row(round_), actor=manager, at=NOW)


def test_after_consolidation_nothing_is_assigned_any_more(ctx, province):
    round_ = open_round(province)
    begin_appraisal(round_, province)
    round_.state = "consolidated"
    with pytest.raises(Conflict):
        assignments.copy_from(round_, hold_row(round_), actor=province.account("quan-ly"), at=NOW)


def test_the_work_of_an_appraiser_who_has_sent_is_not_widened(ctx, province):
    manager = province.account("quan-ly")
    round_ = open_round(province)
    assignments.assign(
        hold_row(round_),
        province.account("td-tp"),
        province.group("so"),
        round_.sets[0].criteria_set.criteria[0],
        [province.agency("SO-NV")],
        actor=manager,
        at=NOW,
    )
    begin_appraisal(round_, province)
    appraise_everything(round_, province, "td-tp")
    given_before = given(round_)
    with pytest.raises(Conflict):
        assignments.assign(
            hold_row(round_),
            province.account("td-tp"),
            province.group("so"),
            round_.sets[0].criteria_set.criteria[0],
            actor=manager,
            at=NOW,
        )
    db.session.rollback()
    assert given(round_) == given_before
