"""app/registers/trail_words.py: every act has its words, every value its writing."""

import ast
import re
from pathlib import Path

import app
from app.audit import QUIET_COLUMNS, UNTRACKED_TABLES
from app.audit.fields import PARTS
from app.models import Account
from app.registers.trail_words import ACTIONS, COLUMNS, UNSAID, change_lines

SOURCE = Path(app.__file__).parent


def test_every_act_on_the_trail_has_vietnamese_words(ctx):
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    recorded = set(re.findall(r'audit\.record\(\s*"(\w+)"', text))
    assert recorded - ACTIONS.keys() == set()


def is_ours(table: str) -> bool:
    return table == "ab_user" or not table.startswith("ab_") and table not in UNTRACKED_TABLES | PARTS.keys()


def test_every_column_and_detail_on_the_trail_has_vietnamese_words(ctx):
    tracked = {
        column.key
        for mapper in Account.registry.mappers
        if is_ours(mapper.local_table.name)
        for column in mapper.column_attrs
    }
    calls = (
        node
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
    )
    details = {keyword.arg for call in calls for keyword in call.keywords} - {None, "actor", "at", "label"}
    assert (tracked - QUIET_COLUMNS | details) - COLUMNS.keys() - UNSAID == set()


def test_changes_read_as_old_and_new_in_the_writing_of_this_country(app):
    changes = {
        "entry_deadline": ["2026-12-31T10:00:00+00:00", "2027-01-05 10:00:00+00:00"],
        "maximum": ["1", "1.25"],
        "state": ["draft", "issued"],
        "active": [True, False],
        "legal_date": [None, "2021-01-18"],
        "id": [None, 4],
    }
    with app.test_request_context():
        assert change_lines(changes, "CriteriaSet") == [
            "hạn tự đánh giá: 31/12/2026 17:00 → 05/01/2027 17:00",
            "điểm tối đa: 1 → 1,25",
            "trạng thái: Dự thảo → Đã ban hành",
            "được sử dụng: Có → Không",
            "ngày văn bản: 18/01/2021",
        ]
