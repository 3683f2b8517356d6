"""The head of a document names its agency as Decree 30/2020/NĐ-CP wants."""

import pytest

from app.letterhead import default_place, default_symbol, name_lines


def shown(name: str) -> str:
    """What must stay on one line, joined by ``_``."""
    return name_lines(name).replace("\u00a0", "_")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("UBND phường Bỉm Sơn", "ỦY BAN NHÂN DÂN\nPHƯỜNG_BỈM_SƠN"),
        ("Uỷ ban nhân dân xã Đông Tiến", "ỦY BAN NHÂN DÂN\nXÃ_ĐÔNG_TIẾN"),
        ("ỦY BAN NHÂN DÂN TỈNH THANH HÓA", "ỦY BAN NHÂN DÂN\nTỈNH_THANH_HÓA"),
        ("UBND phường Tân Thịnh Trung Hưng Bắc", "ỦY BAN NHÂN DÂN\nPHƯỜNG TÂN_THỊNH_TRUNG_HƯNG_BẮC"),
        ("UBND phường 1", "ỦY BAN NHÂN DÂN\nPHƯỜNG_1"),
        ("Sở Nông nghiệp và Môi trường", "SỞ_NÔNG_NGHIỆP VÀ_MÔI_TRƯỜNG"),
        (
            "Ban Quản lý Khu kinh tế Nghi Sơn và các khu công nghiệp tỉnh Thanh Hóa",
            "BAN_QUẢN_LÝ KHU_KINH_TẾ NGHI_SƠN VÀ_CÁC_KHU_CÔNG_NGHIỆP TỈNH_THANH_HÓA",
        ),
        ("Bộ Nội vụ", "BỘ_NỘI_VỤ"),
    ],
)
def test_a_committee_has_two_lines_and_no_name_is_broken(name, lines):
    assert shown(name) == lines


def test_a_commune_writes_its_own_name_before_the_date_the_others_the_provinces():
    names = ("UBND phường Bỉm Sơn", "UBND xã Đông Tiến", "UBND phường 1", "UBND tỉnh Thanh Hóa", "Sở Y tế")
    places = ["Bỉm Sơn", "Đông Tiến", "Phường 1", "Thanh Hóa", "Thanh Hóa"]
    assert [default_place(name, "Thanh Hóa") for name in names] == places


def test_the_symbol_is_made_of_the_names_first_letters():
    names = ("Sở Tư pháp", "Sở Giáo dục và Đào tạo", "SỞ NỘI VỤ", "UBND xã Đông Tiến", "Văn phòng UBND tỉnh")
    assert [default_symbol(name) for name in names] == ["STP", "SGDĐT", "SNV", "UBND", "VPUBNDT"]
