"""The province's words at the head of documents."""

from app.scoring.exports.issuer import Issuer
from tests.scoring.exports.files import ISSUER


def test_the_place_is_the_bare_name_of_the_province():
    assert [
        ISSUER._replace(province=name).place for name in ("tỉnh Thanh Hóa", "Thành phố Huế", "Lai Châu")
    ] == [
        "Thanh Hóa",
        "Huế",
        "Lai Châu",
    ]


def test_the_department_is_named_in_small_letters_inside_a_sentence():
    assert Issuer("", "", "SỞ NỘI VỤ", "").home_affairs_name == "Sở Nội vụ"


def test_a_code_is_checked_at_the_public_address():
    assert ISSUER.verification_url("AAAA-BBBB-CCCC") == "https://cham.example.vn/verify/AAAA-BBBB-CCCC"
