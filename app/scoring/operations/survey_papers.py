"""Answers of paper forms come in from a file, as a channel of their own."""

from datetime import datetime

from sqlalchemy import select

from app import audit
from app.accounts import require_manager
from app.errors import Conflict, Sentence
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.scoring.imports.columns import AS_IT_IS, Reading
from app.scoring.imports.finding import Finding
from app.scoring.imports.survey_papers import Paper, parse_papers
from app.scoring.models import SurveyCampaign, SurveyResponse
from app.scoring.operations.survey_answers import checked_answers
from app.scoring.operations.surveys import require_citizens
from app.scoring.queries.surveys import agencies_of
from app.scoring.states import RoundState


def import_papers(
    held: Held[SurveyCampaign],
    data: bytes,
    file_name: str,
    *,
    actor: Account,
    at: datetime,
    reading: Reading = AS_IT_IS,
) -> tuple[int, list[Finding]]:
    """All papers of the file or none; a paper's number comes in once about an agency. How many, and findings."""
    require_manager(actor)
    campaign = held.row
    require_citizens(campaign)
    if campaign.round.state in (RoundState.PREPARING, RoundState.CONCLUDED):
        raise Conflict("Chỉ nhập phiếu giấy khi kỳ chấm điểm đã mở và chưa kết luận.")
    parsed = parse_papers(data, file_name, campaign.form, reading)
    agencies = {agency.code: agency.id for agency in agencies_of(campaign)}
    there = _numbers_there(campaign)
    findings = [*parsed.findings, *(f for paper in parsed.rows for f in _problems(paper, agencies, there))]
    if any(finding.severity == "error" for finding in findings):
        return 0, sorted(findings, key=lambda finding: finding.row or 0)
    db.session.add_all(
        SurveyResponse(
            campaign_id=campaign.id,
            about_agency_id=agencies[paper.agency_code],
            channel="paper",
            paper_number=paper.number,
            submitted_at=at,
            answers=checked_answers(campaign.form, paper.answers),
        )
        for paper in parsed.rows
    )
    audit.record(
        "survey_papers_imported", campaign, actor=actor, at=at, file=file_name, count=len(parsed.rows)
    )
    return len(parsed.rows), findings


def _numbers_there(campaign: SurveyCampaign) -> set[tuple[int, str]]:
    query = select(SurveyResponse.about_agency_id, SurveyResponse.paper_number).where(
        SurveyResponse.campaign_id == campaign.id, SurveyResponse.channel == "paper"
    )
    return {(agency_id, number) for agency_id, number in db.session.execute(query)}


def _problems(paper: Paper, agencies: dict[str, int], there: set[tuple[int, str]]) -> list[Finding]:
    agency_id = agencies.get(paper.agency_code)
    if agency_id is None:
        message = Sentence("Kỳ này không có cơ quan %(agency)s.", {"agency": paper.agency_code[:40]})
        return [Finding("error", paper.row, "agency_code", "unknown_agency", message)]
    if (agency_id, paper.number) in there:
        message = Sentence("Tờ phiếu %(number)s đã được nhập.", {"number": paper.number})
        return [Finding("error", paper.row, "paper_number", "paper_there", message)]
    return []
