"""Search: what each kind of account finds, and that nobody finds what is another's."""

import re
from io import BytesIO

import pytest
from flask import current_app

from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.office.models import Announcement
from app.scoring.models import AppraiserWork, Round
from app.scoring.operations import evidence
from tests.province import NOW, begin_appraisal, open_round, score_of, sheet_of
from tests.scoring.views.filling import PDF
from tests.statements import counted

HIT = re.compile(r'<a href="([^"]+)"[^>]* data-hit><span class="hit">([^<]*)</span>')


def hits(browser, words: str, group: str = "") -> list[tuple[str, str]]:
    """(address, title) of each hit, in the page's order."""
    page = browser.get("/search/", query_string={"q": words, "in": group})
    assert page.status_code == 200
    return HIT.findall(page.text)


def titles(browser, words: str, group: str = "") -> list[str]:
    return [title for _address, title in hits(browser, words, group)]


def prove(round_, province, code: str, name: str, summary: str = "", criterion: str = "1.1") -> None:
    """A document of the agency, attached to a criterion of its sheet."""
    store = FileStore(current_app.config["FILES_DIR"], 10_000)
    stored = store.put(BytesIO(PDF + name.encode()), name)
    clerk = province.account({"SO-TP": "tp-nhap", "SO-TC": "tc-nhap", "SO-NV": "nv-nhap"}[code])
    score = score_of(sheet_of(round_, province, code), criterion)
    words = evidence.Description("77/QĐ", summary=summary)
    evidence.attach_new(hold_row(score), stored, words, actor=clerk, at=NOW)


@pytest.fixture
def round_id(app, province) -> int:
    """An open round with a document "Kế hoạch" of two agencies each, one proving 1.1, one 2.1."""
    with app.app_context():
        round_ = open_round(province)
        for code in ("SO-TP", "SO-TC"):
            prove(round_, province, code, f"Kế hoạch {code}.pdf", "Chim hoàng yến")
            prove(round_, province, code, f"Tờ trình {code}.pdf", "Chim hoàng yến", "2.1")
        db.session.commit()
        return round_.id


def appraised(app, province, round_id: int) -> None:
    with app.app_context():
        begin_appraisal(db.session.get(Round, round_id), province)


def test_marks_and_case_do_not_count_and_every_word_must_be_there(round_id, sign_in):
    clerk = sign_in("tp-nhap")
    assert titles(clerk, "KE hoach so-tp") == ["Kế hoạch SO-TP.pdf"]
    assert titles(clerk, "kế hoạch sai") == []


def test_a_document_is_found_by_its_number_and_its_summary(round_id, sign_in):
    clerk = sign_in("tp-nhap")
    both = ["Tờ trình SO-TP.pdf", "Kế hoạch SO-TP.pdf"]
    assert (titles(clerk, "77/qd"), titles(clerk, "chim hoang")) == (both, both)


def test_a_clerk_finds_nothing_of_another_agency(round_id, sign_in):
    for words in ("SO-TC", "Sở Tài chính", "chim", "tc-nhap"):
        assert [t for t in titles(sign_in("tp-nhap"), words) if "TC" in t or "Tài chính" in t] == []
    assert titles(sign_in("nv-nhap"), "chim") == []


def test_a_clerk_comes_to_the_own_sheet_and_its_very_row(app, province, round_id, sign_in):
    with app.app_context():
        sheet = sheet_of(db.session.get(Round, round_id), province, "SO-TP")
        row, sheet_id = score_of(sheet, "1.2").id, sheet.id
    clerk = sign_in("tp-nhap")
    assert hits(clerk, "so tu phap", "agencies") == [(f"/sheets/{sheet_id}", "Sở Tư pháp")]
    assert hits(clerk, "2026", "rounds") == [(f"/sheets/{sheet_id}", "CCHC 2026")]
    assert hits(clerk, "1.2", "criteria") == [(f"/sheets/{sheet_id}#row-{row}", "1.2 Hoàn thành kế hoạch")]


def test_an_appraiser_finds_nothing_before_the_appraisal_begins(round_id, sign_in):
    appraiser = sign_in("td-nv")
    assert [titles(appraiser, words) for words in ("chim", "ke hoach", "so tu phap", "2026")] == [[]] * 4


def test_an_appraiser_finds_what_is_assigned_and_no_more(app, province, round_id, sign_in):
    """td-tp appraises 2.1 of the others, and td-nv that of Sở Tư pháp; nobody the own agency."""
    appraised(app, province, round_id)
    appraiser = sign_in("td-nv")
    assert titles(appraiser, "chim") == ["Kế hoạch SO-TC.pdf", "Tờ trình SO-TP.pdf", "Kế hoạch SO-TP.pdf"]
    assert titles(appraiser, "ke hoach", "criteria") == ["1.1 Ban hành kế hoạch", "1.2 Hoàn thành kế hoạch"]
    assert titles(appraiser, "so", "agencies") == ["Sở Tài chính", "Sở Tư pháp"]
    assert hits(appraiser, "2026", "rounds") == [(f"/appraisals/{round_id}", "CCHC 2026")]
    assert titles(sign_in("td-tp"), "chim") == ["Tờ trình SO-TC.pdf"]


def test_an_appraiser_without_work_finds_nothing_of_the_round(app, province, round_id, sign_in):
    appraised(app, province, round_id)
    with app.app_context():
        db.session.query(AppraiserWork).delete()
        db.session.commit()
    assert [titles(sign_in("td-nv"), words) for words in ("chim", "1.1", "2026")] == [[]] * 3


def test_every_hit_opens_for_whoever_found_it(app, province, round_id, sign_in):
    appraised(app, province, round_id)
    for name in ("tp-nhap", "td-nv", "quan-ly"):
        browser = sign_in(name)
        found = [hit for words in ("ke hoach", "so", "2026", "chim") for hit in hits(browser, words)]
        assert len(found) > 5
        answers = [browser.get(address.split("#")[0]) for address, _title in found]
        assert {answer.status_code for answer in answers} == {200}
        for answer in answers:
            answer.close()


def test_a_manager_finds_everything_and_accounts_alone_among_all(round_id, sign_in):
    manager = sign_in("quan-ly")
    assert len(titles(manager, "chim")) == 4
    assert titles(manager, "tc-nhap", "accounts") == ["Nguyễn Văn Tc Nhap"]
    for name in ("tp-nhap", "td-nv", "quan-tri"):
        assert titles(sign_in(name), "tc-nhap") == []
        assert titles(sign_in(name), "tc-nhap", "accounts") == []


def test_announcements_are_found_by_those_they_address(app, province, sign_in):
    with app.app_context():
        for title, code in (("Hướng dẫn chung", None), ("Hướng dẫn xã", "xa"), ("Hướng dẫn sở", "so")):
            groups = [province.group(code)] if code else []
            db.session.add(Announcement(title=title, body="…", published_at=NOW, groups=groups))
        db.session.commit()
    assert sorted(titles(sign_in("tp-nhap"), "huong dan")) == ["Hướng dẫn chung", "Hướng dẫn sở"]
    assert titles(sign_in("quan-tri"), "huong dan") == ["Hướng dẫn chung"]


def test_wildcards_of_the_database_are_mere_letters(round_id, sign_in):
    clerk = sign_in("tp-nhap")
    assert [titles(clerk, words) for words in ("%", "_", "\\", "100%_")] == [[]] * 4


def test_an_empty_box_says_what_can_be_found_and_nothing_found_says_so(sign_in):
    manager = sign_in("quan-ly")
    assert "Gõ từ cần tìm, không cần dấu" in manager.get("/search/").text
    assert "Không tìm thấy “hổ &lt;b&gt;”" in manager.get("/search/?q=hổ+<b>").text


def test_more_than_five_lead_to_a_page_of_their_own(app, province, round_id, sign_in):
    with app.app_context():
        for number in range(6):
            prove(db.session.get(Round, round_id), province, "SO-TP", f"Biên bản {number}.pdf")
        db.session.commit()
    clerk = sign_in("tp-nhap")
    assert len(titles(clerk, "bien ban")) == 5
    assert "/search/?q=bien+ban&amp;in=evidence" in clerk.get("/search/?q=bien+ban").text
    assert len(titles(clerk, "bien ban", "evidence")) == 6


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv", "quan-ly"])
def test_statements_do_not_grow_with_rows(name, app, province, round_id, sign_in):
    appraised(app, province, round_id)
    browser = sign_in(name)
    with counted() as few:
        hits(browser, "chim to trinh so-tc")
    with counted() as many:
        hits(browser, "o")
    assert (len(many), len(many) <= 16) == (len(few), True)
