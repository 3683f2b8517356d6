"""app/scoring/queries/appraisals.py: an appraiser's tasks, however many there are."""

from app.scoring.queries import appraisals
from app.scoring.queries.assigned import Coverage
from tests.province import begin_appraisal, open_round


def test_tasks_come_whole_and_in_order_when_one_statement_cannot_take_them_all(ctx, province, monkeypatch):
    round_ = open_round(province)
    begin_appraisal(round_, province)
    person = province.account("td-nv")
    items = Coverage(round_).items_of(person.id)
    monkeypatch.setattr(appraisals, "CHUNK", 4)
    found = appraisals.tasks(person, items)
    assert [task.score.id for task in found] == [item.score_id for item in items]
