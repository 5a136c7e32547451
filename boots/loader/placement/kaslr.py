"""Where KASLR put a kernel, as far as the files of a machine tell, and what turns on the rest."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.build.address_map import AddressMap
from ...arm64.kernel.cpu import find_cpu
from ...arm64.kernel.head import has_nokaslr
from ...arm64.kernel.kaslr_early import seed_in
from ...core.inputs import Drawn, Machine
from ...core.kernel import Kernel


def with_displacement(machine: Machine, moved: int, layout: AddressMap) -> Machine:
    """The machine of a kernel whose symbols lie `moved` bytes from where they were linked: KASLR has done
    that, unless it is less than what the boot loader's own place makes of it."""
    if moved < Arm64Layout(layout).min_kimg_align or (machine.kaslr and machine.kaslr.offset is not None):
        return machine
    return dataclasses.replace(machine, kaslr=(machine.kaslr or Drawn())._replace(offset=moved))


def assumed_kaslr(k: Kernel) -> Iterator[str]:
    """What is to be said of a kernel that was moved, or would be, to where nobody knows."""
    drawn = k.machine.kaslr
    if not k.config.enabled("RANDOMIZE_BASE") or has_nokaslr(k.machine.cmdline or ""):
        return
    if drawn is None:
        # A CPU that makes random numbers makes KASLR's seed itself where the device tree has none.
        if find_cpu(k.machine.cpu).rng and not seed_in(k.fdt):
            words = "KASLR's seed would be random numbers of this CPU, which nobody knows"
            yield f"{words}: the kernel is not moved"
        return
    if drawn.offset is None:
        yield (
            "KASLR moved this kernel, nothing tells how far: the least it may be is assumed; the virtual"
            " addresses of the image turn on it, and how many page tables that takes"
        )
    if drawn.memstart is None and drawn.offset != 0:
        yield (
            "KASLR may have moved the linear map too, nothing tells where to: here it is not moved; virtual"
            " addresses of memory turn on it, how many page tables they and vmemmap take, and in the log the"
            " from= of memblock_alloc_try_nid and its like"
        )
