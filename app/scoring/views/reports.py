"""Báo cáo tự đánh giá as a file: DOCX, PDF, XLSX; a draft says that it is one (Đ.9.2)."""
