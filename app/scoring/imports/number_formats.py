"""How a spreadsheet displays a number under the simple formats that codes are given: 000, 0.00, "SO-"00."""

import re
from decimal import Decimal

BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_PERCENT = re.compile(r"[#0]*0(?:\.[0#]+)? ?%")
_LITERAL = r'(?:"[^"]*"|\\.|[-/ ()])*'
_SIMPLE = re.compile(rf"({_LITERAL})(#,##|#*)(0+)(?:\.(0+))?({_LITERAL})")


def displayed(value: float, code: str) -> str | None:
    """The text in the cell, of percentages with all their places.

    None for a format that is not of this simple kind (General, dates).
    """
    first = code.partition(";")[0]
    if _PERCENT.fullmatch(first):
        number = f"{Decimal(format(value, '.15g')) * 100:f}"
        return f"{number.rstrip('0').rstrip('.') if '.' in number else number}%"
    found = _SIMPLE.fullmatch(first)
    if found is None or value < 0:
        return None
    before, grouping, digits, decimals, after = found.groups()
    number = Decimal(format(value, ".15g"))
    text = format(round(number, len(decimals or "")), ",f" if "," in grouping else "f")
    whole, point, fraction = text.partition(".")
    return _plain(before) + whole.zfill(len(digits)) + point + fraction + _plain(after)


def _plain(literal: str) -> str:
    return re.sub(r'"([^"]*)"|\\(.)', lambda found: found[1] or found[2] or "", literal)
