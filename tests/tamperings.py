"""Kinds of change by somebody who has the database open without its guards, some of whom know the chains well."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from app.audit import keys, merkle, roots
from app.audit.chain import LINKED, encode, link_hash, tail_of
from app.audit.models import AuditLeaf, AuditRoot
from app.extensions import db
from app.models import AuditEvent, AuditHead

EVENTS, HEADS = AuditEvent.__table__, AuditHead.__table__
CHAIN, ROOTS, ROWS, DIGESTS, OUTSIDE = "chuỗi", "dấu", "dòng", "mã băm", "bản giữ ngoài"


class Hand:
    """Raw statements, and the chains made anew."""

    def __init__(self, connection: Connection):
        self.connection = connection

    def run(self, *statements: str, **values: Any) -> None:
        for statement in statements:
            self.connection.execute(text(statement), values)

    def one(self, statement: str, **values: Any) -> Any:
        return self.connection.execute(text(statement), values).scalar()

    def sheet_chain(self) -> str:
        """The chain of a sheet that was sent and has its leaf in the root."""
        return f"sheet:{self.one(f'select {SENT}')}"

    def fresh_chain(self) -> str:
        """The chain that was lengthened after the root."""
        query = "select chain from audit_event where object_type = 'Score' order by id desc limit 1"
        return self.one(query)

    def remake(self, chain: str) -> None:
        """Places, hashes and head anew, all correct."""
        place, before = 0, ""
        query = select(EVENTS).where(EVENTS.c.chain == chain).order_by(EVENTS.c.place, EVENTS.c.id)
        for row in self.connection.execute(query).all():
            said = [getattr(row, name) for name in LINKED if name != "changes"]
            place, before = place + 1, link_hash(before, chain, place + 1, tail_of(said, encode(row.changes)))
            change = EVENTS.update().where(EVENTS.c.id == row.id)
            self.connection.execute(change.values(place=place, hash=before))
        if place:
            self.connection.execute(HEADS.update().where(HEADS.c.chain == chain).values(place=place, hash=before))
        else:
            self.run("delete from audit_head where chain = :chain", chain=chain)

    def remake_all(self) -> None:
        for chain in self.connection.execute(select(HEADS.c.chain)).scalars().all():
            self.remake(chain)

    def hang(self, chain: str, **said: Any) -> None:
        """One more event at the end of the chain, in every way correct; its time is that of the one before."""
        last = self.connection.execute(
            select(EVENTS).where(EVENTS.c.chain == chain).order_by(EVENTS.c.place.desc()).limit(1)
        ).one()
        event = {name: getattr(last, name) for name in LINKED} | {"action": "changed"} | said
        tail = tail_of([event[name] for name in LINKED if name != "changes"], encode(event["changes"]))
        place, mark = last.place + 1, link_hash(last.hash, chain, last.place + 1, tail)
        self.connection.execute(EVENTS.insert().values(chain=chain, place=place, hash=mark, **event))
        self.connection.execute(HEADS.update().where(HEADS.c.chain == chain).values(place=place, hash=mark))

    def resign(self) -> None:
        """With the key in hand: leaves and roots as if the chains had always been as they are now."""
        leaves, kept = AuditLeaf.__table__, AuditRoot.__table__
        for leaf in self.connection.execute(select(leaves)).all():
            where = (EVENTS.c.chain == leaf.chain) & (EVENTS.c.place == leaf.place)
            mark = self.connection.execute(select(EVENTS.c.hash).where(where)).scalar()
            own = (leaves.c.root_number == leaf.root_number) & (leaves.c.chain == leaf.chain)
            own &= leaves.c.place == leaf.place
            if mark is None:
                self.connection.execute(leaves.delete().where(own))
            else:
                self.connection.execute(leaves.update().where(own).values(hash=mark))
        root = AuditRoot(**self.connection.execute(select(kept)).mappings().one())
        made = [tuple(row) for row in self.connection.execute(select(leaves.c.chain, leaves.c.place, leaves.c.hash))]
        root.leaves = len(made)
        root.root = merkle.root_of([merkle.leaf_hash(roots.leaf_content(*leaf)) for leaf in sorted(made)]).hex()
        signature = keys.signing_key().sign(roots.statement(root).encode()).hex()
        self.connection.execute(kept.update().values(leaves=root.leaves, root=root.root, signature=signature))


@contextmanager
def unguarded() -> Iterator[Hand]:
    """The database as to somebody who owns it: no triggers, no keys, no checks."""
    db.session.rollback()
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("set session_replication_role = replica"))
        else:
            connection.rollback()
            raw = connection.connection.dbapi_connection
            raw.execute("pragma foreign_keys=off")
            raw.execute("pragma ignore_check_constraints=on")
            for (name,) in raw.execute("select name from sqlite_master where type = 'trigger'").fetchall():
                raw.execute(f"drop trigger {name}")
        yield Hand(connection)
        connection.commit()
        connection.invalidate()


class Kind(NamedTuple):
    """``means``: what must find it; ``says``: words that must stand in what is said."""

    name: str
    act: Callable[[Hand], None]
    means: set[str]
    says: str = ""
    only_outside: bool = False


APPRAISING = "(select id from round where state = 'appraising')"
SENT = f"(select min(id) from sheet where submitted_at is not null and round_id in {APPRAISING})"
END = "(select place from audit_head where chain = :chain)"
LAST = f"audit_event where chain = :chain and place = {END}"
CONCLUDED = "(select min(id) from round where state = 'concluded')"
DRAFT = "(select max(id) from sheet where state = 'draft')"
CLERK = "(select id from ab_user where username = 'tp-nhap')"
MANAGER_ROLE = "(select id from ab_role where name = 'Quản lý')"
MIDDLE = "(select id from audit_event where chain = :chain and place = 3)"

NEW_APPRAISAL = (
    "insert into appraisal (score_id, appraiser_id, points, not_applicable, reason, version, saved_at, source)"
    f" select max(id), {CLERK}, 1000, false, '', 1, '2026-01-01 00:00:00', 'screen' from score"
)
NEW_RESPONSE = (
    "insert into survey_response (campaign_id, about_agency_id, channel, browser_mark, submitted_at)"
    " select campaign_id, about_agency_id, 'link', 'tay', submitted_at from survey_response order by id limit 1"
)
NEW_EXTENSION = (
    "insert into extension (sheet_id, deadline, decision_number, reason, granted_at)"
    f" select {DRAFT}, '2099-01-01 00:00:00', '1', 'x', '2026-01-01 00:00:00'"
)
NEW_CONDITION = (
    f"insert into failed_condition (sheet_id, band_id, reason) select {SENT}, (select min(id) from grade_band), 'x'"
)
NEW_ACCOUNT = (
    "insert into ab_user (first_name, last_name, username, email, active, locked_by_sending, search_text, sort_key)"
    " values ('a', 'b', 'tay', 'tay@x.example', true, false, '', '')"
)


def sql(*statements: str) -> Callable[[Hand], None]:
    return lambda hand: hand.run(*statements)


def _set(table: str, column: str, value: str, which: str = "") -> Callable[[Hand], None]:
    return sql(f"update {table} set {column} = {value} where id = {which or f'(select min(id) from {table})'}")


def _event(column: str, value: str) -> Callable[[Hand], None]:
    def act(hand: Hand) -> None:
        hand.run(f"update audit_event set {column} = {value} where id = {MIDDLE}", chain=hand.sheet_chain())

    return act


def _row(name: str, table: str, column: str, value: str, which: str = "") -> Kind:
    return Kind(name, _set(table, column, value, which), {ROWS}, f"{column}: ")


def _in_chain(statement: str, *, remade: bool, fresh: bool = False) -> Callable[[Hand], None]:
    def act(hand: Hand) -> None:
        chain = hand.fresh_chain() if fresh else hand.sheet_chain()
        hand.run(statement, chain=chain)
        if remade:
            hand.remake(chain)

    return act


def _swap(hand: Hand) -> None:
    chain = hand.sheet_chain()
    for old, new in ((3, 99), (4, 3), (99, 4)):
        hand.run(
            "update audit_event set place = :new where chain = :chain and place = :old", chain=chain, old=old, new=new
        )


def _insert(hand: Hand) -> None:
    chain = hand.sheet_chain()
    hand.run("update audit_event set place = -(place + 1) where chain = :chain and place >= 3", chain=chain)
    hand.run("update audit_event set place = -place where chain = :chain and place < 0", chain=chain)
    hand.run(
        "insert into audit_event (chain, place, hash, at, actor_name, action, object_type, object_id, label, changes,"
        " request_id, address) values"
        " (:chain, 3, 'x', '2026-01-01 00:00:00', '', 'sheet_viewed', '', '', '', '{}', '', '')",
        chain=chain,
    )


def _cut(hand: Hand, chain: str) -> None:
    hand.run(f"delete from {LAST}", chain=chain)
    hand.run(
        "update audit_head set place = place - 1, hash = (select hash from audit_event where chain = :c "
        "and place = audit_head.place - 1) where chain = :c",
        c=chain,
    )


def _drop_chain(hand: Hand) -> None:
    chain = hand.sheet_chain()
    hand.run("delete from audit_event where chain = :c", "delete from audit_head where chain = :c", c=chain)


def _consistent_points(hand: Hand) -> None:
    """The row, its event and the chain: nothing within the rows and chains contradicts."""
    chain = hand.fresh_chain()
    last = "(select max(id) from audit_event where chain = :c)"
    key = int(hand.one(f"select object_id from audit_event where id = {last}", c=chain))
    hand.run("update score set self_points = 500 where id = :k", k=key)
    old = hand.connection.execute(select(EVENTS).where(EVENTS.c.id == hand.one(f"select {last}", c=chain))).one()
    changes = old.changes | {"self_points": [old.changes["self_points"][0], "0.5"]}
    hand.connection.execute(EVENTS.update().where(EVENTS.c.id == old.id).values(changes=changes))
    hand.remake(chain)


def _hung_points(hand: Hand) -> None:
    """The row changed and a correct event hung on the chain for it."""
    chain = hand.fresh_chain()
    key = int(hand.one(f"select object_id from {LAST}", chain=chain))
    hand.run("update score set self_points = 500 where id = :k", k=key)
    hand.hang(chain, object_type="Score", object_id=str(key), changes={"self_points": ["1", "0.5"]})


def _report(digest: bool, event: bool, resigned: bool = False) -> Callable[[Hand], None]:
    """The sent report's row and content, and as told its digest, its events, the chain, the root."""

    def act(hand: Hand) -> None:
        number = hand.one(f"select snapshot_id from sheet where id = {SENT}")
        content = hand.one("select content from snapshot where id = :n", n=number).replace("Theo thực tế", "Khác")
        old = hand.one("select digest from snapshot where id = :n", n=number)
        new = hashlib.sha256(content.encode()).hexdigest()
        hand.run("update snapshot set content = :t where id = :n", t=content, n=number)
        hand.run(f"update score set explanation = 'Khác' where sheet_id = {SENT} and explanation = 'Theo thực tế'")
        if digest:
            hand.run("update snapshot set digest = :d where id = :n", d=new, n=number)
        if event:
            for row in hand.connection.execute(select(EVENTS).where(EVENTS.c.chain == hand.sheet_chain())).all():
                words = encode(row.changes).replace(old, new).replace("Theo thực tế", "Khác")
                hand.connection.execute(
                    EVENTS.update().where(EVENTS.c.id == row.id).values(changes=json.loads(words))
                )
            hand.remake(hand.sheet_chain())
        if resigned:
            hand.resign()

    return act


def _record(hand: Hand) -> None:
    """The concluded record, its digest, its events and the chain."""
    content = hand.one("select content from round_record").replace("Sở", "Sờ")
    old, new = hand.one("select digest from round_record"), hashlib.sha256(content.encode()).hexdigest()
    hand.run("update round_record set content = :t, digest = :d", t=content, d=new)
    chain = f"round:{hand.one(f'select {CONCLUDED}')}"
    for row in hand.connection.execute(select(EVENTS).where(EVENTS.c.chain == chain)).all():
        words = json.loads(encode(row.changes).replace(old, new))
        hand.connection.execute(EVENTS.update().where(EVENTS.c.id == row.id).values(changes=words))
    hand.remake(chain)


def _other_scan(hand: Hand) -> None:
    which = "(select max(signed_file_id) from sheet)"
    hand.run(f"update stored_file set sha256 = :other where id = {which}", other="ab" * 32)


def _everything(hand: Hand) -> None:
    hand.remake_all()
    hand.resign()


KINDS = [
    # one event
    Kind("nội dung một sự kiện", _event("changes", "'{}'"), {CHAIN}),
    Kind("người làm của một sự kiện", _event("actor_name", "'ke-khac'"), {CHAIN}),
    Kind("mã người làm", _event("actor_id", "1"), {CHAIN}),
    Kind("thời điểm", _event("at", "'2020-01-01 00:00:00'"), {CHAIN}),
    Kind("tên việc", _event("action", "'sheet_viewed'"), {CHAIN}),
    Kind("loại đối tượng", _event("object_type", "'Agency'"), {CHAIN}),
    Kind("mã đối tượng", _event("object_id", "'77'"), {CHAIN}),
    Kind("nhãn", _event("label", "'khác'"), {CHAIN}),
    Kind("địa chỉ máy", _event("address", "'10.9.9.9'"), {CHAIN}),
    Kind("mã yêu cầu", _event("request_id", "'khac'"), {CHAIN}),
    Kind("mã băm", _event("hash", "'x'"), {CHAIN, ROOTS} - {ROOTS}),
    Kind("vị trí", _event("place", "99"), {CHAIN}),
    Kind("chuyển sang chuỗi khác", _event("chain", "'sheet:9999'"), {CHAIN}),
    # events among others
    Kind("xóa ở giữa", _in_chain(f"delete from audit_event where id = {MIDDLE}", remade=False), {CHAIN}),
    Kind(
        "xóa đầu chuỗi",
        _in_chain("delete from audit_event where chain = :chain and place = 1", remade=False),
        {CHAIN},
    ),
    Kind("xóa cuối chuỗi", _in_chain(f"delete from {LAST}", remade=False), {CHAIN}),
    Kind("chèn vào giữa", _insert, {CHAIN}),
    Kind("chèn vào giữa rồi lập lại chuỗi", lambda h: (_insert(h), h.remake(h.sheet_chain())), {ROOTS}),
    Kind("đổi chỗ hai sự kiện", _swap, {CHAIN}),
    Kind("đầu chuỗi ghi sai vị trí", sql("update audit_head set place = place + 1 where chain = 'general'"), {CHAIN}),
    Kind("đầu chuỗi ghi sai mã băm", sql("update audit_head set hash = 'x' where chain = 'general'"), {CHAIN}),
    Kind("xóa đầu chuỗi chung", sql("delete from audit_head where chain = 'general'"), {CHAIN}),
    # chains made anew
    Kind(
        "sửa sự kiện rồi lập lại một chuỗi",
        lambda h: (_event("actor_name", "'ke-khac'")(h), h.remake(h.sheet_chain())),
        {ROOTS},
    ),
    Kind(
        "sửa sự kiện rồi lập lại mọi chuỗi", lambda h: (_event("actor_name", "'ke-khac'")(h), h.remake_all()), {ROOTS}
    ),
    Kind(
        "xóa sự kiện rồi lập lại chuỗi",
        _in_chain(f"delete from audit_event where id = {MIDDLE}", remade=True),
        {ROOTS},
    ),
    Kind(
        "sửa sau dấu cuối rồi lập lại chuỗi",
        _in_chain(
            f"update audit_event set actor_name = 'khac' where chain = :chain and place = {END}",
            remade=True,
            fresh=True,
        ),
        {OUTSIDE},
        only_outside=True,
    ),
    Kind("cắt đuôi trước dấu, lùi đầu chuỗi", lambda h: _cut(h, h.sheet_chain()), {ROOTS}),
    Kind("cắt đuôi sau dấu, lùi đầu chuỗi", lambda h: _cut(h, h.fresh_chain()), {ROWS, OUTSIDE}),
    Kind("xóa cả chuỗi và đầu chuỗi của một phiếu", _drop_chain, {ROWS, ROOTS}),
    Kind("nối thêm một mắt xích đúng", _hung_points, {OUTSIDE}, only_outside=True),
    Kind("dòng, sự kiện và chuỗi cùng đổi sau dấu", _consistent_points, {OUTSIDE}, only_outside=True),
    Kind(
        "mọi chuỗi, lá và dấu lập lại bằng khóa",
        lambda h: (_event("actor_name", "'ke-khac'")(h), _everything(h)),
        {OUTSIDE},
        only_outside=True,
    ),
    # roots
    Kind("gốc của dấu", sql("update audit_root set root = 'ab'"), {ROOTS}),
    Kind("chữ ký của dấu", sql("update audit_root set signature = 'ab'"), {ROOTS}),
    Kind("khóa công khai của dấu", sql("update audit_root set public_key = 'ab'"), {ROOTS}),
    Kind("số sự kiện của dấu", sql("update audit_root set events = events - 1"), {ROOTS}),
    Kind("một lá của dấu", sql("delete from audit_leaf where chain = 'general'"), {ROOTS}),
    Kind("mọi dấu và lá bị xóa", sql("delete from audit_leaf", "delete from audit_root"), {OUTSIDE}),
    # reports and conclusions
    Kind("nội dung báo cáo đã gửi", _report(digest=False, event=False), {ROWS, DIGESTS}),
    Kind("báo cáo đã gửi: nội dung, mã băm và dòng", _report(digest=True, event=False), {ROWS, DIGESTS}),
    Kind("báo cáo đã gửi: nội dung, mã băm, dòng, sự kiện và chuỗi", _report(digest=True, event=True), {ROOTS}),
    Kind("như trên, dấu ký lại bằng khóa", _report(digest=True, event=True, resigned=True), {OUTSIDE}),
    Kind("kết luận: nội dung, mã băm, sự kiện và chuỗi", _record, {ROOTS}),
    Kind("nội dung kết luận", sql("update round_record set content = '{}'"), {ROWS, DIGESTS}),
    Kind(
        "bản đóng băng bị xóa", sql("delete from snapshot where id = (select min(id) from snapshot)"), {ROWS, DIGESTS}
    ),
    Kind("tệp PDF đã ký bị đổi (mã băm của tệp)", _other_scan, {ROWS, DIGESTS}, "sha256: "),
    Kind(
        "PDF đã ký là tệp khác",
        _set("sheet", "signed_file_id", "(select min(id) from stored_file) + 900", SENT),
        {ROWS},
        "signed_file_id: ",
    ),
    _row("kết quả: điểm", "result", "points", "points + 1"),
    _row("kết quả: hạng", "result", "rank", "rank + 1"),
    _row("kết quả: xếp loại", "result", "grade", "'Khác'"),
    Kind("kết quả bị xóa", sql("delete from result where id = (select min(id) from result)"), {ROWS}),
    # scores
    _row(
        "điểm tự chấm của bản nháp",
        "score",
        "self_points",
        "1",
        f"(select min(id) from score where sheet_id = {DRAFT})",
    ),
    _row(
        "điểm hội đồng kết luận",
        "score",
        "concluded_points",
        "1",
        "(select id from score where concluded_points is not null)",
    ),
    _row(
        "điểm khảo sát", "score", "survey_points", "1", "(select min(id) from score where survey_points is not null)"
    ),
    _row("giải trình", "score", "answer", "'khác'", "(select id from score where answer is not null)"),
    _row("đề nghị không áp dụng", "score", "na_claimed", "true"),
    _row("người lưu dòng", "score", "saved_by_id", "1", "(select max(id) from score where saved_by_id is not null)"),
    _row("điểm thẩm định", "appraisal", "points", "1"),
    _row("lý do của người thẩm định", "appraisal", "reason", "'khác'"),
    Kind("lượt thẩm định thêm bằng tay", sql(NEW_APPRAISAL), {ROWS}),
    Kind("lượt thẩm định bị xóa", sql("delete from appraisal where id = (select min(id) from appraisal)"), {ROWS}),
    Kind("dòng phiếu bị xóa", sql("delete from score where id = (select max(id) from score)"), {ROWS}),
    Kind("tài liệu gỡ khỏi dòng", sql("delete from score_evidence"), {ROWS}, "evidence: "),
    _row("số văn bản của tài liệu", "evidence", "number", "'99/KH'"),
    # surveys
    Kind("câu trả lời khảo sát bị sửa", _set("survey_answer", '"option"', "1"), {ROWS}, "answers: "),
    Kind(
        "câu trả lời khảo sát bị xóa",
        sql("delete from survey_answer where id = (select min(id) from survey_answer)"),
        {ROWS},
        "answers: ",
    ),
    Kind(
        "phiếu trả lời bị xóa",
        sql(
            "delete from survey_answer where response_id = (select min(id) from survey_response)",
            "delete from survey_response where id = (select min(id) from survey_response)",
        ),
        {ROWS},
    ),
    Kind("phiếu trả lời thêm bằng tay", sql(NEW_RESPONSE), {ROWS}),
    _row("phiếu trả lời về cơ quan khác", "survey_response", "about_agency_id", "about_agency_id + 100"),
    _row("thời điểm đóng khảo sát", "survey_campaign", "closes_at", "'2099-01-01 00:00:00'"),
    # rounds and sheets
    _row("phiếu đã gửi về bản nháp", "sheet", "state", "'draft'", SENT),
    _row("thời điểm gửi", "sheet", "submitted_at", "'2020-01-01 00:00:00'", SENT),
    _row("số biên nhận", "sheet", "receipt_number", "'X-1'", SENT),
    _row("tên cơ quan trên phiếu", "sheet", "agency_name", "'Sở khác'", SENT),
    _row("hạn nhập liệu", "round", "entry_deadline", "'2099-01-01 00:00:00'"),
    _row("hạn thẩm định", "round", "appraisal_deadline", "'2099-01-01 00:00:00'"),
    _row("ngừng công bố", "round", "published_at", "null", CONCLUDED),
    _row("số quyết định công bố", "round", "decision_number", "'1/QĐ'", CONCLUDED),
    _row("gia hạn bị sửa", "extension", "deadline", "'2099-01-01 00:00:00'"),
    Kind("gia hạn bịa ra", sql(NEW_EXTENSION), {ROWS}),
    Kind(
        "phân công bị xóa",
        sql("delete from assignment_agency", "delete from assignment where id = (select min(id) from assignment)"),
        {ROWS},
    ),
    _row("phân công cho người khác", "assignment", "appraiser_id", "appraiser_id + 100"),
    Kind("điều kiện không đạt thêm vào", sql(NEW_CONDITION), {ROWS}),
    _row("tên mức xếp loại", "grade_band", "name", "'Khác'"),
    _row("cận dưới của mức", "grade_band", "lower", "lower + 1"),
    _row(
        "điểm tối đa của tiêu chí",
        "criterion",
        "maximum",
        "maximum + 1",
        "(select min(id) from criterion where is_leaf)",
    ),
    Kind("khối của bộ tiêu chí", sql("delete from criteria_set_group"), {ROWS}, "groups: "),
    # people
    Kind(
        "tài khoản thành quản lý",
        sql(f"update ab_user_role set role_id = {MANAGER_ROLE} where user_id = {CLERK}"),
        {ROWS},
        "roles: ",
    ),
    Kind(
        "thêm loại quản lý cho tài khoản",
        sql(f"insert into ab_user_role (user_id, role_id) select {CLERK}, {MANAGER_ROLE}"),
        {ROWS},
        "roles: ",
    ),
    Kind(
        "loại tài khoản qua nhóm",
        sql(
            "insert into ab_group (name, label) values ('g', 'g')",
            f"insert into ab_group_role (group_id, role_id) select max(id), {MANAGER_ROLE} from ab_group",
            f"insert into ab_user_group (user_id, group_id) select {CLERK}, max(id) from ab_group",
        ),
        {ROWS},
    ),
    _row("quyền phê duyệt", "ab_user", "can_approve", "true", CLERK),
    _row("tài khoản chuyển cơ quan", "ab_user", "agency_id", "(select max(id) from agency)", CLERK),
    _row("mật khẩu thay bằng tay", "ab_user", "password", "'scrypt:khác'", CLERK),
    _row("tài khoản mở khóa", "ab_user", "active", "false", CLERK),
    Kind("tài khoản thêm bằng tay", sql(NEW_ACCOUNT), {ROWS}),
    Kind("xác thực hai lớp bị gỡ", sql("delete from recovery_code", "delete from second_factor"), {ROWS}),
    Kind("khóa của xác thực hai lớp bị thay", sql("update second_factor set secret = 'ab'"), {ROWS}, "secret: "),
    Kind(
        "mã dự phòng thêm bằng tay",
        sql("insert into recovery_code (account_id, hash) select account_id, 'ab' from second_factor"),
        {ROWS},
        "recovery_codes: ",
    ),
    Kind(
        "người đăng nhập một lần bị thay", sql("update sign_on_person set subject = 'ke-khac'"), {ROWS}, "subject: "
    ),
    Kind(
        "loại tài khoản buộc hai lớp thêm vào",
        sql("insert into required_second_factor (account_type) values ('Quản lý')"),
        {ROWS},
    ),
    # the rest
    _row("tên cơ quan", "agency", "name", "'Cơ quan khác'"),
    _row("lời kiến nghị", "proposal", "body", "'Khác'"),
    _row("thông báo", "announcement", "body", "'Khác'"),
    Kind("khối nhận thông báo", sql("delete from announcement_group"), {ROWS}, "groups: "),
    _row("đăng ký tài khoản đã duyệt", "account_request", "state", "'approved'"),
    _row("đề nghị cấp lại mật khẩu", "reset_request", "contact", "'0999'"),
]
