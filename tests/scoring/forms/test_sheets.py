"""What is typed in a row and about a document, read or refused at its field."""

from datetime import date
from decimal import Decimal

import pytest

from app.errors import Refused
from app.scoring.forms.sheets import read_description, read_row
from app.scoring.operations.evidence import Description
from app.scoring.operations.sheets import RowEntry
from app.scoring.rules import Figures


def test_a_comma_and_a_point_are_both_decimals():
    typed = {"a": " 1,25 ", "b": "2.5", "points": "0,125", "version": "4"}
    entry = RowEntry(Figures(a=Decimal("1.25"), b=Decimal("2.5")), Decimal("0.125"))
    assert read_row(typed) == (entry, 4)


def test_an_empty_row_is_an_empty_entry_that_nobody_saw():
    assert read_row({"a": "", "option": "", "version": "x"}) == (RowEntry(), 0)


def test_a_ticked_claim_and_its_reason_are_read():
    entry, _version = read_row({"na_claimed": "1", "explanation": "Không được giao"})
    assert (entry.na_claimed, entry.explanation) == (True, "Không được giao")


@pytest.mark.parametrize("typed", [{"n": "năm"}, {"n": "1e3"}, {"n": "-"}, {"n": "1.000,5"}])
def test_what_is_no_number_names_its_field(typed):
    with pytest.raises(Refused) as refusal:
        read_row(typed)
    assert refusal.value.field == "n"


def test_a_description_is_trimmed_and_its_day_read():
    typed = {"number": " 15/KH ", "issued_on": "28/02/2026", "issuer": "Sở  Tư pháp"}
    assert read_description(typed) == Description("15/KH", date(2026, 2, 28), "Sở Tư pháp", "")


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"issued_on": "2026-02-30"}, "issued_on"), ({"number": "x" * 81}, "number"), ({"issuer": "x" * 201}, "issuer")],
)
def test_what_does_not_fit_names_its_field(typed, field):
    with pytest.raises(Refused) as refusal:
        read_description(typed)
    assert refusal.value.field == field
