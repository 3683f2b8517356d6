"""app/guides.py, docs/vi, scripts/guide_shots.py: the guides are whole, and each account finds its own."""

import re
from pathlib import Path

import pytest

from app.guides import FOLDER, GUIDE_OF, INDEX, read_guide
from scripts.guide_pictures import PLACES
from scripts.guide_shots import SHOTS

LINK = re.compile(r"\]\(([^)\s]+)\)")
GUIDES = sorted(path.stem for path in FOLDER.glob("*.md"))
OWN = {
    "tp-nhap": "nhap-lieu",
    "tp-duyet": "nhap-lieu",
    "td-nv": "tham-dinh",
    "quan-ly": "quan-ly",
    "quan-tri": "quan-tri",
}


def links(guide: str) -> list[str]:
    return LINK.findall((FOLDER / f"{guide}.md").read_text(encoding="utf-8"))


def pictures(guide: str) -> set[str]:
    return {link for link in links(guide) if link.startswith("img/")}


def anchors(guide: str) -> set[str]:
    return set(re.findall(r' id="([^"]+)"', read_guide(guide).body))


def resolves(guide: str, link: str) -> bool:
    target, _, anchor = link.partition("#")
    page = Path(target).stem if target else guide
    return target in {"", f"{page}.md"} and page in GUIDES and (not anchor or anchor in anchors(page))


def test_there_is_a_guide_for_each_account_type_and_an_index():
    assert sorted([INDEX, *GUIDE_OF.values()]) == GUIDES


def test_every_picture_a_guide_names_is_there_and_none_lies_idle():
    named = set().union(*(pictures(guide) for guide in GUIDES))
    assert {f"img/{path.name}" for path in (FOLDER / "img").glob("*.png")} == named


def test_every_picture_is_one_that_the_command_takes():
    named = set().union(*(pictures(guide) for guide in GUIDES))
    assert {f"img/{shot.name}.png" for shot in SHOTS} == named


def test_pictures_are_small_enough_for_slow_lines():
    assert [path.name for path in (FOLDER / "img").rglob("*.png") if path.stat().st_size > 150_000] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_every_link_of_a_guide_leads_somewhere(guide):
    assert [link for link in links(guide) if link not in pictures(guide) and not resolves(guide, link)] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_every_picture_says_in_words_what_it_shows(guide):
    assert re.findall(r"<img[^>]* alt=\"\"", read_guide(guide).body) == []


@pytest.mark.parametrize(("name", "guide"), OWN.items())
def test_an_account_is_led_to_the_guide_of_its_type(sign_in, name, guide):
    assert sign_in(name).get("/guide/").headers["Location"] == f"/guide/{guide}.md"


@pytest.mark.parametrize("guide", GUIDES)
def test_every_guide_opens_with_its_own_title_and_sections(sign_in, guide):
    page = sign_in("tp-nhap").get(f"/guide/{guide}.md")
    written = read_guide(guide)
    assert (page.status_code, f"<title>{written.title}</title>" in page.text) == (200, True)
    assert [f'href="#{anchor}"' in page.text for anchor, _heading in written.sections] == [True] * len(
        written.sections
    )


def test_pictures_are_served_as_pictures(sign_in):
    answer = sign_in("td-nv").get("/guide/img/dang-nhap.png")
    answer.close()
    assert (answer.status_code, answer.mimetype) == (200, "image/png")


@pytest.mark.parametrize(
    "path", ["/guide/glossary.md", "/guide/..%2Ftour.md", "/guide/img/none.png", "/guide/img/..%2Fx.png"]
)
def test_nothing_else_of_the_folder_is_served(sign_in, path):
    assert sign_in("tp-nhap").get(path).status_code == 404


def test_the_menu_leads_everybody_to_the_guide(sign_in):
    found = [sign_in(name).get("/home/").text.count('href="/guide/"') for name in OWN]
    assert found == [1] * len(OWN)


def test_a_guide_needs_an_account(client):
    assert client.get("/guide/").headers["Location"].split("?")[0] == "/login/"


def test_every_place_in_a_pictures_address_is_one_the_command_looks_up():
    asked = {place for shot in SHOTS for place in re.findall(r"{(\w+)}", shot.path)}
    assert asked == set(PLACES)


def test_a_picture_takes_its_room_before_it_is_there():
    pictures = re.findall(r"<img [^>]+>", read_guide("nhap-lieu").body)
    sizes = [re.search(r'width="(\d+)" height="(\d+)"', picture).groups() for picture in pictures]
    assert ("390", "844") in sizes
    assert ("1366", "768") in sizes
