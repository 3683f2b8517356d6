"""What the council's minutes say of the surveys: answers that count by channel, answers removed and why."""

from app.clock import written
from app.scoring.models import Round
from app.scoring.queries.survey_sources import channel_counts, removals_of
from app.scoring.queries.surveys import campaigns_of, survey_scores
from app.scoring.rules import FROM_FILE
from app.scoring.states import CHANNEL_NAMES
from app.web.documents import Heading, Paragraph


def source_lines(round_: Round) -> list[Heading | Paragraph]:
    """A line a form, a line a removal; nothing where the round asks no survey."""
    campaigns = campaigns_of(round_)
    if not campaigns:
        return []
    removals = removals_of(round_)
    lines = []
    for campaign in campaigns:
        lines.append(f"- {campaign.form}: {_counted(channel_counts(campaign))}.")
        lines += [_removed(removal) for removal in removals if removal.campaign_id == campaign.id]
    from_file = sum(str(score.survey_working or "").startswith(FROM_FILE) for score in survey_scores(round_))
    if from_file:
        lines.append(f"- Điểm của {from_file} tiêu chí khảo sát nhập từ tệp, không tính từ phiếu trong phần mềm.")
    return [Heading("III. NGUỒN PHIẾU KHẢO SÁT"), *(Paragraph(line, align="left") for line in lines)]


def _counted(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    if not total:
        return "không có phiếu nào được tính"
    parts = ", ".join(f"{CHANNEL_NAMES[channel].lower()}: {count}" for channel, count in counts.items())
    return f"{total} phiếu được tính ({parts})"


def _removed(removal) -> str:
    return (
        f"  Đã loại {removal.count} phiếu về {removal.about_agency.name} lúc {written(removal.removed_at)}; "
        f"người thực hiện: {removal.removed_by.full_name}; lý do: {removal.reason}."
    )
