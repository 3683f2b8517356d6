"""Approve, reopen, sign, send: each act by the right and the wrong person, in the right and the wrong state, twice."""

from io import BytesIO

import pytest

from app.extensions import db
from app.scoring.models import Sheet, Snapshot
from tests.hostile.files import encrypted_pdf
from tests.pdf_signing import WHERE, WHO, roots_folder, signed, with_page_added
from tests.province import NOW
from tests.scoring.views.filling import PDF, approve, fill, send, sign


def act(browser, year, what, **kwargs):
    return browser.post(f"/sheets/{year.sheet_id}/{what}", **kwargs)


def signed_report(content: bytes = PDF, name: str = "Báo cáo đã ký.pdf") -> dict:
    return {"data": {"file": (BytesIO(content), name)}, "content_type": "multipart/form-data"}


def test_the_leader_approves_a_complete_sheet(year, sign_in):
    fill(year)
    answer = act(sign_in("tp-duyet"), year, "approve")
    sheet = year.sheet()
    assert (answer.status_code, sheet.state, len(sheet.snapshot.digest)) == (302, "approved", 64)


def test_a_sheet_with_errors_is_not_approved_and_the_check_says_why(year, sign_in):
    answer = act(sign_in("tp-duyet"), year, "approve")
    assert (answer.status_code, "Còn 7 lỗi" in answer.text, year.sheet().state) == (409, True, "draft")


def test_only_the_leader_of_the_agency_approves(year, sign_in):
    fill(year)
    codes = {
        name: act(sign_in(name), year, "approve").status_code for name in ("tp-nhap", "tc-duyet", "quan-ly")
    }
    assert (codes, year.sheet().state) == ({"tp-nhap": 403, "tc-duyet": 404, "quan-ly": 403}, "draft")


def test_approving_twice_is_refused_and_changes_nothing(year, sign_in):
    approve(year)
    code = year.sheet().snapshot.code
    assert (act(sign_in("tp-duyet"), year, "approve").status_code, year.sheet().snapshot.code) == (409, code)


def test_too_late_to_approve(year, sign_in):
    fill(year)
    year.end_entry()
    answer = act(sign_in("tp-duyet"), year, "approve")
    assert (answer.status_code, year.sheet().state) == (409, "draft")


def test_the_leader_reopens_before_sending_and_the_report_is_withdrawn(year, sign_in):
    approve(year)
    assert act(sign_in("tp-nhap"), year, "reopen").status_code == 403
    assert act(sign_in("tp-duyet"), year, "reopen").status_code == 302
    assert (year.sheet().state, year.sheet().snapshot_id) == ("draft", None)


def test_a_sent_sheet_is_not_reopened(year, sign_in):
    send(year)
    assert (act(sign_in("tp-duyet"), year, "reopen").status_code, year.sheet().state) == (409, "submitted")


def test_the_signed_report_is_attached(year, sign_in):
    approve(year)
    assert act(sign_in("tp-nhap"), year, "sign", **signed_report()).status_code == 302
    sheet = year.sheet()
    assert (sheet.signed_file_name, sheet.signed_file.size) == ("Báo cáo đã ký.pdf", len(PDF))


def own_report(browser, year) -> bytes:
    return browser.get(f"/reports/{year.sheet_id}/pdf").data


def test_the_approved_report_signed_digitally_is_recognised_and_sent_without_a_question(year, sign_in):
    approve(year)
    clerk = sign_in("tp-nhap")
    act(clerk, year, "sign", **signed_report(signed(own_report(clerk, year))))
    page = clerk.get(f"/sheets/{year.sheet_id}/check").text
    told = [words in page for words in ("Đúng là bản đã duyệt", f"{WHO} ({WHERE})", "chưa kiểm tra được chứng thư")]
    assert (told, 'name="confirmed"' in page) == ([True] * 3, False)
    assert (act(clerk, year, "send").status_code, year.sheet().state) == (302, "submitted")
    for person in ("tp-nhap", "quan-ly"):
        assert "Đúng là bản đã duyệt" in sign_in(person).get(f"/sheets/{year.sheet_id}/receipt").text
    verified = year.app.test_client().get(f"/verify/{year.sheet().snapshot.code}").text
    assert ("Đúng là bản đã duyệt" in verified, WHO in verified) == (True, True)


def test_roots_that_are_configured_make_the_certificate_a_trusted_one(year, sign_in, monkeypatch, tmp_path):
    monkeypatch.setitem(year.app.config, "SIGNATURE_ROOTS", roots_folder(tmp_path))
    approve(year)
    clerk = sign_in("tp-nhap")
    act(clerk, year, "sign", **signed_report(signed(own_report(clerk, year))))
    assert "chứng thư hợp lệ" in clerk.get(f"/sheets/{year.sheet_id}/check").text


def test_a_scan_is_taken_said_and_sent_only_with_the_senders_word(year, sign_in):
    approve(year)
    clerk = sign_in("tp-nhap")
    act(clerk, year, "sign", **signed_report())
    page = clerk.get(f"/sheets/{year.sheet_id}/check").text
    assert ("bản quét ảnh" in page, 'name="confirmed"' in page) == (True, True)
    refused = act(clerk, year, "send")
    assert (refused.status_code, "Hãy xác nhận tệp" in refused.text, year.sheet().state) == (422, True, "approved")
    assert act(clerk, year, "send", data={"confirmed": "yes"}).status_code == 302
    assert year.sheet().state == "submitted"


def test_a_broken_signature_is_said_and_asks(year, sign_in):
    approve(year)
    clerk = sign_in("tp-nhap")
    act(clerk, year, "sign", **signed_report(with_page_added(signed(own_report(clerk, year)))))
    assert "tệp đã có nội dung thêm sau khi ký" in clerk.get(f"/sheets/{year.sheet_id}/check").text
    assert act(clerk, year, "send").status_code == 422


def test_the_report_of_an_earlier_approval_is_refused_by_its_time_and_code(year, sign_in):
    approve(year)
    clerk, leader = sign_in("tp-nhap"), sign_in("tp-duyet")
    earlier, code = own_report(clerk, year), year.sheet().snapshot.code
    act(leader, year, "reopen")
    act(leader, year, "approve")
    answer = act(clerk, year, "sign", **signed_report(earlier))
    assert (answer.status_code, f"(mã {code}), không còn hiệu lực" in answer.text) == (422, True)
    assert year.sheet().signed_file_id is None


def test_the_report_of_another_agency_is_refused_and_not_named(year, sign_in):
    approve(year)
    clerk = sign_in("tp-nhap")
    report = own_report(clerk, year)
    with year.app.app_context():
        others = db.session.scalars(db.select(Sheet).where(Sheet.id != year.sheet_id)).first()
        sheet = db.session.get(Sheet, year.sheet_id)
        own = sheet.snapshot
        own.sheet_id, own.status = others.id, "withdrawn"
        sheet.snapshot = Snapshot(
            sheet_id=sheet.id, code="ABCD-2345-WXYZ", digest=own.digest, content=own.content, created_at=NOW
        )
        db.session.commit()
    answer = act(clerk, year, "sign", **signed_report(report))
    assert (answer.status_code, "mã xác thực của báo cáo khác" in answer.text) == (422, True)
    assert ("Sở Tài chính" in answer.text, year.sheet().signed_file_id) == (False, None)


def test_the_signed_report_is_read_by_its_agency_and_the_manager_alone(year, sign_in):
    assert sign_in("tp-nhap").get(f"/reports/{year.sheet_id}/signed").status_code == 404
    sign(year)
    for name in ("tp-nhap", "quan-ly"):
        with sign_in(name).get(f"/reports/{year.sheet_id}/signed") as answer:
            assert answer.data == PDF
    assert sign_in("tc-nhap").get(f"/reports/{year.sheet_id}/signed").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<html>", "ky.pdf", "không đúng với phần đuôi"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 64, "ky.png", "ở đây chỉ nhận tệp PDF"),
        (b"abc", "ky.txt", "ở đây chỉ nhận tệp PDF"),
        (b"", "ky.pdf", "không có nội dung"),
    ],
)
def test_only_a_pdf_stands_for_the_signed_paper(year, sign_in, content, name, words):
    approve(year)
    answer = act(sign_in("tp-nhap"), year, "sign", **signed_report(content, name))
    assert (answer.status_code, words in answer.text, year.sheet().signed_file_id) == (422, True, None)


def test_a_signed_report_that_needs_a_password_is_refused_one_that_forbids_printing_is_taken(year, sign_in):
    approve(year)
    clerk = sign_in("tp-nhap")
    answer = act(clerk, year, "sign", **signed_report(encrypted_pdf("mo123"), "ky.pdf"))
    words = "Tệp “ky.pdf” đang đặt mật khẩu"
    assert (answer.status_code, words in answer.text, year.sheet().signed_file_id) == (422, True, None)
    assert act(clerk, year, "sign", **signed_report(encrypted_pdf(""), "ky.pdf")).status_code == 302


def test_a_report_beyond_the_limit_is_refused_with_a_page(year, sign_in, monkeypatch):
    approve(year)
    monkeypatch.setitem(year.app.config, "MAX_CONTENT_LENGTH", 1000)
    answer = act(sign_in("tp-nhap"), year, "sign", **signed_report(PDF + b"0" * 2000))
    words = "Nội dung gửi lên lớn hơn mức cho phép (1000 byte một lần gửi)."
    assert (answer.status_code, words in answer.text, year.sheet().signed_file_id) == (413, True, None)


def test_a_signed_report_without_a_file_or_before_approval_is_refused(year, sign_in):
    clerk = sign_in("tp-nhap")
    assert act(clerk, year, "sign", **signed_report()).status_code == 409
    approve(year)
    assert act(clerk, year, "sign").status_code == 422


def test_sending_gives_a_receipt_and_sending_again_the_same(year, sign_in):
    sign(year)
    clerk = sign_in("tp-nhap")
    first, again = act(clerk, year, "send"), None
    number = year.sheet().receipt_number
    again = act(clerk, year, "send")
    where = f"/sheets/{year.sheet_id}/receipt"
    assert (first.location, again.location, year.sheet().receipt_number) == (where, where, number)


def test_an_unsigned_or_unapproved_sheet_is_not_sent(year, sign_in):
    clerk = sign_in("tp-nhap")
    assert act(clerk, year, "send").status_code == 409
    approve(year)
    answer = act(clerk, year, "send")
    assert (answer.status_code, "Hãy đính báo cáo đã ký" in answer.text) == (422, True)


def test_too_late_to_send(year, sign_in):
    sign(year)
    year.end_entry()
    answer = act(sign_in("tp-nhap"), year, "send")
    assert (answer.status_code, "Đã hết thời hạn gửi" in answer.text) == (409, True)
    assert year.sheet().state == "approved"


def test_nobody_else_sends(year, sign_in):
    sign(year)
    codes = [act(sign_in(name), year, "send").status_code for name in ("tc-nhap", "quan-ly", "td-nv")]
    assert (codes, year.sheet().state) == ([404, 403, 403], "approved")


def test_the_report_is_a_file_of_each_kind_with_its_vietnamese_name(year, sign_in):
    fill(year)
    clerk = sign_in("tp-nhap")
    starts = {"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF"}
    for kind, start in starts.items():
        answer = clerk.get(f"/reports/{year.sheet_id}/{kind}")
        assert (answer.status_code, answer.data[: len(start)]) == (200, start)
        assert "B%C3%A1o%20c%C3%A1o" in answer.headers["Content-Disposition"]


def test_the_report_of_another_agency_does_not_exist(year, sign_in):
    assert sign_in("tc-nhap").get(f"/reports/{year.sheet_id}/pdf").status_code == 404
    assert sign_in("quan-ly").get(f"/reports/{year.sheet_id}/xlsx").status_code == 200
