"""Three rounds, one in each stage, with something in every table that a rule looks at."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from sqlalchemy import select

from app.accounts import requests
from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.scoring.models import Round, SurveyCampaign, SurveyForm
from app.scoring.operations import differences, evidence, granting, sheets
from app.scoring.operations.survey_answers import respond_by_code
from app.scoring.operations.survey_codes import make_codes
from app.scoring.operations.survey_review import remove_answers
from app.scoring.rules import Figures
from tests.province import (
    DEADLINE,
    NOW,
    Province,
    answer_surveys,
    appraise_everything,
    begin_appraisal,
    conclude_round,
    open_round,
    publish_round,
    sheet_of,
)

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def build(province: Province, store: FileStore) -> None:
    """A concluded year, one in appraisal with one appraiser's work sent, one open with a report approved."""
    _concluded(province, store)
    _in_appraisal(province, store)
    _open(province, store)
    _citizens(province)
    _letters(province)
    db.session.commit()


def fill(province: Province, store: FileStore, round_: Round, agency: str, prefix: str):
    """The agency scores every leaf of its own, proves them with one file and has the report approved."""
    sheet, clerk = sheet_of(round_, province, agency), province.account(f"{prefix}-nhap")
    kept = store.put(BytesIO(PDF), "Kế hoạch.pdf")
    for score in sheet.scores:
        if score.criterion.assessed_by == "self" and not score.na_by_rule:
            points = min(Decimal(1), score.criterion.maximum)
            entry = sheets.RowEntry(Figures(), points, "Theo thực tế")
            sheets.save_row(hold_row(score), entry, version=score.version, actor=clerk, at=NOW)
            db.session.flush()
        if score.criterion.evidence_required:
            evidence.attach_new(hold_row(score), kept, evidence.Description("12/KH"), actor=clerk, at=NOW)
    sheets.approve(hold_row(sheet), actor=province.account(f"{prefix}-duyet"), at=NOW)
    return sheet, clerk, kept


def send(province: Province, store: FileStore, round_: Round, agency: str, prefix: str):
    sheet, clerk, kept = fill(province, store, round_, agency, prefix)
    sheets.sign(hold_row(sheet), evidence.keep_file(kept, at=NOW), "ky.pdf", actor=clerk, at=NOW)
    sheets.send(hold_row(sheet), actor=clerk, at=NOW)
    db.session.commit()
    return sheet, clerk


def _concluded(province: Province, store: FileStore) -> None:
    manager, round_ = province.account("quan-ly"), open_round(province, period="2025")
    sheet, clerk = send(province, store, round_, "SO-TP", "tp")
    answer_surveys(round_, province)
    begin_appraisal(round_, province)
    for name in ("td-nv", "td-tp"):
        appraise_everything(round_, province, name)
    score = next(score for score in sheet.scores if score.criterion.code == "2.1")
    differences.ask_explanation(hold_row(score), "Nêu rõ số văn bản", actor=manager, at=NOW)
    differences.answer_explanation(hold_row(score), "Đã nộp đủ", actor=clerk, at=NOW)
    differences.conclude_score(hold_row(score), Decimal("1.5"), "Theo biên bản", "05/BB", actor=manager, at=NOW)
    conclude_round(round_, province)
    publish_round(round_, province)


def _in_appraisal(province: Province, store: FileStore) -> None:
    round_ = open_round(province, period="2026")
    send(province, store, round_, "SO-TP", "tp")
    begin_appraisal(round_, province)
    appraise_everything(round_, province, "td-nv")


def _open(province: Province, store: FileStore) -> None:
    round_ = open_round(province, period="2027")
    sheet, _clerk, _kept = fill(province, store, round_, "SO-TC", "tc")
    later = DEADLINE + timedelta(days=3)
    granting.extend(hold_row(sheet), later, "7/CV", "Thiên tai", actor=province.account("quan-ly"), at=NOW)


def _letters(province: Province) -> None:
    requests.request_account(
        last_name="Lê",
        first_name="An",
        email="an@thanhhoa.example",
        position="",
        can_approve=False,
        reason="",
        actor=province.account("tp-nhap"),
        at=NOW,
    )
    requests.request_reset(username="tp-nhap", contact="0912", head_of_agency="Bà B", at=NOW)
    assert db.session.scalar(select(db.func.count()).select_from(Round)) == 3


def _citizens(province: Province) -> None:
    """Two answers by code in the last round opened, one of them removed."""
    round_ = db.session.scalars(select(Round).order_by(Round.id.desc()).limit(1)).one()
    form = db.session.scalars(select(SurveyForm).where(SurveyForm.audience == "citizen")).one()
    campaign = SurveyCampaign(round=round_, form=form, token="cong-dan", opens_at=NOW, closes_at=DEADLINE)
    db.session.add(campaign)
    db.session.flush()
    manager, agency = province.account("quan-ly"), province.agency("SO-TP")
    (made,) = make_codes(hold_row(campaign), [agency], "print", 3, secret="…", actor=manager, at=NOW)
    answers = {question.id: 0 for question in form.questions if question.kind != "text"}
    for code in made.codes[:2]:
        kept = respond_by_code(hold_row(campaign), code, answers, secret="…", network="0" * 16, at=NOW)
    remove_answers(hold_row(campaign), agency, [kept], "Trả lời hộ", actor=manager, at=NOW)
