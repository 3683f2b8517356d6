"""Filling in a downloaded workbook the way a clerk does: by a criterion's code and a column's heading."""

import io

import openpyxl

SHEET_NAMES = {"a": "Số đạt được", "b": "Tổng số", "n": "Số lượng", "option": "Mức đã chọn"} | {
    "points": "Điểm tự chấm",
    "na": "Đề nghị không áp dụng",
    "why": "Giải trình",
    "id": "Mã dòng",
    "version": "Phiên bản",
}


def download(client, sheet_id: int) -> bytes:
    answer = client.get(f"/sheets/{sheet_id}/workbook.xlsx")
    assert answer.status_code == 200, answer.text
    return answer.data


class Filled:
    """``Filled(data).put("1.2", a=9, b=10).data`` – columns by the short names above."""

    HEAD = 5
    NAMES = SHEET_NAMES

    def __init__(self, data: bytes):
        self.book = openpyxl.load_workbook(io.BytesIO(data))
        self.sheet = self.book.worksheets[0]
        self.columns = {
            self.sheet.cell(self.HEAD, at).value: at for at in range(1, self.sheet.max_column + 1)
        }

    def row(self, code: str) -> int:
        rows = range(self.HEAD + 1, self.sheet.max_row + 1)
        return next(at for at in rows if self.sheet.cell(at, 1).value == code)

    def cell(self, code: str, name: str):
        return self.sheet.cell(self.row(code), self.columns[self.NAMES.get(name, name)])

    def put(self, code: str, **values) -> "Filled":
        for name, value in values.items():
            self.cell(code, name).value = value
        return self

    @property
    def data(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def upload_to(client, address: str, data: bytes, name: str = "phieu.xlsx"):
    file = {"file": (io.BytesIO(data), name)}
    return client.post(address, file, content_type="multipart/form-data")


def upload(client, sheet_id: int, data: bytes):
    return upload_to(client, f"/sheets/{sheet_id}/upload", data)


def pending_of(page: str) -> str:
    return page.split('name="pending" value="')[1].split('"')[0]


def apply(client, sheet_id: int, page: str, **choices):
    return client.post(f"/sheets/{sheet_id}/upload/apply", {"pending": pending_of(page)} | choices)
