"""Agencies, accounts, scores and survey forms: typed rows, and each mistake at its row and column."""

from datetime import date
from decimal import Decimal

from app.scoring.imports.accounts import AccountRow, parse_accounts
from app.scoring.imports.agencies import AgencyRow, parse_agencies
from app.scoring.imports.scores import ScoreRow, parse_scores
from app.scoring.imports.surveys import QuestionRow, SurveyForm, parse_surveys

from .tables import csv_table, places, xlsx_table

AGENCY = ("code", "name", "short_name", "group_code", "active_from", "active_to", "successor_code")
ACCOUNT = ("username", "full_name", "email", "agency_code", "account_type", "can_approve")
SCORE = ("agency_code", "criterion_code", "points", "not_applicable", "reason")
SURVEY = ("form_code", "title", "audience", "question_code", "text", "type", "options")


def test_agencies_are_read_with_dates_in_either_form():
    rows = [AGENCY, ["SO-TC", "Sở Tài chính", "TC", "so", date(2016, 1, 1), "30/6/2025", "SO-NV"],
            ["SO-NV", "Sở Nội vụ", None, "so"]]  # fmt: skip
    parsed = parse_agencies(xlsx_table(rows), "a.xlsx", groups={"so"}, known=())
    assert (parsed.findings, parsed.rows) == ([], [
        AgencyRow("SO-TC", "Sở Tài chính", "TC", "so", date(2016, 1, 1), date(2025, 6, 30), "SO-NV", 2),
        AgencyRow("SO-NV", "Sở Nội vụ", "", "so", None, None, "", 3),
    ])  # fmt: skip


def test_mistakes_in_agencies():
    rows = [
        ("", "x", "", "so", "", "", ""),
        ("A", "", "", "", "", "", ""),
        ("A", "x", "", "so", "", "", ""),
        ("B", "x", "", "la", "31/02/2025", "2025", ""),
        ("C", "x", "", "so", "2025-07-01", "2025-06-30", "C"),
        ("D", "x", "", "so", "", "", "Z"),
    ]
    parsed = parse_agencies(csv_table(AGENCY, *rows), "a.csv", groups={"so"}, known={"Y"})
    assert places(parsed.findings) == [
        ("error", 2, "code", "missing_code"),
        ("error", 3, "name", "missing_name"),
        ("error", 3, "group_code", "missing_group"),
        ("error", 4, "code", "duplicate_code"),
        ("error", 5, "active_from", "bad_date"),
        ("error", 5, "active_to", "bad_date"),
        ("error", 5, "group_code", "unknown_group"),
        ("error", 6, "active_to", "dates_reversed"),
        ("error", 6, "successor_code", "own_successor"),
        ("error", 7, "successor_code", "unknown_agency"),
    ]


def test_accounts_are_read_with_types_in_either_language():
    rows = [
        ("lan.tt", "Trần Thị Lan", "lan@yte.vn", "SO-YT", "Nhập liệu", "có"),
        ("binh", "Lê Văn Bình", "", "", "appraiser", "no"),
    ]
    parsed = parse_accounts(csv_table(ACCOUNT, *rows), "a.csv", agencies={"SO-YT"})
    assert (parsed.findings, parsed.rows) == ([], [
        AccountRow("lan.tt", "Trần Thị Lan", "lan@yte.vn", "SO-YT", "data_entry", True, 2),
        AccountRow("binh", "Lê Văn Bình", "", "", "appraiser", False, 3),
    ])  # fmt: skip


def test_mistakes_in_accounts():
    rows = [
        ("", "", "a@b.vn", "SO-YT", "quản lý", ""),
        ("lan", "Lan", "A@b.vn", "", "data_entry", ""),
        ("LAN", "Lan", "lan", "SO-X", "thẩm định", "có"),
        ("lê lan", "Lan", "", "SO-YT", "khách", "maybe"),
    ]
    parsed = parse_accounts(csv_table(ACCOUNT, *rows), "a.csv", agencies={"SO-YT"})
    assert places(parsed.findings) == [
        ("error", 2, "username", "missing_username"),
        ("error", 2, "full_name", "missing_name"),
        ("error", 3, "agency_code", "missing_agency"),
        ("error", 3, "email", "duplicate_email"),
        ("error", 4, "email", "bad_email"),
        ("error", 4, "agency_code", "unknown_agency"),
        ("error", 4, "can_approve", "approve_without_data_entry"),
        ("error", 4, "username", "duplicate_username"),
        ("error", 5, "account_type", "unknown_account_type"),
        ("error", 5, "can_approve", "bad_yes_no"),
        ("error", 5, "username", "bad_username"),
    ]


def test_scores_are_read_and_points_may_be_left_out_where_the_criterion_does_not_apply():
    rows = [("SO-YT", "1.1", "1,25", "", ""), ("SO-YT", "1.2", "", "có", "Không phát sinh")]
    parsed = parse_scores(csv_table(SCORE, *rows), "a.csv")
    assert (parsed.findings, parsed.rows) == ([], [
        ScoreRow("SO-YT", "1.1", Decimal("1.25"), False, "", 2),
        ScoreRow("SO-YT", "1.2", None, True, "Không phát sinh", 3),
    ])  # fmt: skip


def test_mistakes_in_scores():
    rows = [
        ("", "1.1", "1", "", ""),
        ("A", "", "1", "", ""),
        ("A", "1.1", "", "", ""),
        ("A", "1.1", "x", "", ""),
        ("A", "1.2", "-1", "", ""),
        ("A", "1.3", "0", "có", ""),
        ("A", "1.4", "1", "maybe", ""),
    ]
    assert places(parse_scores(csv_table(SCORE, *rows), "a.csv").findings) == [
        ("error", 2, "agency_code", "missing_agency"),
        ("error", 3, "criterion_code", "missing_criterion"),
        ("error", 4, "points", "missing_points"),
        ("error", 5, "points", "bad_points"),
        ("error", 5, "criterion_code", "duplicate_score"),
        ("error", 6, "points", "bad_points"),
        ("warning", 7, "points", "points_ignored"),
        ("error", 8, "not_applicable", "bad_yes_no"),
    ]


def test_survey_forms_gather_their_questions_in_order():
    rows = [
        ("KS", "Phiếu", "citizen", "C1", "Hài lòng?", "scale4", "Rất | Có | Vừa | Không"),
        ("KS", "", "", "C2", "Góp ý", "text", ""),
    ]
    parsed = parse_surveys(csv_table(SURVEY, *rows), "a.csv")
    questions = (
        QuestionRow("C1", "Hài lòng?", "scale4", ("Rất", "Có", "Vừa", "Không"), 2),
        QuestionRow("C2", "Góp ý", "text", (), 3),
    )
    assert (parsed.findings, parsed.rows) == ([], [SurveyForm("KS", "Phiếu", "citizen", questions, 2)])


def test_mistakes_in_survey_forms():
    rows = [
        ("", "x", "citizen", "C0", "x", "text", ""),
        ("KS", "", "ai", "", "", "magic", ""),
        ("KT", "Phiếu", "agency", "C1", "x", "choice", "Một"),
        ("KT", "Khác", "citizen", "C1", "x", "scale4", "a | b | c"),
        ("KT", "", "", "C2", "x", "text", "a"),
        ("KT", "", "", "C3", "x", "choice", "a | a"),
    ]
    assert places(parse_surveys(csv_table(SURVEY, *rows), "a.csv").findings) == [
        ("error", 2, "form_code", "missing_form"),
        ("error", 3, "question_code", "missing_code"),
        ("error", 3, "text", "missing_text"),
        ("error", 3, "type", "unknown_type"),
        ("error", 3, "title", "missing_title"),
        ("error", 3, "audience", "unknown_audience"),
        ("error", 4, "options", "bad_options"),
        ("error", 5, "options", "bad_options"),
        ("error", 5, "title", "form_differs"),
        ("error", 5, "audience", "form_differs"),
        ("error", 5, "question_code", "duplicate_question"),
        ("error", 6, "options", "bad_options"),
        ("error", 7, "options", "bad_options"),
    ]


def test_the_leader_s_type_is_the_name_that_screens_give_it():
    data = csv_table(ACCOUNT, ("lan", "Lan", "", "SO-YT", "Lãnh đạo phê duyệt", ""))
    (account,) = parse_accounts(data, "a.csv").rows
    assert (account.account_type, account.can_approve) == ("data_entry", True)


def test_two_forms_may_number_their_questions_alike():
    rows = [(form, "Phiếu", "citizen", "C1", "Hỏi?", "text", "") for form in ("KS-01", "KS-02")]
    head = ("form_code", "title", "audience", "question_code", "text", "type", "options")
    parsed = parse_surveys(csv_table(head, *rows), "a.csv")
    assert ([form.code for form in parsed.rows], parsed.findings) == (["KS-01", "KS-02"], [])


def test_answers_that_differ_in_capitals_alone_are_equal():
    head = ("form_code", "title", "audience", "question_code", "text", "type", "options")
    row = ("KS-01", "Phiếu", "citizen", "C1", "Hỏi?", "choice", "Tốt | tốt")
    assert places(parse_surveys(csv_table(head, row), "a.csv").findings) == [("error", 2, "options", "bad_options")]


def test_a_line_break_in_a_name_is_there_for_the_width_of_the_column():
    data = csv_table(("code", "name", "group_code"), ("SO-NNMT", "Sở Nông nghiệp\nvà Môi trường", "so"))
    assert parse_agencies(data, "a.csv").rows[0].name == "Sở Nông nghiệp và Môi trường"


def test_a_name_that_is_a_formula_is_not_computed():
    data = csv_table(("code", "name", "group_code"), ("SO-YT", '="Sở "&A1', "so"))
    assert places(parse_agencies(data, "a.csv").findings)[0] == ("error", 2, "name", "uncomputed")
