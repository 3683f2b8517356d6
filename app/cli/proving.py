"""``verify-round``: does a concluded round's frozen data still give the ranking that was concluded?"""

from app.cli.arguments import round_option, the_round
from app.cli.commands import Outcome, command
from app.scoring.queries.proofs import Difference, Proof, prove

WHERE = {"record": "bản đóng băng", "result": "kết quả đang lưu"}
COLUMNS = {
    "sheet": "có trong bảng xếp hạng",
    "points": "điểm",
    "maximum": "điểm tối đa",
    "index": "chỉ số",
    "rank": "hạng",
    "grade": "xếp loại",
    "fields": "điểm lĩnh vực",
}


@command("verify-round")
@round_option
def verify_round(round_id: int) -> Outcome:
    """Tính lại bảng xếp hạng của kỳ đã kết luận từ dữ liệu đã đóng băng; khác kết quả đã lưu thì mã thoát 1."""
    round_ = the_round(round_id)
    proof = prove(round_)
    if proof is None:
        data = {"round_id": round_.id, "found": False, "holds": False}
        return Outcome(data, [f"{round_.name}: chưa kết luận, chưa có dữ liệu đóng băng."], False)
    data = {"round_id": round_.id, "found": True, **_data(proof)}
    return Outcome(data, _lines(round_.name, proof), proof.holds)


def _data(proof: Proof) -> dict:
    return {
        "holds": proof.holds,
        "agencies": proof.agencies,
        "digest": proof.record.digest,
        "digest_holds": proof.digest_holds,
        "on_the_trail": proof.on_the_trail,
        "rules_version": proof.record.rules_version,
        "rules_hold": proof.rules_hold,
        "readable": proof.readable,
        "differences": [difference._asdict() for difference in proof.differences],
    }


def _lines(name: str, proof: Proof) -> list[str]:
    sentences = [
        (proof.digest_holds, "Dữ liệu đóng băng KHÔNG khớp mã băm của nó."),
        (proof.on_the_trail, "Mã băm KHÔNG có trong nhật ký của lần kết luận."),
        (proof.rules_hold, f"Quy tắc tính đã khác (bản đóng băng: phiên bản {proof.record.rules_version})."),
        (proof.readable, "Không đọc được dữ liệu đóng băng."),
    ]
    wrong = [sentence for sound, sentence in sentences if not sound]
    wrong += [_said(difference) for difference in proof.differences]
    end = "KHỚP" if proof.holds else f"KHÔNG KHỚP, {len(wrong)} sai lệch"
    digest = f"Mã băm SHA-256: {proof.record.digest}"
    return [f"{name}: tính lại {proof.agencies} cơ quan, {end}.", digest, *wrong]


def _said(difference: Difference) -> str:
    return (
        f"{difference.agency}: {COLUMNS[difference.column]} tính lại {difference.recomputed}, "
        f"{WHERE[difference.where]} ghi {difference.kept}"
    )
