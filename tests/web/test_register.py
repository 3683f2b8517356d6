"""app/web/register.py, seen through the registers that stand on it."""

import re
from datetime import UTC, datetime

import pytest

from app.clock import now
from app.extensions import db
from app.models import Agency, AgencyGroup
from app.office.models import Announcement, Proposal
from tests.province import open_round
from tests.queries import counted

LISTS = (
    "agencygroupview", "agencyview", "criteriasetview", "criterionview", "roundview", "assignmentview",
    "extensionview", "surveyformview", "accountview", "accountrequestview", "resetrequestview",
    "announcementview", "proposalview", "auditview",
)  # fmt: skip


def column(page: str, heading: str) -> list[str]:
    return re.findall(rf'data-th="{heading}"[^>]*>([^<]*)<', page)


@pytest.mark.parametrize("name", LISTS)
def test_a_manager_reads_every_register(app, sign_in, province, name):
    with app.app_context():
        open_round(province)
    assert sign_in("quan-ly").get(f"/{name}/list/?q=so+noi+vu").status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_every_column_of_a_register_has_a_vietnamese_heading(app, name):
    view = next(v for v in app.appbuilder.baseviews if v.route_base == f"/{name}")
    used = {*view.list_columns, *view.show_columns}
    used |= {*view.add_columns} if "add" in view.include_route_methods else set()
    used |= {*view.edit_columns} if "edit" in view.include_route_methods else set()
    english = {name for name in used if view.label_columns.get(name) in (None, view._prettify_column(name))}
    assert english == set()


def test_names_stand_in_vietnamese_order(app, sign_in, province):
    with app.app_context():
        group = province.groups["so"]
        db.session.add_all(
            Agency(code=f"T{n}", name=name, group_id=group)
            for n, name in enumerate(["Đài Phát thanh", "Ban Dân tộc", "Dân quân"])
        )
        db.session.commit()
    page = sign_in("quan-ly").get(f"/agencyview/list/?group_id={province.groups['so']}").text
    assert column(page, "Tên cơ quan, đơn vị") == [
        "Ban Dân tộc", "Dân quân", "Đài Phát thanh", "Sở Nội vụ", "Sở Tài chính", "Sở Tư pháp",
    ]  # fmt: skip


def test_an_agency_is_added_shown_and_edited_with_days_as_they_are_written_here(app, sign_in, province):
    manager = sign_in("quan-ly")
    form = {
        "code": "XA-C",
        "name": "UBND xã C",
        "group": str(province.groups["xa"]),
        "active_from": "01/07/2025",
    }
    assert manager.post("/agencyview/add", form).headers["Location"] == "/agencyview/list/"
    with app.app_context():
        agency_id = db.session.scalars(db.select(Agency.id).where(Agency.code == "XA-C")).one()
    assert ">01/07/2025<" in manager.get(f"/agencyview/show/{agency_id}").text
    page = manager.get(f"/agencyview/edit/{agency_id}").text
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', page).group(1)
    assert 'value="01/07/2025"' in page
    assert (
        manager.post(f"/agencyview/edit/{agency_id}", form | {"name": "UBND xã D", "seen": seen}).status_code
        == 302
    )
    with app.app_context():
        assert db.session.get(Agency, agency_id).name == "UBND xã D"


def test_a_code_that_another_agency_has_is_refused_at_its_field(sign_in, province):
    form = {"code": "SO-TP", "name": "Khác", "group": str(province.groups["so"])}
    page = sign_in("quan-ly").post("/agencyview/add", form)
    assert (page.status_code, "Mã “SO-TP” đã có, kể cả khi viết khác chữ hoa." in page.text) == (422, True)


def test_what_is_in_use_is_not_deleted(app, sign_in, province):
    manager = sign_in("quan-ly")
    answer = manager.post(f"/agencygroupview/delete/{province.groups['so']}", follow_redirects=True)
    assert "đang được dùng ở nơi khác" in answer.text
    with app.app_context():
        assert db.session.get(AgencyGroup, province.groups["so"]) is not None


def test_an_issued_set_is_not_edited_and_shows_no_button_for_it(sign_in, province):
    manager = sign_in("quan-ly")
    assert manager.post(f"/criteriasetview/edit/{province.reform_set}", {"name": "Khác"}).status_code == 409
    assert manager.post(f"/criteriasetview/delete/{province.reform_set}").status_code == 302
    page = manager.get("/criteriasetview/list/").text
    assert ("/criteriasetview/edit/" in page, "/criteriasetview/delete/" in page) == (False, False)


@pytest.mark.parametrize("pk", ["0", "99999", "99999999999999999999", "abc"])
def test_a_row_that_is_not_there_is_not_found(sign_in, pk):
    manager = sign_in("quan-ly")
    answers = {manager.get(f"/agencyview/{act}/{pk}").status_code for act in ("show", "edit")}
    assert answers == {404}


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv", "quan-tri"])
def test_registers_of_the_manager_are_forbidden_to_others(sign_in, name):
    browser = sign_in(name)
    closed = [
        view for view in LISTS if view not in ("announcementview", "proposalview", "accountrequestview")
    ]
    assert {browser.get(f"/{view}/list/").status_code for view in closed} == {403}


def test_a_unit_reads_what_is_out_and_meant_for_its_group(app, sign_in, province):
    with app.app_context():
        later, groups = now().replace(year=now().year + 1), {c: province.group(c) for c in ("so", "xa")}
        for title, moment, to in (
            ("Cho tất cả", now(), []),
            ("Cho sở", now(), [groups["so"]]),
            ("Cho xã", now(), [groups["xa"]]),
            ("Chưa đăng", later, []),
        ):
            db.session.add(Announcement(title=title, body="…", published_at=moment, groups=to))
        db.session.commit()
    clerk, manager = sign_in("tp-nhap"), sign_in("quan-ly")
    assert sorted(column(clerk.get("/announcementview/list/").text, "Tiêu đề")) == ["Cho sở", "Cho tất cả"]
    assert len(column(manager.get("/announcementview/list/").text, "Tiêu đề")) == 4
    assert clerk.get("/announcementview/show/3").status_code == 404
    assert clerk.get("/announcementview/edit/1").status_code in (403, 404)


def test_an_agency_reads_its_own_proposals_and_the_manager_answers(app, sign_in, province):
    clerk, other, manager = sign_in("tp-nhap"), sign_in("tc-nhap"), sign_in("quan-ly")
    clerk.post("/proposalview/add", {"kind": "fault", "title": "Không tải được tệp", "body": "Lỗi 413"})
    assert sign_in("tp-duyet").get("/proposalview/show/1").status_code == 200
    assert (other.get("/proposalview/show/1").status_code, clerk.get("/proposalview/edit/1").status_code) == (
        404,
        403,
    )
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', manager.get("/proposalview/edit/1").text).group(1)
    refused = manager.post("/proposalview/edit/1", {"state": "declined", "answer": "", "seen": seen})
    assert (refused.status_code, "Hãy ghi nội dung trả lời." in refused.text) == (422, True)
    manager.post("/proposalview/edit/1", {"state": "fixed", "answer": "Đã tăng dung lượng.", "seen": seen})
    with app.app_context():
        proposal = db.session.get(Proposal, 1)
        assert (proposal.agency_id, proposal.state) == (province.agencies["SO-TP"], "fixed")


def test_a_list_that_somebody_else_has_changed_is_asked_about_too(app, sign_in, province):
    with app.app_context():
        db.session.add(Announcement(title="Họp", body="…", published_at=datetime(2026, 12, 31, 10, tzinfo=UTC)))
        db.session.commit()
    first, second = sign_in("quan-ly"), sign_in("quan-ly-2")
    page = second.get("/announcementview/edit/1").text
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', page).group(1)
    form = {"title": "Họp", "body": "…", "published_at": "31/12/2026 17:00", "seen": seen}
    only_communes = form | {"groups": str(province.groups["xa"])}
    assert first.post("/announcementview/edit/1", only_communes).status_code == 302
    asked = second.post("/announcementview/edit/1", form)
    assert (asked.status_code, "Người khác vừa sửa bản ghi này." in asked.text) == (422, True)
    with app.app_context():
        assert [group.code for group in db.session.get(Announcement, 1).groups] == ["xa"]


def test_a_group_that_is_no_longer_there_never_becomes_all(app, sign_in, province):
    form = {"title": "Họp", "body": "…", "published_at": "31/12/2026 17:00", "groups": "99"}
    answer = sign_in("quan-ly").post("/announcementview/add", form)
    assert (answer.status_code, "Hãy chọn một mục trong danh sách." in answer.text) == (422, True)
    with app.app_context():
        assert db.session.query(Announcement).count() == 0


def test_the_trail_is_read_in_words_and_found_by_them(app, sign_in, province):
    manager = sign_in("quan-ly")
    manager.post("/agencygroupview/add", {"code": "huyen", "name": "UBND cấp huyện", "sort_order": "3"})
    page = manager.get("/auditview/list/?q=them+khoi&object_type=AgencyGroup").text
    assert column(page, "Việc")[0] == "Thêm"
    assert "mã: huyen" in page
    assert manager.get("/auditview/edit/1").status_code == 404


def test_lists_ask_the_same_number_of_queries_for_one_row_and_for_many(app, sign_in, province):
    manager = sign_in("quan-ly")

    def add(first, last):
        with app.app_context():
            clerk, so = province.account("tp-nhap"), province.group("so")
            for n in range(first, last):
                db.session.add(Announcement(title=f"T{n}", body="…", published_at=now(), groups=[so]))
                db.session.add(
                    Proposal(
                        title=f"K{n}",
                        body="…",
                        agency_id=clerk.agency_id,
                        created_by_id=clerk.id,
                        created_at=now(),
                    )
                )
            db.session.commit()

    add(0, 1)
    urls = ["/announcementview/list/", "/proposalview/list/", "/auditview/list/", "/surveyformview/list/"]
    before = [len(counted(lambda url=url: manager.get(url))) for url in urls]
    add(1, 12)
    assert [len(counted(lambda url=url: manager.get(url))) for url in urls] == before
