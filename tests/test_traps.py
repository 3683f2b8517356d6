"""Each trap of the frameworks' list (§0, 1–33) has a test here that fails on the stock behaviour."""

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask_admin.form import SecureForm
from sqlalchemy import func, select
from wtforms import Form

from app import audit, create_app, security
from app.extensions import Model, db
from app.grid import Gate
from app.models import Account, Agency, AgencyGroup, AuditEvent
from app.office.models import Announcement
from app.scoring.api import RESOURCES
from app.scoring.models import CriteriaSet, Criterion, SurveyQuestion
from app.scoring.operations import criteria
from app.web.fields import DayField, MomentField, PointsField
from tests.conftest import Browser, settings
from tests.province import NOW, PASSWORD
from tests.queries import counted


def endpoints(app) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def register_views(app) -> list:
    return [view for view in app.appbuilder.baseviews if hasattr(view, "datamodel")]


def address(rule) -> str:
    return re.sub(r"<[^>]+>", "1", re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule))


def draft_of(province) -> CriteriaSet:
    made = criteria.copy_set(
        db.session.get(CriteriaSet, province.reform_set), actor=province.account("quan-ly"), at=NOW
    )
    db.session.commit()
    return made


def agency_form(**values) -> dict:
    return {"code": "SO-X", "name": "Sở X", "group": "1", **values}


def group_of(code: str) -> str:
    return db.session.scalars(select(AgencyGroup.code).join(Agency).where(Agency.code == code)).one()


def test_01_there_are_no_fab_actions_that_could_ignore_the_rows_in_scope(app):
    assert {name for name in endpoints(app) if name.split(".")[-1] in ("action", "action_post")} == set()
    assert [view for view in register_views(app) if getattr(view, "actions", None)] == []


def test_02_a_relation_in_the_address_never_fills_a_hidden_field(app, sign_in, province):
    manager, groups = sign_in("quan-ly"), province.groups
    so_tp = province.agencies["SO-TP"]
    seen = (
        manager.get(f"/agencyview/edit/{so_tp}")
        .text.split('name="seen"')[1]
        .split('value="')[1]
        .split('"')[0]
    )
    form = agency_form(code="SO-TP", name="Sở Tư pháp", group=str(groups["so"]), seen=seen)
    saved = manager.post(f"/agencyview/edit/{so_tp}?_flt_0_group={groups['xa']}", form)
    manager.post(f"/agencyview/add?_flt_0_group={groups['xa']}", agency_form(group=str(groups["so"])))
    with app.app_context():
        assert (saved.status_code, group_of("SO-TP"), group_of("SO-X")) == (302, "so", "so")


def test_03_no_model_api_takes_a_row_and_so_none_takes_any_relation(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    writing = {rule.rule for rule in rules if rule.methods - {"GET", "HEAD", "OPTIONS"}}
    assert writing == {"/api/v1/security/login"}


def test_03_the_info_of_a_model_api_names_columns_and_no_rows(app, sign_in):
    names = [resource.resource_name for resource in RESOURCES]
    infos = [sign_in("quan-ly").get(f"/api/v1/{name}/_info") for name in names]
    assert {tuple(sorted(info.json)) for info in infos} == {
        ("columns", "filters", "largest_page_size", "order_columns", "page_size", "title", "values")
    }
    assert [info for info in infos if "Sở Tư pháp" in info.text] == []


def test_04_no_post_is_taken_without_the_token(app, sign_in):
    client, taken = sign_in("quan-ly").client, {}
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            status = client.post(address(rule)).status_code
            if status != 400:
                taken[rule.endpoint] = status
    assert taken == {}


def test_05_a_file_is_reached_through_its_row_alone(app, sign_in, province):
    by_name = {rule.endpoint for rule in app.url_map.iter_rules() if "filename" in rule.arguments}
    assert by_name == {"static", "appbuilder.static", "grid.static"}
    manager = sign_in("quan-ly")
    manager.post(
        "/announcementview/add",
        announcement(groups=[str(province.groups["xa"])], upload=(BytesIO(b"%PDF-1.4\n%%EOF"), "mật.pdf")),
        content_type="multipart/form-data",
    )
    with manager.get("/announcementview/file/1") as file:
        assert file.status_code == 200
    assert sign_in("tp-nhap").get("/announcementview/file/1").status_code == 404


def announcement(**values) -> dict:
    return {"title": "Hướng dẫn", "body": "Nội dung", "published_at": "01/01/2026 08:00", **values}


def test_06_a_get_deletes_nothing(app, sign_in, province):
    assert sign_in("quan-ly").get(f"/agencyview/delete/{province.agencies['XA-B']}").status_code == 405
    with app.app_context():
        assert province.agency("XA-B") is not None


def test_07_signing_in_for_a_token_and_on_the_page_share_one_number_of_tries(tmp_path, filled):
    shutil.copy(filled[0] / "scoring.db", tmp_path)
    app = create_app(settings(tmp_path) | {"RATELIMIT_ENABLED": True, "AUTH_RATE_LIMIT": "3 per minute"})
    client, wrong = app.test_client(), {"username": "khong-co", "password": "sai"}
    token = client.get("/login/").text.split('name="csrf-token" content="')[1].split('"')[0]
    page = [client.post("/login/", data=wrong, headers={"X-CSRFToken": token}).status_code for _ in range(2)]
    tokens = [client.post("/api/v1/security/login", json=wrong) for _ in range(2)]
    assert (page, [answer.status_code for answer in tokens]) == ([200, 200], [401, 429])
    assert tokens[1].json["message"] == "Bạn thao tác quá nhanh. Hãy đợi một phút rồi thử lại."


def test_08_an_unknown_action_is_not_found_rather_than_a_crash(client):
    browser = Browser(client)
    assert browser.post("/agencyview/action_post", {"action": "nope", "rowid": "1"}).status_code == 404
    assert browser.post("/agencyview/action/nope/1").status_code == 404


def test_09_a_new_password_asks_for_the_old_one_and_ends_other_sessions(sign_in):
    here, there = sign_in("tp-nhap"), sign_in("tp-nhap")
    new = {"new": "Hoang-hoa-2048", "again": "Hoang-hoa-2048"}
    assert here.post("/password/", new | {"old": "sai"}).status_code == 422
    assert here.post("/password/", new | {"old": PASSWORD}).status_code == 302
    assert (here.get("/home/").status_code, there.get("/home/").status_code) == (200, 302)


def test_10_a_grant_covers_no_view_whose_name_merely_begins_alike():
    pairs = [pair for pairs in security.fab_roles().values() for pair in pairs]
    longer = [(view[:-1] + "Secret", "can_list_all") for view, _names in pairs]
    assert [pair for pair, (view, name) in zip(pairs, longer, strict=True) if re.match(pair[0], view)] == []
    assert [pair for pair, (_view, name) in zip(pairs, longer, strict=True) if re.match(pair[1], name)] == []


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv", "quan-tri"])
def test_11_nobody_but_a_manager_edits_accounts(sign_in, province, name):
    url = f"/accountview/edit/{province.accounts['tp-nhap']}"
    assert sign_in(name).post(url, {"account_type": "Quản lý"}).status_code == 403


def test_12_signing_out_is_a_post(sign_in):
    browser = sign_in("tp-nhap")
    assert browser.get("/logout/").status_code == 405
    assert browser.get("/home/").status_code == 200


def test_13_an_upload_is_judged_by_its_content_and_keeps_its_vietnamese_name(app, sign_in):
    manager = sign_in("quan-ly")
    answers = [
        manager.post(
            "/announcementview/add",
            announcement(title=title, upload=(BytesIO(content), "Đề án cải cách.pdf")),
            content_type="multipart/form-data",
        ).status_code
        for title, content in (
            ("thật", b"%PDF-1.4\n%%EOF"),
            ("giả", b"<html><script>alert(1)</script></html>"),
        )
    ]
    with app.app_context():
        kept = db.session.execute(select(Announcement.title, Announcement.file_name)).all()
    assert (answers, kept) == ([302, 422], [("thật", "Đề án cải cách.pdf")])


@pytest.mark.parametrize("goal", ["//xau.vn", "https://xau.vn", "javascript:alert(1)"])
def test_14_signing_in_leads_to_no_other_host(client, goal):
    browser = Browser(client)
    page = browser.client.post(
        "/login/",
        query_string={"next": goal},
        data={"username": "tp-nhap", "password": PASSWORD},
        headers={"X-CSRFToken": browser.token()},
    )
    assert (page.status_code, page.headers["Location"]) == (302, "/")


def test_14_a_goal_with_a_control_character_is_refused_at_the_door(client):
    browser = Browser(client)
    form = {"username": "tp-nhap", "password": PASSWORD}
    headers = {"X-CSRFToken": browser.token()}
    page = browser.client.post("/login/", query_string={"next": "\x01//xau.vn"}, data=form, headers=headers)
    assert (page.status_code, "Location" in page.headers) == (422, False)


def test_15_simultaneous_searches_never_get_each_others_rows(app, sign_in):
    browsers = {"Sở Tư pháp": sign_in("quan-ly"), "Sở Tài chính": sign_in("quan-ly-2")}

    def wrong(name) -> int:
        other = next(key for key in browsers if key != name)
        pages = (browsers[name].get("/agencyview/list/", query_string={"q": name}).text for _ in range(10))
        return sum(f">{name}<" not in page or f">{other}<" in page for page in pages)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(wrong, browsers)) == [0, 0]
    finally:
        sys.setswitchinterval(before)
    assert [view for view in register_views(app) if view._filters.filters] == []


def test_16_a_refusal_of_the_database_is_a_sentence_and_not_sql(app, sign_in, province):
    manager = sign_in("quan-ly")
    with app.app_context():
        question = db.session.scalars(select(SurveyQuestion)).first()
        twin = {
            "form": str(question.form_id),
            "code": question.code,
            "text": "Trùng mã",
            "kind": "text",
            "position": "1",
        }
    page = manager.post("/surveyquestionview/add", twin)
    assert page.status_code == 422
    assert "đã có trong phiếu khảo sát." in page.text
    assert [word for word in ("INSERT", "UNIQUE", "sqlite") if word in page.text] == []
    assert "Trùng mã" in page.text
    in_use = manager.post(f"/agencygroupview/delete/{province.groups['so']}", follow_redirects=True)
    assert "đang được dùng ở nơi khác" in in_use.text
    assert [word for word in ("DELETE", "FOREIGN", "sqlite") if word in in_use.text] == []


def test_17_a_refused_row_keeps_what_was_typed_and_saves_nothing(app, sign_in, province):
    form = agency_form(group=str(province.groups["so"]), active_from="01/07/2026", active_to="01/01/2026")
    page = sign_in("quan-ly").post("/agencyview/add", form)
    assert page.status_code == 422
    assert re.findall(r'name="(?:name|active_from)"[^>]*value="([^"]+)"', page.text) == ["Sở X", "01/07/2026"]
    assert "Ngày kết thúc không được trước ngày bắt đầu." in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Agency.code == "SO-X")) == 0


def test_18_the_second_of_two_editors_is_told_and_overwrites_nothing(app, sign_in, province):
    first, second = sign_in("quan-ly"), sign_in("quan-ly-2")
    url = f"/agencygroupview/edit/{province.groups['xa']}"

    def form(browser, name):
        seen = browser.get(url).text.split('name="seen"')[1].split('value="')[1].split('"')[0]
        return {"code": "xa", "name": name, "sort_order": "1", "seen": seen}

    of_first, of_second = form(first, "Xã, phường"), form(second, "Cấp xã")
    assert first.post(url, of_first).status_code == 302
    page = second.post(url, of_second)
    assert (
        page.status_code,
        "Người khác vừa sửa bản ghi này." in page.text,
        'value="Cấp xã"' in page.text,
    ) == (
        422,
        True,
        True,
    )
    with app.app_context():
        assert province.group("xa").name == "Xã, phường"


def test_19_a_per_cent_sign_in_an_error_is_shown_and_not_formatted(app, sign_in, province):
    with app.app_context():
        row = db.session.scalars(
            select(Criterion).where(Criterion.criteria_set_id == draft_of(province).id)
        ).first()
        url = f"/criterionview/edit/{row.id}"
    page = sign_in("quan-ly").post(url, {"maximum": "100%"})
    assert page.status_code == 422
    assert "“100%” không phải là số điểm hợp lệ" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "page_AgencyView=abc",
        "page_AgencyView=99999999999999999999",
        "psize_AgencyView=x",
        "_oc_AgencyView=nope&_od_AgencyView=asc",
        "_oc_AgencyView=group.id&_od_AgencyView=desc",
        "_oc_AgencyView=name&_od_AgencyView=sideways",
        "_flt_9_name=x",
        "group_id=zzz",
    ],
)
def test_20_junk_in_the_address_counts_as_not_asked(sign_in, query):
    manager = sign_in("quan-ly")
    rows = [
        re.findall(r'data-th="Mã">([^<]*)<', manager.get(url).text)
        for url in ("/agencyview/list/", f"/agencyview/list/?{query}")
    ]
    assert rows[1] == rows[0]


def test_20_a_page_is_never_larger_than_a_hundred_rows(app, sign_in, province):
    many_agencies(app, province, 120)
    page = sign_in("quan-ly").get("/agencyview/list/?psize_AgencyView=100000000").text
    assert page.count('data-th="Mã"') == 100


def many_agencies(app, province, count: int) -> None:
    with app.app_context():
        db.session.add_all(
            Agency(code=f"T-{n}", name=f"Trường {n}", group_id=province.groups["so"]) for n in range(count)
        )
        db.session.commit()


def test_21_the_session_keeps_no_addresses_and_saving_returns_to_the_own_list(app, sign_in, province):
    manager = sign_in("quan-ly")
    for number in range(6):
        manager.get("/agencyview/list/", query_string={"q": str(number) * 1000})
    with manager.client.session_transaction() as session:
        assert "page_history" not in session
        assert len(str(dict(session))) < 1000
    saved = manager.post("/agencyview/add", agency_form(group=str(province.groups["so"])))
    assert saved.headers["Location"] == "/agencyview/list/"


def test_22_a_command_without_anyone_signed_in_leaves_its_trace(ctx, province):
    audit.bind(None)
    province.agency("SO-TP").name = "Sở Tư pháp tỉnh"
    db.session.commit()
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.actor_id, event.action, event.at.tzinfo) == (None, "changed", UTC)


def test_22_a_moment_is_shown_in_the_time_of_the_province(app, sign_in):
    with app.app_context():
        moment = datetime(2026, 5, 12, 8, 0, tzinfo=UTC)
        db.session.add(Announcement(title="Giờ", body="Giờ", published_at=moment))
        db.session.commit()
    assert ">12/05/2026 15:00<" in sign_in("quan-ly").get("/announcementview/list/").text


@pytest.mark.parametrize("typed", ["1 or 1", "abc", "", "99999999999999999999"])
def test_23_the_grid_asks_the_database_for_whole_numbers_only(sign_in, typed):
    answer = sign_in("quan-ly").post("/grid/agencies/ajax/update/", {"list_form_pk": typed, "name": "X"})
    assert answer.status_code == 404


def test_24_a_row_outside_the_grids_list_is_outside_its_reach(app, sign_in, province):
    with app.app_context():
        query = select(Criterion).where(Criterion.criteria_set_id == province.reform_set)
        row_id = db.session.scalars(query).first().id
    answer = sign_in("quan-ly").post("/grid/criteria/ajax/update/", {"list_form_pk": row_id, "name": "Khác"})
    assert answer.status_code == 404


def test_25_the_grids_forms_carry_one_token_and_save(app, sign_in, province):
    assert [view for view in grid_views(app)[1:] if issubclass(view.form_base_class, SecureForm)] == []
    manager = sign_in("quan-ly")
    token = re.search(r'data-csrf="([^"]+)"', manager.get("/grid/agencies/").text).group(1)
    cell = {"list_form_pk": province.agencies["SO-TP"], "name": "Sở Tư pháp mới", "csrf_token": token}
    assert manager.client.post("/grid/agencies/ajax/update/", data=cell).status_code == 200
    with app.app_context():
        assert province.agency("SO-TP").name == "Sở Tư pháp mới"


def grid_views(app) -> list:
    return app.extensions["admin"][0]._views


def test_26_the_grid_has_nothing_that_a_blocked_inline_script_would_have_asked_about(app, sign_in, province):
    manager = sign_in("quan-ly")
    pages = [manager.get(f"/grid/{view.table.name}/").text for view in grid_views(app)[1:]]
    assert [page for page in pages if re.search(r"\son(click|submit|change)=", page)] == []
    manager.post("/grid/agencies/delete/", {"id": province.agencies["XA-B"]})
    manager.post("/grid/agencies/action/", {"action": "delete", "rowid": province.agencies["XA-B"]})
    with app.app_context():
        assert province.agency("XA-B") is not None


def test_27_our_fields_are_known_to_the_grid_and_show_a_decimal_comma(app, sign_in, province):
    ours = type("Ours", (Form,), {"a": PointsField(), "b": DayField(), "c": MomentField()})()
    assert {field.type for field in ours} == {"StringField"}
    with app.app_context():
        draft_of(province)
    page = sign_in("quan-ly").get("/grid/criteria/").text
    cells = re.findall(r'data-type="(\w+)"[^>]*data-value="([^"]*)"[^>]*id="maximum"', page)
    assert cells[3] == ("text", "1,5")


def test_28_every_view_of_the_grid_is_behind_the_gate_and_exports_nothing(app, sign_in, client):
    assert [view for view in grid_views(app) if not isinstance(view, Gate)] == []
    urls = ["/grid/", "/grid-start/", *[f"/grid/{view.table.name}/" for view in grid_views(app)[1:]]]
    assert [client.get(url).headers["Location"].split("?")[0] for url in urls] == ["/login/"] * len(urls)
    for name in ("tp-nhap", "td-nv", "quan-tri"):
        browser = sign_in(name)
        assert {browser.get(url).status_code for url in urls} == {403}
    manager = sign_in("quan-ly")
    assert manager.get("/grid/agencies/export/csv/").status_code == 302


def test_29_rights_need_no_permission_rows_and_the_start_writes_no_tables(app, sign_in):
    assert (app.config["FAB_CREATE_DB"], app.config["FAB_UPDATE_PERMS"]) == (False, False)
    with app.app_context():
        assert (
            db.session.scalar(select(func.count()).select_from(Model.metadata.tables["ab_permission_view"]))
            == 0
        )
    assert sign_in("quan-ly").get("/agencyview/list/").status_code == 200


def test_30_a_views_permission_is_its_class_name(app):
    def written(view) -> str:
        return vars(type(view)).get("class_permission_name", type(view).__name__)

    assert [v for v in app.appbuilder.baseviews if v.class_permission_name != written(v)] == []


def test_31_every_table_is_named_by_hand_and_after_the_convention(app):
    ours = [mapper.class_ for mapper in Model.registry.mappers if mapper.class_.__module__.startswith("app.")]
    assert [model for model in ours if "__tablename__" not in vars(model)] == []
    late = "import flask_appbuilder.security.sqla.models, app.extensions"
    outcome = subprocess.run([sys.executable, "-c", late], capture_output=True, text=True)
    assert "must be imported before FAB's security models" in outcome.stderr


@pytest.mark.parametrize("words", ["so noi vu", "SỞ NỘI VỤ", "nội sở", "Sở  nội   VỤ"])
def test_32_search_knows_neither_marks_nor_case(sign_in, words):
    page = sign_in("quan-ly").get("/agencyview/list/", query_string={"q": words}).text
    assert re.findall(r'data-th="Mã">([^<]*)<', page) == ["SO-NV"]


def test_33_a_list_draws_no_related_table_and_asks_the_same_number_of_queries(app, sign_in, province):
    manager = sign_in("quan-ly")
    urls = ["/agencyview/list/", "/accountview/list/", "/grid/agencies/", "/grid/accounts/"]
    before = [len(counted(lambda url=url: manager.get(url))) for url in urls]
    many_agencies(app, province, 60)
    with app.app_context():
        role = province.account("tp-nhap").roles[0]
        db.session.add_all(
            Account(
                username=f"a{n}", last_name="A", first_name=str(n), email=f"a{n}@x.vn", active=True,
                agency_id=province.agencies["SO-TP"], roles=[role], password="x",
            )
            for n in range(30)
        )  # fmt: skip
        db.session.commit()
    after = [len(counted(lambda url=url: manager.get(url))) for url in urls]
    assert after == before
    assert "Trường 1" not in manager.get("/accountview/list/").text
