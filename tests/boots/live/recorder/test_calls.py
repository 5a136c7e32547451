"""Open calls, of functions and of what was inlined into them, by where the kernel stands."""

from __future__ import annotations

from bootstep.boots.live.recorder.calls import OpenCall, OpenCalls
from bootstep.boots.live.recorder.watch import Watched


def watched(name: str, *code: range) -> Watched:
    return Watched(0, name, "", (code[0].start if code else 0x1000,), lambda _: (), lambda _: None, code=code)


def calls(*opened: OpenCall) -> OpenCalls:
    found = OpenCalls()
    for call in opened:
        found.push(call)
    return found


def owner(address: int) -> int:
    return address & -0x1000


def test_a_return_ends_a_call_and_those_inside() -> None:
    found = calls(OpenCall(watched("a"), 0x10, 100), OpenCall(watched("b"), 0x20, 80))
    assert found.over_at(0x20, 88) == 1
    assert found.over_at(0x10, 108) == 2
    assert found.over_at(0x30, 108) == 0


def test_a_call_deeper_in_the_stack_does_not_return_early() -> None:
    found = calls(OpenCall(watched("a"), 0x10, 100))
    assert found.over_at(0x10, 60) == 0


def test_callers_whose_last_call_was_a_jump_return_with_it() -> None:
    found = calls(OpenCall(watched("a"), 0x10, 100), OpenCall(watched("b"), 0x10, 100))
    assert found.over_at(0x10, 108) == 2


def test_recursion_returns_once_each() -> None:
    found = calls(OpenCall(watched("a"), 0x10, 100), OpenCall(watched("a"), 0x10, 80))
    assert found.over_at(0x10, 88) == 1


def test_what_is_inlined_is_over_where_its_function_is_outside_of_its_code() -> None:
    inlined = OpenCall(watched("i", range(0x5010, 0x5020), range(0x5040, 0x5050)), None, 90)
    found = calls(OpenCall(watched("a"), 0x10, 100), inlined)
    assert found.passed_by(0x5018, owner) == 0
    assert found.passed_by(0x5048, owner) == 0
    assert found.passed_by(0x5030, owner) == 1
    assert found.passed_by(0x5050, owner) == 1
    assert found.passed_by(0x7000, owner) == 0  # in another function, which it may have called


def test_what_is_inlined_in_another_is_over_with_it() -> None:
    outer = OpenCall(watched("o", range(0x5000, 0x5080)), None, 90)
    inner = OpenCall(watched("i", range(0x5010, 0x5020)), None, 90)
    found = calls(outer, inner)
    assert found.passed_by(0x5030, owner) == 1
    assert found.passed_by(0x5090, owner) == 2


def test_a_call_that_is_not_inlined_is_not_passed_by() -> None:
    assert calls(OpenCall(watched("a"), 0x10, 100)).passed_by(0x5090, owner) == 0


def test_calls_below_the_stack_are_left_behind() -> None:
    found = calls(OpenCall(watched("a"), 0x10, 100), OpenCall(watched("b"), 0x20, 80))
    assert found.left_behind(90) == 1
    assert found.left_behind(110) == 2
    assert found.left_behind(70) == 0
