"""How every declared act is begun, by who does it; ``WITHIN`` names those that others do on their way."""

from collections.abc import Callable

from app.scoring.operations import assignments, deadlines, giving, preparation, release, rounds
from soak.attempts import appraisers, managers, preparing, units
from soak.attempts.noting import ATTEMPTS, Attempt

WITHIN: dict[Callable, Callable] = {
    giving.give: assignments.assign_many,
    giving.reopen_or_add_work: assignments.assign_many,
    release.release: assignments.unassign,
    assignments.copy_assignments: assignments.copy_from,
    rounds.set_group: preparation.set_groups,
    preparation.change_round: deadlines.set_explanation_days,
}

__all__ = ["ATTEMPTS", "WITHIN", "Attempt", "appraisers", "managers", "preparing", "units"]
