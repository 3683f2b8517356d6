"""app/routines.py and the home pages: when each routine last ran and how, in red when that is no comfort."""

import re
from datetime import timedelta

import pytest

from app import routines
from app.clock import now
from app.extensions import db


def note(name: str, *, hours: float = 1, succeeded: bool = True) -> None:
    routines.note_run(name, succeeded=succeeded, summary="dòng cuối", at=now() - timedelta(hours=hours))


def standing(name: str) -> routines.Standing:
    return next(one for one in routines.standings(now()) if one.name == name)


def test_a_routine_that_never_ran_is_not_well(ctx):
    assert [(one.run, one.is_well) for one in routines.standings(now())] == [(None, False)] * 4


@pytest.mark.parametrize(
    ("name", "hours", "succeeded", "well"),
    [
        (routines.CHECK, 35, True, True),
        (routines.CHECK, 37, True, False),
        (routines.VERIFY, 1, False, False),
        (routines.REHEARSAL, 24 * 34, True, True),
        (routines.REHEARSAL, 24 * 36, True, False),
    ],
)
def test_a_routine_is_well_when_its_last_run_was_good_and_not_long_ago(ctx, name, hours, succeeded, well):
    note(name, hours=hours, succeeded=succeeded)
    assert standing(name).is_well == well


def test_the_last_run_counts_and_a_failed_act_takes_nothing_of_it_back(ctx, province):
    note(routines.CHECK, succeeded=False)
    province.agency("SO-TP").name = "Không giữ lại"
    note(routines.CHECK)
    db.session.rollback()
    assert (standing(routines.CHECK).is_well, province.agency("SO-TP").name) == (True, "Sở Tư pháp")


def tones(page: str) -> list[tuple[str, str]]:
    card = page.split('id="routines"')[1].split("</section>")[0]
    return re.findall(r'badge-state (\w+)">([^<]+)<', card)


@pytest.mark.parametrize("name", ["quan-ly", "quan-tri"])
def test_managers_and_administrators_see_them_with_their_age(app, sign_in, name):
    with app.app_context():
        note(routines.CHECK, hours=3)
        note(routines.VERIFY, hours=60)
        note(routines.ANCHOR, succeeded=False)
    page = sign_in(name).get("/home/").text
    assert tones(page) == [
        ("ok", "đạt"), ("danger", "đã lâu chưa chạy"), ("danger", "không đạt"), ("danger", "chưa chạy lần nào"),
    ]  # fmt: skip
    assert ("3 giờ trước" in page, "2 ngày trước" in page, "dòng cuối" in page) == (True, True, True)


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv"])
def test_nobody_else_sees_them(sign_in, name):
    assert 'id="routines"' not in sign_in(name).get("/home/").text


@pytest.mark.parametrize(
    ("command", "routine"),
    [
        (("scoring", "check"), routines.CHECK),
        (("audit", "verify"), routines.VERIFY),
        (("audit", "anchor"), routines.ANCHOR),
    ],
)
def test_the_commands_note_their_runs(app, command, routine):
    outcome = app.test_cli_runner().invoke(args=[*command])
    with app.app_context():
        run = standing(routine).run
        assert (outcome.exit_code, run.succeeded) == (0, True)
        assert run.summary == outcome.stdout.splitlines()[-1]


def test_a_command_that_finds_something_notes_that_it_failed(app):
    with app.app_context():
        db.session.execute(db.text("update agency set name = 'Khác' where code = 'SO-TP'"))
        db.session.commit()
    outcome = app.test_cli_runner().invoke(args=["audit", "verify"])
    with app.app_context():
        assert (outcome.exit_code, standing(routines.VERIFY).run.succeeded) == (1, False)
