"""The cells of one criteria row, each read into its type or given a default and a finding."""

import re
from decimal import Decimal

from app.errors import Refused, Sentence
from app.scoring.imports.criterion_row import ASSESSED_BY, METHOD_WORDS
from app.scoring.imports.finding import Findings
from app.scoring.imports.table import TableRow
from app.scoring.imports.text import folded, parse_yes_no
from app.scoring.rules import (
    GROUNDS,
    KIND_NAMES,
    KIND_WORDS,
    RATIOS,
    Method,
    ParsedRule,
    format_points,
    ground_of,
    label_parts,
    parse_rule,
    to_points,
)

# Tiers are compared pairwise: without a limit one hostile cell could keep the server busy for minutes.
MOST_OPTIONS = 30
LONGEST_RULE = 5_000

_FIGURE = re.compile(r"(?:^|[;\n])\s*([A-Za-z])\s*:")
# Nobody writes 1,5 as 1.500; three places that end otherwise are what our own export writes.
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{2}0")
_LIST_SIGNS = re.compile(r"[;,\n]")
_LINKED_NOTE = folded("liên kết: chỉ số CCHC cùng năm")


def read_maximum(row: TableRow, findings: Findings) -> Decimal | None:
    """None when unreadable. A dot that could group thousands is read as a decimal sign, and said."""
    text = row.cells["max_score"]
    if not text:
        findings.error(row.number, "max_score", "bad_points", Sentence("Thiếu điểm tối đa."))
        return None
    try:
        maximum = to_points(text)
    except Refused as refusal:
        findings.error(row.number, "max_score", "bad_points", refusal.sentence)
        return None
    if "max_score" not in row.numeric and _THOUSANDS.fullmatch(text):
        values = {"text": text, "read": format_points(maximum), "other": text.replace(".", "")}
        message = Sentence(
            "“%(text)s” được đọc là %(read)s điểm; nếu là %(other)s thì ghi không có dấu chấm.", values
        )
        findings.warning(row.number, "max_score", "points_unclear", message)
    return maximum


def read_method(row: TableRow, is_leaf: bool, findings: Findings) -> Method | None:
    """None when unknown. Empty is a sum on a node with children, and an error on a leaf."""
    text = row.cells["scoring_method"]
    method = METHOD_WORDS.get(folded(text)) if text else Method.SUM
    if method is None:
        message = Sentence("Không có cách chấm “%(method)s”.", {"method": text[:40]})
        findings.error(row.number, "scoring_method", "unknown_method", message)
    elif is_leaf and method is Method.SUM:
        message = Sentence("Tiêu chí không có tiêu chí con phải có cách chấm điểm, không thể là tổng.")
        findings.error(row.number, "scoring_method", "leaf_without_method", message)
    elif not is_leaf and method is not Method.SUM:
        message = Sentence("Tiêu chí có tiêu chí con chỉ có thể chấm bằng tổng (sum).")
        findings.error(row.number, "scoring_method", "method_on_inner", message)
    return method


def check_maximum(row: TableRow, maximum: Decimal, is_leaf: bool, findings: Findings) -> None:
    """A node over bonuses and penalties alone has the maximum 0; a leaf never has."""
    if maximum < 0 or (is_leaf and maximum == 0):
        findings.error(row.number, "max_score", "max_not_positive", Sentence("Điểm tối đa phải lớn hơn 0."))


def read_rule(row: TableRow, method: Method, maximum: Decimal | None, findings: Findings) -> ParsedRule:
    """Without a maximum the rule is still read, but what depends on the maximum is not reported."""
    text = row.cells["rule"]
    if len(text) > LONGEST_RULE or max(text.count("|"), text.count("=>") - 1) >= MOST_OPTIONS:
        message = Sentence(
            "Thang điểm quá dài: nhiều nhất %(options)s bậc và %(length)s ký tự.",
            {"options": MOST_OPTIONS, "length": LONGEST_RULE},
        )
        findings.error(row.number, "rule", "rule_too_long", message)
        return ParsedRule(method, {}, ())
    parsed = parse_rule(method, text, maximum if maximum is not None else Decimal(0))
    for issue in parsed.issues:
        if maximum is None and issue.code == "best_not_max":
            continue
        report = findings.error if issue.severity == "error" else findings.warning
        report(row.number, "rule", issue.code, issue.sentence)
    return parsed


def read_figures(row: TableRow, findings: Findings) -> dict[str, str] | None:
    """``"a: …; b: …"`` → ``{"a": …, "b": …}``; labels may hold semicolons and colons. None: unreadable."""
    text = row.cells["figures"]
    pieces = _FIGURE.split(text)
    letters = [letter.lower() for letter in pieces[1::2]]
    labels = [label.strip() for label in pieces[2::2]]
    if text and (pieces[0].strip() or not letters or not all(labels) or len(set(letters)) < len(letters)):
        message = Sentence("Số liệu phải viết dạng “a: …; b: …” hoặc “n: …”.")
        findings.warning(row.number, "figures", "figures_unreadable", message)
        return None
    return dict(zip(letters, labels, strict=True))


def check_figures_named(row: TableRow, method: Method, figures: dict[str, str], findings: Findings) -> None:
    if method in RATIOS:
        needed = set(GROUNDS[ground_of(method, {}, figures, False)])
    else:
        needed = {"n"} if method in (Method.COUNT, Method.DEDUCT) else set()
    if not needed <= figures.keys():
        message = Sentence(
            "Thiếu tên số liệu %(letters)s.", {"letters": ", ".join(sorted(needed - figures.keys()))}
        )
        findings.warning(row.number, "figures", "figures_missing", message)
    for letter, label in figures.items():
        _name, word = label_parts(label)
        if word is not None and word not in KIND_WORDS:
            values = {"word": word[:30], "letter": letter, "kinds": ", ".join(KIND_NAMES.values())}
            message = Sentence("Không có loại số liệu “%(word)s” (số liệu %(letter)s): %(kinds)s.", values)
            findings.error(row.number, "figures", "unknown_figure_kind", message)


def read_assessed_by(row: TableRow, method: Method, findings: Findings) -> str:
    """Empty follows the method: a survey leaf is assessed by its survey, any other by the unit itself."""
    text = row.cells["assessed_by"]
    default = "survey" if method in (Method.SURVEY, Method.SURVEY_TIERS) else "self"
    value = ASSESSED_BY.get(folded(text)) if text else default
    if value is None:
        message = Sentence("Không có nguồn điểm “%(source)s”; coi là đơn vị tự chấm.", {"source": text[:40]})
        findings.warning(row.number, "assessed_by", "unknown_assessed_by", message)
    return value or "self"


def read_evidence_required(row: TableRow, findings: Findings) -> bool:
    answer = parse_yes_no(row.cells["evidence_required"])
    if answer is None:
        message = Sentence("Cột Bắt buộc chỉ nhận “có” hoặc “không”; coi là không.")
        findings.warning(row.number, "evidence_required", "bad_yes_no", message)
    return bool(answer)


def read_codes(text: str) -> tuple[str, ...]:
    """Codes between semicolons (commas and line breaks are taken too), each once."""
    return tuple(dict.fromkeys(code.strip() for code in _LIST_SIGNS.split(text) if code.strip()))


def linked_programme(note: str) -> str | None:
    """The programme whose index of the same year becomes this leaf's points."""
    return "cchc" if folded(note).startswith(_LINKED_NOTE) else None
