"""For every act that is declared to write what a freeze reads: how it is begun, and what its request carries.

An attempt prepares what the act needs where the freeze's scene stands, and leaves the freeze possible.
"""

import random
from collections.abc import Callable
from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from app.models import Account
from app.scoring.models import (
    Assignment,
    Criterion,
    FailedCondition,
    Score,
    ScoreEvidence,
    Sheet,
    SurveyCampaign,
    UnlockRequest,
)
from app.scoring.operations import (
    appraisal_import,
    appraisals,
    assignments,
    criteria,
    deadlines,
    differences,
    drafts,
    entry_import,
    evidence,
    giving,
    granting,
    preparation,
    release,
    rounds,
    scores,
    sheets,
    surveys,
    unlocking,
)
from app.scoring.states import Matter
from soak.acts import perform
from soak.crew import Job, job
from soak.scene import Place
from soak.world import must

Attempt = Callable[[Place], Job]
ATTEMPTS: dict[Callable, list[tuple[Attempt, Matter | None]]] = {}
POINTS = ("0.25", "0.5", "0.75", "1")

# Acts that others do on their way; these others are attempted.
WITHIN: dict[Callable, Callable] = {
    giving.give: assignments.assign_many,
    giving.reopen_or_add_work: assignments.assign_many,
    release.release: assignments.unassign,
    assignments.take_back: assignments.unassign,
    assignments.copy_assignments: assignments.copy_from,
    rounds.set_group: preparation.set_groups,
}


def attempt(act: Callable, only: Matter | None = None) -> Callable[[Attempt], Attempt]:
    """``only``: what this attempt writes of the several matters that the act may write."""

    def note(function: Attempt) -> Attempt:
        ATTEMPTS.setdefault(act, []).append((function, only))
        return function

    return note


def _points() -> str:
    return random.choice(POINTS)


# The unit's own.


@attempt(sheets.save_row)
def save_row(place: Place) -> Job:
    row = place.rows["2.1"]
    version = place.world.read(Score, row).version
    return job("save", person="tp-nhap", score_id=row, points=_points(), version=version)


@attempt(entry_import.apply_upload)
def upload_rows(place: Place) -> Job:
    row = place.rows["2.1"]
    return job("upload_row", person="tp-nhap", sheet_id=place.sheet_id, score_id=row, points=_points())


@attempt(evidence.attach_new)
def attach_new(place: Place) -> Job:
    _one_document(place)
    return job("attach_new", person="tp-nhap", score_id=place.rows["1.1"])


@attempt(evidence.attach_existing)
def attach_existing(place: Place) -> Job:
    document = _one_document(place)
    return job("attach_existing", person="tp-nhap", score_id=place.rows["1.2"], evidence_id=document)


@attempt(evidence.attach_to_rows)
def attach_to_rows(place: Place) -> Job:
    document, rows = _one_document(place), [place.rows[code] for code in ("1.2", "1.3")]
    return job("attach_to_rows", person="tp-nhap", score_ids=rows, evidence_id=document)


@attempt(evidence.detach)
def detach(place: Place) -> Job:
    document = _one_document(place)
    link = {"score_id": place.rows["1.2"], "evidence_id": document}
    place.world.by_hand(insert(ScoreEvidence).values(**link))
    return job("detach", person="tp-nhap", **link)


@attempt(evidence.describe)
def describe(place: Place) -> Job:
    document = _one_document(place)
    return job("describe", person="tp-nhap", evidence_id=document, number=uuid4().hex[:6])


def _one_document(place: Place) -> int:
    """The document that proves 1.1; whatever earlier races attached to the sheet is off it."""
    proven = ScoreEvidence.score_id == place.rows["1.1"]
    kept = place.world.find(
        select(ScoreEvidence.evidence_id).where(proven).order_by(ScoreEvidence.evidence_id)
    )
    mine = select(Score.id).where(Score.sheet_id == place.sheet_id)
    place.world.by_hand(
        delete(ScoreEvidence).where(proven, ScoreEvidence.evidence_id != kept),
        delete(ScoreEvidence).where(ScoreEvidence.score_id.in_(mine), ~proven),
    )
    return kept


@attempt(sheets.reopen)
def reopen(place: Place) -> Job:
    place.signed()
    return job("reopen", person="tp-duyet", sheet_id=place.sheet_id)


@attempt(sheets.sign)
def sign(place: Place) -> Job:
    place.signed()
    return job("sign", person="tp-nhap", sheet_id=place.sheet_id)


@attempt(granting.return_sheet)
def return_sheet(place: Place) -> Job:
    place.sent()
    return job("return_sheet", person="quan-ly", sheet_id=place.sheet_id)


@attempt(unlocking.request_return)
def request_return(place: Place) -> Job:
    place.sent()
    _forget_requests(place)
    return job("request_return", person="quan-ly", sheet_id=place.sheet_id)


@attempt(differences.answer_explanation)
def answer_explanation(place: Place) -> Job:
    must(perform("ask_explanation", person="quan-ly", score_id=place.score_id))
    return job("answer_explanation", person="tp-nhap", score_id=place.score_id)


# Appraisers'.


@attempt(appraisals.save_appraisal)
def save_appraisal(place: Place) -> Job:
    version = place.world.appraisal().version
    return job("save_appraisal", person="td-nv", score_id=place.score_id, points=_points(), version=version)


@attempt(appraisal_import.apply_appraisals)
def upload_appraisals(place: Place) -> Job:
    values = {"round_id": place.round_id, "score_id": place.score_id, "points": _points()}
    return job("upload_appraisal", person="td-nv", **values)


@attempt(appraisals.take_over)
def take_over(place: Place) -> Job:
    """A row of Sở Tư pháp's that proves itself waits for its points; without them the work cannot be sent."""
    return job("take_over", person="td-nv", round_id=place.round_id)


@attempt(appraisals.unlock_work)
def unlock_work(place: Place) -> Job:
    return job("unlock_work", person="quan-ly", round_id=place.round_id, work_id=place.world.works["td-nv"])


@attempt(unlocking.request_unlock)
def request_unlock(place: Place) -> Job:
    _forget_requests(place)
    return job("request_unlock", person="quan-ly", round_id=place.round_id, work_id=place.world.works["td-nv"])


@attempt(unlocking.confirm_unlock)
def confirm_unlock(place: Place) -> Job:
    return job("confirm_unlock", person="quan-ly-2", round_id=place.round_id, unlock_id=_asked(place))


@attempt(unlocking.refuse_unlock)
def refuse_unlock(place: Place) -> Job:
    return job("refuse_unlock", person="quan-ly-2", round_id=place.round_id, unlock_id=_asked(place))


def _asked(place: Place) -> int:
    _forget_requests(place)
    values = {"round_id": place.round_id, "work_id": place.world.works["td-nv"]}
    return must(perform("request_unlock", person="quan-ly", **values))


def _forget_requests(place: Place) -> None:
    place.world.by_hand(delete(UnlockRequest).where(UnlockRequest.state == "pending"))


# The manager's.


@attempt(scores.import_scores, Matter.ENTRIES)
def import_own(place: Place) -> Job:
    return _import(place, "self", f"SO-TP,2.1,{_points()}")


@attempt(scores.import_scores, Matter.APPRAISALS)
def import_appraisals(place: Place) -> Job:
    return _import(place, "appraisal", f"SO-TP,1.2,{_points()}")


@attempt(scores.import_scores, Matter.CONCLUSIONS)
def import_concluded(place: Place) -> Job:
    return _import(place, "concluded", f"SO-TP,1.2,{_points()}")


@attempt(scores.import_scores, Matter.SURVEY_POINTS)
def import_survey(place: Place) -> Job:
    return _import(place, "survey", f"SO-TP,1.5,{_points()}")


def _import(place: Place, stage: str, *rows: str) -> Job:
    return job("import_scores", person="quan-ly", round_id=place.round_id, stage=stage, rows=rows)


@attempt(granting.extend)
def extend(place: Place) -> Job:
    return job("extend", person="quan-ly", sheet_id=place.sheet_id)


@attempt(assignments.assign_many)
def assign_many(place: Place) -> Job:
    _assigned_by_sets(place)
    return job("assign", person="quan-ly", round_id=place.round_id, appraiser="td-nv", code="2")


@attempt(assignments.assign)
def assign(place: Place) -> Job:
    _assigned_by_sets(place)
    return job("assign_one", person="quan-ly", round_id=place.round_id, appraiser="td-nv", code="2.1")


@attempt(assignments.assign_by_sets)
def assign_by_sets(place: Place) -> Job:
    _assigned_by_sets(place)
    return job("assign_by_sets", person="quan-ly", round_id=place.round_id)


@attempt(assignments.copy_from)
def copy_from(place: Place) -> Job:
    """From a round where td-nv has a subtree that is not theirs here."""
    _assigned_by_sets(place)
    source = place.source_of_assignments()
    return job("copy_assignments", person="quan-ly", source_id=source, round_id=place.round_id)


@attempt(assignments.unassign)
def unassign(place: Place) -> Job:
    _assigned_by_sets(place)
    return job(
        "unassign", person="quan-ly", round_id=place.round_id, assignment_id=_assignment(place, "td-nv", "3")
    )


@attempt(assignments.check_reassigned)
def reassign(place: Place) -> Job:
    _assigned_by_sets(place)
    return job(
        "reassign", person="quan-ly", assignment_id=_assignment(place, "td-nv", "3"), appraiser="td-tp"
    )


def _assigned_by_sets(place: Place) -> None:
    """Everybody has the subtrees that the set gives them and has scored them; nobody has anything else."""
    place.assigned_by_sets()


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


@attempt(preparation.change_deadlines)
def change_deadlines(place: Place) -> Job:
    return job("change_deadlines", person="quan-ly", round_id=place.round_id)


@attempt(deadlines.check_round_change)
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
    return job("conclude_score", person="quan-ly", score_id=place.score_id, points=_points())


@attempt(differences.withdraw_conclusion)
def withdraw_conclusion(place: Place) -> Job:
    must(perform("conclude_score", person="quan-ly", score_id=place.score_id, points=_points()))
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


# Rounds and sets in preparation.


@attempt(preparation.set_groups)
def set_groups(place: Place) -> Job:
    return job("set_groups", person="quan-ly", round_id=place.round_id)


@attempt(preparation.rename)
def rename(place: Place) -> Job:
    return job("rename", person="quan-ly", round_id=place.round_id, name=f"Kỳ {uuid4().hex}")


@attempt(preparation.set_bands)
def set_bands(place: Place) -> Job:
    return job("set_bands", person="quan-ly", round_id=place.round_id)


@attempt(preparation.set_rules)
def set_rules(place: Place) -> Job:
    return job("set_rules", person="quan-ly", round_id=place.round_id)


@attempt(criteria.check_draft)
def check_draft(place: Place) -> Job:
    return job("check_draft", person="quan-ly", set_id=place.set_id)


@attempt(criteria.delete_draft)
def delete_draft(place: Place) -> Job:
    return job("delete_draft", person="quan-ly", set_id=place.set_id)


@attempt(drafts.check_set)
def edit_set(place: Place) -> Job:
    return job("edit_set", person="quan-ly", set_id=place.set_id)


@attempt(drafts.check_set_unused)
def remove_set(place: Place) -> Job:
    return job("remove_set", person="quan-ly", set_id=place.set_id)


@attempt(drafts.place)
def add_criterion(place: Place) -> Job:
    return job("add_criterion", person="quan-ly", set_id=place.set_id)


@attempt(drafts.recheck_draft)
def edit_criterion(place: Place) -> Job:
    return job("edit_criterion", person="quan-ly", criterion_id=place.criterion("1.1"))


@attempt(drafts.take_out)
def remove_criterion(place: Place) -> Job:
    return job("remove_criterion", person="quan-ly", criterion_id=place.criterion("3.2"))

