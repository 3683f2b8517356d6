"""Ways to read the files back, and the province that issues them."""

import io

import openpyxl

from app.scoring.exports.issuer import Issuer

ISSUER = Issuer("tỉnh Thanh Hóa", "Ủy ban nhân dân tỉnh Thanh Hóa", "Sở Nội vụ", "https://cham.example.vn")


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def table(worksheet, header):
    """The rows under the header whose first cell is ``header``, each as title → value, up to a blank row."""
    rows = list(worksheet.iter_rows(values_only=True))
    at = next(place for place, row in enumerate(rows) if row[0] == header)
    body = []
    for row in rows[at + 1 :]:
        if not any(cell is not None for cell in row):
            break
        body.append(dict(zip(rows[at], row, strict=True)))
    return body
