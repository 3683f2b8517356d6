"""``verify-round``."""

from sqlalchemy import text

from app.extensions import db
from tests.scoring.views.stages import concluded


def test_a_concluded_round_is_recomputed_and_holds(scoring, app, province):
    number = concluded(app, province)
    answer = scoring("verify-round", "--round", number, "--json")
    assert (answer.status, answer.json["holds"], answer.json["agencies"]) == (0, True, 3)
    lines = scoring("verify-round", "--round", number).out.splitlines()
    assert lines == [
        "CCHC 2026: tính lại 3 cơ quan, KHỚP.",
        f"Mã băm SHA-256: {answer.json['digest']}",
    ]


def test_a_result_changed_behind_the_program_is_named_and_ends_with_1(scoring, app, province):
    number = concluded(app, province)
    with app.app_context():
        db.session.execute(text("update result set rank = 3 where rank = 1"))
        db.session.commit()
    answer = scoring("verify-round", "--round", number)
    assert (answer.status, answer.out.splitlines()[-1]) == (
        1,
        "SO-TC: hạng tính lại 1, kết quả đang lưu ghi 3",
    )


def test_a_round_not_concluded_has_nothing_to_verify(scoring, opened):
    answer = scoring("verify-round", "--round", opened, "--json")
    assert (answer.status, answer.json) == (1, {"round_id": opened, "found": False, "holds": False})
    assert scoring("verify-round", "--round", 77).status == 2
