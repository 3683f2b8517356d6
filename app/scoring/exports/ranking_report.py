"""Báo cáo kết quả xếp hạng of Sở Nội vụ: a table a group, as on the ranking screen."""

from datetime import datetime

from app.clock import local_date
from app.codes import code_of_digest
from app.models import AgencyGroup
from app.scoring.exports.cells import (
    PROVISIONAL,
    SIGNED_HERE,
    decided_words,
    index_text,
    is_told,
    programme_name,
)
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.roots import root_lines
from app.scoring.exports.unlocks import unlock_lines
from app.scoring.models import Round
from app.scoring.queries.records import record_of
from app.scoring.queries.standings import Line, Standings, round_standings
from app.scoring.rules import period_told
from app.web.documents import AdministrativeDocument, Column, Heading, Paragraph, Row, Signature, Table

WORKING = "Cách tính: chỉ số (%) = điểm / điểm tối đa áp dụng × 100."
_COLUMNS = (
    Column("Xếp hạng", 16, kind="integer", align="center"),
    Column("Cơ quan, đơn vị", 62),
    Column("Điểm", 20, kind="points"),
    Column("Điểm tối đa", 20, kind="points"),
    Column("Chỉ số (%)", 20, align="right"),
    Column("Xếp loại", 27),
)


def ranking_document(round_: Round, issuer: Issuer, *, at: datetime) -> AdministrativeDocument:
    """The ranking of every group; says that it is provisional until the round is concluded."""
    standings = round_standings(round_)
    day = round_.concluded_at if round_.concluded_at and not standings.provisional else at
    return AdministrativeDocument(
        issuer_parent=issuer.committee,
        issuer=issuer.home_affairs,
        place=issuer.place,
        symbol=f"BC-{issuer.home_affairs_symbol}",
        date=local_date(day),
        title="Báo cáo",
        subtitle=_title(round_),
        body=_body(standings, issuer),
        signature=Signature("GIÁM ĐỐC", None, SIGNED_HERE),
        recipients=("Ủy ban nhân dân tỉnh (để báo cáo)", "Các cơ quan, đơn vị được xếp hạng", "Lưu: VT"),
    )


def _title(round_: Round) -> str:
    return f"Kết quả chấm điểm, xếp hạng {programme_name(round_.programme)} {period_told(round_.period)}"


def _body(standings: Standings, issuer: Issuer) -> list[Heading | Paragraph | Table]:
    warning = [Paragraph(PROVISIONAL, align="center", bold=True)] if standings.provisional else []
    body: list[Heading | Paragraph | Table] = [*warning, Paragraph(_opening(standings)), Paragraph(WORKING)]
    for place, (group, lines) in enumerate(standings.groups, 1):
        body += [_heading(place, group), Table(_COLUMNS, [_row(line, standings.round) for line in lines])]
    return [*body, *unlock_lines(standings.round), *_frozen(standings.round, issuer), *root_lines()]


def _frozen(round_: Round, issuer: Issuer) -> list[Paragraph]:
    """By this digest anyone can tell the data behind this very ranking; the code shows its points to who holds it."""
    record = record_of(round_)
    if record is None:
        return []
    text = f"Dữ liệu của kết quả đã đóng băng khi kết luận; mã băm SHA-256: {record.digest}"
    code = code_of_digest(record.digest)
    check = f"Mã xác thực: {code}; kiểm tra tại {issuer.verification_url(code)}"
    return [Paragraph(text, align="left", italic=True), Paragraph(check, align="left", italic=True)]


def _opening(standings: Standings) -> str:
    round_, count = standings.round, len(standings.lines)
    decided = f" ({decided_words(round_)})" if round_.decision_number else ""
    named = "" if is_told(round_.name, _title(round_)) else f" tại kỳ “{round_.name}”"
    return f"Kết quả chấm điểm, xếp hạng của {count} cơ quan, đơn vị{named}{decided} như sau:"


def _heading(place: int, group: AgencyGroup) -> Heading:
    return Heading(f"{place}. {group.name}")


def _row(line: Line, round_: Round) -> Row:
    points, maximum = line.total.points, line.total.maximum
    index = index_text(line.index, round_)
    return Row((line.rank, line.sheet.agency_name, points, maximum, index, line.grade))
