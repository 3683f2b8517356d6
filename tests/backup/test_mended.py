"""migrations/…_mend_restored_sentences.py: what a restore of before had flattened can be read again."""

import json

from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from app.errors import Sentence
from app.extensions import db
from app.models import Notification

FLAT = ["%(a)s đã gửi", {"a": ["báo cáo %(n)s", {"n": 2}]}]
WHOLE = {"template": "x", "values": {}}
MENDS = "c27b90e4d1a6"


def test_flat_sentences_are_sentences_again_and_the_others_stay(elsewhere):
    with elsewhere.app_context():
        downgrade(revision=f"{MENDS}-1")
        db.session.execute(
            text(
                "insert into ab_user (id, first_name, last_name, username, email, search_text, sort_key, "
                "locked_by_sending) values (1, 'A', 'B', 'a', 'a@b', '', '', false)"
            )
        )
        for sentence in (FLAT, WHOLE, None):
            values = {"sentence": json.dumps(sentence), "at": "2026-01-01 00:00:00.000000"}
            db.session.execute(
                text(
                    "insert into notification (account_id, text, sentence, created_at) values (1, 'a', "
                    ":sentence, :at)"
                ),
                values,
            )
        db.session.commit()
        upgrade(revision=MENDS)
        found = db.session.scalars(db.select(Notification.sentence).order_by(Notification.id)).all()
        mended = Sentence("%(a)s đã gửi", {"a": Sentence("báo cáo %(n)s", {"n": 2})})
        assert found == [mended, Sentence("x", {}), None]
