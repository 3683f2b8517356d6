"""app/scoring/operations/scores.py: appraisals that come from a file."""

from decimal import Decimal

from app.extensions import db
from app.holding import hold_row
from app.scoring.operations.scores import import_scores
from app.scoring.queries.appraisals import round_works
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.standings import round_standings
from app.scoring.queries.works import work_lines
from tests.province import (
    NOW,
    appraise_everything,
    score_of,
    sheet_of,
)

APPRAISALS = "agency_code,criterion_code,points,not_applicable,reason\nSO-TP,1.2,0.5,,Thiếu hồ sơ\n"


def test_imported_appraisals_count_at_once_and_are_their_importers_work(province, round_):
    manager = province.account("quan-ly")
    count, findings = import_scores(
        APPRAISALS.encode(), "diem.csv", hold_row(round_), "appraisal", actor=manager, at=NOW
    )
    db.session.commit()
    assert (count, findings) == (1, [])
    line = next(line for line in round_standings(round_).lines if line.sheet.agency_name == "Sở Tư pháp")
    final = line.leaves[score_of(line.sheet, "1.2").criterion_id]
    assert final.points == Decimal("0.5")
    imported = next(work for work in work_lines(round_) if work.work.appraiser.username == "nhap-tu-tep")
    assert (imported.work.state, imported.total, imported.done) == ("sent", 1, 1)


def test_an_import_for_the_last_appraiser_finishes_the_round(province, round_):
    appraise_everything(round_, province, "td-tp")
    rows = ["agency_code,criterion_code,points,not_applicable,reason"]
    person = province.account("td-nv")
    sheets = {sheet_of(round_, province, code).id: code for code in province.agencies if code[:2] == "SO"}
    items = {item.score_id: item for item in Coverage(round_).items_of(person.id)}
    for sheet_id, code in sheets.items():
        for score in sheet_of(round_, province, code).scores:
            if score.id in items and score.sheet_id == sheet_id:
                rows.append(f"{code},{score.criterion.code},0,,Theo tệp")
    import_scores(
        "\n".join(rows).encode(), "diem.csv", hold_row(round_), "appraisal", actor=None, at=NOW, appraiser=person
    )
    db.session.commit()
    assert ([work.state for work in round_works(round_)], round_.state) == (["sent", "sent"], "consolidated")
    assert (person.locked_by_sending, person.lock_reason) == (True, "Đã gửi kết quả thẩm định: CCHC 2026")
