"""Help in place: every step that names an article leads to a part of a guide that is there."""

import pytest

from app.guides import read_guide
from app.help import CLERKS, HELP
from tests.province import open_round
from tests.scoring.views.stages import concluded


def test_each_help_belongs_to_a_page_and_its_part_of_the_guide_exists(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    assert set(HELP) - endpoints == set()
    steps = [*HELP.items(), *CLERKS.items()]
    anchors = {found.guide: [anchor for anchor, _name in read_guide(found.guide).sections] for _name, found in steps}
    assert [name for name, found in steps if found.anchor not in anchors[found.guide]] == []


@pytest.mark.parametrize(
    ("name", "path", "article"),
    [
        ("tp-nhap", "/evidence/", "Điều 9.1."),
        ("td-nv", "/appraisals/", "Điều 10.1."),
        ("quan-ly", "/rounds/1", "Điều 12.2."),
        ("quan-ly", "/rounds/1/prepare/sets", "Điều 12.2."),
        ("quan-ly", "/progress/1/sheets/1", "quan-ly.md#5-gia"),
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


@pytest.mark.parametrize(("name", "guide"), [("tp-nhap", "nhap-lieu.md#9"), ("quan-ly", "quan-ly.md#9")])
def test_the_results_lead_each_reader_to_their_own_guide(app, province, sign_in, name, guide):
    page = sign_in(name).get(f"/results/{concluded(app, province, published=True)}").text
    assert guide in page
