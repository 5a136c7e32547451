"""How long it takes from a key to the paint; run it with `python tests/benchmarks/redraw.py`.

The app at 160x45 on two machines: the shipped 1 GiB one, and the same with 64 GiB mapped page by page.
Printed for each key are the median, the longest, and the median's share of the aim: 16 ms for a move and
its redraw (and 100 ms for the longest).  A jump is a click somewhere on the timeline.  What leads to several
paints counts until the last of them.
"""

from __future__ import annotations

import asyncio
import statistics
import struct
import time
from collections.abc import Iterator
from itertools import cycle, islice

from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.tui.actions.arrival import seek
from bootstep.tui.session.recording import Recording
from bootstep.tui.shell.app import BootstepApp
from msgspec import structs
from textual.events import Key, MouseDown, MouseUp, Resize
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

GIB = 1 << 30
AIM = 16.0
QUIET = 0.04
"""Seconds without a paint after which no more is expected."""
MOVES = (
    ("step", 0.4, "s", "s", 50),
    ("step back", 0.5, "S", "S", 50),
    ("next", 0.9, "n", "n", 40),
    ("next back", 0.99, "N", "N", 40),
    ("one event", 0.7, "right_square_bracket", "]", 50),
    ("phase", 0.0, "right_curly_bracket", "}", 12),
    ("phase back", 1.0, "left_curly_bracket", "{", 12),
    ("zoom", 0.5, "z", "z", 10),
)
"""What is measured: its name, the part of the boot to begin at, the key, its character, how often."""


class PaintedApp(BootstepApp):
    """Does everything a terminal's app does for a paint, and notes when it was done."""

    is_headless = False  # pyright: ignore
    painted = 0.0

    def _display(self, screen: Screen[object], renderable: object) -> None:
        super()._display(screen, renderable)  # pyright: ignore
        if renderable is not None:
            self.painted = time.perf_counter()


def of_size(gibibytes: int) -> Recording:
    machine = structs.replace(read_machine("virt-1g"), cmdline="rodata=full")
    kernel = load_kernel(machine)
    kernel.fdt = kernel.fdt.with_properties(
        "/memory@40000000", {"reg": struct.pack(">QQ", GIB, gibibytes * GIB)}
    )
    return Recording(ModelBoot(kernel))


async def painted_after(app: PaintedApp, cause: Message) -> float:
    """Milliseconds from a message to the end of the last paint it leads to."""
    start = time.perf_counter()
    app.post_message(cause)
    while app.painted < start and time.perf_counter() - start < 5:
        await asyncio.sleep(0)
    while time.perf_counter() - app.painted < QUIET:
        await asyncio.sleep(0)
    return (app.painted - start) * 1000


def click(x: int, y: int) -> Iterator[Message]:
    """What the terminal sends for a click at a cell of the screen."""
    for kind in (MouseDown, MouseUp):
        yield kind(None, x, y, 0, 0, 1, False, False, False, x, y)


async def jumps(app: PaintedApp, times: int) -> list[float]:
    """Clicks on the timeline, there and back."""
    region, taken = app.timeline.region, list[float]()
    for at in range(times):
        x = region.x + 5 + at * 37 % (region.width - 40)
        down, up = click(x, region.y)
        taken.append(await painted_after(app, down))
        app.post_message(up)
        await asyncio.sleep(QUIET)
    return taken


async def ends(app: PaintedApp, times: int) -> list[float]:
    """From one end of the boot to the other and back."""
    keys = (Key("dollar_sign", "$"), Key("0", "0"))
    return [await painted_after(app, key) for key in islice(cycle(keys), times)]


async def resizes(app: PaintedApp, times: int) -> list[float]:
    """Larger and smaller by turns."""
    taken: list[float] = []
    for size in islice(cycle((Size(100, 30), Size(160, 45), Size(80, 24), Size(250, 70))), times):
        app._driver._size = size  # pyright: ignore
        taken.append(await painted_after(app, Resize(size, size)))
    return taken


def report(gibibytes: int, name: str, taken: list[float]) -> str:
    median = statistics.median(taken)
    return (
        f"{gibibytes:3} GiB  {name:14} median {median:7.1f} ms  longest {max(taken):7.1f} ms"
        f"  {median / AIM:5.2f} of the aim"
    )


async def measure(gibibytes: int) -> list[str]:
    app = PaintedApp(lambda: of_size(gibibytes))
    lines: list[str] = []
    async with app.run_test(size=(160, 45)) as pilot:
        while app.snapshot is None or not app.snapshot.finished:
            await pilot.pause(0.05)
        events = app.snapshot.length
        for name, part, key, character, times in MOVES:
            seek(app, round(events * part))
            await pilot.pause(0.1)
            taken = [await painted_after(app, Key(key, character)) for _ in range(times)]
            lines.append(report(gibibytes, name, taken))
        for name, moves, times in (("end to end", ends, 20), ("jump", jumps, 30), ("resize", resizes, 20)):
            lines.append(report(gibibytes, name, await moves(app, times)))
        lines.append(f"{gibibytes:3} GiB  {events} events")
    return lines


def main() -> None:
    for gibibytes in (1, 64):
        print("\n".join(asyncio.run(measure(gibibytes))))


if __name__ == "__main__":
    main()
