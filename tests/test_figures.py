"""Figures as typed, stored and shown: what a dot and a comma mean, and when nobody can know."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Refused, Unclear
from app.figures import LIMIT, WITHOUT_FRACTION, FigureKind, grouped, read_figure, write_figure

WHOLE, MONEY, PERCENT, DECIMAL = FigureKind
COUNTED = [WHOLE, MONEY]

READ = [
    # thousands, by every sign that people group with
    ("1.042", 1042, COUNTED),
    ("1,042", 1042, COUNTED),
    ("1 042", 1042, [WHOLE, MONEY, DECIMAL]),
    ("1\u00a0042", 1042, [WHOLE, MONEY, DECIMAL]),
    ("1\u2009042", 1042, [WHOLE, MONEY, DECIMAL]),
    ("1\u202f042", 1042, [WHOLE, MONEY, DECIMAL]),
    ("1\u2007042", 1042, [WHOLE, MONEY, DECIMAL]),
    ("1'042", 1042, [WHOLE, MONEY, DECIMAL]),
    ("1’042", 1042, [WHOLE, MONEY, DECIMAL]),
    ("1042", 1042, [WHOLE, MONEY, DECIMAL]),
    ("１０４２", 1042, [WHOLE, MONEY, DECIMAL]),
    ("１．０４２", 1042, COUNTED),
    ("１，０４２", 1042, COUNTED),
    ("1.042.000", 1042000, [WHOLE, MONEY, DECIMAL]),
    ("1,042,000", 1042000, [WHOLE, MONEY, DECIMAL]),
    ("1 042 000", 1042000, [WHOLE, MONEY, DECIMAL]),
    ("12.500.000.000", 12_500_000_000, [WHOLE, MONEY, DECIMAL]),
    ("12,500,000,000", 12_500_000_000, [WHOLE, MONEY, DECIMAL]),
    ("1.000.000.000.000.000", 10**15, [WHOLE, MONEY, DECIMAL]),
    ("1.000", 1000, COUNTED),
    ("12.500", 12500, COUNTED),
    ("999.999", 999999, COUNTED),
    # blanks, leading zeros, what is not seen
    ("  42 ", 42, [WHOLE, MONEY, PERCENT, DECIMAL]),
    ("\u200b42\ufeff", 42, [WHOLE, MONEY, PERCENT, DECIMAL]),
    ("007", 7, [WHOLE, MONEY, PERCENT, DECIMAL]),
    ("0", 0, [WHOLE, MONEY, PERCENT, DECIMAL]),
    ("-0", 0, [WHOLE, MONEY, PERCENT, DECIMAL]),
    # a fraction that is none
    ("42,0", 42, [WHOLE, MONEY, PERCENT, DECIMAL]),
    ("42.00", 42, [WHOLE, MONEY, PERCENT, DECIMAL]),
    # fractions
    ("1.042,5", "1042.5", [DECIMAL]),
    ("1,042.5", "1042.5", [DECIMAL]),
    ("1 042,5", "1042.5", [DECIMAL]),
    ("1'042.5", "1042.5", [DECIMAL]),
    ("42,5", "42.5", [PERCENT, DECIMAL]),
    ("42.5", "42.5", [PERCENT, DECIMAL]),
    ("１，５", "1.5", [PERCENT, DECIMAL]),
    ("0,042", "0.042", [DECIMAL]),
    ("0.950", "0.95", [DECIMAL]),
    ("1,0420", "1.042", [PERCENT, DECIMAL]),
    ("1042,125", "1042.125", [DECIMAL]),
    # percentages
    ("95%", 95, [PERCENT]),
    ("95 %", 95, [PERCENT]),
    ("９５％", 95, [PERCENT]),
    ("95,5%", "95.5", [PERCENT]),
    ("0,95%", "0.95", [PERCENT]),
    ("1%", 1, [PERCENT]),
    ("100", 100, [PERCENT]),
    ("12.500", "12.5", [PERCENT]),
    # cells that are numbers have no grouping
    (Decimal("1042"), 1042, [WHOLE, MONEY, DECIMAL]),
    (Decimal("1.042"), "1.042", [PERCENT, DECIMAL]),
    (Decimal("42.0"), 42, [WHOLE, MONEY, PERCENT, DECIMAL]),
    (1000, 1000, [WHOLE, MONEY, PERCENT, DECIMAL]),
]  # fmt: skip

ASKED = [
    ("1.042", DECIMAL, ("1,0420", "1.042,0")),
    ("1,042", DECIMAL, ("1,0420", "1.042,0")),
    ("1.500", DECIMAL, ("1,5", "1.500,0")),
    ("1.000", DECIMAL, ("1", "1.000,0")),
    ("12.500", DECIMAL, ("12,5", "12.500,0")),
    ("１．０４２", DECIMAL, ("1,0420", "1.042,0")),
    ("0,95", PERCENT, ("0,95%", "95%")),
    ("0.95", PERCENT, ("0,95%", "95%")),
    ("1", PERCENT, ("1%", "100%")),
    ("1.000", PERCENT, ("1%", "100%", "1.000,0%")),
    (Decimal("0.95"), PERCENT, ("0,95%", "95%")),
]

REFUSED = [
    ("1.042,5", COUNTED, "phần thập phân"),
    ("1,042.5", COUNTED, "phần thập phân"),
    ("42,5", COUNTED, "phần thập phân"),
    ("1.04", COUNTED, "phần thập phân"),
    ("0,95", COUNTED, "phần thập phân"),
    ("0.950", COUNTED, "phần thập phân"),
    ("1042.000", COUNTED, "phần thập phân"),
    ("1 042.000", COUNTED, "phần thập phân"),
    (Decimal("1.042"), COUNTED, "phần thập phân"),
    ("95%", [WHOLE, MONEY, DECIMAL], "phần trăm"),
    ("−5", list(FigureKind), "không được âm"),
    ("-5", list(FigureKind), "không được âm"),
    (Decimal(-5), list(FigureKind), "không được âm"),
    ("1e3", list(FigureKind), "chỉ nhận chữ số"),
    ("12 đồng", list(FigureKind), "chỉ nhận chữ số"),
    ("chín", list(FigureKind), "chỉ nhận chữ số"),
    ("12 tỷ", list(FigureKind), "ghi đủ các chữ số"),
    ("1,5 triệu", list(FigureKind), "ghi đủ các chữ số"),
    ("500k", list(FigureKind), "ghi đủ các chữ số"),
    ("", list(FigureKind), "không phải là số liệu"),
    ("%", [PERCENT], "không phải là số liệu"),
    ("+5", list(FigureKind), "không phải là số liệu"),
    ("1.04.2", list(FigureKind), "không phải là số liệu"),
    ("1.042.00", list(FigureKind), "không phải là số liệu"),
    ("10.42.000", list(FigureKind), "không phải là số liệu"),
    ("1,,042", list(FigureKind), "không phải là số liệu"),
    (".5", list(FigureKind), "không phải là số liệu"),
    ("5.", list(FigureKind), "không phải là số liệu"),
    ("1_000", list(FigureKind), "không phải là số liệu"),
    ("٣", list(FigureKind), "không phải là số liệu"),
    ("1.000.000.000.000.001", [WHOLE, MONEY, DECIMAL], "quá lớn: nhiều nhất là 1.000.000.000.000.000"),
    ("1042", [PERCENT], "quá lớn"),
    ("9" * 50, [WHOLE, MONEY, DECIMAL], ""),
    ("0,1234", [PERCENT, DECIMAL], "3 chữ số thập phân"),
]


@pytest.mark.parametrize(
    ("typed", "figure", "kind"), [(typed, figure, kind) for typed, figure, kinds in READ for kind in kinds]
)
def test_what_has_one_meaning_for_its_kind_is_read(typed, figure, kind):
    assert read_figure(typed, kind) == Decimal(figure)


@pytest.mark.parametrize(("typed", "kind", "readings"), ASKED)
def test_what_has_two_meanings_is_asked_back_with_each_of_them(typed, kind, readings):
    with pytest.raises(Unclear) as unclear:
        read_figure(typed, kind)
    assert unclear.value.choices == readings
    assert all(reading in str(unclear.value.sentence) for reading in readings)
    assert [write_figure(read_figure(reading, kind), kind) for reading in readings] == list(readings)


@pytest.mark.parametrize(
    ("typed", "kind", "why"), [(typed, kind, why) for typed, kinds, why in REFUSED for kind in kinds]
)
def test_anything_else_is_refused_in_words_that_name_the_mistake(typed, kind, why):
    with pytest.raises(Refused) as refusal:
        read_figure(typed, kind)
    assert not isinstance(refusal.value, Unclear)
    assert why in str(refusal.value.sentence)
    assert "điểm" not in str(refusal.value.sentence)


FIGURES = st.one_of(
    st.integers(0, 10**15).map(Decimal),
    st.decimals(0, 2000, places=3),
    st.decimals(0, LIMIT, places=3),
    st.sampled_from([Decimal("1.042"), Decimal("999.999"), Decimal("0.5"), Decimal(1), Decimal(1000)]),
)


@given(FIGURES, st.sampled_from(list(FigureKind)))
def test_every_figure_that_is_shown_reads_back_as_itself(figure, kind):
    if kind in WITHOUT_FRACTION:
        figure = Decimal(int(figure))
    if kind is PERCENT:
        figure = min(figure, Decimal(1000))
    assert read_figure(write_figure(figure, kind), kind) == figure


@given(st.decimals("0.001", 10**6, places=3))
def test_a_fraction_kept_from_before_is_never_read_as_another_whole_number(figure):
    shown = write_figure(figure, WHOLE)
    try:
        assert read_figure(shown, WHOLE) == figure
    except Refused:
        assert figure != int(figure)


@given(st.text("0123456789.,' %-−\u00a0", max_size=14), st.sampled_from(list(FigureKind)))
def test_no_text_breaks_the_reader_or_gets_past_its_kind(text, kind):
    try:
        figure = read_figure(text, kind)
    except Refused:
        return
    assert 0 <= figure <= LIMIT and figure == round(figure, 3)
    assert kind not in WITHOUT_FRACTION or figure == int(figure)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("0", "0"), ("1042", "1.042"), ("1042.50", "1.042,5"), ("-1042.5", "-1.042,5"), ("-0.5", "-0,5")],
)
def test_sentences_group_thousands(number, shown):
    assert grouped(Decimal(number)) == shown
