"""Kernels for a PC that have just been entered, with page tables, an e820 map and what UEFI hands over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from bootstep.boots.core.inputs import Firmware, Machine
from bootstep.boots.init.main import prepare
from bootstep.boots.x86.mm.fixmap import early_ioremap_init
from bootstep.boots.x86.ops import X86
from bootstep.boots.x86.variables import Kernel
from bootstep.model.arch.x86.address_map import address_map_of
from bootstep.model.arch.x86.constants import computed_constants
from bootstep.model.build.image.image import Image
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import parse_release
from bootstep.model.build.sizes import Sizes
from bootstep.model.firmware.boot_params import BootParams
from bootstep.model.firmware.efi_memmap import EfiMemoryDesc
from bootstep.model.firmware.efi_tables import EfiTables
from bootstep.model.memory.e820 import E820Entry

MIB, GIB = 1 << 20, 1 << 30
TEXT, LOAD = 0xFFFFFFFF81000000, 16 * MIB
MAP_ADDRESS, SYSTEM_TABLE = 0x7F774040, 0x7F5EC018
CONFIG = """
CONFIG_X86_64=y
CONFIG_64BIT=y
CONFIG_EFI=y
CONFIG_EFI_ESRT=y
CONFIG_NUMA=y
CONFIG_NODES_SHIFT=4
CONFIG_PGTABLE_LEVELS=4
CONFIG_SPARSEMEM=y
CONFIG_SPARSEMEM_VMEMMAP=y
CONFIG_SPARSEMEM_EXTREME=y
CONFIG_RANDOMIZE_BASE=y
CONFIG_PHYSICAL_START=0x1000000
CONFIG_PHYSICAL_ALIGN=0x200000
"""
TABLES = (
    "early_top_pgt",
    "init_top_pgt",
    "level4_kernel_pgt",
    "level3_kernel_pgt",
    "level2_kernel_pgt",
    "level2_fixmap_pgt",
    "level1_fixmap_pgt",
    "bm_pte",
    "early_dynamic_pgts",
)
"""The page tables of the image, a MiB apart."""
STRUCTURES = {
    "struct page": 64,
    "struct memblock_region": 24,
    "struct mem_section": 16,
    "struct pglist_data": 0x2580,
}


def image(names: Sequence[str] = ()) -> Image:
    """An image of 28 MiB; it has functions of these names."""
    symbols = {"_text": TEXT, "_end": TEXT + 28 * MIB, "__end_of_kernel_reserve": TEXT + 22 * MIB}
    symbols |= {name: TEXT + (10 + number) * MIB for number, name in enumerate(TABLES)}
    symbols |= dict.fromkeys(names, TEXT)
    return Image("vmlinux", symbols, {name: name for name in names}, (), {})


def pc_kernel(
    firmware: Firmware | None = None,
    release: str = "6.1",
    options: str = "",
    e820: Sequence[tuple[int, int, int]] = (),
    functions: Sequence[str] = (),
) -> Kernel:
    """A kernel whose early mappings work; `options` are lines of its configuration, `e820` are the entries
    of e820_table (address, size, type)."""
    number = parse_release(release)
    config = KConfig.parse(f"{CONFIG}\n{options}\n", "test")
    machine = Machine("pc", number, "x86_64", load_address=LOAD)
    layout = address_map_of(number, config, STRUCTURES["struct page"])
    k = Kernel(
        machine,
        config,
        image(functions),
        Sizes("test", STRUCTURES, computed_constants(number, config, layout)),
        layout,
        cast("Any", None),
        firmware,
        arch=X86,
    )
    prepare(k)
    k.order.enter(k)
    early_ioremap_init(k)
    k.state.e820.e820_table.replace(0, 0, [E820Entry(*entry) for entry in e820])
    return k


def uefi_firmware(memmap: Sequence[EfiMemoryDesc], efi: EfiTables | None = None, **members: int) -> Firmware:
    """What UEFI of 64 bits hands over; `members` are those of the zero page that are otherwise."""
    page = BootParams().with_efi_memmap(SYSTEM_TABLE, MAP_ADDRESS, 48 * len(memmap), 48).having(**members)
    return Firmware(memmap=tuple(memmap), efi=efi or EfiTables(), boot_params=page)


def log(k: Kernel) -> list[str]:
    """The lines printed so far."""
    return [k.trace.log_text(event) for event in k.trace.logs if k.trace.is_printed(event)]


def table(k: Kernel) -> list[tuple[int, int, int]]:
    """The entries of e820_table."""
    return [tuple(entry) for entry in k.state.e820.e820_table]
