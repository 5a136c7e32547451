"""What happens before start_kernel: on to C code, which maps the kernel.

Mirrors arch/arm64/kernel/head.S (``primary_entry``, ``__primary_switch``) since 6.9; before, v6_8/head.py.
"""

from __future__ import annotations

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.memory.pagetable.tables import Geometry
from ....model.trace.recorder import traced
from ...core.kernel import U64
from ..mm.pgtable_prot import lpa2_is_enabled
from ..variables import Kernel
from .cpu import has_granule
from .entry import arrive
from .map_kernel import early_map_kernel
from .map_range import create_init_idmap

KERNEL_FILE = "arch/arm64/kernel/head.S"

IDMAP_VA_BITS = 48


def set_page_table_roots(k: Kernel) -> None:
    """The pgds of the image, empty."""
    layout = k.layout
    geometry = _kernel_geometry(k)
    first = U64 + 1 - (1 << geometry.va_bits)
    k.pgdirs["init_pg_dir"].set_root(k.pa_symbol("init_pg_dir"), first, geometry)
    k.pgdirs["swapper_pg_dir"].set_root(k.pa_symbol("swapper_pg_dir"), first, geometry)
    if k.release >= (6, 9):
        # Since 6.9 identity maps have 48 bits, whatever the kernel has.
        geometry = _idmap_geometry(layout.page_shift)
        k.pgdirs["init_idmap_pg_dir"].set_root(k.pa_symbol("init_idmap_pg_dir"), 0, geometry)
    elif layout.va_bits < IDMAP_VA_BITS and k.pa_symbol("_end") >> Arm64Layout(layout).va_bits_min:
        geometry = Geometry(layout.page_shift, IDMAP_VA_BITS, layout.levels + 1)
    k.pgdirs["idmap_pg_dir"].set_root(k.pa_symbol("idmap_pg_dir"), 0, geometry)


def _kernel_geometry(k: Kernel) -> Geometry:
    """A level less than the kernel was built for where the CPU has not got its 52 bits (4K and 16K pages)."""
    layout = k.layout
    if k.config.enabled("ARM64_LPA2") and not lpa2_is_enabled(k):
        return Geometry(layout.page_shift, Arm64Layout(layout).vabits_actual, layout.levels - 1)
    return Geometry(layout.page_shift, layout.va_bits, layout.levels)


def _idmap_geometry(page_shift: int) -> Geometry:
    """Of ``IDMAP_LEVELS`` levels: as many as 48 bits need."""
    return Geometry(page_shift, IDMAP_VA_BITS, -(-(IDMAP_VA_BITS - page_shift) // (page_shift - 3)))


@traced
def __primary_switched(k: Kernel) -> None:
    """The kernel runs at its own addresses."""
    k.kimage_voffset = k.va_symbol("_text") - k.pa_symbol("_text")


@traced
def __no_granule_support(k: Kernel) -> None:
    """Park the CPU.  The kernel has no way to say anything yet: the screen stays black."""
    pages = k.layout.page_size >> 10
    k.park(f"{k.machine.cpu} has no pages of {pages}K: the CPU waits here for ever, and nothing is printed")


@traced
def __enable_mmu(k: Kernel) -> None:
    """Turn the MMU on, if the CPU knows the kernel's page size."""
    if not has_granule(k):
        __no_granule_support(k)


@traced
def __primary_switch(k: Kernel) -> None:
    """Turn the MMU on; C code of arch/arm64/kernel/pi chooses where the kernel runs, and maps it there."""
    __enable_mmu(k)
    early_map_kernel(k, k.machine.dtb_address)
    __primary_switched(k)


@traced
def primary_entry(k: Kernel) -> None:
    """The kernel's first instructions: an identity map to turn the MMU on with, then on to the kernel's own
    addresses."""
    arrive(k)
    create_init_idmap(k, "init_idmap_pg_dir", 0)
    __primary_switch(k)
