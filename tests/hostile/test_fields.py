"""Every field of every form × every hostile string: never a crash, never half a write, never a script on the page.

A share of the cases runs here; ``make soak`` runs them all (``FIELD_SHARE=1``).
"""

import os
import re
from zlib import crc32

import lxml.html
import pytest

from tests.hostile.strings import ACTIVE, COMPUTED, HOSTILE, MISSING, NAMES, TWICE
from tests.hostile.world import Form, World, careful_app, make_world, open_world
from tests.kept import once

SHARE = int(os.environ.get("FIELD_SHARE", "10"))
SHARDS = 8
WORDS = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
TRAIL = frozenset({"audit_event", "audit_head"})
# Where a wrong password or code is counted as a try.
COUNTED = (
    "SessionView.login",
    "OwnSessionsView.end",
    "OwnSessionsView.end_others",
    "PasswordView.this_form_post",
    "SecondFactorView.off",
    "SecondFactorView.renew",
)
SIGN_IN = TRAIL | {"ab_user", "account_session", "rate_count", "sign_in_tries"}
SENTENCES = (
    '//*[@role="alert" or contains(@class, "error-text") or contains(@class, "note-danger")'
    ' or contains(@class, "note-warn") or contains(@class, "trouble-words") or contains(@class, "help-block")]'
)


@pytest.fixture(scope="session")
def world(shelf, tmp_path_factory, for_all_workers) -> World:
    app = careful_app(shelf, tmp_path_factory.mktemp("hostile"))
    kept = once(for_all_workers / "hostile-kept", lambda place: make_world(app, shelf, place))
    return open_world(app, shelf, kept)


def cases(world: World, shard: int):
    """(form, field, name of the string); which share runs does not change from run to run."""
    for form in world.forms:
        for field in form.names:
            for name in NAMES:
                place = crc32(f"{form.endpoint} {field} {name}".encode())
                if place % SHARE == 0 and place // SHARE % SHARDS == shard:
                    yield form, field, name


def pairs_of(form: Form, field: str, name: str) -> list[tuple[str, str]]:
    others = [pair for pair in form.fields if pair[0] not in (field, "csrf_token")]
    mine = [pair for pair in form.fields if pair[0] == field]
    if name == MISSING:
        return others
    return others + mine * 2 if name == TWICE else [*others, (field, HOSTILE[name])]


def sentences(page: str) -> list[str]:
    if not page.strip():
        return []
    found = [element.text_content().strip() for element in lxml.html.fromstring(page).xpath(SENTENCES)]
    return [text for text in found if WORDS.search(text)]


def fault(world: World, form: Form, field: str, name: str) -> str | None:
    """What is wrong with the answer to this case; None when nothing is."""
    before = world.twin.moved()
    answer = world.post(form.person, form.url, pairs_of(form, field, name))
    page = answer.get_data().decode("utf-8", "replace")  # one form answers with a workbook
    changed = world.twin.moved() != before
    try:
        if answer.status_code >= 500:
            return f"{answer.status_code}"
        if answer.status_code >= 400:
            said = sentences(page) if answer.mimetype == "text/html" and "<" in page else [page]
            return _refusal_fault(world, form, said, changed)
        if answer.status_code in (301, 302, 303):
            page = _page_after(world, form, answer)
        return _page_fault(page)
    finally:
        if changed:
            world.twin.restore()


def _refusal_fault(world: World, form: Form, said: list[str], changed: bool) -> str | None:
    if not any(WORDS.search(text) for text in said):
        return f"no sentence: {said}"
    without = SIGN_IN if form.endpoint in COUNTED else TRAIL
    if changed and world.twin.digest(without) != world.twin.untouched(without):
        return "half a write"
    return None


def _page_after(world: World, form: Form, answer) -> str:
    given = answer.headers.getlist("Set-Cookie")
    cookie = "; ".join(line.split(";")[0] for line in given) or world.cookies[form.person]
    after = world.get(form.person, answer.headers["Location"], cookie)
    return after.text if after.mimetype == "text/html" else ""


def _page_fault(page: str) -> str | None:
    if any(text in page for text in ACTIVE):
        return "a script on the page"
    return "a template ran" if COMPUTED in page else None


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_field_of_any_form_takes_a_hostile_string_badly(world, shard, record_property):
    found, count = {}, 0
    for form, field, name in cases(world, shard):
        count += 1
        wrong = fault(world, form, field, name)
        if wrong is not None:
            found[f"{form.endpoint} {field} ← {name}"] = wrong
    record_property("cases", count)
    assert count > 0 and found == {}


def test_two_thousand_cases_run_and_every_form_with_fields_is_among_them(world):
    counted = {form.endpoint for shard in range(SHARDS) for form, _field, _name in cases(world, shard)}
    assert sum(1 for shard in range(SHARDS) for _case in cases(world, shard)) >= 2000
    assert counted == {form.endpoint for form in world.forms}
