"""The ten acts of a year (design §5), played in Chromium by the people of a province that starts empty.

Manager, leader, clerk and appraisers work on a real server through the screens alone; every page they come to is
looked over (see ``people.py``), the main ones once more on a phone.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.acts import appraisal, opening, results, sheets
from tests.browser.stage import Stage, running

pytestmark = pytest.mark.browser

ACTS = [
    opening.first_sign_in_and_imports,
    opening.open_the_round,
    opening.ask_for_an_account,
    sheets.fill_the_sheet,
    sheets.check_approve_and_send,
    sheets.watch_and_remind,
    appraisal.appraise,
    appraisal.settle_the_difference,
    results.rank_and_export,
    results.conclude_and_publish,
]
ON_A_PHONE = {
    "clerk": ["/home/", "/sheets/{sheet}", "/sheets/{sheet}/check", "/sheets/{sheet}/receipt", "/evidence/"],
    "manager": [
        "/home/",
        "/rounds/1",
        "/rounds/2",
        "/progress/1",
        "/differences/1",
        "/results/1",
        "/guide/quan-ly.md",
    ],
    "anyone": ["/public/", "/public/rounds/1", "/verify/"],
}


@pytest.fixture
def stage(chromium: Browser, tmp_path) -> Iterator[Stage]:
    with running(tmp_path / "data") as (address, passwords):
        made = Stage(chromium, address, passwords)
        yield made
        made.leave()


def test_a_year_in_ten_acts(stage):
    for act in ACTS:
        act(stage)
    for part, paths in ON_A_PHONE.items():
        stage.person(part).on_a_phone([path.format(sheet=stage.sheet) for path in paths])
    assert stage.troubles == []
