"""Imports: whole files or nothing, findings as JSON, exit status."""

import pytest

from app.accounts import find_account
from app.extensions import db
from app.models import Account, Agency, AuditEvent
from app.scoring.models import Appraisal, CriteriaSet, Round, Score, SurveyForm
from tests.province import DEADLINE, REFORM_SET, score_of, sheet_of

AGENCIES = "code,name,short_name,group_code,active_from,active_to\n"
ACCOUNTS = "username,full_name,email,agency_code,account_type,can_approve\n"
SCORES = "agency_code,criterion_code,points,not_applicable,reason\n"


def criteria_words(path, *more):
    return ("import-criteria", path, "--programme", "cchc", "--group", "so", "--name", "Bộ mới", *more)


def test_agencies_are_made_and_brought_up_to_date(scoring, written, counted):
    path = written("a.csv", AGENCIES + "SO-YT,Sở Y tế,Y tế,so,,\nSO-TP,Sở Tư pháp tỉnh,,so,,2030-12-31\n")
    answer = scoring("import-agencies", path, "--json")
    assert (answer.status, answer.json) == (
        0,
        {
            "imported": 2,
            "created": 1,
            "updated": 1,
            "findings": [],
            "changes": [
                {"row": 3, "what": "SO-TP", "column": "name", "old": "Sở Tư pháp", "new": "Sở Tư pháp tỉnh"},
                {"row": 3, "what": "SO-TP", "column": "active_to", "old": "", "new": "31/12/2030"},
            ],
        },
    )
    assert counted(Agency) == 6
    assert scoring("import-agencies", path, "--json").json["updated"] == 0


def test_one_wrong_row_keeps_every_agency_out(scoring, written, counted):
    path = written("a.csv", AGENCIES + "SO-YT,Sở Y tế,,so,,\nSO-X,Sở X,,tinh,,\n")
    answer = scoring("import-agencies", path, "--json")
    assert (answer.status, counted(Agency)) == (1, 5)
    assert answer.json == {
        "imported": 0,
        "created": 0,
        "updated": 0,
        "findings": [
            {
                "severity": "error",
                "row": 3,
                "column": "group_code",
                "code": "unknown_group",
                "message": "Không có khối nào mang mã tinh.",
            }
        ],
    }


def test_accounts_come_with_a_one_time_password_each(scoring, written, app):
    path = written("a.csv", ACCOUNTS + "tp.moi,Lê Thị Hoa,hoa@thanhhoa.example,SO-TP,Nhập liệu,có\n")
    answer = scoring("import-accounts", path, "--json")
    [row] = answer.json["accounts"]
    assert (answer.status, answer.json["imported"], row["username"], len(row["password"])) == (
        0,
        1,
        "tp.moi",
        12,
    )
    with app.app_context():
        account = find_account("tp.moi")
        assert (account.full_name, account.can_approve, account.must_change_password) == (
            "Lê Thị Hoa",
            True,
            True,
        )


def test_a_taken_user_name_keeps_every_account_out(scoring, written, counted):
    before = counted(Account)
    path = written("a.csv", ACCOUNTS + "x.moi,Lê Hoa,,SO-TP,Nhập liệu,\nTP-nhap,Lê Mai,,SO-TP,Nhập liệu,\n")
    answer = scoring("import-accounts", path, "--json")
    assert (answer.status, [f["code"] for f in answer.json["findings"]]) == (1, ["username_taken"])
    assert counted(Account) == before


def test_a_set_is_imported_and_issued(scoring, written, app):
    answer = scoring(*criteria_words(written("s.csv", REFORM_SET), "--issue", "--json"))
    data = answer.json
    assert (answer.status, sorted(data)) == (
        0,
        ["findings", "leaves", "max_points", "name", "nodes", "set_id"],
    )
    assert (data["name"], data["nodes"], data["leaves"], data["max_points"]) == ("Bộ mới", 12, 9, "10")
    with app.app_context():
        assert db.session.get(CriteriaSet, data["set_id"]).state == "issued"


def test_a_set_with_errors_is_kept_out(scoring, written, counted):
    before = counted(CriteriaSet)
    answer = scoring(
        *criteria_words(written("s.csv", REFORM_SET.replace("Đúng hạn => 1", "Đúng hạn => 2")), "--json")
    )
    assert (answer.status, answer.json["set_id"], counted(CriteriaSet)) == (1, None, before)
    assert ("error", 3, "rule", "best_not_max") in {
        (f["severity"], f["row"], f["column"], f["code"]) for f in answer.json["findings"]
    }


def test_a_set_with_errors_can_be_kept_as_a_draft_that_no_round_takes(scoring, written):
    path = written("s.csv", REFORM_SET.replace("Đúng hạn => 1", "Đúng hạn => 2"))
    answer = scoring(*criteria_words(path, "--draft", "--json"))
    number = answer.json["set_id"]
    assert (answer.status, isinstance(number, int)) == (0, True)
    words = ("--programme", "cchc", "--period", "2027", "--name", "Kỳ", "--deadline", DEADLINE.isoformat())
    opened = scoring("open-round", *words, "--set", f"so={number}", "--json")
    assert (opened.status, list(opened.json)) == (1, ["error"])
    assert opened.err.strip() == opened.json["error"]


def test_a_draft_cannot_be_issued_at_once(scoring, written):
    assert scoring(*criteria_words(written("s.csv", REFORM_SET), "--draft", "--issue")).status == 2


@pytest.mark.parametrize(
    "words",
    [
        ("import-agencies", "not-there.csv"),
        ("import-criteria", __file__, "--programme", "xyz", "--group", "so", "--name", "B"),
        ("import-criteria", __file__, "--programme", "cchc", "--group", "tinh", "--name", "B"),
        ("import-scores", __file__, "--round", "999", "--stage", "self"),
        ("import-scores", __file__, "--round", "1"),
        ("no-such-command",),
    ],
)
def test_wrong_use_is_status_two(scoring, words):
    answer = scoring(*words)
    assert (answer.status, answer.out, answer.err != "") == (2, "", True)


def test_scores_come_in_whole(scoring, written, opened, counted):
    path = written("s.csv", SCORES + "SO-TP,1.1,1,,Theo công văn 15\nSO-TP,2.1,,yes,Không phát sinh\n")
    answer = scoring("import-scores", path, "--round", opened, "--stage", "self", "--json")
    assert (answer.status, answer.json) == (0, {"imported": 2, "findings": []})


def test_a_dry_run_says_which_scores_it_would_replace_and_writes_none(scoring, written, opened, app):
    first = written("a.csv", SCORES + "SO-TP,1.1,1,,Theo thực tế\n")
    words = ("--round", opened, "--stage", "self", "--json")
    assert scoring("import-scores", first, *words).json["imported"] == 1
    path = written("b.csv", "agency_code,criterion_code,points\nSO-TP,1.1,0\n")
    dry = scoring("import-scores", path, *words, "--dry-run")
    change = {"row": 2, "what": "SO-TP – 1.1", "column": "points", "old": "1", "new": "0"}
    assert (dry.status, dry.json["imported"], dry.json["changes"]) == (0, 0, [change])
    with app.app_context():
        assert [score.self_points for score in own_scores()] == [1]
    assert scoring("import-scores", path, *words).json["changes"] == [change]
    with app.app_context():
        assert [(score.self_points, score.explanation) for score in own_scores()] == [(0, "Theo thực tế")]


def own_scores() -> list[Score]:
    return list(db.session.scalars(db.select(Score).where(Score.self_points.is_not(None))))


def test_an_appraisal_without_a_column_of_reasons_keeps_its_reason(scoring, written, opened, app):
    words = ("--round", opened, "--stage", "appraisal", "--json")
    assert scoring("import-scores", written("a.csv", SCORES + "SO-TP,1.1,1,,Theo báo cáo\n"), *words).status == 0
    path = written("b.csv", "agency_code,criterion_code,points\nSO-TP,1.1,0\n")
    assert scoring("import-scores", path, *words).status == 0
    with app.app_context():
        assert [(a.points, a.reason) for a in db.session.scalars(db.select(Appraisal))] == [(0, "Theo báo cáo")]


def test_own_points_without_figures_or_explanation_keep_every_score_out(scoring, written, opened, app):
    path = written("s.csv", SCORES + "SO-TP,1.1,1,,\nSO-TP,1.2,1,,\nSO-TP,1.3,1,,Kèm danh mục\n")
    answer = scoring("import-scores", path, "--round", opened, "--stage", "self", "--json")
    found = [(f["row"], f["code"]) for f in answer.json["findings"]]
    assert (answer.status, found) == (1, [(2, "figures_missing"), (3, "figures_missing")])
    assert answer.json["findings"][0]["message"].startswith("Chưa nhập số liệu")
    with app.app_context():
        assert db.session.query(Score).filter(Score.self_points.is_not(None)).count() == 0


def test_one_wrong_score_keeps_every_score_out(scoring, written, opened, app):
    path = written("s.csv", SCORES + "SO-TP,1.1,1,,Có kế hoạch\nSO-TP,1.2,9,,\nSO-ZZ,1.2,1,,\n")
    answer = scoring("import-scores", path, "--round", opened, "--stage", "self", "--json")
    found = [(f["row"], f["column"], f["code"]) for f in answer.json["findings"]]
    assert (answer.status, answer.json["imported"]) == (1, 0)
    assert found == [(3, "points", "out_of_range"), (4, "criterion_code", "unknown_score")]
    with app.app_context():
        assert db.session.query(Score).filter(Score.self_points.is_not(None)).count() == 0


def test_an_appraiser_can_be_named_for_appraisals_only(scoring, written, opened):
    path = written("s.csv", SCORES + "SO-TP,1.1,1,,\n")
    words = ("import-scores", path, "--round", opened)
    assert scoring(*words, "--stage", "appraisal", "--appraiser", "td-nv").status == 0
    assert scoring(*words, "--stage", "appraisal", "--appraiser", "tp-nhap").status == 2
    assert scoring(*words, "--stage", "self", "--appraiser", "td-nv").status == 2


def test_questionnaires_already_there_stay(scoring, counted):
    answer = scoring("import-surveys", "demo/survey_forms.csv", "--json")
    said = [(f["severity"], f["row"], f["code"]) for f in answer.json["findings"]]
    assert said == [("warning", row, "form_known") for row in (2, 12, 24)]
    assert (answer.status, answer.json["imported"], counted(SurveyForm)) == (0, 0, 3)


def test_the_trail_says_that_a_command_did_it(scoring, written, app):
    scoring("import-agencies", written("a.csv", AGENCIES + "SO-YT,Sở Y tế,,so,,\n"))
    with app.app_context():
        event = db.session.query(AuditEvent).filter_by(action="agencies_imported").one()
        assert event.actor_name.endswith("(dòng lệnh)")


def test_a_set_of_computed_points_is_imported_and_takes_no_others(scoring, written, opened, province, app):
    path = written("c.csv", REFORM_SET)
    assert scoring(*criteria_words(path, "--no-deviation")).status == 0
    with app.app_context():
        allowed = {s.name: s.allows_deviation for s in db.session.scalars(db.select(CriteriaSet))}
        assert allowed == {"Bộ CCHC nhỏ": True, "Bộ HTNV nhỏ": True, "Bộ mới": False}
        db.session.get(CriteriaSet, province.reform_set).allows_deviation = False
        sheet = sheet_of(db.session.get(Round, int(opened)), province, "SO-TP")
        for code, figures in {"1.2": (9, 10), "2.1": (0, 0)}.items():
            score = score_of(sheet, code)
            score.figure_a, score.figure_b = figures
        db.session.commit()
    rows = "SO-TP,1.1,1,,Có kế hoạch\nSO-TP,1.2,2,,Có giải trình\nSO-TP,2.1,2,,Có giải trình\n"
    answer = scoring("import-scores", written("s.csv", SCORES + rows), "--round", opened, "--stage", "self", "--json")
    found = [(f["row"], f["column"], f["code"]) for f in answer.json["findings"]]
    others = [(row, "points", "deviation_forbidden") for row in (3, 4)]
    assert (answer.status, found) == (1, [(2, "points", "figures_missing"), *others])
    assert all("chỉ nhận điểm tính từ số liệu" in f["message"] for f in answer.json["findings"])
    good = written("g.csv", SCORES + "SO-TP,1.2,1,,\nSO-TP,2.1,,yes,Không phát sinh\n")
    assert scoring("import-scores", good, "--round", opened, "--stage", "self", "--json").json["imported"] == 2
