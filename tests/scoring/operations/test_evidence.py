"""operations/evidence.py: a document is described only while every sheet that it proves something on is held."""

import pytest

from app.errors import Conflict
from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.scoring.operations import evidence, sheets
from app.scoring.queries.evidence import hold_own_evidence
from tests.province import NOW, open_round, score_of
from tests.scoring.checks import stages

NEWER = evidence.Description("99/KH")


@pytest.fixture
def draft(ctx, app, province):
    """Sở Tư pháp's draft, proven by one document; (sheet, document, clerk)."""
    store = FileStore(app.config["FILES_DIR"], 1_000_000)
    sheet, clerk, _kept = stages.fill(province, store, open_round(province), "SO-TP", "tp")
    sheets.reopen(hold_row(sheet), actor=province.account("tp-duyet"), at=NOW)
    db.session.commit()
    return sheet, score_of(sheet, "1.1").evidence[0], clerk


def test_the_document_of_a_draft_is_described_with_its_sheets_held(draft):
    _sheet, document, clerk = draft
    held, held_sheets = hold_own_evidence(clerk, document.id)
    evidence.describe(held, held_sheets, NEWER, actor=clerk, at=NOW)
    assert document.number == "99/KH"


def test_a_sheet_that_was_not_held_is_a_collision(draft):
    _sheet, document, clerk = draft
    held, _held_sheets = hold_own_evidence(clerk, document.id)
    with pytest.raises(Conflict, match="vừa được đính"):
        evidence.describe(held, [], NEWER, actor=clerk, at=NOW)


def test_the_document_of_an_approved_report_stays_as_it_is(draft, province):
    sheet, document, clerk = draft
    sheets.approve(hold_row(sheet), actor=province.account("tp-duyet"), at=NOW)
    held, held_sheets = hold_own_evidence(clerk, document.id)
    with pytest.raises(Conflict, match="báo cáo đã duyệt"):
        evidence.describe(held, held_sheets, NEWER, actor=clerk, at=NOW)
