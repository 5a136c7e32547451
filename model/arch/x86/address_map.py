"""The kernel's virtual address map on x86-64, and the limits its configuration sets.

Mirrors arch/x86/include/asm/{page_64_types,pgtable_64_types,fixmap,sparsemem}.h and
include/linux/pageblock-flags.h; `kernel_map` has the addresses.  Addresses and sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from ...base.errors import InputError
from ...build.address_map import AddressMap, Range
from ...build.kconfig import KConfig
from ...build.release import Release
from . import kernel_map
from .fixmap import fixed_addresses

PAGE_SHIFT = 12
HUGETLB_PAGE_ORDER = 9
NR_PAGE_ORDERS = 11


def address_map_of(
    release: Release,
    config: KConfig,
    sizeof_page: int = 64,
    la57: bool = False,
    slots: Mapping[str, int] | None = None,
) -> AddressMap:
    """The map of a kernel, before CONFIG_RANDOMIZE_MEMORY has moved anything.  `sizeof_page` is ``sizeof(
    struct page)``; `la57` tells whether the CPU has five levels of page tables, and may use them; `slots` is
    ``enum fixed_addresses`` where the build tells it.  Raises `InputError` if the configuration is not one of
    x86-64."""
    if not config.enabled("X86_64"):
        raise InputError(
            f"{config.filename}: the configuration does not set CONFIG_X86_64: it is not an x86-64 kernel's"
        )
    levels = 5 if la57 and config.enabled("X86_5LEVEL") else 4
    areas = kernel_map.FOUR_LEVELS if levels == 4 else kernel_map.FIVE_LEVELS
    start = kernel_map.START_KERNEL_MAP
    modules = start + kernel_map.kernel_image_size(config)
    slots = slots or fixed_addresses(config)
    top = kernel_map.FIXADDR_TOP
    return AddressMap(
        page_shift=PAGE_SHIFT,
        va_bits=48 if levels == 4 else 57,
        levels=levels,
        direct_map=areas["direct map"],
        vmalloc=areas["vmalloc"],
        vmemmap=areas["vmemmap"],
        modules=Range(modules, kernel_map.MODULES_END),
        image=Range(start, modules),
        fixmap=Range(top - (slots["__end_of_permanent_fixed_addresses"] << PAGE_SHIFT), top),
        fixmap_slots=slots,
        section_size_bits=27,
        max_physmem_bits=46 if levels == 4 else 52,
        nr_page_orders=NR_PAGE_ORDERS,
        pageblock_order=_pageblock_order(release, config),
        nodes_shift=config.integer("NODES_SHIFT"),
        extra=_own_numbers(config, levels, slots, areas),
    )


def _pageblock_order(release: Release, config: KConfig) -> int:
    # Transparent huge pages alone decide the page block's order since 6.8.
    huge = config.enabled("HUGETLB_PAGE") or (release >= (6, 8) and config.enabled("TRANSPARENT_HUGEPAGE"))
    return HUGETLB_PAGE_ORDER if huge else NR_PAGE_ORDERS - 1


def _own_numbers(
    config: KConfig, levels: int, slots: Mapping[str, int], areas: Mapping[str, Range]
) -> dict[str, int]:
    """The numbers that `X86Layout` reads back, and those of arch/x86's headers."""
    thread_shift = 14 + config.enabled("KASAN")
    shadow = kernel_map.kasan_shadow(config, levels)
    image_size = kernel_map.kernel_image_size(config)
    return {
        "__START_KERNEL_map": kernel_map.START_KERNEL_MAP,
        "KERNEL_IMAGE_SIZE": image_size,
        "LOAD_PHYSICAL_ADDR": kernel_map.load_physical_addr(config),
        "VMALLOC_END": areas["vmalloc"].end - 1,
        "MODULES_LEN": kernel_map.MODULES_END - kernel_map.START_KERNEL_MAP - image_size,
        "MAXMEM": 1 << (46 if levels == 4 else 52),
        "P4D_SHIFT": kernel_map.P4D_SHIFT,
        "P4D_SIZE": 1 << kernel_map.P4D_SHIFT,
        "PTRS_PER_PGD": 512,
        "PTRS_PER_P4D": 512 if levels == 5 else 1,
        "CONFIG_PGTABLE_LEVELS": 5 if config.enabled("X86_5LEVEL") else 4,
        "VSYSCALL_ADDR": kernel_map.VSYSCALL_ADDR,
        "FIXADDR_TOT_SIZE": slots["__end_of_fixed_addresses"] << PAGE_SHIFT,
        "CPU_ENTRY_AREA_BASE": kernel_map.CPU_ENTRY_AREA_BASE,
        "CPU_ENTRY_AREA_RO_IDT": kernel_map.CPU_ENTRY_AREA_BASE,
        "CPU_ENTRY_AREA_PER_CPU": kernel_map.CPU_ENTRY_AREA_BASE + (1 << PAGE_SHIFT),
        "ESPFIX_BASE_ADDR": kernel_map.ESPFIX_BASE_ADDR,
        "EFI_VA_START": kernel_map.EFI_VA_START,
        "EFI_VA_END": kernel_map.EFI_VA_END,
        "LDT_BASE_ADDR": kernel_map.ldt_remap(levels).start,
        "LDT_END_ADDR": kernel_map.ldt_remap(levels).end,
        "GUARD_HOLE_BASE_ADDR": kernel_map.guard_hole(levels).start,
        "GUARD_HOLE_END_ADDR": kernel_map.guard_hole(levels).end,
        "THREAD_SIZE": 1 << thread_shift,
        "IRQ_STACK_SIZE": 1 << thread_shift,
        "EXCEPTION_STKSZ": 1 << thread_shift - 1,
        "HAS_LDT_REMAP": int(config.enabled("MODIFY_LDT_SYSCALL")),
        "HAS_ESPFIX": int(config.enabled("X86_ESPFIX64")),
        "HAS_EFI": int(config.enabled("EFI")),
        **({"KASAN_SHADOW_START": shadow.start, "KASAN_SHADOW_END": shadow.end} if shadow else {}),
    }


def moved(layout: AddressMap, page_offset: int, vmalloc: int, vmemmap: int) -> AddressMap:
    """The map with direct map, vmalloc and vmemmap at other places (arch/x86/mm/kaslr.c)."""
    if (page_offset, vmalloc, vmemmap) == (
        layout.page_offset,
        layout.vmalloc.start,
        layout.vmemmap.start,
    ):
        return layout
    end = vmalloc + layout.vmalloc.size
    return replace(
        layout,
        direct_map=Range(page_offset, min(page_offset + layout.direct_map.size, vmalloc)),
        vmalloc=Range(vmalloc, min(end, vmemmap)),
        vmemmap=Range(vmemmap, min(vmemmap + layout.vmemmap.size, kernel_map.CPU_ENTRY_AREA_BASE)),
        extra={**layout.extra, "VMALLOC_END": end - 1},
    )


class X86Layout(Struct, frozen=True):
    """What x86's own code reads of an address map, by the kernel's names in lower case.  Addresses and sizes
    are bytes."""

    address_map: AddressMap

    def _own(self, name: str) -> int:
        return self.address_map.extra[name]

    @property
    def start_kernel_map(self) -> int:
        """``__START_KERNEL_map``."""
        return self._own("__START_KERNEL_map")

    @property
    def kernel_image_size(self) -> int:
        """KERNEL_IMAGE_SIZE."""
        return self._own("KERNEL_IMAGE_SIZE")

    @property
    def load_physical_addr(self) -> int:
        """LOAD_PHYSICAL_ADDR: the physical address that the image is linked for."""
        return self._own("LOAD_PHYSICAL_ADDR")

    @property
    def cpu_entry_area(self) -> Range:
        """The mappings of each CPU's stacks and descriptors that user space's page tables have too."""
        base = self._own("CPU_ENTRY_AREA_BASE")
        return Range(base, base + self._own("P4D_SIZE"))

    @property
    def ldt_remap(self) -> Range | None:
        """LDT_BASE_ADDR … LDT_END_ADDR; None without CONFIG_MODIFY_LDT_SYSCALL."""
        found = Range(self._own("LDT_BASE_ADDR"), self._own("LDT_END_ADDR"))
        return found if self._own("HAS_LDT_REMAP") else None

    @property
    def espfix(self) -> Range | None:
        """The stacks that returns to 16-bit code go over; None without CONFIG_X86_ESPFIX64."""
        base = self._own("ESPFIX_BASE_ADDR")
        return Range(base, base + self._own("P4D_SIZE")) if self._own("HAS_ESPFIX") else None

    @property
    def efi(self) -> Range | None:
        """UEFI's runtime services; None without CONFIG_EFI."""
        found = Range(self._own("EFI_VA_END"), self._own("EFI_VA_START"))
        return found if self._own("HAS_EFI") else None

    @property
    def kasan_shadow(self) -> Range | None:
        """KASAN_SHADOW_START … KASAN_SHADOW_END; None without CONFIG_KASAN."""
        extra = self.address_map.extra
        if "KASAN_SHADOW_START" not in extra:
            return None
        return Range(extra["KASAN_SHADOW_START"], extra["KASAN_SHADOW_END"])
