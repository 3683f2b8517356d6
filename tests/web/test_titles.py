"""Every page says in its title which page it is (WCAG 2.4.2)."""

import re

from config import ROOT

TEMPLATES = ROOT / "app" / "templates"


def has_a_title(text: str) -> bool:
    return "block page_title" in text or "set title" in text


def test_every_working_screen_names_itself():
    silent = [
        str(path.relative_to(TEMPLATES))
        for path in sorted(TEMPLATES.rglob("*.html"))
        if path.parent.name != "appbuilder"
        and re.search(r"extends 'appbuilder/base", path.read_text(encoding="utf-8"))
        and not has_a_title(path.read_text(encoding="utf-8"))
    ]
    assert silent == []
