"""Small PDF documents that stand for evidence and signed reports, kept through the file store like uploads."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import NamedTuple

import typst

from app.files import FileStore
from app.models import StoredFile
from app.scoring.operations.evidence import keep_file
from app.web.documents.pdf import document_fonts

_PAGE = """
#set page(paper: "a4", margin: (top: 2cm, bottom: 2cm, left: 3cm, right: 2cm))
#set text(font: "Tinos", size: 13pt, lang: "vi")
#set par(justify: true, leading: 0.8em, first-line-indent: 1cm)
#let said = sys.inputs
#grid(columns: (1fr, 1.4fr), align: center, row-gutter: 6pt,
  upper(said.issuer), strong[CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM],
  [Số: #said.number], strong[Độc lập – Tự do – Hạnh phúc],
  [], emph[Thanh Hóa, #said.day])
#v(1cm)
#align(center, text(weight: "bold", size: 14pt, said.title))
#v(0.6cm)
#said.body
#v(1cm)
#align(right, block(width: 7cm, align(center)[*THỦ TRƯỞNG CƠ QUAN* \\ #v(1.6cm) _(đã ký – tài liệu minh họa)_]))
"""


class Paper(NamedTuple):
    """A document's own particulars and its text."""

    title: str
    number: str
    issued_on: date
    issuer: str
    body: str


class Papers:
    """Writes papers into a file store; fonts are looked through once, the same paper is written once."""

    def __init__(self, store: FileStore):
        self.store = store
        self.fonts = document_fonts()
        self.kept: dict[Paper, StoredFile] = {}

    def keep(self, paper: Paper, name: str, at: datetime) -> StoredFile:
        """The paper as a stored PDF and its row."""
        if paper not in self.kept:
            self.kept[paper] = keep_file(self.store.put(BytesIO(self._pdf(paper)), name), at=at)
        return self.kept[paper]

    def _pdf(self, paper: Paper) -> bytes:
        inputs = {
            "issuer": paper.issuer,
            "number": paper.number,
            "day": f"ngày {paper.issued_on:%d} tháng {paper.issued_on:%m} năm {paper.issued_on:%Y}",
            "title": paper.title,
            "body": paper.body,
        }
        moment = datetime(paper.issued_on.year, paper.issued_on.month, paper.issued_on.day, 1, tzinfo=UTC)
        return typst.compile(_PAGE.encode(), font_paths=self.fonts, sys_inputs=inputs, timestamp=moment)
