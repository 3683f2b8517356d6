"""Tables of a campaign: one-time codes to print or to send, and the form in which papers are counted."""


from app.scoring.imports.survey_papers import COLUMNS
from app.scoring.models import SurveyCampaign
from app.web.workbook import Column, Row, Tab, write_workbook

_HEADINGS = {column.name: column.headings[0] for column in COLUMNS}
_ONCE = "Mỗi mã trả lời một lần. Phần mềm không lưu mã: tệp này là bản duy nhất."


def papers_workbook(campaign: SurveyCampaign) -> bytes:
    """The columns that the import reads, empty, and what may be written into them."""
    entry = Tab(
        "Phiếu giấy",
        ("NHẬP PHIẾU GIẤY", f"{campaign.form.title} – {campaign.round.name}"),
        [Column(_HEADINGS[column.name]) for column in COLUMNS],
        [],
        notes=("Mỗi dòng một câu trả lời; các dòng cùng mã cơ quan và số tờ phiếu là một phiếu.",),
    )
    options = [
        Row([question.code, question.text, place, option])
        for question in campaign.form.questions
        for place, option in enumerate(question.options or ("(ghi ý kiến)",), 1)
    ]
    columns = [Column("Mã câu hỏi"), Column("Câu hỏi"), Column("Trả lời"), Column("Phương án")]
    known = Tab("Câu hỏi và phương án", ("CÂU HỎI VÀ PHƯƠNG ÁN",), columns, options)
    return write_workbook([entry, known], title="Nhập phiếu giấy", footer=campaign.round.name)
