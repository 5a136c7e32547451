"""The fixmap's slots.  Mirrors ``enum fixed_addresses`` of arch/arm64/include/asm/fixmap.h."""

from __future__ import annotations

from ...build.kconfig import KConfig
from ...build.release import Release

KIB, MIB = 1 << 10, 1 << 20
FIX_BTMAPS_SLOTS = 7
SLOTS = (
    *("FIX_HOLE", "FIX_FDT", "__end_of_permanent_fixed_addresses", "FIX_BTMAP_END", "FIX_BTMAP_BEGIN"),
    *("FIX_PTE", "FIX_PMD", "FIX_PUD", "FIX_PGD", "__end_of_fixed_addresses"),
)
"""Those that every kernel has, in ascending order."""


def fixed_addresses(release: Release, config: KConfig, page_shift: int) -> dict[str, int]:
    """The indices of ``enum fixed_addresses``: slot n lies n pages below FIXADDR_TOP."""
    page_size = 1 << page_shift
    # The device tree's window is 2 MiB larger than its maximum size; since 6.4, which maps it by pages, two
    # pages.
    fdt_pages = 2 * MIB // page_size + 2 if release >= (6, 4) else 4 * MIB // page_size
    slots = {"FIX_HOLE": 0, "FIX_FDT_END": 1, "FIX_FDT": fdt_pages}
    trampoline = _trampoline(config)
    if release < (5, 18) and trampoline:
        # Until 5.17 the trampoline has one page of code, and one of data.
        trampoline = ["FIX_ENTRY_TRAMP_DATA", "FIX_ENTRY_TRAMP_TEXT"]
    names = ["FIX_EARLYCON_MEM_BASE", "FIX_TEXT_POKE0", *_apei(config), *trampoline]
    names.append("__end_of_permanent_fixed_addresses")
    for number, name in enumerate(names, 1):
        slots[name] = slots["FIX_FDT"] + number
    slots["FIX_BTMAP_END"] = slots["__end_of_permanent_fixed_addresses"]
    # 6.1.178 added a page, since a mapping may begin inside a page.
    pages_a_slot = 256 * KIB // page_size + (1 if release >= (6, 1, 178) else 0)
    slots["FIX_BTMAP_BEGIN"] = slots["FIX_BTMAP_END"] + pages_a_slot * FIX_BTMAPS_SLOTS - 1
    # Five-level tables need a slot more since 6.9.
    tables = ["FIX_PTE", "FIX_PMD", "FIX_PUD", *(["FIX_P4D"] if release >= (6, 9) else []), "FIX_PGD"]
    tables.append("__end_of_fixed_addresses")
    for number, name in enumerate(tables, 1):
        slots[name] = slots["FIX_BTMAP_BEGIN"] + number
    return slots


def _apei(config: KConfig) -> list[str]:
    if not config.enabled("ACPI_APEI_GHES"):
        return []
    names = ["FIX_APEI_GHES_IRQ", "FIX_APEI_GHES_SEA"]
    if config.enabled("ARM_SDE_INTERFACE"):
        names += ["FIX_APEI_GHES_SDEI_NORMAL", "FIX_APEI_GHES_SDEI_CRITICAL"]
    return names


def _trampoline(config: KConfig) -> list[str]:
    if not config.enabled("UNMAP_KERNEL_AT_EL0"):
        return []
    names = ["FIX_ENTRY_TRAMP_TEXT3", "FIX_ENTRY_TRAMP_TEXT2", "FIX_ENTRY_TRAMP_TEXT1"]
    return ["FIX_ENTRY_TRAMP_TEXT4", *names] if config.enabled("RELOCATABLE") else names
