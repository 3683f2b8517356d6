"""Every page that anybody can come to, in every state of the sheet, at a desk and on a phone.

The pages are those of the access matrix (``tests/access``): each address of the URL map, asked by each kind of
account. A page that says the same as one looked at before is not looked at again. A share of them is looked at here;
``make soak`` looks at them all (``PAGE_SHARE=1``).
"""

import os
from hashlib import sha256

import pytest

from tests.access import people
from tests.access.calls import calls
from tests.access.conftest import stages  # noqa: F401
from tests.access.reading import steady
from tests.access.world import STATES
from tests.browser.conftest import served
from tests.browser.people import DESKTOP, Person

pytestmark = pytest.mark.browser

ALWAYS = 10**6
SHARE = int(os.environ.get("PAGE_SHARE", "450"))


class Eyes:
    """One kind of person with the session of an account, at a browser: what is wrong, with state and address."""

    def __init__(self, stages, kind: str, chromium, address: str):  # noqa: F811
        self.stages, self.state, self.seen = stages, "", set()
        self.account = people.Person(stages.app, kind)
        self.person = Person(chromium, address, DESKTOP, [])
        self.person.looks = ALWAYS
        session = self.account.headers["Cookie"].removeprefix("session=")
        self.person.context.add_cookies([{"name": "session", "value": session, "url": address}])

    def look(self, state: str, path: str) -> list[str]:
        if state != self.state:
            self.stages.enter(state)
            self.account.stay_signed_in()
            self.state = state
        answer = self.account.ask("GET", path, small=False)
        if self._is_new(answer):
            self.person.expected[:] = [answer.status_code] if answer.status_code >= 400 else []
            self.person.go(path)
            self.person.look_on_a_phone()
        found = [f"{state}: {words}" for words in self.person.troubles]
        self.person.troubles.clear()
        return found

    def _is_new(self, answer) -> bool:
        """A whole page, unlike the ones before."""
        digest = sha256(repr(steady(answer)).encode()).digest()
        whole = answer.mimetype == "text/html" and b"<html" in answer.data and not answer.location
        if not whole or digest in self.seen:
            return False
        self.seen.add(digest)
        return True


@pytest.mark.parametrize("kind", people.KINDS)
def test_nobody_is_kept_out_of_a_page_and_nothing_in_it_goes_wrong(kind, stages, chromium):  # noqa: F811
    paths = [call.address for call in calls(stages.app, stages.world) if call.method == "GET"]
    every = [(state, path) for state in STATES for path in paths]
    with served(stages.app) as address:
        eyes = Eyes(stages, kind, chromium, address)
        asked = every[list(people.KINDS).index(kind) :: SHARE]
        troubles = [words for state, path in asked for words in eyes.look(state, path)]
        eyes.person.context.close()
    print(f"{len(eyes.seen)} pages: {kind}", *troubles, sep="\n")
    assert troubles == []
