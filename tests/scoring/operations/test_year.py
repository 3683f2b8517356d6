"""The whole year through the operations, act by act: what each screen and command relies on."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from app.accounts import find_account
from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.scoring.models import Result, Round
from app.scoring.operations import differences, evidence, rounds, scores, sheets
from app.scoring.queries.precheck import precheck
from app.scoring.queries.sheets import sheet_page
from app.scoring.queries.standings import round_standings
from app.scoring.queries.surveys import survey_scores
from app.scoring.rules import Figures
from tests.province import (
    NOW,
    answer_surveys,
    appraise_everything,
    begin_appraisal,
    conclude_round,
    open_round,
    publish_round,
    score_of,
    sheet_of,
)

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def fill(sheet, actor, folder):
    entries = {
        "1.1": sheets.RowEntry(Figures(option=0)),
        "1.2": sheets.RowEntry(Figures(a=Decimal(9), b=Decimal(10))),
        "1.3": sheets.RowEntry(Figures(n=Decimal(2))),
        "2.1": sheets.RowEntry(Figures(a=Decimal(3), b=Decimal(4))),
        "2.2": sheets.RowEntry(Figures(option=1)),
        "3.1": sheets.RowEntry(Figures(n=Decimal(1))),
        "3.2": sheets.RowEntry(Figures(n=Decimal(0))),
    }
    for code, entry in entries.items():
        score = score_of(sheet, code)
        if not score.na_by_rule:
            sheets.save_row(hold_row(score), entry, version=score.version, actor=actor, at=NOW)
    stored = FileStore(folder, 1000).put(BytesIO(PDF), "Kế hoạch.pdf")
    evidence.attach_new(hold_row(score_of(sheet, "1.1")), stored, evidence.Description("12/KH"), actor=actor, at=NOW)
    db.session.flush()
    return stored


def test_a_year_from_opening_to_publication(ctx, province, tmp_path):
    manager = province.account("quan-ly")
    round_ = open_round(province)
    sheet = sheet_of(round_, province, "SO-TP")
    stored = fill(sheet, province.account("tp-nhap"), tmp_path)
    page = sheet_page(sheet)
    assert (page.total.points, page.total.maximum, page.done, page.to_do) == (
        Decimal("5.5"),
        Decimal("10"),
        7,
        7,
    )
    assert [str(problem.heading) for problem in precheck(page)] == ["Văn bản chưa ghi số hoặc ngày"]

    sheets.approve(hold_row(sheet), actor=province.account("tp-duyet"), at=NOW)
    file, clerk = evidence.keep_file(stored, at=NOW), province.account("tp-nhap")
    sheets.sign(hold_row(sheet), file, "ky.pdf", actor=clerk, at=NOW)
    receipt = sheets.send(hold_row(sheet), actor=province.account("tp-nhap"), at=NOW)
    assert sheets.send(hold_row(sheet), actor=province.account("tp-nhap"), at=NOW + timedelta(1)) == receipt
    db.session.commit()

    answer_surveys(round_, province)
    assert len([score for score in survey_scores(round_) if score.survey_points is not None]) == 3

    begin_appraisal(round_, province)
    assert (sheet.state, sheet_of(round_, province, "SO-TC").not_submitted) == ("appraising", True)
    for name in ("td-nv", "td-tp"):
        appraise_everything(round_, province, name)
        assert find_account(name).locked_at is not None
    assert round_.state == "consolidated"

    score = score_of(sheet, "2.1")
    differences.ask_explanation(hold_row(score), "Nêu rõ số văn bản", actor=manager, at=NOW)
    differences.answer_explanation(hold_row(score), "Đã nộp đủ", actor=province.account("tp-nhap"), at=NOW)
    differences.conclude_score(hold_row(score), Decimal("1.5"), "Theo biên bản", "05/BB", actor=manager, at=NOW)
    conclude_round(round_, province)
    publish_round(round_, province)
    db.session.commit()

    standings = round_standings(db.session.get(Round, round_.id))
    frozen = {r.sheet_id: (r.points, r.maximum, r.rank) for r in db.session.query(Result)}
    assert frozen == {line.sheet.id: (line.total.points, line.total.maximum, line.rank) for line in standings.lines}
    assert not standings.provisional


def test_the_next_year_is_a_copy(ctx, province):
    round_ = open_round(province)
    copy = rounds.copy_round(round_, actor=province.account("quan-ly"), at=NOW)
    db.session.commit()
    assert (copy.period, copy.state, len(copy.sets)) == ("2027", "preparing", 1)
    assert rounds.open_round(hold_row(copy), actor=province.account("quan-ly"), at=NOW) == 3


def test_scores_come_in_from_a_table(ctx, province):
    round_ = open_round(province)
    head = "agency_code,criterion_code,points,not_applicable,reason\n"
    table = head + "SO-TP,1.1,0.5,,Chậm 2 ngày\nSO-TP,2.1,,yes,không phát sinh\n"
    imported, findings = scores.import_scores(
        table.encode(), "s.csv", hold_row(round_), "self", actor=province.account("quan-ly"), at=NOW
    )
    assert (imported, findings) == (2, [])
    sheet = sheet_of(round_, province, "SO-TP")
    assert (score_of(sheet, "1.1").self_points, score_of(sheet, "2.1").na_claimed) == (Decimal("0.5"), True)
    assert score_of(sheet, "1.1").saved_by_id == province.accounts["quan-ly"]
