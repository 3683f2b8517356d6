"""docs/asvs.md: every requirement stands there once, and every test that it names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if re.match(r"\| \d", line)]
HOW_MANY = {"1": 70, "2": 183}
"""Requirements of each level in the standard's version 5.0.0."""


def test_every_requirement_of_levels_1_and_2_stands_there_once():
    numbers = [(number, row[1]) for row in ROWS for number in row[0].split(", ")]
    assert len({number for number, _level in numbers}) == len(numbers)
    assert {level: sum(row == level for _number, row in numbers) for level in HOW_MANY} == HOW_MANY


def test_every_row_has_its_five_cells():
    assert [row for row in ROWS if len(row) != 5 or not all(row)] == []


def test_every_test_that_is_named_exists():
    missing = []
    for path, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT):
        place = ROOT / path
        if not place.exists() or (name and f"def {name}(" not in place.read_text(encoding="utf-8")):
            missing.append(f"{path}::{name}")
    assert missing == []
