"""Attempts of managers on sheets, assignments and points."""


from sqlalchemy import select, update

from app.models import Account
from app.scoring.models import (
    Assignment,
    Criterion,
    FailedCondition,
    Score,
    Sheet,
    SurveyCampaign,
)
from app.scoring.operations import (
    assignments,
    council,
    deadlines,
    differences,
    granting,
    scores,
    surveys,
)
from app.scoring.states import Matter
from soak.acts import perform
from soak.attempts.noting import attempt, some_points
from soak.crew import Job, job
from soak.scene import Place
from soak.world import must


@attempt(scores.import_scores, Matter.ENTRIES)
def import_own(place: Place) -> Job:
    return _import(place, "self", f"SO-TP,2.1,{some_points()}")


@attempt(scores.import_scores, Matter.APPRAISALS)
def import_appraisals(place: Place) -> Job:
    return _import(place, "appraisal", f"SO-TP,1.2,{some_points()}")


@attempt(scores.import_scores, Matter.CONCLUSIONS)
def import_concluded(place: Place) -> Job:
    return _import(place, "concluded", f"SO-TP,1.2,{some_points()}")


@attempt(scores.import_scores, Matter.SURVEY_POINTS)
def import_survey(place: Place) -> Job:
    return _import(place, "survey", f"SO-TP,1.5,{some_points()}")


def _import(place: Place, stage: str, *rows: str) -> Job:
    return job("import_scores", person="quan-ly", round_id=place.round_id, stage=stage, rows=rows)


@attempt(granting.extend)
def extend(place: Place) -> Job:
    return job("extend", person="quan-ly", sheet_id=place.sheet_id)


@attempt(assignments.assign_many)
def assign_many(place: Place) -> Job:
    place.assigned_by_sets()
    return job("assign", person="quan-ly", round_id=place.round_id, appraiser="td-nv", code="2")


@attempt(assignments.assign)
def assign(place: Place) -> Job:
    place.assigned_by_sets()
    return job("assign_one", person="quan-ly", round_id=place.round_id, appraiser="td-nv", code="2.1")


@attempt(assignments.assign_by_sets)
def assign_by_sets(place: Place) -> Job:
    place.assigned_by_sets()
    return job("assign_by_sets", person="quan-ly", round_id=place.round_id)


@attempt(assignments.copy_from)
def copy_from(place: Place) -> Job:
    """From a round where td-nv has a subtree that is not theirs here."""
    place.assigned_by_sets()
    source = place.source_of_assignments()
    return job("copy_assignments", person="quan-ly", source_id=source, round_id=place.round_id)


@attempt(assignments.unassign)
def unassign(place: Place) -> Job:
    place.assigned_by_sets()
    return job(
        "unassign", person="quan-ly", round_id=place.round_id, assignment_id=_assignment(place, "td-nv", "3")
    )


@attempt(assignments.reassign)
def reassign(place: Place) -> Job:
    place.assigned_by_sets()
    return job(
        "reassign", person="quan-ly", assignment_id=_assignment(place, "td-nv", "3"), appraiser="td-tp"
    )


def _assignment(place: Place, appraiser: str, code: str) -> int:
    return place.world.find(
        select(Assignment.id)
        .join(Assignment.appraiser)
        .join(Assignment.criterion)
        .where(Assignment.round_id == place.round_id, Criterion.code == code)
        .where(Account.username == appraiser)
    )


@attempt(surveys.compute_points)
def compute_points(place: Place) -> Job:
    mine = select(Score.id).join(Sheet).where(Sheet.round_id == place.round_id)
    place.world.by_hand(
        update(Score).where(Score.id.in_(mine), Score.survey_points.is_not(None)).values(survey_points=0)
    )
    return job("compute_points", person="quan-ly", round_id=place.round_id)


@attempt(surveys.set_closing)
def set_closing(place: Place) -> Job:
    mine = select(SurveyCampaign.id).where(SurveyCampaign.round_id == place.round_id)
    values = {"round_id": place.round_id, "campaign_id": place.world.find(mine)}
    return job("set_closing", person="quan-ly", **values)


@attempt(deadlines.change_deadlines)
def change_deadlines(place: Place) -> Job:
    return job("change_deadlines", person="quan-ly", round_id=place.round_id)


@attempt(deadlines.set_explanation_days)
def edit_round(place: Place) -> Job:
    return job("edit_round", person="quan-ly", round_id=place.round_id)


@attempt(differences.ask_explanation)
def ask_explanation(place: Place) -> Job:
    return job("ask_explanation", person="quan-ly", score_id=place.score_id)


@attempt(differences.ask_explanations)
def ask_explanations(place: Place) -> Job:
    values = {"round_id": place.round_id, "score_ids": [place.rows[code] for code in ("1.1", "1.2", "2.1")]}
    return job("ask_explanations", person="quan-ly", **values)


@attempt(differences.conclude_score)
def conclude_score(place: Place) -> Job:
    return job("conclude_score", person="quan-ly", score_id=place.score_id, points=some_points())


@attempt(council.conclude_scores)
def conclude_scores(place: Place) -> Job:
    values = {"round_id": place.round_id, "score_ids": [place.rows[code] for code in ("1.1", "1.2", "2.1")]}
    return job("conclude_scores", person="quan-ly", **values)


@attempt(differences.withdraw_conclusion)
def withdraw_conclusion(place: Place) -> Job:
    must(perform("conclude_score", person="quan-ly", score_id=place.score_id, points=some_points()))
    return job("withdraw_conclusion", person="quan-ly", score_id=place.score_id)


@attempt(differences.fail_condition)
def fail_condition(place: Place) -> Job:
    return job("fail_condition", person="quan-ly", round_id=place.round_id, sheet_id=place.sheet_id)


@attempt(differences.clear_condition)
def clear_condition(place: Place) -> Job:
    values = {"round_id": place.round_id, "sheet_id": place.sheet_id}
    must(perform("fail_condition", person="quan-ly", **values))
    failure = place.world.find(select(FailedCondition.id).where(FailedCondition.sheet_id == place.sheet_id))
    return job("clear_condition", person="quan-ly", round_id=place.round_id, failure_id=failure)
