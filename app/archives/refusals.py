"""The sentences: which file, what is in it, and how to take it out."""

from pathlib import PurePosixPath

from app.errors import Refused

SHOWN = 60


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def locked(name: str) -> Refused:
    return Refused("Tệp “%(name)s” đang đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.", name=name)


def macros(name: str) -> Refused:
    return Refused("Tệp “%(name)s” có chứa macro. Hãy lưu lại thành tệp không có macro.", name=name)


def too_much(name: str) -> Refused:
    return Refused("Tệp “%(name)s” nén quá nhiều nội dung nên không nhận được.", name=name)


def inside(name: str, part: str) -> Refused:
    shown = _short(PurePosixPath(part).name)
    return Refused(
        "Tệp “%(name)s” có tệp khác bên trong (%(part)s). Hãy bỏ ra rồi gửi lại.", name=name, part=shown
    )


def unknown_part(name: str, part: str) -> Refused:
    return Refused(
        "Tệp “%(name)s” có phần “%(part)s” không thuộc tệp Word, Excel thông thường. Hãy lưu thành PDF rồi gửi lại.",
        name=name,
        part=_short(part),
    )


def unreadable_part(name: str, part: str) -> Refused:
    return Refused(
        "Tệp “%(name)s” có phần “%(part)s” không đọc được. Hãy mở tệp, lưu lại rồi gửi lại.",
        name=name,
        part=_short(part),
    )


def declarations(name: str) -> Refused:
    return Refused("Tệp “%(name)s” có khai báo lạ mà tệp Word, Excel thật không có.", name=name)


def fetches(name: str, target: str) -> Refused:
    return Refused(
        "Tệp “%(name)s” có liên kết tự chạy khi mở tệp (%(target)s). Hãy bỏ liên kết đó, hoặc lưu thành PDF, "
        "rồi gửi lại.",
        name=name,
        target=_short(target),
    )


def field_code(name: str, code: str) -> Refused:
    return Refused(
        "Tệp “%(name)s” có liên kết tự chạy khi mở tệp (trường %(code)s). Hãy chọn toàn bộ văn bản, bấm "
        "Ctrl+Shift+F9, lưu lại rồi gửi.",
        name=name,
        code=_short(code),
    )


def formula(name: str, words: str) -> Refused:
    return Refused(
        "Tệp “%(name)s” có liên kết tự chạy khi mở tệp (công thức %(formula)s). Hãy thay công thức bằng giá trị "
        "rồi gửi lại.",
        name=name,
        formula=_short(words),
    )


def other_data(name: str) -> Refused:
    return Refused(
        "Tệp “%(name)s” có liên kết tự chạy khi mở tệp: lấy số liệu từ tệp hoặc nguồn khác. Trong Excel, vào thẻ Dữ "
        "liệu (Data), ngắt liên kết và kết nối, lưu lại rồi gửi.",
        name=name,
    )


def unsafe_target(name: str, target: str) -> Refused:
    return Refused(
        "Tệp “%(name)s” có liên kết đến nơi không an toàn (%(target)s). Chỉ để liên kết trang web, thư điện tử; hãy "
        "bỏ liên kết đó rồi gửi lại.",
        name=name,
        target=_short(target),
    )
