"""app/audit/kept.py: what was kept outside the house against the database."""

import json
from email.message import EmailMessage

import pytest
from sqlalchemy import text

from app import audit
from app.audit import kept, roots
from app.extensions import db
from app.models import AuditHead
from tests.province import NOW


@pytest.fixture
def root(ctx, province) -> audit.AuditRoot:
    return audit.anchor(actor=None, at=NOW).root


def written(path, *objects: dict):
    path.write_text("".join(f"Nov 30 may1 cham-diem: {json.dumps(one)}\n" for one in objects), encoding="utf-8")
    return path


def end_of(chain: str = "general") -> dict:
    head = db.session.get(AuditHead, chain)
    return {"chain": chain, "place": head.place, "hash": head.hash}


def said(compared: kept.Kept) -> list[str]:
    return [str(sentence) for sentence in compared.findings]


def test_lines_of_the_log_with_what_the_collector_puts_before_them_agree(root, tmp_path):
    file = written(tmp_path / "log", end_of(), roots.as_line(root), {"message": "request", "status": 200})
    assert kept.against(file) == kept.Kept(1, 1, [])


def test_a_saved_mail_agrees_whatever_its_encoding(root, tmp_path):
    mail = EmailMessage()
    mail["Subject"] = "Dấu nhật ký"
    mail.set_content(f"Dấu nhật ký số 1\n{json.dumps(roots.as_line(root))}\n", cte="base64")
    file = tmp_path / "dau.eml"
    file.write_bytes(bytes(mail))
    assert kept.against(file) == kept.Kept(0, 1, [])


def test_a_database_that_is_older_or_was_cut_is_named(root, tmp_path):
    beyond = end_of() | {"place": 9999}
    file = written(tmp_path / "log", beyond, roots.as_line(root) | {"number": 2})
    assert said(kept.against(file)) == [
        f"Chuỗi general: bản giữ ngoài có mắt xích 9999, cơ sở dữ liệu chỉ đến {end_of()['place']} "
        "(cũ hơn hoặc đã bị cắt).",
        "Dấu nhật ký số 2 có ở bản giữ ngoài, không có trong cơ sở dữ liệu (cũ hơn hoặc đã bị cắt).",
    ]


def test_a_link_or_a_root_that_is_another_is_named(root, tmp_path):
    file = written(tmp_path / "log", end_of() | {"hash": "x"}, roots.as_line(root) | {"root": "x"})
    assert said(kept.against(file)) == [
        f"Chuỗi general: mắt xích {end_of()['place']} khác với bản giữ ngoài (đã bị sửa hoặc lập lại).",
        "Dấu nhật ký số 1 khác với bản giữ ngoài.",
    ]


def test_links_between_the_lines_that_no_line_tells_of_are_named(ctx, province, tmp_path):
    first = end_of()["place"]
    for name in ("Một", "Hai", "Ba"):
        province.agency("SO-TP").name = name
        db.session.commit()
    line = {"message": "trail", "time": "2020-01-01T00:00:00+00:00"}
    lines = [
        line | end_of() | {"first": place, "place": place, "hash": mark}
        for place, mark in db.session.execute(
            text("select place, hash from audit_event where chain = 'general' and place >= :p"), {"p": first}
        )
        if place != first + 2
    ]
    assert said(kept.against(written(tmp_path / "log", *lines))) == [
        f"Chuỗi general: mắt xích {first + 2} không có trong bản giữ ngoài "
        "(ghi thêm bằng tay, hoặc bản giữ ngoài mất dòng)."
    ]


def test_a_file_of_something_else_holds_nothing(ctx, tmp_path):
    file = tmp_path / "khac.log"
    file.write_text('{"a": 1}\n{hỏng\nchữ\n', encoding="utf-8")
    assert kept.against(file) == kept.Kept(0, 0, [])
