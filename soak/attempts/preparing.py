"""Attempts of managers on rounds and sets in preparation."""

from uuid import uuid4

from app.scoring.operations import (
    criteria,
    drafts,
    preparation,
)
from soak.attempts.noting import attempt
from soak.crew import Job, job
from soak.scene import Place


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


@attempt(drafts.change_set)
def edit_set(place: Place) -> Job:
    return job("edit_set", person="quan-ly", set_id=place.set_id)


@attempt(drafts.add_criterion)
def add_criterion(place: Place) -> Job:
    return job("add_criterion", person="quan-ly", set_id=place.set_id)


@attempt(drafts.change_criterion)
def edit_criterion(place: Place) -> Job:
    return job("edit_criterion", person="quan-ly", criterion_id=place.criterion("1.1"))


@attempt(drafts.remove_criterion)
def remove_criterion(place: Place) -> Job:
    return job("remove_criterion", person="quan-ly", criterion_id=place.criterion("3.2"))
