"""The table of agencies."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from app.errors import Sentence
from app.field_rules import BAD_CODE, BAD_SYMBOL, CODE, SYMBOL
from app.scoring.imports.cells import Unique, read_date, require
from app.scoring.imports.finding import Findings, Imported
from app.scoring.imports.table import AS_IT_IS, Column, Reading, TableRow, read_table

COLUMNS = (
    Column("code", ("Mã", "Mã cơ quan"), required=True, longest=30, kind="code"),
    Column("name", ("Tên cơ quan", "Tên"), required=True, longest=250, kind="line"),
    Column("short_name", ("Tên viết tắt", "Tên ngắn"), longest=100, kind="line"),
    Column("group_code", ("Mã khối", "Khối"), required=True, kind="code"),
    Column("place", ("Địa danh",), longest=100, kind="line"),
    Column("symbol", ("Ký hiệu", "Ký hiệu văn bản"), longest=30),
    Column("active_from", ("Hoạt động từ", "Từ ngày"), kind="date"),
    Column("active_to", ("Hoạt động đến", "Đến ngày"), kind="date"),
    Column("successor_code", ("Cơ quan kế thừa", "Mã cơ quan kế thừa"), longest=30, kind="code"),
)


class AgencyRow(NamedTuple):
    """``short_name`` and ``successor_code`` are empty when not given; both dates belong to the period.

    ``place`` and ``symbol`` are None where the file has no such column, which leaves an agency's own.
    """

    code: str
    name: str
    short_name: str
    group_code: str
    active_from: date | None
    active_to: date | None
    successor_code: str
    row: int
    place: str | None = None
    symbol: str | None = None


def parse_agencies(
    data: bytes,
    filename: str,
    *,
    groups: Collection[str] | None = None,
    known: Collection[str] | None = None,
    reading: Reading = AS_IT_IS,
) -> Imported[AgencyRow]:
    """``groups``: the group codes there are; ``known``: agencies already there, which may be successors.

    Neither is checked when it is None.
    """
    table = read_table(data, filename, COLUMNS, reading)
    findings = Findings(table.findings)
    codes = Unique("code", "duplicate_code", findings)
    agencies = []
    for row in table.rows:
        agency = _with_letterhead(_agency(row, groups, findings), row, table.present, findings)
        if agency.code and codes.is_first(row, agency.code.lower(), agency.code):
            agencies.append(agency)
    if known is not None:
        _check_codes(agencies, known, findings)
        _check_successors(agencies, known, findings)
    return Imported(agencies, findings.in_order(), table.present)


def _agency(row: TableRow, groups: Collection[str] | None, findings: Findings) -> AgencyRow:
    agency = AgencyRow(
        code=require(row, "code", "missing_code", Sentence("Thiếu mã cơ quan."), findings),
        name=require(row, "name", "missing_name", Sentence("Thiếu tên cơ quan."), findings),
        short_name=row.cells["short_name"],
        group_code=require(row, "group_code", "missing_group", Sentence("Thiếu mã khối."), findings),
        active_from=read_date(row, "active_from", findings),
        active_to=read_date(row, "active_to", findings),
        successor_code=row.cells["successor_code"],
        row=row.number,
    )
    if agency.code and not CODE.fullmatch(agency.code):
        findings.error(row.number, "code", "bad_code", BAD_CODE)
    if groups is not None and agency.group_code and agency.group_code not in groups:
        message = Sentence("Không có khối nào mang mã %(code)s.", {"code": agency.group_code})
        findings.error(row.number, "group_code", "unknown_group", message)
    if agency.active_from and agency.active_to and agency.active_to < agency.active_from:
        message = Sentence("Ngày kết thúc hoạt động trước ngày bắt đầu.")
        findings.error(row.number, "active_to", "dates_reversed", message)
    return agency


def _with_letterhead(
    agency: AgencyRow, row: TableRow, present: Collection[str], findings: Findings
) -> AgencyRow:
    """With place name and symbol, from the columns that the file has."""
    given = {name: row.cells[name] for name in ("place", "symbol") if name in present}
    symbol = given.get("symbol")
    if symbol and not SYMBOL.fullmatch(symbol):
        findings.error(row.number, "symbol", "bad_symbol", BAD_SYMBOL)
    return agency._replace(**given)


def _check_codes(agencies: Sequence[AgencyRow], known: Collection[str], findings: Findings) -> None:
    """A code that differs from a known one by capitals alone is a slip, not another agency."""
    written = {code.lower(): code for code in known}
    for agency in agencies:
        code = written.get(agency.code.lower(), agency.code)
        if code != agency.code:
            message = Sentence("Mã này đã có, viết là %(code)s.", {"code": code})
            findings.error(agency.row, "code", "code_in_other_case", message)


def _check_successors(agencies: Sequence[AgencyRow], known: Collection[str], findings: Findings) -> None:
    codes = {agency.code for agency in agencies} | set(known)
    for agency in agencies:
        if not agency.successor_code:
            continue
        if agency.successor_code == agency.code:
            message = Sentence("Cơ quan không thể kế thừa chính mình.")
            findings.error(agency.row, "successor_code", "own_successor", message)
        elif agency.successor_code not in codes:
            message = Sentence("Không có cơ quan nào mang mã %(code)s.", {"code": agency.successor_code})
            findings.error(agency.row, "successor_code", "unknown_agency", message)
