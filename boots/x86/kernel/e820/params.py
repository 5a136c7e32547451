"""``mem=`` and ``memmap=``: the e820 map as the command line wants it.  Mirrors arch/x86/kernel/e820.c."""

from __future__ import annotations

from .....model.memory.e820 import E820_TYPE_ACPI, E820_TYPE_PRAM, E820_TYPE_RAM, E820_TYPE_RESERVED
from .....model.trace.recorder import traced
from ....core.kernel import U64
from ....core.params import EINVAL, early_param
from ....lib.cmdline import memparse, simple_strtoull
from ...variables import Kernel
from .ranges import e820__range_remove, e820__range_update
from .table import TABLE, e820__print_table, e820__range_add, e820__update_table, put_all

KERNEL_FILE = "arch/x86/kernel/e820.c"

U32 = (1 << 32) - 1
ADDED = {"@": E820_TYPE_RAM, "#": E820_TYPE_ACPI, "$": E820_TYPE_RESERVED, "!": E820_TYPE_PRAM}
"""What a sign between size and start stands for."""


@early_param("mem")
@traced
def parse_memopt(k: Kernel, p: str | None) -> int:
    """``mem=size``: usable memory above an address is taken out of the map."""
    if p is None:
        return -EINVAL
    if p == "nopentium":
        k.pr_warn("mem=nopentium ignored! (only supported on x86_32)")
        return -EINVAL
    k.userdef = True
    mem_size, _ = memparse(p)
    if mem_size == 0:
        return -EINVAL
    e820__range_remove(k, mem_size, U64 - mem_size, E820_TYPE_RAM, True)
    return 0


def _retype(k: Kernel, mem_size: int, rest: str) -> int:
    """``size%start-old+new``: give a range another type, if it has the old one; without a new one take it
    out, without an old one add it.  Returns 0 or -EINVAL."""
    start_at, rest = memparse(rest)
    old = new = 0
    if rest.startswith("-"):
        old, rest = simple_strtoull(rest[1:])
    if rest.startswith("+"):
        new, rest = simple_strtoull(rest[1:])
    if rest:
        return -EINVAL
    # The type is an enum of 32 bits.
    old, new = old & U32, new & U32
    if old and new:
        e820__range_update(k, start_at, mem_size, old, new)
    elif new:
        e820__range_add(k, start_at, mem_size, new)
    else:
        e820__range_remove(k, start_at, mem_size, old, bool(old))
    return 0


@traced
def parse_memmap_one(k: Kernel, p: str) -> int:
    """One word of ``memmap=``.  Returns 0 or -EINVAL, which nobody looks at."""
    if p.startswith("exactmap"):
        put_all(k, TABLE, ())
        k.userdef = True
        return 0
    mem_size, rest = memparse(p)
    if rest == p:
        return -EINVAL
    k.userdef = True
    sign, rest = rest[:1], rest[1:]
    if sign == "%":
        return _retype(k, mem_size, rest)
    if sign in ADDED:
        start_at, rest = memparse(rest)
        e820__range_add(k, start_at, mem_size, ADDED[sign])
        return -EINVAL if rest else 0
    e820__range_remove(k, mem_size, U64 - mem_size, E820_TYPE_RAM, True)
    return -EINVAL if sign else 0


@early_param("memmap")
@traced
def parse_memmap_opt(k: Kernel, p: str | None) -> int:
    """``memmap=`` and one or more words: ``exactmap``, ``size@start`` and the like, ``size``."""
    if p is not None:
        for word in p.split(","):
            parse_memmap_one(k, word)
    return 0


@traced
def e820__finish_early_params(k: Kernel) -> None:
    """Sort the map if the command line has changed it, and print it."""
    if not k.userdef:
        return
    if e820__update_table(k, TABLE) < 0:
        k.panic("Invalid user supplied memory map")
    k.pr_info("user-defined physical RAM map:")
    e820__print_table(k, "user")
