"""Physical and virtual addresses.  Mirrors arch/x86/mm/physaddr.c and, of arch/x86/include/asm, page.h, dma.h
and processor.h."""

from __future__ import annotations

from collections.abc import Mapping

from ....model.arch.x86.kernel_map import FOUR_LEVELS
from ...core.kernel import U64
from ..variables import Kernel

MAX_DMA_ADDRESS = 16 << 20
"""The first byte that devices on the ISA bus do not reach, as a physical address."""
ARCH_LOW_ADDRESS_LIMIT = (1 << 32) - 1


def phys_to_virt(k: Kernel, pa: int) -> int:
    """The direct-map address of a physical address (``__va``)."""
    return (pa + page_offset(k)) & U64


def virt_to_phys(k: Kernel, va: int) -> int:
    """The physical address of a direct-map address (``__pa``)."""
    return (va - page_offset(k)) & U64


def kaslr_offset(k: Kernel) -> int:
    """How much higher than linked the decompressor has put the image in the kernel's addresses."""
    drawn = k.machine.kaslr
    if drawn is None or drawn.text is None or "_text" not in k.image.symbols:
        return 0
    return drawn.text - k.image.symbol("_text")


def image_to_phys(k: Kernel, va: int) -> int:
    """The physical address of an address in the image (``__pa_symbol``)."""
    return va - k.va_symbol("_text") + k.machine.load_address


def page_offset(k: Kernel) -> int:
    """PAGE_OFFSET: a variable where the direct map may be moved."""
    return k.page_offset_base or k.layout.page_offset


def arch_pfn_offset(k: Kernel) -> int:
    """``ARCH_PFN_OFFSET``: vmemmap counts from page frame 0."""
    return 0


def max_dma_address(k: Kernel) -> int:
    """``__pa(MAX_DMA_ADDRESS)``."""
    return MAX_DMA_ADDRESS


def arch_low_address_limit(k: Kernel) -> int:
    """``ARCH_LOW_ADDRESS_LIMIT``: the last byte that all devices reach."""
    return ARCH_LOW_ADDRESS_LIMIT


def compiled_in(k: Kernel) -> Mapping[str, int | str]:
    """The variables of x86-64 whose first value the build decides, at addresses where KASLR has put the
    image."""
    offset = kaslr_offset(k)
    brk = k.image.symbols.get("__brk_base", 0)
    log_buf = k.image.symbols.get("__log_buf", 0)
    found: dict[str, int | str] = {
        "acpi_disabled": False,
        "_brk_start": brk and brk + offset,
        "_brk_end": brk and brk + offset,
        "log_buf": log_buf and log_buf + offset,
        "direct_gbpages": int(k.config.enabled("X86_DIRECT_GBPAGES")),
    }
    if k.config.enabled("DYNAMIC_MEMORY_LAYOUT"):
        # Five levels are switched on later, if at all.
        found["page_offset_base"] = FOUR_LEVELS["direct map"].start
        found["vmalloc_base"] = FOUR_LEVELS["vmalloc"].start
        found["vmemmap_base"] = FOUR_LEVELS["vmemmap"].start
    return found
