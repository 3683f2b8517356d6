"""app/agencies.py: the rules of agencies and groups hold on the register, the grid and in the import alike."""

import pytest

from app.agencies import change_agency, create_agency, create_group, symbol_kept
from app.errors import NotAllowed, Refused
from app.extensions import db
from app.holding import hold_row
from app.models import AgencyGroup
from app.scoring.imports.finding import has_errors
from app.scoring.operations.agencies import import_agencies
from tests.province import NOW

HEAD = "code,name,group_code,active_from,active_to,successor_code\n"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"code": "so-tp"}, "đã có"),
        ({"code": "SO TP"}, "Mã chỉ gồm"),
        ({"name": "Sở\r\nBcc: x"}, "một dòng"),
        ({"name": " "}, "để trống"),
        ({"symbol": "12/STP"}, "Ký hiệu chỉ gồm"),
        ({"symbol": "S TP"}, "Ký hiệu chỉ gồm"),
        ({"place": "Bỉm\nSơn"}, "một dòng"),
    ],
)
def test_a_bad_agency_is_refused_whichever_way_it_comes(app, ctx, sign_in, province, values, words):
    agency = province.agency("SO-TC")
    with pytest.raises(Refused, match=words):
        change_agency(hold_row(agency), values, actor=province.account("quan-ly"))
    assert not db.session.dirty
    cell = {"list_form_pk": str(agency.id)} | values
    assert sign_in("quan-ly").post("/grid/agencies/ajax/update/", cell).status_code == 422


@pytest.mark.parametrize("code", ["so-tp", "SO TP", "SO=1"])
def test_the_import_finds_a_bad_code_in_its_row(ctx, province, code):
    made, changed, findings = import_agencies(
        (HEAD + f"{code},Sở Tư pháp,so,,,\n").encode(), "a.csv", actor=None, at=NOW
    )
    assert (made, changed, [finding.row for finding in findings]) == (0, 0, [2])


def test_successors_come_to_an_end(ctx, province):
    first, second = hold_row(province.agency("XA-A")), hold_row(province.agency("XA-B"))
    change_agency(first, {"successor": second.row}, actor=None)
    with pytest.raises(Refused, match="thành vòng"):
        change_agency(second, {"successor": first.row}, actor=None)
    with pytest.raises(Refused, match="chính mình"):
        change_agency(first, {"successor": first.row}, actor=None)


def test_an_import_may_turn_a_succession_around(ctx, province):
    change_agency(hold_row(province.agency("XA-A")), {"successor": province.agency("XA-B")}, actor=None)
    rows = "XA-B,UBND xã Đông Tiến,xa,,,XA-A\nXA-A,UBND phường Hạc Thành,xa,,,SO-NV\n"
    made, changed, findings = import_agencies((HEAD + rows).encode(), "a.csv", actor=None, at=NOW)
    assert (made, changed, findings) == (0, 2, [])
    assert [province.agency(code).successor.code for code in ("XA-A", "XA-B")] == ["SO-NV", "XA-A"]


def test_only_a_manager_changes_agencies_and_groups(ctx, province):
    clerk = province.account("tp-nhap")
    for act in (
        lambda: create_agency({"code": "X", "name": "X", "group": province.group("so")}, actor=clerk),
        lambda: change_agency(hold_row(province.agency("XA-A")), {"name": "X"}, actor=clerk),
        lambda: create_group({"code": "x", "name": "X"}, actor=clerk),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("code", ["SO", "khối 1", "so=3"])
def test_a_groups_code_is_checked_too(app, ctx, sign_in, province, code):
    with pytest.raises(Refused):
        create_group({"code": code, "name": "Khối"}, actor=None)
    form = {"code": code, "name": "Khối", "sort_order": "3"}
    assert sign_in("quan-ly").post("/agencygroupview/add", form).status_code == 422
    assert db.session.query(AgencyGroup).count() == 2


def test_a_good_agency_is_kept_without_spaces_around_it(ctx, province):
    values = {"code": " SO-YT ", "name": " Sở Y tế ", "short_name": " ", "group": province.group("so")}
    agency = create_agency(values, actor=None).row
    assert (agency.code, agency.name, agency.short_name) == ("SO-YT", "Sở Y tế", None)


def test_an_import_without_place_and_symbol_leaves_them_and_one_with_them_sets_them(ctx, province):
    agency = province.agency("SO-TP")
    agency.place, agency.symbol = "Sầm Sơn", "TP"
    without = (HEAD + "SO-TP,Sở Tư pháp,so,,,\n").encode()
    assert not has_errors(import_agencies(without, "a.csv", actor=None, at=NOW)[2])
    assert (agency.place, agency.symbol) == ("Sầm Sơn", "TP")
    head = "Mã,Tên cơ quan,Mã khối,Địa danh,Ký hiệu\n"
    with_them = (head + "SO-TP,Sở Tư pháp,so,,STP\n").encode()
    assert import_agencies(with_them, "a.csv", actor=None, at=NOW)[1:] == (1, [])
    assert (agency.place, agency.symbol) == (None, "STP")


def test_a_symbol_with_a_slash_is_a_finding_at_its_cell(ctx, province):
    data = "code,name,group_code,symbol\nSO-TP,Sở Tư pháp,so,BC/STP\n".encode()
    _made, changed, (finding,) = import_agencies(data, "a.csv", actor=None, at=NOW)
    assert (changed, finding.row, finding.column, finding.code) == (0, 2, "symbol", "bad_symbol")


def test_the_symbol_of_a_named_agency_is_found_whatever_its_capitals(ctx, province):
    assert symbol_kept("SỞ NỘI VỤ") == ""
    province.agency("SO-NV").symbol = "SNgV"
    assert symbol_kept("SỞ NỘI VỤ") == "SNgV"
