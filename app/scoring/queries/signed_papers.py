"""What was found in the signed report of a sheet: code, content, digital signatures; and what is said of it."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import select

from app.clock import written
from app.errors import Sentence
from app.extensions import db
from app.pdf_signatures import PdfSignature, Trust
from app.row_access import system_access
from app.scoring.models import Sheet, SignedScan, Snapshot

PLACES_NAMED = 12


class Content(StrEnum):
    """``unread``: the file is a picture or cannot be read; ``foreign``: it has text, most of it not the report's."""

    SAME = "same"
    DIFFERENT = "different"
    FOREIGN = "foreign"
    UNREAD = "unread"


class SignatureTold(NamedTuple):
    """A digital signature as it is kept: times as text."""

    name: str
    organisation: str
    signed_at: str | None
    stamped: bool
    holds: bool
    intact: bool
    trust: str

    @classmethod
    def of(cls, found: PdfSignature) -> "SignatureTold":
        at = found.signed_at.isoformat(timespec="seconds") if found.signed_at is not None else None
        return cls(
            found.name, found.organisation, at, found.stamped, found.holds, found.intact, str(found.trust)
        )


class PaperReading(NamedTuple):
    """``approved``: the code of the report it was compared with; ``seen``: every code in the file, ``labelled`` those
    that it calls a verification code; ``places``: the totals and rows that are not as approved."""

    approved: str
    seen: list[str]
    labelled: list[str]
    pages: int
    pages_without_code: list[int]
    content: Content
    places: list[str]
    signatures: list[SignatureTold]

    @property
    def has_code(self) -> bool:
        return self.approved in self.seen

    @property
    def is_approved_report(self) -> bool:
        return self.has_code and self.content == Content.SAME and not self.pages_without_code

    @property
    def asks(self) -> bool:
        """Whether somebody must say that this is the right file."""
        return not self.is_approved_report or not all(one.holds for one in self.signatures)

    def kept(self) -> dict[str, Any]:
        return self._asdict() | {"signatures": [one._asdict() for one in self.signatures]}


class Told(NamedTuple):
    """A line about the file: ``tone`` is ok, warn or danger."""

    tone: str
    sentence: Sentence


def kept_reading(kept: dict[str, Any] | None) -> PaperReading | None:
    """The reading as it was kept."""
    if kept is None:
        return None
    signatures = [SignatureTold(**one) for one in kept["signatures"]]
    return PaperReading(**(kept | {"signatures": signatures, "content": Content(kept["content"])}))


def reading_of(sheet: Sheet) -> PaperReading | None:
    """What was found in the signed report in force; None without one, or for one that was never read."""
    scan = db.session.get(SignedScan, (sheet.id, sheet.signed_file_id)) if sheet.signed_file_id else None
    return kept_reading(scan.reading) if scan is not None else None


def is_doubtful(sheet: Sheet) -> bool:
    """Whether the sender must confirm the signed report in force."""
    reading = reading_of(sheet)
    return reading is not None and reading.asks


def paper_told(sheet: Sheet) -> list[Told]:
    """What is said of the signed report in force; nothing without one, or for one that was never read."""
    reading = reading_of(sheet)
    return told(reading) if reading is not None else []


@system_access("whose report a code belongs to")
def reports_with(codes: list[str]) -> list[Snapshot]:
    """The approved reports that carry these codes, whoever they belong to."""
    return list(db.session.scalars(select(Snapshot).where(Snapshot.code.in_(codes)).order_by(Snapshot.id)))


def told(reading: PaperReading) -> list[Told]:
    """What is said of the file to the clerk, the manager and whoever verifies the code."""
    return [*_paper_told(reading), *(_signature_told(one) for one in reading.signatures)]


def _paper_told(reading: PaperReading) -> Iterator[Told]:
    if reading.is_approved_report:
        yield Told("ok", Sentence("Đúng là bản đã duyệt: mã xác thực và nội dung trùng khớp."))
        return
    unknown = [code for code in reading.labelled if code != reading.approved]
    if unknown:
        values = {"codes": ", ".join(unknown)}
        yield Told("danger", Sentence("Tệp có mã xác thực không thuộc báo cáo nào: %(codes)s.", values))
    elif not reading.has_code and reading.content == Content.UNREAD:
        yield Told(
            "warn", Sentence("Không thấy mã xác thực (bản quét ảnh): không đối chiếu được, người gửi xác nhận.")
        )
        return
    elif not reading.has_code:
        yield Told("warn", Sentence("Không thấy mã xác thực của bản đã duyệt trong tệp."))
    yield from _content_told(reading)


def _content_told(reading: PaperReading) -> Iterator[Told]:
    if reading.content == Content.UNREAD and reading.has_code:
        yield Told("warn", Sentence("Có mã xác thực của bản đã duyệt, nhưng không đọc được nội dung để đối chiếu."))
    elif reading.content == Content.UNREAD:
        yield Told("warn", Sentence("Không đọc được nội dung để đối chiếu."))
    elif reading.content == Content.FOREIGN:
        yield Told(
            "danger",
            Sentence("Phần lớn nội dung của bản đã duyệt không có trong tệp; hãy kiểm tra đã đính đúng tệp chưa."),
        )
    elif reading.content == Content.DIFFERENT:
        named = ", ".join(reading.places[:PLACES_NAMED])
        more = len(reading.places) - PLACES_NAMED
        values = {"places": f"{named}, … (+{more})" if more > 0 else named}
        yield Told("danger", Sentence("Nội dung khác bản đã duyệt ở: %(places)s.", values))
    else:
        yield Told("ok", Sentence("Nội dung trùng khớp với bản đã duyệt."))
    if reading.pages_without_code:
        values = {"pages": ", ".join(map(str, reading.pages_without_code))}
        yield Told("warn", Sentence("Trang không có mã xác thực: %(pages)s.", values))


_TRUST = {
    Trust.TRUSTED: Sentence("chứng thư hợp lệ"),
    Trust.UNTRUSTED: Sentence("chứng thư không được tin cậy hoặc đã hết hạn"),
    Trust.UNCHECKED: Sentence("chưa kiểm tra được chứng thư"),
}


_TONES = {Trust.TRUSTED: "ok", Trust.UNTRUSTED: "danger", Trust.UNCHECKED: "warn"}
_HOLDS = Sentence("Chữ ký số của %(who)s, %(time)s: còn nguyên vẹn, bao trùm toàn bộ văn bản; %(trust)s.")
_ADDED_TO = Sentence("Chữ ký số của %(who)s, %(time)s: tệp đã có nội dung thêm sau khi ký; %(trust)s.")
_BROKEN = Sentence("Chữ ký số của %(who)s, %(time)s: không đúng hoặc tệp đã bị sửa; %(trust)s.")


def _signature_told(one: SignatureTold) -> Told:
    values = {"who": _who(one), "time": _when(one), "trust": _TRUST[Trust(one.trust)]}
    if one.holds:
        return Told(_TONES[Trust(one.trust)], _HOLDS._replace(values=values))
    return Told("danger", (_ADDED_TO if one.intact else _BROKEN)._replace(values=values))


def _who(one: SignatureTold) -> Sentence | str:
    if not one.name:
        return Sentence("người không đọc được tên")
    return f"{one.name} ({one.organisation})" if one.organisation not in ("", one.name) else one.name


def _when(one: SignatureTold) -> Sentence:
    if one.signed_at is None:
        return Sentence("không ghi thời điểm ký")
    values = {"time": written(datetime.fromisoformat(one.signed_at))}
    if one.stamped:
        return Sentence("ký lúc %(time)s (có dấu thời gian)", values)
    return Sentence("ký lúc %(time)s (theo máy của người ký)", values)
