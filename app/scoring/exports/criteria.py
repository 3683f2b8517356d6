"""A criteria set as a file that imports again as the same set, and the empty template to fill in."""

import csv
import io
from collections.abc import Sequence

from app.points import to_points
from app.scoring.imports.criteria_export import TEMPLATE_HEADINGS_EN, TEMPLATE_HEADINGS_VI, criteria_rows
from app.scoring.imports.criterion_row import COLUMNS
from app.scoring.models import CriteriaSet
from app.scoring.rules import METHOD_NAMES, Method
from app.text import disarmed
from app.web.workbook import Cell, Column, Row, Tab, write_workbook

WIDTHS = {"name": 60, "rule": 48, "evidence": 40, "figures": 40}
HEADINGS = {"vi": TEMPLATE_HEADINGS_VI, "en": TEMPLATE_HEADINGS_EN}
MAXIMUM = TEMPLATE_HEADINGS_EN.index("max_score")
COMPUTED_ONLY = "Chỉ nhận điểm tính từ số liệu hoặc mức đã chọn"

# What a person may write in each column, as the importer reads it.
MEANINGS = {
    "code": "Mã duy nhất trong bộ, ví dụ 1, 1.1, 1.1.2. Định dạng ô là chữ để 1.10 không thành 1.1.",
    "parent_code": "Mã của tiêu chí cấp trên; để trống ở cấp lĩnh vực.",
    "name": "Nội dung lĩnh vực, tiêu chí hoặc tiêu chí thành phần.",
    "max_score": "Điểm tối đa, nhiều nhất ba chữ số thập phân. Điểm của cấp trên bằng tổng các tiêu chí con. "
    "Mục chỉ gồm điểm thưởng (hoặc chỉ gồm điểm trừ) ghi số điểm nhiều nhất của cả mục, 0 là không giới hạn.",
    "scoring_method": "Một trong các cách chấm ở bảng dưới (mã hoặc tên).",
    "rule": "Thang điểm, ghi theo từng cách chấm ở bảng dưới. Các bậc cách nhau bằng dấu | hoặc xuống dòng trong ô.",
    "figures": "Tên số liệu phải nhập, ví dụ: a: Việc đã xong; b: Việc phải làm. Loại số liệu ghi trong ngoặc vuông "
    "sau tên: [số nguyên], [số tiền], [phần trăm], [số thập phân] (hoặc [whole], [money], [percent], [decimal]). "
    "Không ghi thì là số nguyên; tên nói đến tiền là số tiền; tỷ đồng, diện tích, khối lượng là số thập phân. "
    "Chỉ có a loại [phần trăm] thì nhập thẳng tỷ lệ.",
    "evidence": "Tài liệu kiểm chứng phải có.",
    "evidence_required": "yes hoặc có: bắt buộc đính kèm tài liệu; no hoặc không: không bắt buộc.",
    "assessed_by": "self (đơn vị tự chấm), council (hội đồng chấm) hoặc survey (khảo sát).",
    "appraiser_agency": "Mã cơ quan thẩm định, ví dụ SO-NV.",
    "not_applicable_for": "Mã cơ quan hoặc khối không áp dụng, cách nhau bằng dấu chấm phẩy.",
    "note": "Ghi chú. “Liên kết: chỉ số CCHC cùng năm” nối tiêu chí với chỉ số CCHC của chính cơ quan.",
}


# How the rule of each method is written.
RULES = {
    Method.SUM: "Để trống thang điểm.",
    Method.YES_NO: "Đúng hạn => 1 | Chậm hoặc không ban hành => 0",
    Method.TIERS: "Tốt => 2 | Khá => 1,5 | Kém => 0",
    Method.PERCENT_TIERS: ">=100% => 2 | >=80% => 1 | <80% => 0; "
    "càng ít càng tốt: <=5% => 1 | <=10% => 0,5 | >10% => 0",
    Method.PROPORTIONAL: "a/b; min=50%; full=95% (dưới min được 0 điểm, từ full được điểm tối đa; có thể bỏ cả hai)",
    Method.COUNT: "0,25 / văn bản; 0,25 / 2 văn bản (cứ đủ 2 văn bản); theo bậc: <=2 => 1 | <=5 => 0,5 | >5 => 0",
    Method.DEDUCT: "2 / báo cáo chậm (trừ dần từ điểm tối đa, không âm); 2 / báo cáo chậm; min=5 (không dưới 5 điểm)",
    Method.MANUAL: "Lời hướng dẫn chấm.",
    Method.SURVEY: "form=KS-02; questions=KS-02-C03; weights=100,80,50,0 "
    "(mỗi mức một trọng số; dấu - là mức không tính)",
    Method.SURVEY_TIERS: "Từ 80% trở lên => 2 | Dưới 80% => 0",
    Method.BONUS: "0,5 / sáng kiến, hoặc để trống thì nhập điểm",
    Method.PENALTY: "1 / lần, hoặc để trống thì nhập điểm (số dương)",
}


def set_workbook(criteria_set: CriteriaSet, headings: str = "vi") -> bytes:
    """XLSX, the table from the first row on so that the file is its own import file."""
    rows = [_row(row) for row in criteria_rows(criteria_set.criteria)]
    bold = [Row(row, bold=not node.is_leaf) for row, node in zip(rows, criteria_set.criteria, strict=True)]
    tab = Tab(criteria_set.name, (), _columns(headings), bold, landscape=True, frozen=1)
    footer = str(criteria_set) if criteria_set.allows_deviation else f"{COMPUTED_ONLY} – {criteria_set}"
    return write_workbook([tab], title=str(criteria_set), footer=footer)


def set_csv(criteria_set: CriteriaSet) -> bytes:
    """CSV in UTF-8 with a mark, so that Excel shows its Vietnamese; no cell is computed when it is opened."""
    text = io.StringIO()
    rows = [[disarmed(cell) for cell in row] for row in criteria_rows(criteria_set.criteria)]
    csv.writer(text).writerows([TEMPLATE_HEADINGS_EN, *rows])
    return text.getvalue().encode("utf-8-sig")


def template_workbook(headings: str = "vi") -> bytes:
    """The empty table with a few rows to show how, and a tab that explains the columns."""
    first = Tab(
        "Bộ tiêu chí", (), _columns(headings), [_row(row) for row in EXAMPLE], landscape=True, frozen=1
    )
    return write_workbook([first, _explanation()], title="Mẫu bộ tiêu chí")


def _columns(headings: str) -> list[Column]:
    names = HEADINGS.get(headings, TEMPLATE_HEADINGS_VI)
    return [
        Column(
            name, "points" if place == MAXIMUM else "text", widest=WIDTHS.get(TEMPLATE_HEADINGS_EN[place], 24)
        )
        for place, name in enumerate(names)
    ]


def _row(cells: Sequence[str]) -> list[Cell]:
    """The maximum as a number, everything else as it stands."""
    return [to_points(cell) if place == MAXIMUM and cell else cell for place, cell in enumerate(cells)]


def _explanation() -> Tab:
    rows = [
        (column.headings[0], column.name, "bắt buộc" if column.required else "", MEANINGS[column.name])
        for column in COLUMNS
    ]
    methods = [(name, method.value, "", RULES.get(method, "")) for method, name in METHOD_NAMES.items()]
    columns = [Column("Tên cột"), Column("Tên tiếng Anh"), Column("Cần có"), Column("Cách ghi", widest=90)]
    return Tab("Hướng dẫn", ("Cách ghi bảng bộ tiêu chí",), columns, [*rows, *methods], landscape=True)


EXAMPLE = (
    ("1", "", "Công tác chỉ đạo, điều hành", "3", "sum", "", "", "", "", "", "", "", ""),
    (
        "1.1",
        "1",
        "Ban hành kế hoạch đúng thời hạn",
        "1",
        "yes_no",
        "Đúng hạn => 1 | Chậm hoặc không ban hành => 0",
        "",
        "Kế hoạch đã ký số",
        "yes",
        "self",
        "SO-NV",
        "",
        "",
    ),
    (
        "1.2",
        "1",
        "Tỷ lệ hoàn thành kế hoạch",
        "2",
        "percent_tiers",
        ">=100% => 2 | >=80% => 1 | <80% => 0",
        "a: Việc đã hoàn thành; b: Việc phải làm",
        "Báo cáo kết quả",
        "yes",
        "self",
        "SO-NV",
        "",
        "",
    ),
)
