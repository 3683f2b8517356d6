"""Help in place: every step that names an article leads to a part of a guide that is there."""

import pytest

from app.guides import read_guide
from app.help import HELP
from tests.province import open_round


def test_each_help_belongs_to_a_page_and_its_part_of_the_guide_exists(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    assert set(HELP) - endpoints == set()
    anchors = {found.guide: [anchor for anchor, _name in read_guide(found.guide).sections] for found in HELP.values()}
    assert [name for name, found in HELP.items() if found.anchor not in anchors[found.guide]] == []


@pytest.mark.parametrize(
    ("name", "path", "article"),
    [
        ("tp-nhap", "/evidence/", "Điều 9.1."),
        ("td-nv", "/appraisals/", "Điều 10.1."),
        ("quan-ly", "/rounds/1", "Điều 12.2."),
        ("quan-tri", "/password/", "Điều 16.1."),
    ],
)
def test_a_page_shows_its_article_and_the_way_to_the_guide(app, province, sign_in, name, path, article):
    with app.app_context():
        assert open_round(province).id == 1
    browser = sign_in(name)
    page = browser.get(path).text
    assert (article in page, "Xem hướng dẫn" in page) == (True, True)
    assert browser.get("/home/").text.count('class="help"') == 0
