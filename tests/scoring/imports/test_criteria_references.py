"""Weights of a survey leaf beside the levels of the questions that it counts."""

import pytest

from app.scoring.imports.criteria import parse_criteria
from app.scoring.imports.criteria_references import Answers, check_references

HEAD = "code,parent_code,name,max_score,scoring_method,rule,assessed_by\n1,,Lĩnh vực,2,sum,,\n"
FOUR, SIX = Answers("scale", ["Tốt", "Khá", "Đạt", "Kém"]), Answers("scale", list("ABCDEF"))


def found(weights: str, **questions: Answers) -> list[tuple[str, str]]:
    rule = f"form=KS-01; questions={','.join(questions)}; weights={weights}"
    table = f'{HEAD}1.1,1,Hài lòng,2,survey,"{rule}",survey\n'
    parsed = parse_criteria(table.encode(), "a.csv")
    assert [finding.code for finding in parsed.findings if finding.severity == "error"] == []
    findings = check_references(parsed, forms={"KS-01": questions}, agencies=(), groups=())
    return [(finding.severity, finding.code) for finding in findings]


@pytest.mark.parametrize(
    ("weights", "questions", "wanted"),
    [
        ("100,80,50,0", {"C1": FOUR}, []),
        ("100,80,50", {"C1": FOUR}, [("error", "weights_missing")]),
        # 66,7 and 33,3 with decimal commas are two weights each
        ("100,66,7,33,3,0", {"C1": FOUR}, [("error", "weights_unused")]),
        ("100,66,7,33,3,0", {"C1": FOUR, "C2": FOUR}, [("error", "weights_unused")] * 2),
        # counted together with a question that has so many levels
        ("100,80,60,40,20,0", {"C1": FOUR, "C2": SIX}, [("warning", "weights_unused")]),
    ],
)
def test_no_weight_is_left_over_and_no_level_without_one(weights, questions, wanted):
    assert found(weights, **questions) == wanted
