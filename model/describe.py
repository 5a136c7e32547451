"""Events in words, one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .change_words import changes_text
from .text import hex_address, sized_range, value_text
from .trace import Kind, Trace

BASES = ("base", "start", "pa", "phys", "addr", "start_addr")
"""Names of parameters that say where a range begins, in order of preference."""


def named_arguments(trace: Trace, enter: int) -> dict[str, Any]:
    """The arguments of a call, by the names of the parameters."""
    return dict(zip(trace.function(enter).parameters, trace.payloads[enter], strict=False))


def range_of(arguments: Mapping[str, Any]) -> tuple[int, int] | None:
    """The memory that a call is about, as base and end in bytes, if its arguments name one."""
    for name in BASES:
        base = arguments.get(name)
        if not isinstance(base, int):
            continue
        size, end = arguments.get("size"), arguments.get("end")
        if isinstance(size, int):
            return base, base + size
        if isinstance(end, int):
            return base, end
    return None


def call_text(trace: Trace, enter: int) -> str:
    """A call with its arguments, a base and a size as a range: ``memblock_reserve [0x48000000-0x480fffff] 1.0
    MiB``."""
    arguments = named_arguments(trace, enter)
    name = trace.function(enter).name
    first = next((base for base in BASES if base in arguments), "")
    base, size = arguments.get(first), arguments.get("size")
    words: list[str] = []
    if isinstance(base, int) and isinstance(size, int):
        del arguments[first], arguments["size"]
        words.append(f"{hex_address(base)}, empty" if size == 0 else sized_range(base, size))
    words += [f"{key}={value_text(key, value)}" for key, value in arguments.items()]
    return f"{name} {' '.join(words)}" if words else f"{name}()"


def return_text(trace: Trace, leave: int) -> str:
    """A return with its value: ``memblock_reserve returned 0``."""
    result = trace.payloads[leave]
    name = trace.function(leave).name
    return f"{name} returned" if result is None else f"{name} returned {value_text('', result)}"


def _log_text(trace: Trace, event: int) -> str:
    return trace.log_text(event)


def _panic_text(trace: Trace, event: int) -> str:
    return f"panic: {trace.payloads[event]}"


WORDS: Mapping[int, Callable[[Trace, int], str]] = {
    Kind.ENTER: call_text,
    Kind.LEAVE: return_text,
    Kind.LOG: _log_text,
    Kind.PANIC: _panic_text,
}


def describe(trace: Trace, event: int) -> str:
    """One line for people about any event."""
    words = WORDS.get(trace.kinds[event])
    return words(trace, event) if words else changes_text(trace.payloads[event])
