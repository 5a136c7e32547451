"""The lines of ``memblock=debug`` as mm/memblock.c prints them, made of calls: who compares them with a log
does not rely on what bootstep reads in logs.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bootstep.model.trace.events import Trace
from live_recordings import Call, calls

U64 = (1 << 64) - 1
LINE = re.compile(r"(?P<said>_*memblock_\w+: (?:\[|\d+ bytes ).*) (?P<caller>\S+)\+0x[0-9a-f]+/0x[0-9a-f]+")
"""A line about a call, and the function that called."""


def _range(function: str, base: int, size: int) -> str:
    return f"{function}: [{base:#018x}-{base + size - 1 & U64:#018x}]"


def _node(function: str, base: int, size: int, nid: int, flags: int) -> str:
    return f"{_range(function, base, size)} nid={nid} flags={flags:x}"


def _anywhere(function: str, size: int, align: int, start: int, end: int) -> str:
    return f"{function}: {size} bytes align={align:#x} from={start:#018x} max_addr={end:#018x}"


def _on_a_node(function: str, size: int, align: int, start: int, end: int, nid: int) -> str:
    return f"{function}: {size} bytes align={align:#x} nid={nid} from={start:#018x} max_addr={end:#018x}"


PRINTED: dict[str, Callable[..., str]] = {
    **dict.fromkeys(("memblock_add", "memblock_remove", "memblock_reserve", "memblock_phys_free"), _range),
    "memblock_add_node": _node,
    "memblock_phys_alloc_range": _anywhere,
    "memblock_alloc_try_nid": _on_a_node,
    "memblock_alloc_try_nid_raw": _on_a_node,
    "memblock_alloc_exact_nid_raw": _on_a_node,
}
"""The functions that print a line first of all, since 5.16."""


FREE, FREES = "memblock_free", "memblock_phys_free"
"""The first calls the second one, which some compilers put into it."""


def printed(trace: Trace, start: int) -> list[tuple[int, str]]:
    """What the calls from the event `start` on print, without their callers, each with its ENTER event."""
    made = calls(trace)
    own = {call.parent for call in made if call.function == FREES}
    found: list[tuple[int, str]] = []
    for call in made:
        if call.event < start:
            continue
        if call.function in PRINTED:
            found.append((call.event, PRINTED[call.function](call.function, *call.arguments)))
        elif call.function == FREE and call.event not in own and call.arguments[0]:
            pointer, size = call.arguments
            found.append((call.event, _range(FREES, pointer - linear_map(trace, made), size)))
    return found


def linear_map(trace: Trace, made: list[Call]) -> int:
    """By how much the addresses of the linear map differ from the physical ones: by what an allocation has
    reserved, and what it returned."""
    request = next(call for call in made if call.function == "memblock_alloc_try_nid")
    reserved = next(
        call for call in made if call.parent == request.event and call.function == "memblock_reserve"
    )
    return trace.payload(trace.partner(request.event)) - reserved.arguments[0]
