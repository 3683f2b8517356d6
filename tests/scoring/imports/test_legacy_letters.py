"""TCVN3, VNI and Windows-1258 are recognised by what they become; no other language is taken for them."""

import pytest

from app.scoring.imports.columns import Column, Reading
from app.scoring.imports.legacy_letters import converted, found_in
from app.scoring.imports.table import read_table

from .tables import places, xlsx_table

COLUMNS = (Column("code", ("Mã",), required=True), Column("name", ("Nội dung",), required=True))
SENTENCE = "Công tác chỉ đạo, điều hành của Ủy ban nhân dân xã Đông Tiến"
WRITTEN = {
    "tcvn3": "C«ng t¸c chØ ®¹o, ®iÒu hµnh cña ñy ban nh©n d©n x· §«ng TiÕn",
    "vni": "Coâng taùc chæ ñaïo, ñieàu haønh cuûa UÛy ban nhaân daân xaõ Ñoâng Tieán",
    "cp1258": "Công tác chiÒ ðaòo, ðiêÌu haÌnh cuÒa UÒy ban nhân dân xaÞ Ðông Tiêìn",
}


@pytest.mark.parametrize("system", WRITTEN)
def test_legacy_letters_are_recognised_and_converted(system):
    assert found_in([WRITTEN[system]]) == system
    assert converted(WRITTEN[system], system).casefold() == SENTENCE.casefold()


@pytest.mark.parametrize(
    "texts",
    [
        [SENTENCE, "Sở Nội vụ", "Đắk Lắk", "Krông Bông", "Bà Rịa – Vũng Tàu"],
        ["là cô", "Hà Nam", "ba ý", "Võ Văn Tám"],
        ["Où êtes-vous déjà allé ? Ça, c’est l’été où naît le maïs.", "Évaluation générée à l’école"],
        ["Windows® and Office® © 2026 – 5 × 3 = 15, 20 °C, §5, ½ and ¾", "naïve café, résumé, £5"],
        ["Größe über Straße, äußerst schön", "Señor Muñoz, año y corazón", "Ação não é útil"],
        ["«Quy định» về “chế độ”", "Ngày 5/7 – 10 m²"],
    ],
)
def test_real_texts_are_not_taken_for_legacy_letters(texts):
    assert found_in(texts) is None


@pytest.mark.parametrize("system", WRITTEN)
def test_a_workbook_in_legacy_letters_is_refused_by_name_or_converted(system):
    data = xlsx_table([["Mã", "Nội dung"], ["1", "Sở Tư pháp"], ["2", WRITTEN[system]]])
    refused = read_table(data, "a.xlsx", COLUMNS)
    assert places(refused.findings) == [("error", None, None, "legacy_letters")]
    assert "(ô B3…)" in refused.findings[0].message
    table = read_table(data, "a.xlsx", COLUMNS, Reading(letters=system))
    assert places(table.findings) == [("warning", None, None, "letters_converted")]
    assert [row.cells["name"].casefold() for row in table.rows] == ["sở tư pháp", SENTENCE.casefold()]


@pytest.mark.parametrize("system", ["tcvn3", "vni"])
def test_a_csv_in_legacy_letters_and_headings_is_refused_by_name_or_converted(system):
    heading = {"tcvn3": "M·,Néi dung", "vni": "Maõ,Noäi dung"}[system]
    data = f'{heading}\n2,"{WRITTEN[system]}"\n'.encode("latin-1")
    assert places(read_table(data, "a.csv", COLUMNS).findings) == [("error", None, None, "legacy_letters")]
    rows = read_table(data, "a.csv", COLUMNS, Reading(letters=system)).rows
    assert [row.cells["name"].casefold() for row in rows] == [SENTENCE.casefold()]


def test_letters_asked_for_and_not_found_are_said():
    data = "Mã,Nội dung\n1,Sở Tư pháp\n".encode()
    assert places(read_table(data, "a.csv", COLUMNS, Reading(letters="vni")).findings) == [
        ("warning", None, None, "letters_not_found")
    ]


def test_in_a_table_wholly_in_one_system_words_that_are_vietnamese_by_chance_are_converted_too():
    """“Có” is “Cã” in TCVN3, and “Ghi chú” “Ghi chó”: both are Vietnamese as they stand."""
    rows = [["M·", "Néi dung"], ["1", WRITTEN["tcvn3"]], ["2", "Cã => 1 | Kh«ng => 0"], ["3", "Ghi chó"]]
    table = read_table(xlsx_table(rows), "a.xlsx", COLUMNS, Reading(letters="tcvn3"))
    assert [row.cells["name"] for row in table.rows][1:] == ["Có => 1 | Không => 0", "Ghi chú"]
    rows[0] = ["Mã", "Nội dung"]
    table = read_table(xlsx_table(rows), "a.xlsx", COLUMNS, Reading(letters="tcvn3"))
    assert [row.cells["name"] for row in table.rows][1:] == ["Có => 1 | Không => 0", "Ghi chú"]


def test_a_short_name_in_legacy_letters_is_recognised():
    assert found_in(["Së Y tÕ"]) == "tcvn3"
    assert found_in(["Phòng Müller"]) is None
