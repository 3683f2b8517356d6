"""Our own files read as they went out after LibreOffice has saved them; ``python -m soak.office --write`` makes them.

With a database the soak also imports them anew: nothing changes.
"""

from pathlib import Path

import pytest

import app.signing  # noqa: F401 – the marks are SHA-256 once it is loaded
from app.scoring.imports.agencies import parse_agencies
from app.scoring.imports.appraisal_cells import APPRAISALS, read_given, unpacked_given
from app.scoring.imports.criteria import parse_criteria
from app.scoring.imports.criteria_export import criteria_rows
from app.scoring.imports.entry_cells import read_cells, unpacked
from app.scoring.imports.entry_workbook import entry_signer, parse_entry
from app.scoring.imports.finding import Findings
from app.scoring.imports.scores import parse_scores
from tests.province import REFORM_SET

OFFICE = Path(__file__).parents[2] / "data" / "office"
FORMATS = ("xlsx", "xls", "ods", "csv")
CRITERIA = {node.code: node for node in parse_criteria(REFORM_SET.encode(), "set.csv").nodes}


def saved(name: str, kind: str) -> tuple[bytes, str]:
    path = OFFICE / f"{name}-libreoffice.{kind}"
    return path.read_bytes(), path.name


def errors(found) -> list:
    return [finding for finding in found if finding.severity == "error"]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_criteria_set_is_the_same_set(kind):
    parsed = parse_criteria(*saved("criteria", kind))
    ours = parse_criteria((OFFICE / "criteria.xlsx").read_bytes(), "criteria.xlsx")
    assert (criteria_rows(parsed.nodes), parsed.findings) == (criteria_rows(ours.nodes), ours.findings)
    assert [node.code for node in parsed.nodes] == list(CRITERIA)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("name", "parse"), [("agencies", parse_agencies), ("survey-points", parse_scores)])
def test_agencies_and_survey_points_are_the_same_rows(name, parse, kind):
    parsed, ours = parse(*saved(name, kind)), parse((OFFICE / f"{name}.xlsx").read_bytes(), "ours.xlsx")
    assert (parsed.rows, errors(parsed.findings), len(parsed.rows) > 2) == (ours.rows, [], True)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_sheet_that_was_filled_in_reads_as_it_was_kept(kind):
    parsed = parse_entry(*saved("sheet", kind), entry_signer("for-tests-only", "sheet"))
    found = Findings(parsed.findings)
    leaves = [node for node in CRITERIA.values() if node.is_leaf]
    leaves = [node for node in leaves if node.assessed_by == "self"]
    for line, node in zip(parsed.rows, leaves, strict=True):
        kept = unpacked(line.kept)
        assert read_cells(line.row, line.texts, kept, node, found, line.numeric) == kept
    assert (found, unpacked(parsed.rows[1].kept).a) == ([], 1042)


@pytest.mark.parametrize("kind", FORMATS)
def test_an_appraisers_file_reads_as_it_was_kept(kind):
    parsed = parse_entry(*saved("appraisal", kind), entry_signer("for-tests-only", "appraisal"), APPRAISALS)
    found = Findings(parsed.findings)
    for line in parsed.rows:
        kept = unpacked_given(line.kept)
        assert read_given(line.row, line.texts, kept, found, line.numeric) == kept
    assert (found, len(parsed.rows) > 2) == ([], True)
