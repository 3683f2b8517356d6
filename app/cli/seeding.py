"""``seed``: an empty province, or the demo province up to a stage."""

import click
from flask import current_app

from app.accounts import ensure_roles
from app.cli.commands import Outcome, command
from app.cli.database import has_tables, is_empty, migrate, refuse_demo
from app.clock import now
from app.scoring.demo import PASSWORD, STAGES, build
from app.scoring.demo.province import make_empty

NOT_EMPTY = "Cơ sở dữ liệu đã có dữ liệu nên không thay đổi gì."


@command("seed", needs_tables=False)
@click.option("--stage", type=click.Choice(["empty", *STAGES]), required=True, help="Dừng ở giai đoạn nào.")
def seed(stage: str) -> Outcome:
    """Tạo dữ liệu cho cơ sở dữ liệu mới: tỉnh trống (empty) hoặc tỉnh mẫu đến một giai đoạn."""
    if stage != "empty":
        refuse_demo(must_be_new=False)
    if not has_tables():
        migrate()
    if not is_empty():
        return Outcome({"seeded": False, "message": NOT_EMPTY}, [NOT_EMPTY], done=stage == "empty")
    return fill(stage)


def fill(stage: str) -> Outcome:
    """Fill the empty, migrated database; the caller commits."""
    ensure_roles()
    if stage == "empty":
        return _empty()
    summary = build(stage, at=now(), files_dir=current_app.config["FILES_DIR"])
    lines = [f"Đã tạo tỉnh mẫu, giai đoạn “{stage}”:"]
    lines += [f"  {name:<22}{count}" for name, count in summary.counts.items()]
    lines.append(f"Mật khẩu chung của mọi tài khoản mẫu: {PASSWORD}")
    data = {"seeded": True, "stage": stage, "password": PASSWORD, "rounds": summary.rounds}
    return Outcome(data | {"accounts": summary.accounts}, lines)


def _empty() -> Outcome:
    made = make_empty(at=now())
    accounts = [{"username": a.username, "password": password} for a, password in made]
    lines = ["Đã tạo tỉnh trống. Mật khẩu dùng một lần, chỉ in ra lúc này:"]
    lines += [f"  {row['username']:<12}{row['password']}" for row in accounts]
    return Outcome({"seeded": True, "stage": "empty", "accounts": accounts}, lines)
