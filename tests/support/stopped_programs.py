"""Small programs that stood in their innermost function, with what gdb said of their frames then
(tests/kernels/frames.py made them)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from bootstep.boots.live.arm64.registers import CALLING as ARM64
from bootstep.boots.live.calling import CallingConvention
from bootstep.boots.live.locals.frames import KernelFrames, frames_of
from bootstep.boots.live.locals.moments import Moments
from bootstep.boots.live.locals.reading import LiveLocals
from bootstep.boots.live.x86.registers import CALLING as X86
from bootstep.model.trace.events import Trace
from bootstep.model.trace.writer import TraceWriter

FOLDER = Path(__file__).parent.parent / "data" / "frames"
PROGRAMS: dict[str, CallingConvention] = {"arm64": ARM64._replace(address_bits=64), "x86": X86}
"""By name, how their functions call each other: they are no kernels, so their addresses are low."""
CALLS = {"outermost": ("argument",), "middle": ("base", "nid", "is_high"), "inlined": (), "innermost": ()}
"""The functions that are open, outermost first, with those of their parameters that a recording has."""
GIVEN = {"outermost": (5,), "middle": (0x4000_0005, 5, True)}


@cache
def told(name: str) -> dict[str, Any]:
    """``registers``, ``stack`` (hexadecimal) and ``frames``: name, and text by variable, innermost first."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def registers(name: str) -> dict[str, int]:
    return told(name)["registers"]


def stack(name: str) -> bytes:
    return bytes.fromhex(told(name)["stack"])


@cache
def frames(name: str) -> KernelFrames:
    found = frames_of(str(FOLDER / f"{name}.elf"))
    assert found is not None
    return found


def stopped(name: str, told_by: KernelFrames | None = None) -> tuple[Trace, LiveLocals]:
    """A recording that ends where the program stood, of which the entries of `middle` and of `innermost`
    were seen; its frames are those of its file, or `told_by` another."""
    trace, moments = Trace(), Moments(PROGRAMS[name])
    writer = TraceWriter(trace)
    trace.start()
    for function, parameters in CALLS.items():
        number = trace.functions.add(function, "program.c", parameters).number
        enter = writer.enter(number, GIVEN.get(function, ()))
        if function == "middle":
            first, second, third = PROGRAMS[name].arguments[:3]
            given = {**registers(name), first: 0x4000_0005, second: 5, third: 1}
            moments.add(len(trace), given, b"", enter)
    moments.add(len(trace), registers(name), stack(name), enter)
    return trace, LiveLocals(trace, moments, (told_by or frames(name)).at, 0)
