"""Phiếu nhập liệu: the unit's own sheet as a workbook that is filled in without a network and comes back.

Only entry cells are unlocked. Protection has no password: it keeps slips away, not intent; what comes back is
checked by the marks in the hidden columns (``imports/entry_workbook.py``).
"""

import io
from decimal import Decimal
from typing import NamedTuple

import xlsxwriter
from itsdangerous import Signer
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from app.figures import WITHOUT_FRACTION
from app.scoring.exports import entry_formulas as formulas
from app.scoring.exports.cells import NOT_APPLICABLE, programme_name
from app.scoring.imports.entry_cells import HEADINGS, NO, YES, Cells, asked, option_texts, packed
from app.scoring.imports.entry_workbook import HIDDEN, SHEET, hidden_cells
from app.scoring.queries.entry import kept_cells
from app.scoring.queries.sheets import Page, Row, self_standing
from app.scoring.rules import (
    KIND_NAMES,
    METHOD_NAMES,
    Method,
    Standing,
    format_points,
    plain,
    rule_told,
    signed_sum,
)
from app.text import printable
from app.web.formats import moment

HEAD = 4
FIRST = HEAD + 1
_PLACE = {column.name: place for place, column in enumerate(SHEET.columns)}
_AFTER = len(SHEET.shown) + len(SHEET.entry)
# Computed columns stand between the entry cells and the hidden marks; the file is read by its headings.
SUGGESTED, TAKEN, COUNTED, APPLICABLE, DONE = range(_AFTER, _AFTER + 5)
_FIRST_HIDDEN = _AFTER + 5
_WIDTHS = (8, 44, 36, 9, 26, 10, 10, 10, 10, 12, 46, 10, 10)
_OPTIONS_TAB = "Danh mục"
_HOW = (
    "Chỉ nhập ô nền vàng. Để trống “Điểm tự chấm” thì lấy điểm gợi ý. "
    "Nhập xong, lưu tệp rồi tải lên ở trang phiếu."
)
_COMPUTED_ONLY = "Bộ tiêu chí này chỉ nhận điểm tính từ số liệu hoặc mức đã chọn, kể cả khi có giải trình."
_LOOKS = {
    "title": {"bold": True, "font_size": 14, "quote_prefix": True},
    "line": {"italic": True, "quote_prefix": True},
    "total": {"bold": True, "font_size": 12, "font_color": "#0B4A8F"},
    "head": {"bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#DDE6F0"},
    "field": {"bold": True, "border": 1, "text_wrap": True, "bg_color": "#EEF3F9", "quote_prefix": True},
    "field_points": {"bold": True, "border": 1, "bg_color": "#EEF3F9", "num_format": "#,##0.0##;-#,##0.0##;0"},
    "text": {"border": 1, "text_wrap": True, "quote_prefix": True},
    "points": {"border": 1, "num_format": "General", "align": "right"},
    "closed": {"border": 1, "bg_color": "#F1F1F1"},
    "entry": {"border": 1, "bg_color": "#FFF8D6", "locked": False, "text_wrap": True, "quote_prefix": True},
    "entry_number": {"border": 1, "bg_color": "#FFF8D6", "locked": False, "align": "right"},
    "entry_whole": {
        "border": 1, "bg_color": "#FFF8D6", "locked": False, "align": "right", "num_format": "#,##0",
    },
    "entry_text": {
        "border": 1, "bg_color": "#FFF8D6", "locked": False, "text_wrap": True, "num_format": "@",
        "quote_prefix": True,
    },
}  # fmt: skip


class _Book(NamedTuple):
    sheet: Worksheet
    options: Worksheet
    looks: dict[str, Format]
    signer: Signer


_ENTRY_LOOKS = {"explanation": "entry_text", "option": "entry", "not_applicable": "entry"}


def entry_workbook(page: Page, signer: Signer) -> bytes:
    """The sheet's rows as they stand now, ready to be filled in."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    base = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
    looks = {name: workbook.add_format(base | look) for name, look in _LOOKS.items()}
    sheets = [workbook.add_worksheet(name) for name in ("Phiếu chấm điểm", _OPTIONS_TAB)]
    book = _Book(*sheets, looks, signer)
    book.options.hide()
    _write_head(book, page)
    offered = 0
    for at, row in enumerate(page.rows, FIRST):
        offered = _write_row(book, at, row, page, offered)
    _set_up(book, page)
    for worksheet in (book.sheet, book.options):
        worksheet.protect("", {"format_rows": True, "objects": False, "scenarios": False})
    workbook.close()
    return out.getvalue()


def _write_head(book: _Book, page: Page) -> None:
    sheet, looks, round_ = book.sheet, book.looks, page.sheet.round
    last = FIRST + len(page.rows)
    title = f"PHIẾU TỰ CHẤM ĐIỂM – {programme_name(round_.programme)}"
    sheet.write_string(0, 0, printable(title), looks["title"])
    about = f"{page.sheet.agency_name} – {round_.name} – Hạn gửi: {moment(page.deadline)}"
    sheet.write_string(1, 0, printable(about), looks["line"])
    how = _HOW if page.sheet.criteria_set.allows_deviation else f"{_HOW} {_COMPUTED_ONLY}"
    sheet.write_string(2, 0, how, looks["line"])
    counted, applicable, done = (
        f"SUM({_cell(FIRST, place)}:{_cell(last, place)})" for place in (COUNTED, APPLICABLE, DONE)
    )
    formula = (
        f'="Tự chấm: "&ROUND(MAX(0,{counted}),3)&" / "&ROUND({applicable},3)&" điểm"'
        f'&"   ·   Đã chấm: "&{done}&"/{page.to_do} tiêu chí"'
    )
    total = page.total
    shown = f"Tự chấm: {format_points(total.points)} / {format_points(total.maximum)} điểm"
    shown += f"   ·   Đã chấm: {page.done}/{page.to_do} tiêu chí"
    sheet.write_formula(3, 0, formula, looks["total"], shown)
    titles = [column.headings[0] for column in SHEET.columns]
    for place, title in enumerate(titles):
        sheet.write_string(HEAD, place, title, looks["head"])


def _write_row(book: _Book, at: int, row: Row, page: Page, offered: int) -> int:
    """One node of the tree; how many options the list has afterwards."""
    criterion, looks = row.criterion, book.looks
    is_group = row.score is None
    texts = (criterion.code, criterion.name, "" if is_group else _how(row))
    for place, text in enumerate(texts):
        book.sheet.write_string(at, place, printable(text), looks["field" if is_group else "text"])
    style = looks["field_points" if is_group else "points"]
    book.sheet.write_number(at, _PLACE["maximum"], criterion.maximum, style)
    if is_group:
        _write_group(book, at, row, page)
        return offered
    if not row.self_scored:
        _write_closed(book, at, row)
        return offered
    return _write_leaf(book, at, row, offered)


def _write_group(book: _Book, at: int, row: Row, page: Page) -> None:
    """A field shows the sum of its rows, which stand below it; a heading that limits its rows takes off the rest."""
    for place in range(_PLACE["maximum"] + 1, TAKEN + 1):
        book.sheet.write_blank(at, place, None, book.looks["field"])
    code = row.criterion.code
    limited = {leaf.criterion.code for leaf in page.leaves if code in dict(leaf.criterion.caps or ())}
    if limited:
        last = max(place for place, other in enumerate(page.rows, FIRST) if other.criterion.code in limited)
        most, cells = plain(row.criterion.maximum), (_cell(at + 1, COUNTED), _cell(last, COUNTED))
        book.sheet.write_formula(at, COUNTED, formulas.capped_formula(most, *cells), None, _taken_off(page, code))
    if code != row.criterion.field_code or code not in page.fields:
        return
    members = sum(other.criterion.field_code == code for other in page.rows)
    first, last = _cell(at if limited else at + 1, COUNTED), _cell(at + members - 1, COUNTED)
    book.sheet.write_formula(
        at, TAKEN, f"=SUM({first}:{last})", book.looks["field_points"], page.fields[code].points
    )


def _taken_off(page: Page, code: str) -> Decimal:
    """What the limit of a heading changes in the sum of its rows, as the cell shows before anything is typed."""
    below = [self_standing(leaf) for leaf in page.leaves if code in dict(leaf.criterion.caps or ())]
    kept, free = ([_capped_to(standing, code, with_it) for standing in below] for with_it in (True, False))
    return signed_sum(kept) - signed_sum(free)


def _capped_to(standing: Standing, code: str, with_it: bool) -> Standing:
    """With the limits below a heading only, and its own or not."""
    codes = [name for name, _most in standing.leaf.caps]
    caps = standing.leaf.caps[: codes.index(code) + with_it]
    return standing._replace(leaf=standing.leaf._replace(caps=caps))


def _write_closed(book: _Book, at: int, row: Row) -> None:
    """A leaf that others score; it keeps its part of the maximum unless the set excludes the agency."""
    for place in range(_PLACE["maximum"] + 1, TAKEN + 1):
        book.sheet.write_blank(at, place, None, book.looks["closed"])
    formula = formulas.applicable_formula(row.criterion, _places(at, 0, 0), YES)
    if row.score.na_by_rule:
        book.sheet.write_string(at, TAKEN, NOT_APPLICABLE, book.looks["closed"])
        return
    book.sheet.write_formula(at, APPLICABLE, formula, None, _maximum(row))


def _write_leaf(book: _Book, at: int, row: Row, offered: int) -> int:
    sheet, looks, criterion, score = book.sheet, book.looks, row.criterion, row.score
    kept = kept_cells(row)
    texts = option_texts(criterion)
    places = _places(at, offered, len(texts))
    options = (criterion.rule or {}).get("options", ())
    for place, (text, option) in enumerate(zip(texts, options, strict=True)):
        book.options.write_string(offered + place, 0, text, looks["text"])
        book.options.write_number(offered + place, 1, Decimal(option["points"]))
    _write_entry(book, at, row, kept, texts)
    _validate(sheet, at, row, offered, len(texts))
    _write_sums(book, at, row, places)
    marks = hidden_cells(book.signer, score.sheet_id, score.id, score.version, packed(kept))
    for place, (name, value) in enumerate(zip(HIDDEN, marks, strict=True), _FIRST_HIDDEN):
        if name in ("kept", "mark"):
            sheet.write_string(at, place, value, looks["text"])
        else:
            sheet.write_number(at, place, value, looks["points"])
    return offered + len(texts)


def _write_entry(book: _Book, at: int, row: Row, kept: Cells, texts: list[str]) -> None:
    open_cells = asked(row.criterion) | {"points", "not_applicable", "explanation"}
    whole = {one.letter: "entry_whole" for one in row.criterion.asked if one.kind in WITHOUT_FRACTION}
    values = kept._asdict() | {
        "option": texts[kept.option] if kept.option is not None and kept.option < len(texts) else None,
        "not_applicable": YES if kept.not_applicable else None,
        "explanation": kept.explanation or None,
    }
    for name in SHEET.entry:
        value, place = values[name], _PLACE[name]
        style = book.looks[(_ENTRY_LOOKS | whole).get(name, "entry_number") if name in open_cells else "closed"]
        if value is None or name not in open_cells:
            book.sheet.write_blank(at, place, None, style)
        elif isinstance(value, str):
            book.sheet.write_string(at, place, value, style)
        else:
            book.sheet.write_number(at, place, value, style)


def _write_sums(book: _Book, at: int, row: Row, places: formulas.Places) -> None:
    sheet, style, score, criterion = book.sheet, book.looks["points"], row.score, row.criterion
    suggested, own = row.suggestion.points, score.self_points
    formula = formulas.suggestion_formula(criterion, places)
    if formula is not None:
        sheet.write_formula(at, SUGGESTED, formula, style, "" if suggested is None else suggested)
    elif suggested is not None:
        sheet.write_number(at, SUGGESTED, suggested, style)
    else:
        sheet.write_blank(at, SUGGESTED, None, style)
    taken = NOT_APPLICABLE if score.na_claimed else "" if own is None else own
    formula = formulas.taken_formula(places, YES, NOT_APPLICABLE, typed_only=formula is None)
    sheet.write_formula(at, TAKEN, formula, style, taken)
    cell = _cell(at, TAKEN)
    signed = -own if own and Method(criterion.method) is Method.PENALTY else own or 0
    sheet.write_formula(at, COUNTED, formulas.counted_formula(criterion, cell), None, signed)
    applicable = 0 if score.na_claimed else _maximum(row)
    sheet.write_formula(at, APPLICABLE, formulas.applicable_formula(criterion, places, YES), None, applicable)
    sheet.write_formula(at, DONE, formulas.done_formula(criterion, places, cell), None, int(row.done))


def _maximum(row: Row) -> Decimal | int:
    outside = Method(row.criterion.method) in (Method.BONUS, Method.PENALTY)
    return 0 if outside else row.criterion.maximum


def _validate(sheet: Worksheet, at: int, row: Row, offered: int, options: int) -> None:
    """Drop-down lists and number ranges, with what to type shown when the cell is chosen."""
    criterion = row.criterion
    if options:
        place, source = _PLACE["option"], f"='{_OPTIONS_TAB}'!$A${offered + 1}:$A${offered + options}"
        sheet.data_validation(at, place, at, place, {"validate": "list", "source": source})
    for one in criterion.asked:
        kind = "integer" if one.kind in WITHOUT_FRACTION else "decimal"
        wanted = f"{one.name} ({KIND_NAMES[one.kind]})"
        rule = {"validate": kind, "criteria": ">=", "value": 0, "input_message": printable(wanted)[:255]}
        rule |= {"error_title": "Số liệu chưa đúng", "error_message": "Hãy ghi một số không âm."}
        if kind == "integer":
            rule["error_message"] = "Hãy ghi một số nguyên không âm."
        sheet.data_validation(at, _PLACE[one.letter], at, _PLACE[one.letter], rule)
    most = format_points(criterion.maximum)
    rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": criterion.maximum}
    rule |= {"error_title": "Điểm chưa đúng", "error_message": f"Điểm phải từ 0 đến {most}."}
    sheet.data_validation(at, _PLACE["points"], at, _PLACE["points"], rule)
    place = _PLACE["not_applicable"]
    sheet.data_validation(at, place, at, place, {"validate": "list", "source": [YES, NO]})


def _places(at: int, offered: int, options: int) -> formulas.Places:
    names = ("option", "a", "b", "n", "points", "not_applicable", "explanation")
    cells = [_cell(at, _PLACE[name]) for name in names]
    listed = f"'{_OPTIONS_TAB}'!$B${offered + 1}:$B${offered + max(options, 1)}"
    return formulas.Places(*cells, _cell(at, SUGGESTED), listed)


def _cell(at: int, place: int) -> str:
    return xl_rowcol_to_cell(at, place)


def _how(row: Row) -> str:
    """How the row is scored, in a few lines; for a row that is not the unit's, who scores it."""
    criterion = row.criterion
    if row.score.na_by_rule:
        return "Không áp dụng cho cơ quan theo bộ tiêu chí."
    if criterion.assessed_by == "survey":
        return "Lấy từ kết quả điều tra xã hội học; cơ quan không nhập."
    if criterion.assessed_by != "self":
        return "Do Hội đồng thẩm định chấm; cơ quan không nhập."
    if criterion.linked_programme:
        return "Theo Chỉ số cải cách hành chính cùng kỳ: ghi điểm vào cột “Điểm tự chấm”."
    lines = [METHOD_NAMES[Method(criterion.method)]]
    if not (criterion.rule or {}).get("options"):
        lines += [f"{heading}: {one.name}" for one in criterion.asked for heading in [HEADINGS[one.letter]]]
        lines += map(str, rule_told(criterion))
    return "\n".join(lines)


def _set_up(book: _Book, page: Page) -> None:
    sheet = book.sheet
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.set_column(COUNTED, _FIRST_HIDDEN + len(HIDDEN) - 1, 10, None, {"hidden": True})
    sheet.freeze_panes(FIRST, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.print_area(0, 0, FIRST + len(page.rows) - 1, TAKEN)
    sheet.set_footer("&RTrang &P/&N")
