"""The admin grid by hand: two managers at one cell, and a cell saved twice."""

import pytest
from playwright.sync_api import Locator, expect

from app.extensions import db
from app.models import Agency
from tests.browser.people import Person

pytestmark = pytest.mark.browser


def cell_of(person: Person, row: int) -> Locator:
    return person.page.locator(f'a[data-pk="{row}"][name="name"]')


def save(person: Person, row: int, words: str, *, answer: int = 200) -> None:
    """Into the cell's box, which opens by a click on the cell, and Enter."""
    box = person.page.locator(".editable-input input")
    if not box.count():
        cell_of(person, row).click()
    box.fill(words)
    if answer >= 400:
        person.expected.append(answer)
    with person.page.expect_response("**/ajax/update/"):
        box.press("Enter")


def test_whoever_comes_second_sees_both_values_and_may_overwrite(app, province, visit):
    row = province.agencies["SO-TP"]
    first, second = visit("quan-ly"), visit("quan-ly-2")
    for person in (first, second):
        person.go("/grid/agencies/")
    save(first, row, "Sở Tư pháp tỉnh")
    expect(cell_of(first, row)).to_have_text("Sở Tư pháp tỉnh")
    save(second, row, "Sở Tư pháp Thanh Hóa", answer=409)
    expect(second.page.locator(".editable-error-block")).to_contain_text("vừa sửa ô này thành “Sở Tư pháp tỉnh”")
    expect(second.page.locator(".editable-input input")).to_have_value("Sở Tư pháp Thanh Hóa")
    second.look()
    save(second, row, "Sở Tư pháp Thanh Hóa")
    expect(cell_of(second, row)).to_have_text("Sở Tư pháp Thanh Hóa")
    save(second, row, "Sở Tư pháp T.Hóa")
    expect(cell_of(second, row)).to_have_text("Sở Tư pháp T.Hóa")
    with app.app_context():
        assert db.session.get(Agency, row).name == "Sở Tư pháp T.Hóa"
