"""app/scoring/periods.py: the days of a year, half-year, quarter and month."""

from datetime import date

import pytest

from app.errors import Refused
from app.scoring.periods import next_period, period_bounds


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2025-H1", date(2025, 1, 1), date(2025, 6, 30)),
        ("2025-H2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-h2", date(2026, 7, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_its_days(period, first, last):
    assert period_bounds(period) == (first, last)


@pytest.mark.parametrize("period", ["", "26", "2026-13", "2026-Q5", "2026-H3", "2026/01", "1999", "٢٠٢٦"])
def test_what_is_no_period_is_refused(period):
    with pytest.raises(Refused) as refusal:
        period_bounds(period)
    assert refusal.value.field == "period"


@pytest.mark.parametrize(
    ("period", "after"), [("2026", "2027"), ("2026-H1", "2027-H1"), ("2026-05", "2027-05")]
)
def test_the_next_period_is_the_same_one_a_year_later(period, after):
    assert next_period(period) == after
