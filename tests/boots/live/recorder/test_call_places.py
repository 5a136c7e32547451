"""Return addresses as places of calls."""

from __future__ import annotations

from bootstep.boots.live.recorder.call_places import CallPlaces
from bootstep.model.trace.functions import NOWHERE, Site

MOVED = 0x1234_0000
SYMBOLS = {
    "_stext": 0xFFFF_8000_0801_0000,
    "$x": 0xFFFF_8000_0801_0000,
    "memblock_reserve": 0xFFFF_8000_0801_0000,
    "__pi_memblock_reserve": 0xFFFF_8000_0801_0000,
    "panics": 0xFFFF_8000_0801_0100,
    "follows": 0xFFFF_8000_0801_0200,
}
START = SYMBOLS["_stext"] + MOVED


def test_an_address_is_named_by_the_function_that_it_is_in() -> None:
    places = CallPlaces(SYMBOLS, MOVED)
    assert places.of_call(START + 0x98) == Site("", 0, "memblock_reserve+0x98")
    assert places.of_inlined(START + 0x98) == Site("", 0, "memblock_reserve+0x98")
    assert places.returns == {START + 0x98 - MOVED: Site("", 0, "memblock_reserve+0x98")}


def test_a_call_that_is_a_functions_last_instruction_is_in_that_function() -> None:
    places = CallPlaces(SYMBOLS, MOVED)
    assert places.of_call(START + 0x200) == Site("", 0, "panics+0x100")
    assert places.of_inlined(START + 0x200) == Site("", 0, "follows+0x0")


def test_outside_of_the_kernels_code_is_nowhere() -> None:
    places = CallPlaces(SYMBOLS, MOVED)
    assert places.of_call(START) == NOWHERE
    assert places.of_call(0) == NOWHERE
    assert places.of_call(START + (1 << 30)) == NOWHERE
    assert CallPlaces({}, 0).of_call(START) == NOWHERE


def test_a_kernel_may_be_moved_down() -> None:
    places = CallPlaces(SYMBOLS, -MOVED & (1 << 64) - 1)
    assert places.of_call(START - 2 * MOVED + 8) == Site("", 0, "memblock_reserve+0x8")
