"""A PC whose kernel has symbols for its functions only boots as one that has all: what is assumed of its data
is enough, and makes a difference only where sizes are not told.  Covers assumed_symbols.py.
"""

import re

import pytest
from booted_pc import loaded_pc, log
from bootstep.boots.init.main import boot
from bootstep.boots.x86.variables import Kernel
from bootstep.model.build.image.formats import FORMATS
from bootstep.model.build.image.kallsyms import Symbols, image_of_symbols
from bootstep.model.build.iomem import KernelResources

OF_SIZES = re.compile(r"percpu: |pcpu-alloc: |memblock_|Memory: |printk: |Freeing SMP")


def with_functions_only(k: Kernel) -> Kernel:
    """The kernel, known by functions and by what /proc/iomem tells of its parts."""
    image, load = k.image, k.machine.load_address

    def place(start: str, end: str) -> tuple[int, int]:
        first, after = (image.symbol(name) - image.symbol("_text") + load for name in (start, end))
        return first, after - 1

    told = ("_text", "_stext", "_sinittext", "_einittext")
    known = {name: image.symbol(name) for name in (*image.function_sizes, *told)}
    resources = KernelResources(
        place("_text", "_etext"),
        place("_sdata", "_edata"),
        place("__start_rodata", "__end_rodata"),
        place("__bss_start", "__bss_stop"),
    )
    symbols = Symbols(known, list(image.function_sizes), [])
    k.image, told_of_it = image_of_symbols(
        symbols, "kallsyms", k.layout, FORMATS["x86_64"], resources, k.release
    )
    assert any("functions only" in line for line in told_of_it)
    return k


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_the_boot_differs_in_sizes_only(release: str) -> None:
    known, told = loaded_pc(release=release), with_functions_only(loaded_pc(release=release))
    boot(known)
    boot(told)
    assert told.image.functions_only
    kept = [[line for line in log(k) if not OF_SIZES.match(line)] for k in (known, told)]
    assert kept[0] == kept[1]
    assert len(kept[0]) > 30
    assert abs(known.totalram_pages - told.totalram_pages) < 100
