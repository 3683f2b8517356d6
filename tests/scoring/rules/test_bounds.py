"""Percentages in prose."""

from decimal import Decimal

import pytest

from app.scoring.rules import Bounds, read_bounds


def bounds(low, low_in, high, high_in):
    return Bounds(Decimal(low), low_in, None if high is None else Decimal(high), high_in)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Từ 50% đến dưới 70% số văn bản", bounds(50, True, 70, False)),
        ("Đúng hạn từ 50% - 70%", bounds(50, True, 70, True)),
        ("Từ 50 % – dưới 70 % số xã", bounds(50, True, 70, False)),
        ("Xử lý từ 70 - 100%", bounds(70, True, 100, True)),
        ("Từ 75 đến dưới 100% số việc", bounds(75, True, 100, False)),
        ("Trên 50% đến 70%", bounds(50, False, 70, True)),
        ("Từ 62,5% đến 70%", bounds("62.5", True, 70, True)),
        ("Từ 80% hồ sơ trở lên", bounds(80, True, None, False)),
        ("Đạt 50 % trở lên", bounds(50, True, None, False)),
        ("Từ 15% số hồ sơ", bounds(15, True, None, False)),
        ("Không dưới 15%", bounds(15, True, None, False)),
        ("TRÊN 70%", bounds(70, False, None, False)),
        ("Dưới 50%", bounds(0, True, 50, False)),
        ("Chưa đạt 50%", bounds(0, True, 50, False)),
        ("Không quá 5%", bounds(0, True, 5, True)),
        ("Đạt 100%", bounds(100, True, 100, True)),
        ("100% ý kiến hài lòng hoặc rất hài lòng", bounds(100, True, 100, True)),
        ("Có từ 01 - 02 hình thức", None),
        ("Từ ngày 31/01 đến hết tháng 02", None),
        ("Ban hành chậm hoặc hoàn thành dưới 80%", None),
        ("Đạt 80% số xã, 90% số thôn", None),
        ("Từ 70% đến 50%", None),
        ("Không thực hiện", None),
        ("", None),
    ],
)
def test_bounds_of_a_label(label, expected):
    assert read_bounds(label) == expected
