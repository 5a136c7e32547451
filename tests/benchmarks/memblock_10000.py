"""How long memblock's operations take with 10, 100, 1,000 and 10,000 reserved regions, in µs, beside
the kernel's own C code (6.12, -O2).  Run it: ``python tests/benchmarks/memblock_10000.py``."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from bootstep.model.memory.memblock import (
    Memblock,
    MemblockConfig,
    memblock_add,
    memblock_allow_resize,
    memblock_is_reserved,
    memblock_phys_alloc_range,
    memblock_phys_free,
    memblock_reserve,
)
from bootstep.model.memory.state import State
from bootstep.model.trace.recorder import BootTrace

COUNTS = (10, 100, 1000, 10000)
KERNEL_NANOSECONDS = {
    "reserve into a random gap": (35, 199, 1550, 26574),
    "phys_free": (21, 84, 593, 10811),
    "is_reserved": (8, 19, 62, 128),
    "an allocation that fits at the top": (62, 341, 2706, 45005),
    "one that must look at every gap": (216, 1497, 14318, 261867),
}
MIB = 1 << 20
STRIDE = 16 * MIB
REPEATS = 400


def memblock_with(count: int) -> Memblock:
    """Memory with `count` regions of 1 MiB reserved in it, one every 16 MiB, and a free gap below
    that is larger than any other."""
    state = State()
    mb = state.memblock
    mb.configure(MemblockConfig(release=(6, 12), init_reserved_regions=1 << 15), BootTrace())
    state.record_into(mb.trace)
    mb.trace.start()
    memblock_add(mb, 0, (count + 8) * STRIDE)
    memblock_allow_resize(mb)
    for number in range(count):
        memblock_reserve(mb, (number + 4) * STRIDE, MIB)
    return mb


def microseconds(operation: Callable[[int], object], undo: Callable[[int, object], object]) -> float:
    """The median time of `operation`, given the number of the repeat; `undo` is not counted."""
    times: list[float] = []
    for number in range(REPEATS):
        start = time.perf_counter()
        result = operation(number)
        times.append(time.perf_counter() - start)
        undo(number, result)
    return sorted(times)[REPEATS // 2] * 1e6


def measure(count: int) -> dict[str, float]:
    """Every operation with `count` reserved regions."""
    mb = memblock_with(count)
    numbers = random.Random(1)
    gaps = [(numbers.randrange(count) + 4) * STRIDE + 8 * MIB for _ in range(REPEATS)]
    taken = [(numbers.randrange(count) + 4) * STRIDE for _ in range(REPEATS)]

    def nothing(_: int, __: object) -> None:
        pass

    def free(size: int) -> Callable[[int, object], object]:
        return lambda _, address: memblock_phys_free(mb, address, size) if isinstance(address, int) else None

    return {
        "reserve into a random gap": microseconds(
            lambda at: memblock_reserve(mb, gaps[at], MIB),
            lambda at, _: memblock_phys_free(mb, gaps[at], MIB),
        ),
        "phys_free": microseconds(
            lambda at: memblock_phys_free(mb, taken[at], MIB),
            lambda at, _: memblock_reserve(mb, taken[at], MIB),
        ),
        "is_reserved": microseconds(lambda at: memblock_is_reserved(mb, gaps[at]), nothing),
        "an allocation that fits at the top": microseconds(
            lambda _: memblock_phys_alloc_range(mb, MIB, MIB, 0, 0), free(MIB)
        ),
        "one that must look at every gap": microseconds(
            lambda _: memblock_phys_alloc_range(mb, 40 * MIB, MIB, 0, 3 * STRIDE + count * STRIDE),
            free(40 * MIB),
        ),
    }


def main() -> None:
    """Print the table: ours in microseconds, and how many times the kernel's time that is."""
    columns = [measure(count) for count in COUNTS]
    print(f"{'':36}" + "".join(f"{count:>18,}" for count in COUNTS))
    for name, kernel in KERNEL_NANOSECONDS.items():
        cells = [
            f"{column[name]:9.2f} ({column[name] * 1e3 / theirs:6.1f})"
            for column, theirs in zip(columns, kernel, strict=True)
        ]
        print(f"{name:36}" + "".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    main()
