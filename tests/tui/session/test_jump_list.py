"""The positions that jumps left, and the way back and forward among them."""

from __future__ import annotations

from bootstep.tui.session.jump_list import MOST, JumpList


def test_jumps_leave_places_and_steps_do_not() -> None:
    jumps = JumpList()
    for place, reason in ((1, "step"), (2, "next"), (50, "goto"), (51, "event"), (9, "phase")):
        jumps.arrived(place, reason)
    assert jumps.behind == [2, 51]


def test_forward_is_the_way_back_came() -> None:
    jumps = JumpList()
    for place in (10, 20, 30):
        jumps.arrived(place, "goto")
    assert [jumps.back(1), jumps.back(1)] == [20, 10]
    assert [jumps.forward(1), jumps.forward(1)] == [20, 30]
    assert [jumps.back(3), jumps.back(1)] == [0, 0]
    assert jumps.forward(99) == 30


def test_a_new_jump_forgets_the_way_forward() -> None:
    jumps = JumpList()
    for place in (10, 20):
        jumps.arrived(place, "goto")
    jumps.back(1)
    jumps.arrived(15, "breakpoint")
    assert (jumps.ahead, jumps.behind) == ([], [0, 10])


def test_going_nowhere_is_no_jump() -> None:
    jumps = JumpList()
    jumps.arrived(0, "nowhere")
    jumps.arrived(5, "goto")
    jumps.arrived(5, "goto")
    assert jumps.behind == [0]


def test_it_does_not_grow_without_end() -> None:
    jumps = JumpList()
    for place in range(1, 2 * MOST):
        jumps.arrived(place, "goto")
    assert len(jumps.behind) == MOST
