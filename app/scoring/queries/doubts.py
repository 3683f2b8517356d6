"""What looks wrong in a sheet without being forbidden: doubtful documents, values carried over from last year.

Each doubt is a heading (its kind), a sentence, and the row that it is about, None for the whole sheet.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from app.errors import Sentence
from app.figures import FigureKind, write_figure
from app.scoring.models import Evidence, Round, Score
from app.scoring.queries.comparison import Comparison, compare
from app.scoring.queries.sheets import Page, Row
from app.scoring.rules import format_points, rounded

MANY_ROWS = 5
"""One file that proves more rows than this is asked about."""
INDEX_FAR = 10
"""Percent points between the indexes of two years that are asked about."""
MOSTLY = Fraction(1, 2)
FEW_ROWS = 5
"""At least so many rows with figures in both years before “most of them” says anything."""
LONGEST_NAME = 60

OUTSIDE = Sentence("Văn bản có ngày ở ngoài kỳ đánh giá")
NUMBERLESS = Sentence("Văn bản chưa ghi số hoặc ngày")
SHARED = Sentence("Một tệp đính kèm ở nhiều tiêu chí")
SAME_FIGURES = Sentence("Số liệu giống hệt kỳ trước")
SAME_FILES = Sentence("Chỉ dùng lại tài liệu của kỳ trước")
TAKEN_OVER = Sentence("Phần lớn phiếu lấy nguyên từ kỳ trước")
FAR_INDEX = Sentence("Tỷ lệ tự chấm chênh lệch nhiều so với kỳ trước")
NA_NOW = Sentence("Đề nghị không áp dụng nhưng kỳ trước có chấm điểm")
FRACTION = Sentence("Số đếm có phần lẻ")
UNFOUNDED = Sentence("Tự chấm không có số liệu, chỉ có giải trình")


class Doubt(NamedTuple):
    heading: Sentence
    sentence: Sentence
    row: Row | None = None


def doubts_of(page: Page) -> list[Doubt]:
    """All doubts, kind by kind; two statements for last year's sheet."""
    own, compared = [row for row in page.rows if row.self_scored], compare(page)
    return [
        *_of_documents(own, page.sheet.round),
        *_of_shared_files(own),
        *_of_last_year(own, compared),
        *(doubt for row in own for doubt in _of_row(row)),
    ]


def _of_documents(own: Sequence[Row], round_: Round) -> Iterator[Doubt]:
    start, end = round_.period_start, round_.period_end
    for row in own:
        for document in row.score.evidence:
            name = _name(document)
            if document.issued_on is not None and not start <= document.issued_on <= end:
                values = {"name": name, "day": f"{document.issued_on:%d/%m/%Y}"}
                span = {"start": f"{start:%d/%m/%Y}", "end": f"{end:%d/%m/%Y}"}
                yield Doubt(
                    OUTSIDE,
                    Sentence(
                        "“%(name)s” ghi ngày %(day)s, kỳ đánh giá từ %(start)s đến %(end)s.", values | span
                    ),
                    row,
                )
            if document.issued_on is None or not document.number.strip():
                yield Doubt(NUMBERLESS, Sentence("“%(name)s”.", {"name": name}), row)


def _of_shared_files(own: Sequence[Row]) -> Iterator[Doubt]:
    """By content: a file that was uploaded twice is one file."""
    proven: dict[int, list[tuple[Row, Evidence]]] = defaultdict(list)
    for row in own:
        for file_id, document in {document.file_id: document for document in row.score.evidence}.items():
            proven[file_id].append((row, document))
    for places in proven.values():
        if len(places) > MANY_ROWS:
            for row, document in places:
                values = {"name": _name(document), "count": len(places)}
                yield Doubt(SHARED, Sentence("“%(name)s” đính kèm ở %(count)s tiêu chí.", values), row)


def _name(document: Evidence) -> str:
    text = document.number.strip() or document.file_name
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def _of_last_year(own: Sequence[Row], compared: Comparison | None) -> Iterator[Doubt]:
    if compared is None:
        return
    before, period = compared.before, compared.sheet.round.period
    yield from _of_whole(own, compared)
    for row in own:
        last = before.get(row.criterion.code)
        if last is None:
            continue
        if row.score.na_claimed and not last.na_claimed and (_has_figures(last) or last.self_points is not None):
            words = Sentence("Kỳ %(period)s: %(what)s.", {"period": period, "what": _told(last)})
            yield Doubt(NA_NOW, words, row)
        elif _same_figures(row, last):
            words = Sentence("Kỳ %(period)s cũng là %(what)s.", {"period": period, "what": _told(last)})
            yield Doubt(SAME_FIGURES, words, row)
    for row in own:
        if _same_files(row, before.get(row.criterion.code)):
            words = Sentence("%(count)s tài liệu, đều đã dùng ở kỳ %(period)s.",
                             {"count": len(row.score.evidence), "period": period})  # fmt: skip
            yield Doubt(SAME_FILES, words, row)


def _of_whole(own: Sequence[Row], compared: Comparison) -> Iterator[Doubt]:
    period = compared.sheet.round.period
    both, same, files = _counted(own, compared.before)
    if both >= FEW_ROWS and Fraction(same, both) > MOSTLY:
        values = {"same": same, "both": both, "files": files, "period": period}
        words = Sentence(
            "%(same)s/%(both)s tiêu chí có số liệu giống hệt kỳ %(period)s; "
            "%(files)s tiêu chí chỉ dùng lại tài liệu cũ.",
            values,
        )
        yield Doubt(TAKEN_OVER, words)
    now, then = compared.total.index, compared.total_before.index
    if compared.is_complete and now is not None and then is not None and abs(now - then) > INDEX_FAR:
        shown = {"now": format_points(rounded(now, 2)), "then": format_points(rounded(then, 2)), "period": period}
        yield Doubt(FAR_INDEX, Sentence("Kỳ này %(now)s%%, kỳ %(period)s %(then)s%%.", shown))


def _counted(own: Sequence[Row], before: Mapping[str, Score]) -> tuple[int, int, int]:
    """Rows with figures in both years, those with the same ones, those with none but last year's files."""
    pairs = [(row, before[row.criterion.code]) for row in own if row.criterion.code in before]
    both = [pair for pair in pairs if _has_figures(pair[0].score) and _has_figures(pair[1])]
    return len(both), sum(_same_figures(*pair) for pair in both), sum(_same_files(*pair) for pair in pairs)


def _figures(score: Score) -> tuple:
    return score.figure_a, score.figure_b, score.figure_n


def _has_figures(score: Score) -> bool:
    """Any figure but zero: nothing done in both years is no sign of copying."""
    return any(_figures(score))


def _same_figures(row: Row, last: Score) -> bool:
    return not row.score.na_claimed and _has_figures(row.score) and _figures(row.score) == _figures(last)


def _same_files(row: Row, last: Score | None) -> bool:
    """There are files, and last year's score had each of them."""
    mine = {document.file_id for document in row.score.evidence}
    return bool(mine) and last is not None and mine <= {document.file_id for document in last.evidence}


def _told(score: Score) -> str:
    figures = [
        write_figure(value, one.kind)
        for one in score.criterion.asked
        if (value := getattr(score, f"figure_{one.letter}")) is not None
    ]
    if figures:
        return "/".join(figures)
    return format_points(score.self_points) if score.self_points is not None else "–"


def _of_row(row: Row) -> Iterator[Doubt]:
    if row.done and row.score.without_figures:
        values = {"points": format_points(row.score.self_points)}
        yield Doubt(UNFOUNDED, Sentence("%(points)s điểm theo giải trình.", values), row)
    for one in row.criterion.asked:
        value = getattr(row.score, f"figure_{one.letter}")
        if value is not None and value != value.to_integral_value() and _is_count(one):
            values = {"name": one.name, "value": write_figure(value, one.kind)}
            yield Doubt(FRACTION, Sentence("%(name)s: %(value)s.", values), row)


def _is_count(one) -> bool:
    """A thing counted by its name, whatever kind the criteria set gave it: “Số tin bài”, not “Số vốn (tỷ đồng)”."""
    measured = one.kind in (FigureKind.MONEY, FigureKind.PERCENT) or "(" in one.name
    return not measured and one.name.casefold().startswith("số ")
