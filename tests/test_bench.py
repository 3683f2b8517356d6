"""The limits on statements at a small scale: four times the agencies cost the same statements."""

from bench.__main__ import LIMITS, run


def test_four_times_the_agencies_cost_the_same_statements():
    few, many = run(3, 20), run(12, 20)
    statements = {name: cost.statements for name, cost in many.items()}
    assert statements == {name: cost.statements for name, cost in few.items()}
    assert {name: count <= LIMITS[name] for name, count in statements.items()} == dict.fromkeys(LIMITS, True)
