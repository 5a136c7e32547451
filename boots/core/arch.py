"""What generic code asks of an architecture, by the kernel's names.

The kernel decides this when it is compiled: asm/*.h of the architecture, and functions such as ``setup_arch``
that every architecture has one of.  Here each architecture makes one `ArchOps`, the loader puts it on the
Kernel, and generic code calls ``k.arch.setup_arch(k)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from msgspec import Struct

from ...model.arch.spec import Arch
from ...model.build.kconfig import KConfig
from ...model.firmware.acpi_tables import GiccAffinity, Subtable
from .order import BootOrder

K = TypeVar("K")
"""The Kernel, which this module does not know."""

Protection = Literal["PAGE_KERNEL", "PAGE_KERNEL_RO", "FIXMAP_PAGE_IO"]
"""The protections that generic code gives mappings (``pgprot_t``)."""


class FaultWords(NamedTuple):
    """What the kernel prints of an access that fails: the line, for a kind of access and an address, and
    what the kinds are called."""

    line: str
    null_pointer: str
    paging_request: str


class CrashLimits(NamedTuple):
    """asm/crash_reserve.h, in bytes: ``CRASH_ADDR_LOW_MAX``, ``CRASH_ADDR_HIGH_MAX``, ``CRASH_ALIGN`` and
    ``DEFAULT_CRASH_KERNEL_LOW_SIZE``."""

    low_max: int
    high_max: int
    align: int
    low_size: int


def no_root_pointer(k: Any) -> int:
    """Of ACPI, where no boot loader tells."""
    return 0


def no_tables(k: Any) -> Mapping[str, str]:
    """That an architecture knows no configuration tables of its own."""
    return {}


class ArchOps(Struct, Generic[K], frozen=True, kw_only=True):
    """One architecture.  Physical addresses, sizes and limits are bytes.

    What readers of its traces know of it: `facts`.
    Before the first instruction:
        `cannot_start` says why that leads nowhere, if so; `collisions` what lies where it cannot; `assumed`
        what no file of the machine tells.  All in words.
    Its kernels:
        `kernel` is the class of them, which has the architecture's own variables; `compiled_in` tells their
        first values, where the configuration decides them.
    Parts of ``start_kernel``:
        `smp_setup_processor_id`, `setup_arch`, `setup_per_cpu_areas` (CONFIG_HAVE_SETUP_PER_CPU_AREA),
        `smp_prepare_boot_cpu`, `trap_init`, `arch_cpu_finalize_init` (CONFIG_ARCH_HAS_CPU_FINALIZE_INIT);
        `arch_parse_debug_rodata`, which takes ``rodata=`` if it is for it; `arch_disable_smp_support`, for
        ``nosmp``; `orders`, oldest first, for what differs between releases.
    The image:
        `set_page_table_roots` puts the page tables where the image has them, empty;
        `kernel_resources` what /proc/iomem calls parts of it, with the symbols at start and end;
        `has_frame_pointers` whether a configuration compiles it with CONFIG_FRAME_POINTER.
    Addresses (asm/page.h, asm/memory.h, asm/dma.h, asm/processor.h):
        `phys_to_virt` and `virt_to_phys` between the linear map and physical addresses; `arch_pfn_offset`,
        the pfn whose page struct is the first of vmemmap or mem_map; ``__pa(MAX_DMA_ADDRESS)``, and
        ``ARCH_LOW_ADDRESS_LIMIT``, the last byte that all devices reach.
    Mappings (asm/pgtable.h, asm/fixmap.h):
        `set_fixmap` points a slot (its name or index) at a physical page, protection 0 clears it; `prot`
        gives the bits of a protection, `table_prot` those of an entry that points to a table;
        `vmemmap_populate` backs [start, end) of vmemmap with memory of a node and returns 0 or an error;
        `do_early_exception` tells whether an access to so many bytes from a physical address on is seen to
        by page tables that are not the kernel's own;
        `early_vm_areas` are the parts of the vmalloc area, from start to end, that the image has taken.
    Limits:
        `crash_limits`; `arch_hugetlb_valid_size`, whether page tables map pages of a size.
    UEFI:
        `efi_arch_tables` are the configuration tables that this architecture alone knows: their names, by
        their GUIDs; `efi_arch_mem_reserve` (``__weak`` in drivers/firmware/efi/efi.c; None where the
        architecture has none of its own) is told of memory, address and bytes, that firmware's tables use.
    ACPI: where the root pointer is: `acpi_arch_get_root_pointer`, if the boot loader tells, and
        `acpi_find_root_pointer`, if it has to be looked for; 0 if nowhere.
    ACPI (``__weak`` in drivers/acpi/numa/srat.c; None where the architecture has none of its own):
        what is done with a CPU that SRAT tells of, of each kind that there is.
    Per-CPU areas (mm/percpu.c):
        `pcpu_cpu_distance`, how far apart two CPUs are; `pcpu_populate_pte` makes page tables for an address
        of the vmalloc area, where the architecture has its own way.
    NUMA:
        `numa_init_functions` are the ways of learning the nodes, which return 0 or an error, by their names;
        `numa_memblks`, whether memory of nodes is collected before memblock learns of it in releases before
        6.12, too; ``numa_emu_dma_end`` and ``numa_emu_update_cpu_to_node`` what fake nodes should not divide
        (bytes), and what puts CPUs on them; ``fix_pxm_node_maps`` leads proximity domains to them and returns
        whether it could (with the physical node of each, and the highest of them).
    """

    facts: Arch
    cannot_start: Callable[[K], str]
    collisions: Callable[[K], Iterator[str]]
    assumed: Callable[[K], Iterator[str]]

    kernel: type[K]
    compiled_in: Callable[[K], Mapping[str, int | str]]
    orders: tuple[BootOrder[K], ...]
    smp_setup_processor_id: Callable[[K], None]
    setup_arch: Callable[[K], None]
    setup_per_cpu_areas: Callable[[K], None]
    smp_prepare_boot_cpu: Callable[[K], None]
    trap_init: Callable[[K], None]
    arch_cpu_finalize_init: Callable[[K], None] | None = None
    arch_disable_smp_support: Callable[[K], None] | None = None
    arch_parse_debug_rodata: Callable[[K, str | None], bool]

    set_page_table_roots: Callable[[K], None]
    kernel_resources: Callable[[K], tuple[tuple[str, str, str], ...]]
    has_frame_pointers: Callable[[KConfig], bool] = lambda config: True

    phys_to_virt: Callable[[K, int], int]
    virt_to_phys: Callable[[K, int], int]
    arch_pfn_offset: Callable[[K], int]
    max_dma_address: Callable[[K], int]
    arch_low_address_limit: Callable[[K], int]

    set_fixmap: Callable[[K, str | int, int, int], None]
    prot: Callable[[K, Protection], int]
    table_prot: Callable[[K], int]
    vmemmap_populate: Callable[[K, int, int, int], int]
    do_early_exception: Callable[[K, int, int], bool]
    early_vm_areas: Callable[[K], list[tuple[int, int]]]

    crash_limits: Callable[[K], CrashLimits]
    arch_hugetlb_valid_size: Callable[[K, int], bool]
    fault_words: FaultWords

    pcpu_cpu_distance: Callable[[K, int, int], int]
    pcpu_populate_pte: Callable[[K, int], None] | None = None
    acpi_arch_get_root_pointer: Callable[[K], int] = no_root_pointer
    acpi_find_root_pointer: Callable[[K], int] = no_root_pointer
    numa_init_functions: Mapping[str, Callable[[K], int]]
    efi_arch_tables: Callable[[K], Mapping[str, str]] = no_tables
    efi_arch_mem_reserve: Callable[[K, int, int], None] | None = None
    numa_emu_dma_end: Callable[[K], int]
    numa_emu_update_cpu_to_node: Callable[[K, Mapping[int, int]], None]
    fix_pxm_node_maps: Callable[[K, Mapping[int, int], int], bool]
    numa_memblks: bool = False
    acpi_numa_gicc_affinity_init: Callable[[K, GiccAffinity], None] | None = None
    acpi_numa_processor_affinity_init: Callable[[K, Subtable], None] | None = None
    acpi_numa_x2apic_affinity_init: Callable[[K, Subtable], None] | None = None
