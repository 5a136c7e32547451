"""The fixmap's slots.  Mirrors ``enum fixed_addresses`` of arch/x86/include/asm/fixmap.h."""

from __future__ import annotations

from ...build.address_map import AddressMap
from ...build.kconfig import KConfig

MAX_IO_APICS = 128
NR_FIX_BTMAPS = 64
FIX_BTMAPS_SLOTS = 8
TOTAL_FIX_BTMAPS = NR_FIX_BTMAPS * FIX_BTMAPS_SLOTS
PTRS_PER_PTE = 512
VSYSCALL_SLOT = 511
"""The vsyscall page lies 511 pages below FIXADDR_TOP: its address is a promise to user space."""
SLOTS = (
    *("FIX_DBGP_BASE", "FIX_EARLYCON_MEM_BASE", "__end_of_permanent_fixed_addresses"),
    *("FIX_BTMAP_END", "FIX_BTMAP_BEGIN", "__end_of_fixed_addresses"),
)
"""Those that every kernel has, in ascending order."""
WINDOWS = {"FIX_BTMAP_BEGIN": "FIX_BTMAP_END", "FIX_IO_APIC_BASE_END": "FIX_IO_APIC_BASE_0"}
"""The slots of windows that are several pages long: the lowest address, and the highest page."""


def fixed_addresses(config: KConfig) -> dict[str, int]:
    """The indices of ``enum fixed_addresses``: slot n lies n pages below FIXADDR_TOP."""
    slots = {"VSYSCALL_PAGE": VSYSCALL_SLOT} if config.enabled("X86_VSYSCALL_EMULATION") else {}
    number = VSYSCALL_SLOT + 1 if slots else 0
    for name, pages in _permanent(config):
        slots[name] = number
        number += pages
        if name == "FIX_IO_APIC_BASE_0":
            slots["FIX_IO_APIC_BASE_END"] = number - 1
    slots["__end_of_permanent_fixed_addresses"] = number
    slots["FIX_BTMAP_END"] = _first_of_boot_mappings(number)
    slots["FIX_BTMAP_BEGIN"] = slots["FIX_BTMAP_END"] + TOTAL_FIX_BTMAPS - 1
    number = slots["FIX_BTMAP_BEGIN"] + 1
    if config.enabled("INTEL_TXT"):
        slots["FIX_TBOOT_BASE"] = number
        number += 1
    slots["__end_of_fixed_addresses"] = number
    return slots


def _permanent(config: KConfig) -> list[tuple[str, int]]:
    """The slots that stay, and their pages."""
    ghes = config.enabled("ACPI_APEI_GHES")
    known = (
        ("FIX_DBGP_BASE", 1, True),
        ("FIX_EARLYCON_MEM_BASE", 1, True),
        ("FIX_OHCI1394_BASE", 1, config.enabled("PROVIDE_OHCI1394_DMA_INIT")),
        ("FIX_APIC_BASE", 1, config.enabled("X86_LOCAL_APIC")),
        ("FIX_IO_APIC_BASE_0", MAX_IO_APICS, config.enabled("X86_IO_APIC")),
        ("FIX_PARAVIRT_BOOTMAP", 1, config.enabled("PARAVIRT_XXL")),
        ("FIX_APEI_GHES_IRQ", 1, ghes),
        ("FIX_APEI_GHES_NMI", 1, ghes),
    )
    return [(name, pages) for name, pages, has in known if has]


def _first_of_boot_mappings(end_of_permanent: int) -> int:
    """FIX_BTMAP_END: the windows of ``early_ioremap()`` have one table of entries to themselves if they would
    lie in two."""
    last = end_of_permanent + TOTAL_FIX_BTMAPS - 1
    if end_of_permanent // PTRS_PER_PTE == last // PTRS_PER_PTE:
        return end_of_permanent
    return end_of_permanent + TOTAL_FIX_BTMAPS - end_of_permanent % TOTAL_FIX_BTMAPS


def fixmap_slots(layout: AddressMap, start: int, end: int) -> tuple[str, ...]:
    """The slots of the fixmap whose windows lie in [start, end)."""
    found: list[str] = []
    for name, index in layout.fixmap_slots.items():
        if name.startswith("__") or name in WINDOWS.values():
            continue
        top = layout.fix_to_virt(WINDOWS.get(name, name)) + layout.page_size
        if layout.fix_to_virt(index) < end and start < top:
            found.append(name.removesuffix("_BEGIN").removesuffix("_END"))
    return tuple(found)
