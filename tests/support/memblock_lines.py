"""The lines of ``memblock=debug`` as mm/memblock.c prints them, made of calls: who compares them with a log
does not rely on what bootstep reads in logs.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from live_recordings import Call

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


def printed(call: Call) -> str:
    """What a call of one of these prints, without its caller."""
    return PRINTED[call.function](call.function, *call.arguments)
