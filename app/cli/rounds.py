"""Commands on rounds: open one, rank it, export it."""

from datetime import datetime
from fractions import Fraction
from pathlib import Path

import click

from app.cli.arguments import (
    PROGRAMME,
    read_moment,
    read_period,
    round_option,
    the_group,
    the_round,
    the_sets,
)
from app.cli.commands import Outcome, command, table
from app.clock import now
from app.holding import hold_row
from app.points import plain
from app.scoring.exports.detail import detail_workbook
from app.scoring.exports.matrix import criterion_matrix
from app.scoring.exports.ranking import ranking_workbook
from app.scoring.models import Round
from app.scoring.operations import rounds
from app.scoring.queries.standings import Line, round_standings
from app.scoring.rules import rounded

WORKBOOKS = {"ranking": ranking_workbook, "matrix": criterion_matrix, "detail": detail_workbook}
HEADINGS = ["Hạng", "Khối", "Mã", "Cơ quan", "Điểm", "Tối đa", "Chỉ số", "Xếp loại", "Chưa chấm"]


@command("open-round")
@click.option("--programme", type=PROGRAMME, required=True, help="Chương trình: cchc hoặc htnv.")
@click.option(
    "--period", callback=read_period, required=True, help="Kỳ: 2026, 2026-H1, 2026-Q3 hoặc 2026-05."
)
@click.option("--name", required=True, help="Tên kỳ chấm điểm.")
@click.option("--set", "sets", multiple=True, required=True, metavar="KHỐI=SỐ", help="Bộ tiêu chí của khối.")
@click.option(
    "--deadline",
    callback=read_moment,
    required=True,
    help="Hạn tự đánh giá: 31/12/2026 17:00 hoặc 2026-12-31T17:00; chỉ ghi ngày là 17:00.",
)
def open_round(programme: str, period: str, name: str, sets: tuple[str, ...], deadline: datetime) -> Outcome:
    """Tạo và mở một kỳ chấm điểm: mỗi cơ quan có trong kỳ một phiếu."""
    at = now()
    round_ = rounds.create_round(
        programme=programme,
        period=period,
        name=name,
        entry_deadline=deadline,
        sets=the_sets(sets),
        actor=None,
        at=at,
    )
    made = rounds.open_round(hold_row(round_), actor=None, at=at)
    lines = [f"Đã mở kỳ số {round_.id}: {round_.name}, {made} phiếu."]
    return Outcome({"round_id": round_.id, "sheets": made}, lines)


@command("rank")
@round_option
@click.option("--group", metavar="MÃ", help="Chỉ một khối.")
def rank(round_id: int, group: str | None) -> Outcome:
    """Xếp hạng một kỳ trong từng khối; chưa kết luận thì là kết quả tạm tính."""
    round_ = the_round(round_id)
    wanted = the_group(group) if group is not None else None
    standings = round_standings(round_)
    rows = [
        ranked(line, found.code, round_, standings.provisional)
        for found, lines in standings.groups
        if wanted is None or found.id == wanted.id
        for line in lines
    ]
    title = f"{round_.name} – {'TẠM TÍNH' if standings.provisional else 'đã kết luận'}"
    return Outcome(rows, [title, *table(HEADINGS, [_cells(row) for row in rows])])


def ranked(line: Line, group: str, round_: Round, provisional: bool) -> dict:
    """One line for ``--json``: decimals as strings; ``index`` as shown, ``index_exact`` as a fraction."""
    index = line.index
    return {
        "agency": line.sheet.agency.code,
        "name": line.sheet.agency_name,
        "group": group,
        "points": plain(line.total.points),
        "max": plain(line.total.maximum),
        "index": None if index is None else plain(rounded(index, round_.places), round_.places),
        "index_exact": None if index is None else str(Fraction(index)),
        "rank": line.rank,
        "grade": line.grade,
        "unscored": line.total.unscored,
        "provisional": provisional,
    }


def _cells(row: dict) -> list[str]:
    return [
        "–" if row["rank"] is None else str(row["rank"]),
        row["group"],
        row["agency"],
        row["name"],
        row["points"].replace(".", ","),
        row["max"].replace(".", ","),
        "–" if row["index"] is None else row["index"].replace(".", ","),
        row["grade"] or "–",
        str(row["unscored"]),
    ]


@command("export")
@round_option
@click.option("--what", type=click.Choice(list(WORKBOOKS)), required=True, help="Nội dung xuất.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Tệp XLSX ghi ra."
)
def export(round_id: int, what: str, output: Path) -> Outcome:
    """Xuất kết quả một kỳ ra Excel: bảng xếp hạng, ma trận tiêu chí, phiếu từng cơ quan."""
    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"Tệp ghi ra phải có đuôi .xlsx: {output}")
    content = WORKBOOKS[what](the_round(round_id))
    _write(output, content)
    data = {"file": str(output), "bytes": len(content), "what": what, "round_id": round_id}
    return Outcome(data, [f"Đã ghi {output} ({len(content):,} byte)."])


def _write(output: Path, content: bytes) -> None:
    """Whole or not at all: a reader never meets half a workbook."""
    draft = output.with_name(f".{output.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(output)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise click.UsageError(f"Không ghi được {output}: {error.strerror}") from error
