"""app/agencies.py: the rules of agencies and groups hold on the register, the grid and in the import alike."""

import pytest

from app.agencies import check_agency, check_group
from app.errors import Refused
from app.extensions import db
from app.models import Agency, AgencyGroup
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
    ],
)
def test_a_bad_agency_is_refused_whichever_way_it_comes(app, ctx, sign_in, province, values, words):
    agency = province.agency("SO-TC")
    for name, value in values.items():
        setattr(agency, name, value)
    with db.session.no_autoflush, pytest.raises(Refused, match=words):
        check_agency(agency)
    db.session.rollback()
    cell = {"list_form_pk": str(agency.id)} | values
    assert sign_in("quan-ly").post("/grid/agencies/ajax/update/", cell).status_code == 422


@pytest.mark.parametrize("code", ["so-tp", "SO TP", "SO=1"])
def test_the_import_finds_a_bad_code_in_its_row(ctx, province, code):
    made, changed, findings = import_agencies(
        (HEAD + f"{code},Sở Tư pháp,so,,,\n").encode(), "a.csv", actor=None, at=NOW
    )
    assert (made, changed, [finding.row for finding in findings]) == (0, 0, [2])


def test_successors_come_to_an_end(ctx, province):
    first, second = province.agency("XA-A"), province.agency("XA-B")
    first.successor = second
    db.session.flush()
    second.successor = first
    with db.session.no_autoflush, pytest.raises(Refused, match="thành vòng"):
        check_agency(second)


@pytest.mark.parametrize("code", ["SO", "khối 1", "so=3"])
def test_a_groups_code_is_checked_too(app, ctx, sign_in, province, code):
    with pytest.raises(Refused):
        check_group(AgencyGroup(code=code, name="Khối"))
    form = {"code": code, "name": "Khối", "sort_order": "3"}
    assert sign_in("quan-ly").post("/agencygroupview/add", form).status_code == 422
    assert db.session.query(AgencyGroup).count() == 2


def test_a_good_agency_is_kept_without_spaces_around_it(ctx, province):
    agency = Agency(code=" SO-YT ", name=" Sở Y tế ", short_name=" ", group=province.group("so"))
    check_agency(agency)
    assert (agency.code, agency.name, agency.short_name) == ("SO-YT", "Sở Y tế", None)
