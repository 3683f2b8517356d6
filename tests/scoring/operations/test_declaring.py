"""Every act that writes what a freeze reads takes it held, and says so beside itself.

Acts on accounts and talks lie below the scoring system and cannot name its tables (import-linter's floors).
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator

import pytest

from app.holding import Held
from app.scoring import operations
from app.scoring.models import Sheet
from app.scoring.operations.declaring import CHANGES, FREEZING
from app.scoring.states import FREEZES, ROUND_STEPS, SHEET_STEPS, Matter

MAKES = "makes rows of its own, which nobody else sees before the commit"
READS = "reads, and writes only words to people"
FORM = "holds the campaigns of the form itself, as whoever answers it does"
NOT_READ = "writes what no freeze reads"

# Acts that take no Held row, each with the reason.
FREE = {
    "accounts.import_accounts": MAKES,
    "agencies.import_agencies": "a name or group changes what rounds will take in; sheets keep theirs from the opening",
    "criteria.import_criteria": MAKES,
    "criteria.copy_set": MAKES,
    "drafts.create_set": MAKES,
    "entry_import.read_upload": READS,
    "evidence.add_to_library": MAKES,
    "publishing.require_publishable": "guards alone; publish asks them again of the held round",
    "rounds.create_round": MAKES,
    "rounds.copy_round": MAKES,
    "survey_forms.create_form": MAKES,
    "survey_forms.change_form": FORM,
    "survey_forms.delete_form": FORM,
    "survey_forms.add_question": FORM,
    "survey_forms.change_question": FORM,
    "survey_forms.delete_question": FORM,
    "surveys.import_surveys": MAKES,
    "appraisals.lock_when_done": NOT_READ,
    "turns.tell_turn": READS,
}


def modules() -> Iterator:
    for found in pkgutil.iter_modules(operations.__path__):
        yield importlib.import_module(f"{operations.__name__}.{found.name}")


def acts() -> dict[str, Callable]:
    """Name → every public function of these modules that somebody does (``actor``) or that is declared."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": function
        for module in modules()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and ("actor" in inspect.signature(function).parameters or function in CHANGES or function in FREEZING)
    }


def takes_held(function: Callable) -> bool:
    """A parameter is a Held row, or several."""
    hints = inspect.get_annotations(function, eval_str=True)
    return any("app.holding.Held[" in str(hint) or hint is Held for name, hint in hints.items() if name != "return")


ACTS = acts()


@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_act_takes_what_it_changes_held_or_is_named_with_the_reason(name):
    assert takes_held(ACTS[name]) != (name in FREE), FREE.get(name, "takes nothing held")


@pytest.mark.parametrize("name", sorted(name for name in ACTS if takes_held(ACTS[name])))
def test_an_act_on_something_held_says_what_it_writes_or_which_freeze_it_is(name):
    declared = (ACTS[name] in CHANGES) + (ACTS[name] in FREEZING)
    assert declared == (0 if name in OPENS_NOTHING else 1)


OPENS_NOTHING = {
    "criteria.retire": "an issued set keeps its content",
    "reopening.reopen_round": "takes a conclusion back, as the second of two managers",
    "publishing.publish": "after every freeze of the round",
    "publishing.unpublish": "after every freeze of the round",
    "publishing.end_publication": "after every freeze of the round",
    "reminding.remind": "writes words to people, and that they were told",
    "unlocking.request_reopening": "after every freeze of the round",
    "survey_codes.make_codes": "answers are frozen as the points that compute_points makes of them",
    "survey_codes.revoke_codes": "as make_codes",
    "survey_papers.import_papers": "as make_codes",
    "survey_review.remove_answers": "as make_codes",
    "survey_review.restore_answers": "as make_codes",
    "surveys.set_mode": "as make_codes",
}


def test_the_list_of_exceptions_names_nothing_that_is_gone():
    assert set(FREE) | set(OPENS_NOTHING) <= set(ACTS)


def test_every_freeze_is_an_operation_and_a_transition_where_the_diagrams_have_one():
    assert sorted(freeze.name for freeze in FREEZING.values()) == sorted(FREEZES)
    steps = [*SHEET_STEPS.values(), *ROUND_STEPS.values()]
    assert all(freeze.step is None or freeze.step in steps for freeze in FREEZES.values())


def test_what_nobody_freezes_is_not_declared():
    read = frozenset().union(*(freeze.reads for freeze in FREEZES.values()))
    assert read == frozenset(Matter) == frozenset().union(*CHANGES.values())


def test_the_walk_sees_an_operation_that_takes_a_row_merely_read():
    def careless(sheet: Sheet, *, actor, at) -> None: ...

    def careful(sheet: Held[Sheet], *, actor, at) -> None: ...

    assert (takes_held(careless), takes_held(careful)) == (False, True)
