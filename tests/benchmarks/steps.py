"""How long a move takes; run it with `python tests/benchmarks/steps.py`.

Two machines: the shipped 1 GiB one, and the same with 64 GiB mapped page by page.  Each move is made fifty
times; printed are the median, the longest, and the median's share of the aim: 16 ms for a move and its
redraw.
"""

from __future__ import annotations

import random
import statistics
import struct
import time
from collections.abc import Callable

from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.arch.arm64.entry_format import ENTRIES
from bootstep.model.debugger.call_tree import CallTree
from bootstep.model.debugger.debugger import Debugger

GIB = 1 << 30
AIM = 16.0
TIMES = 50


def record(gibibytes: int) -> Debugger:
    kernel = load_kernel(read_machine("virt-1g"))
    kernel.fdt = kernel.fdt.with_properties(
        "/memory@40000000", {"reg": struct.pack(">QQ", GIB, gibibytes * GIB)}
    )
    boot(kernel)
    return debugger_of(kernel)


def measure(name: str, move: Callable[[], object], times: int = TIMES) -> None:
    milliseconds: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        move()
        milliseconds.append((time.perf_counter() - start) * 1000)
    median = statistics.median(milliseconds)
    print(f"  {name:44} {median:8.3f} ms, at most {max(milliseconds):8.3f}, {median / AIM:7.4f} of the aim")


def moves(debugger: Debugger) -> None:
    events = len(debugger.trace)
    chance = random.Random(1)
    debugger.goto(events // 2)
    for name in ("step", "reverse_step", "next", "reverse_next", "here"):
        measure(name, getattr(debugger, name))
    measure("jump anywhere", lambda: debugger.goto(chance.randrange(events)))
    measure("from one end to the other", lambda: (debugger.start(), debugger.end()))
    measure("a step, and the state before it", lambda: (debugger.step(), debugger.before.state))


def tree(debugger: Debugger) -> None:
    chance, calls = random.Random(2), CallTree(debugger.trace, ENTRIES)

    def draw() -> object:
        view = calls.view(debugger.position)
        return debugger.where(), view.rows(view.current - 20, view.current + 20)

    debugger.goto(len(debugger.trace) // 2)
    measure("a step, and 40 rows of the call tree", lambda: (debugger.step(), draw()))
    measure(
        "a jump, and 40 rows of the call tree",
        lambda: (debugger.goto(chance.randrange(len(debugger.trace))), draw()),
    )


def breakpoints(debugger: Debugger) -> None:
    debugger.start()
    debugger.breakpoints.add("memblock_reserve")
    measure("continue to a breakpoint", debugger.cont)
    measure("and back", debugger.reverse_cont)
    debugger.breakpoints.set_condition(1, "size == 0x123")
    debugger.breakpoints.add("init_pte", condition="phys == 0x123")
    debugger.start()
    measure("continue past conditions that never hold", debugger.cont, 1)
    measure("and back", debugger.reverse_cont, 1)


def main() -> None:
    for gibibytes in (1, 64):
        debugger = record(gibibytes)
        print(f"{gibibytes} GiB, {len(debugger.trace)} events")
        moves(debugger)
        tree(debugger)
        breakpoints(debugger)


if __name__ == "__main__":
    main()
