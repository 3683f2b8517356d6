"""How a spreadsheet displays a number under the simple formats that codes are given: 000, 0.00, "SO-"00."""

import re
from decimal import Decimal

BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00"}
_LITERAL = r'(?:"[^"]*"|\\.|[-/ ()])*'
_SIMPLE = re.compile(rf"({_LITERAL})(#,##|#*)(0+)(?:\.(0+))?({_LITERAL})")


def displayed(value: float, code: str) -> str | None:
    """The text in the cell; None for a format that is not of this simple kind (General, dates, percent)."""
    found = _SIMPLE.fullmatch(code.partition(";")[0])
    if found is None or value < 0:
        return None
    before, grouping, digits, decimals, after = found.groups()
    number = Decimal(format(value, ".15g"))
    text = format(round(number, len(decimals or "")), ",f" if "," in grouping else "f")
    whole, point, fraction = text.partition(".")
    return _plain(before) + whole.zfill(len(digits)) + point + fraction + _plain(after)


def _plain(literal: str) -> str:
    return re.sub(r'"([^"]*)"|\\(.)', lambda found: found[1] or found[2] or "", literal)
