"""Percentages read out of prose tier labels such as “Từ 50% đến dưới 70% số văn bản”.

Only what is certain is read: a label whose bounds depend on anything else has none. A warning is all that
hangs on it, because the person who scores chooses the tier by its words.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations, pairwise
from typing import NamedTuple

_NUMBER = r"(?<![0-9.,/])([0-9]{1,4}(?:[.,][0-9]{1,3})?)(?![0-9])"
_PERCENT = re.compile(_NUMBER + r"\s*%")
_RANGE = re.compile(rf"(trên\s+|hơn\s+)?{_NUMBER}\s*(%?)\s*(?:-|đến|tới)\s*(dưới\s+)?{_NUMBER}\s*(%?)")
_OPEN_RANGE = re.compile(rf"từ\s+{_NUMBER}\s*%?\s*(?:-|đến|tới)\s*dưới\s+(?![0-9])")
_AT_MOST = re.compile(r"(?:không (?:vượt )?quá|không trên|tối đa|nhiều nhất)\s+$")
_AT_LEAST = re.compile(r"(?:từ|không dưới|không thấp hơn|ít nhất|tối thiểu)\s+$")
_BELOW = re.compile(r"(?:dưới|thấp hơn|ít hơn|chưa (?:đạt|đủ|đến|tới))\s+$")
_ABOVE = re.compile(r"(?:trên|hơn|quá)\s+$")
_DASHES = re.compile(r"[‐‑‒–—−]")


class Bounds(NamedTuple):
    """A range of percentages; ``high`` None is open-ended. The two flags say whether an end belongs to it."""

    low: Decimal
    low_in: bool
    high: Decimal | None
    high_in: bool

    def ends_below(self, other: "Bounds") -> bool:
        """True when every percentage here is lower than every one there."""
        if self.high is None:
            return False
        return self.high < other.low or (self.high == other.low and not (self.high_in and other.low_in))

    def leaves_gap_to(self, higher: "Bounds") -> bool:
        """True when something lies between this range and the higher one, be it one point."""
        return self.high < higher.low or not (self.high_in or higher.low_in)


class Clash(NamedTuple):
    """Two tiers (numbered from 1, best first) that overlap or leave a gap, and the percentage where."""

    code: str
    first: int
    second: int
    at: Decimal


def read_bounds(label: str) -> Bounds | None:
    """The percentages a tier label covers, or None where that cannot be read with certainty."""
    text = _folded(label)
    found = list(_PERCENT.finditer(text))
    if not found or "hoặc" in text[: found[0].start()]:
        return None
    ranged = _RANGE.search(text)
    if ranged and (ranged[3] or ranged[6]):
        return _ranged(ranged) if not _PERCENT.search(text, ranged.end()) else None
    return _single(text, found[0]) if len(found) == 1 else None


def lacks_upper_bound(label: str) -> bool:
    """True for a tier like “từ 50 đến dưới số nhiệm vụ”, whose upper bound fell out in the source."""
    return bool(_OPEN_RANGE.search(_folded(label)))


def clashes(tiers: Sequence[Bounds | None]) -> list[Clash]:
    """Overlaps among the tiers that can be read, gaps between neighbours that can.

    Equal bounds are no overlap: such tiers differ in something other than the percentage.
    """
    known = [(number, tier) for number, tier in enumerate(tiers, 1) if tier is not None]
    found = []
    for (first, a), (second, b) in combinations(known, 2):
        if a != b and not a.ends_below(b) and not b.ends_below(a):
            found.append(Clash("tier_overlap", first, second, max(a.low, b.low)))
    for (first, a), (second, b) in pairwise(known):
        lower, higher = (b, a) if b.ends_below(a) else (a, b)
        if second == first + 1 and lower.ends_below(higher) and lower.leaves_gap_to(higher):
            found.append(Clash("tier_gap", first, second, lower.high))
    return found


def _folded(label: str) -> str:
    text = _DASHES.sub("-", unicodedata.normalize("NFC", label).replace("\uff05", "%"))
    return " ".join(text.casefold().split())


def _ranged(found: re.Match[str]) -> Bounds | None:
    above, low, _, below, high, _ = found.groups()
    bounds = Bounds(_decimal(low), not above, _decimal(high), not below)
    return bounds if bounds.low < bounds.high else None


def _single(text: str, found: re.Match[str]) -> Bounds:
    number, before, after = _decimal(found[1]), text[: found.start()], text[found.end() :]
    zero = Decimal(0)
    if _AT_MOST.search(before) or "trở xuống" in after:
        return Bounds(zero, True, number, True)
    if _AT_LEAST.search(before) or "trở lên" in after:
        return Bounds(number, True, None, False)
    if _BELOW.search(before):
        return Bounds(zero, True, number, False)
    if _ABOVE.search(before):
        return Bounds(number, False, None, False)
    return Bounds(number, True, number, True)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
