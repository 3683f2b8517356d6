"""Stand-alone: does this proof show that the act of a receipt stands under the root? Needs Python 3.9 and nothing else.

It imports nothing of ours. It recomputes the link of the act, follows the path of the Merkle tree (RFC 6962) to the
root, and checks the Ed25519 signature (RFC 8032) by itself. Whether the root is the one of that night is for you to
compare: its code stands in the minutes, in the mails of that night and in the log collector. Exit status 0 when all
holds, 1 when something does not.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
STATEMENT = ("number", "made_at", "former", "root", "leaves", "events")
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError)


def main():
    reader = argparse.ArgumentParser(description="Kiểm tra bằng chứng biên nhận.")
    reader.add_argument("proof", metavar="TỆP", help="tệp JSON tải từ trang biên nhận")
    reader.add_argument(
        "--public-key", metavar="KHÓA", help="khóa công khai đã biết từ nơi khác (64 ký tự hex)"
    )
    given = reader.parse_args()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        facts, wrong = check(json.loads(Path(given.proof).read_text(encoding="utf-8")), given.public_key)
    except UNREADABLE as error:
        facts, wrong = [], [f"Không đọc được bằng chứng ({type(error).__name__}: {error})."]
    for line in [*facts, *wrong]:
        print(line)
    print(f"KHÔNG ĐẠT: {len(wrong)} sai lệch." if wrong else "ĐẠT: việc này nằm dưới dấu nhật ký nói trên.")
    return 1 if wrong else 0


def check(proof, public_key=None):
    """(What the proof says, what is wrong with it); both are sentences."""
    link, root, wrong = proof["link"], proof["root"], []
    content = f'["{link["before"]}",{compact(link["chain"])},{link["place"]},{proof["event"][1:]}'
    if hashlib.sha256(content.encode()).hexdigest() != link["hash"]:
        wrong.append("Nội dung của việc không khớp mã băm của mắt xích.")
    if reached(link, proof["path"]) != root["root"]:
        wrong.append("Đường dẫn không đi tới gốc của dấu nhật ký.")
    statement = compact({"log": "cham-diem", **{name: root[name] for name in STATEMENT}})
    if not is_signed(bytes.fromhex(root["public_key"]), bytes.fromhex(root["signature"]), statement.encode()):
        wrong.append("Chữ ký của dấu nhật ký không đúng.")
    if public_key and public_key.lower() != root["public_key"].lower():
        wrong.append("Dấu nhật ký được ký bằng khóa khác với khóa đã biết.")
    return facts(proof), wrong


def facts(proof):
    at, _actor, name, action, noun, number, label, changes = json.loads(proof["event"])[:8]
    code = proof["root"]["root"][:16].upper()
    return [
        f"Việc: {action} {noun} {number} ({label}), {name}, lúc {at}",
        f"Chi tiết: {json.dumps(changes, ensure_ascii=False)}",
        f"Dấu nhật ký số {proof['root']['number']}, lập lúc {proof['root']['made_at']}",
        f"Mã dấu: {'-'.join(code[at : at + 4] for at in range(0, 16, 4))}",
        f"Khóa công khai: {proof['root']['public_key']}",
    ]


def compact(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def reached(link, path):
    """The root that the path leads to from the link."""
    mark = hashlib.sha256(b"\x00" + compact([link["chain"], link["place"], link["hash"]]).encode()).digest()
    for side, other in path:
        other = bytes.fromhex(other)
        mark = hashlib.sha256(b"\x01" + (other + mark if side == "left" else mark + other)).digest()
    return mark.hex()


def is_signed(public_key, signature, message):
    """RFC 8032, 5.1.7: whether S·B = R + k·A."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, point = decompressed(public_key), decompressed(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or point is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    return same(times(s, BASE), plus(point, times(k, key)))


def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = plus(total, point)
        point, number = plus(point, point), number >> 1
    return total


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def decompressed(text):
    """The point that 32 bytes stand for; None when they stand for none."""
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = root_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def root_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = root_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)

if __name__ == "__main__":
    sys.exit(main())
