"""app/scoring/states.py: the diagrams of design §4, arrow by arrow; everything not drawn is refused."""

import pytest

from app.errors import Conflict
from app.scoring.states import (
    NAMES,
    ROUND_STEPS,
    SHEET_STEPS,
    RoundState,
    SheetState,
    Who,
    round_step,
    sheet_acts,
    sheet_step,
)

SHEET_ARROWS = {
    ("present", "draft"): ("draft", Who.ENTRY),
    ("hand_back", "draft"): ("draft", Who.LEADER),
    ("settle_comment", "draft"): ("draft", Who.ENTRY),
    ("edit", "draft"): ("draft", Who.ENTRY),
    ("approve", "draft"): ("approved", Who.LEADER),
    ("reopen", "approved"): ("draft", Who.LEADER),
    ("sign", "approved"): ("approved", Who.ENTRY),
    ("send", "approved"): ("submitted", Who.ENTRY),
    ("return", "submitted"): ("draft", Who.MANAGER),
    ("return", "appraising"): ("draft", Who.MANAGER),
    ("begin", "draft"): ("appraising", Who.SYSTEM),
    ("begin", "approved"): ("appraising", Who.SYSTEM),
    ("begin", "submitted"): ("appraising", Who.SYSTEM),
    ("appraise", "appraising"): ("appraising", Who.APPRAISER),
    ("finish", "appraising"): ("appraised", Who.SYSTEM),
    ("resume", "appraised"): ("appraising", Who.SYSTEM),
    ("settle", "appraised"): ("appraised", Who.MANAGER),
    ("conclude", "appraised"): ("concluded", Who.SYSTEM),
    ("unlock", "concluded"): ("appraised", Who.SYSTEM),
}
ROUND_ARROWS = {
    ("prepare", "preparing"): "preparing",
    ("open", "preparing"): "open",
    ("appraise", "open"): "appraising",
    ("consolidate", "appraising"): "consolidated",
    ("resume", "consolidated"): "appraising",
    ("conclude", "consolidated"): "concluded",
    ("publish", "concluded"): "concluded",
    ("unlock", "concluded"): "consolidated",
}


@pytest.mark.parametrize("act", SHEET_STEPS)
@pytest.mark.parametrize("state", SheetState)
def test_a_sheet_moves_only_along_its_arrows(act, state):
    wanted = SHEET_ARROWS.get((act, state))
    if wanted is None:
        with pytest.raises(Conflict):
            sheet_step(act, state)
    else:
        step = sheet_step(act, state)
        assert (step.target, step.who) == wanted


@pytest.mark.parametrize("act", ROUND_STEPS)
@pytest.mark.parametrize("state", RoundState)
def test_a_round_moves_only_along_its_arrows(act, state):
    wanted = ROUND_ARROWS.get((act, state))
    if wanted is None:
        with pytest.raises(Conflict):
            round_step(act, state)
    else:
        assert round_step(act, state).target == wanted


def test_nothing_but_an_unlock_leaves_a_concluded_sheet():
    assert sheet_acts("concluded") == ["unlock"]


def test_a_refusal_names_the_state_and_the_act_in_vietnamese():
    with pytest.raises(Conflict) as refusal:
        sheet_step("send", "draft")
    assert str(refusal.value) == (
        "Phiếu đang ở trạng thái “Đang nhập” nên không thể thực hiện: Gửi kết quả tự đánh giá."
    )


def test_every_state_has_a_vietnamese_name():
    assert [state for state in RoundState if state not in NAMES] == []
