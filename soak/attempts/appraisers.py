"""Attempts of appraisers, and on their work."""



from app.scoring.operations import (
    appraisal_import,
    appraisals,
    unlocking,
)
from soak.acts import perform
from soak.attempts.noting import attempt, some_points
from soak.crew import Job, job
from soak.scene import Place
from soak.world import must


@attempt(appraisals.save_appraisal)
def save_appraisal(place: Place) -> Job:
    version = place.world.appraisal().version
    return job("save_appraisal", person="td-nv", score_id=place.score_id, points=some_points(), version=version)


@attempt(appraisal_import.apply_appraisals)
def upload_appraisals(place: Place) -> Job:
    values = {"round_id": place.round_id, "score_id": place.score_id, "points": some_points()}
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
    place.without_requests()
    return job("request_unlock", person="quan-ly", round_id=place.round_id, work_id=place.world.works["td-nv"])


@attempt(unlocking.confirm_unlock)
def confirm_unlock(place: Place) -> Job:
    return job("confirm_unlock", person="quan-ly-2", round_id=place.round_id, unlock_id=_asked(place))


@attempt(unlocking.refuse_unlock)
def refuse_unlock(place: Place) -> Job:
    return job("refuse_unlock", person="quan-ly-2", round_id=place.round_id, unlock_id=_asked(place))


def _asked(place: Place) -> int:
    place.without_requests()
    values = {"round_id": place.round_id, "work_id": place.world.works["td-nv"]}
    return must(perform("request_unlock", person="quan-ly", **values))
