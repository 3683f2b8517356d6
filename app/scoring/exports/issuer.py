"""Who issues a document: the words of the province that stand at the head of every report."""

from typing import NamedTuple

from app.letterhead import default_symbol

VERIFICATION_PATH = "/verify/"
_KINDS = ("tỉnh ", "thành phố ")


class Issuer(NamedTuple):
    """``province`` as in "tỉnh Thanh Hóa"; ``base_url`` without a slash at its end; ``symbol`` that of Sở Nội vụ."""

    province: str
    committee: str
    home_affairs: str
    base_url: str
    symbol: str = ""

    @property
    def home_affairs_symbol(self) -> str:
        """The abbreviation of Sở Nội vụ in numbers of its documents."""
        return self.symbol or default_symbol(self.home_affairs_name)

    @property
    def place(self) -> str:
        """The province's bare name, as before the date of a document."""
        for kind in _KINDS:
            if self.province.casefold().startswith(kind):
                return self.province[len(kind) :]
        return self.province

    @property
    def home_affairs_name(self) -> str:
        """As inside a sentence, whatever the case it is configured in: "Sở Nội vụ"."""
        kind, _, matter = self.home_affairs.partition(" ")
        return f"{kind.capitalize()} {matter.capitalize()}"

    def verification_url(self, code: str) -> str:
        return f"{self.base_url}{VERIFICATION_PATH}{code}"
