"""What the kernel's subsystems keep in static variables while it boots, beside the variables that a trace
follows.  Only their shapes: the functions that work on them are where the kernel has them.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct, field

from ...model.firmware.acpi_tables import AcpiTable, GenericInterrupt
from ...model.firmware.devicetree.tree import DTNode
from ...model.firmware.efi_memmap import EfiMemoryDesc
from ...model.firmware.efi_tables import ConfigTable

FIX_BTMAPS_SLOTS = 7
"""Slots for early mappings, which all architectures have so many of (asm/fixmap.h)."""


class ReservedMem(NamedTuple):
    """One ``struct reserved_mem``: its node, and where it is (bytes; 0 and 0 while no place was found for
    it)."""

    node: DTNode
    base: int
    size: int

    @property
    def name(self) -> str:
        """The name of the node, with its unit address."""
        return self.node.name


class CmaArea(NamedTuple):
    """One ``struct cma``: its first pfn, its size in pages, its bitmap's order, its name."""

    base_pfn: int
    page_count: int
    order_per_bit: int
    name: str


class Cma(Struct):
    """Of mm/cma.c and kernel/dma/contiguous.c: the areas, the one of devices that have none of their own, and
    the bytes that ``numa_cma=`` asks for on each node."""

    cma_areas: list[CmaArea] = field(default_factory=list[CmaArea])
    dma_contiguous_default_area: CmaArea | None = None
    numa_cma_size: dict[int, int] = field(default_factory=dict[int, int])


class DeviceTreeState(Struct):
    """Of drivers/of: the regions of /reserved-memory; until 5.8, the nodes that the flat scan has seen, and
    whether /reserved-memory was among them."""

    reserved_mem: list[ReservedMem] = field(default_factory=list[ReservedMem])
    scanned_nodes: dict[str, DTNode] = field(default_factory=dict[str, DTNode])
    found_reserved_memory: bool = False


class EarlyIoremap(Struct):
    """Of mm/early_ioremap.c: the virtual address and size (bytes) that each of the slots maps."""

    prev_map: list[tuple[int, int] | None] = field(default_factory=lambda: [None] * FIX_BTMAPS_SLOTS)


class Kfence(Struct):
    """Of mm/kfence/core.c: the address of the pool (0: there is none), and the milliseconds between two
    allocations that it guards (0: it is off)."""

    kfence_sample_interval: int
    kfence_pool: int = 0


class StackDepot(Struct):
    """Of lib/stackdepot.c."""

    stack_depot_disable: bool = False
    stack_depot_want_early_init: bool = False


class Numa(Struct):
    """Of mm/numa.c, mm/numa_memblks.c and drivers/base/arch_numa.c: which nodes there may be and are, which
    ones firmware has told of; the node of each CPU; the number that each node's ``pg_data_t`` says it has, if
    it was filled in yet; the nodes with devices that start transfers
    (N_GENERIC_INITIATOR); and what is left of ``numa=fake=``, None without it.  Memory and distances of nodes
    are parts of the state."""

    node_possible_map: tuple[int, ...] = (0,)
    node_online_map: tuple[int, ...] = (0,)
    numa_nodes_parsed: tuple[int, ...] = ()
    cpu_to_node: dict[int, int] = field(default_factory=dict[int, int])
    node_id: dict[int, int] = field(default_factory=dict[int, int])
    generic_initiators: set[int] = field(default_factory=set[int])
    emu_cmdline: str | None = None


class PageAlloc(Struct):
    """Of mm/page_alloc.c: by node and zone, what is left of the block for pages that cannot be moved, from a
    pfn up to another (the free lists by ``migratetype``)."""

    unmovable: dict[tuple[int, int], tuple[int, int]] = field(
        default_factory=dict[tuple[int, int], tuple[int, int]]
    )


class Hstate(Struct):
    """``struct hstate``: how many huge pages of one size (bytes) are wanted, in all and on nodes, and the
    node that the next one shall come from."""

    size: int
    next_nid_to_alloc: int
    max_huge_pages: int = 0
    max_huge_pages_node: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def printed_size(self) -> str:
        """What ``string_get_size()`` makes of the size, with three digits."""
        power = (self.size.bit_length() - 1) // 10
        number = str(self.size >> 10 * power)
        decimals = "0" * (3 - len(number))
        return f"{number}{'.' * bool(decimals)}{decimals} {('B', 'KiB', 'MiB', 'GiB')[power]}"


class BootPage(NamedTuple):
    """A gigantic page from memblock (``struct huge_bootmem_page``): where it is, how large, on which node."""

    address: int
    size: int
    nid: int


class Hugetlb(Struct):
    """The static variables of mm/hugetlb.c while the command line is parsed, and the pages that came of it.
    `default_count` and
    `default_in_node` are the pages asked for before any size was named, `last_count` is whose number the last
    ``hugepages=`` gave, `hugetlb_cma_size_in_node` the bytes that ``hugetlb_cma=`` asks for on each."""

    hstates: list[Hstate] = field(default_factory=list[Hstate])
    parsed_hstate: Hstate | None = None
    default_hstate: Hstate | None = None
    parsed_valid_hugepagesz: bool = True
    default_count: int = 0
    default_in_node: dict[int, int] = field(default_factory=dict[int, int])
    last_count: Hstate | str | None = None
    boot_pages: list[BootPage] = field(default_factory=list[BootPage])
    hugetlb_cma_size_in_node: dict[int, int] = field(default_factory=dict[int, int])

    def hstate(self, size: int) -> Hstate:
        """``size_to_hstate()``, of a size that is known."""
        return next(h for h in self.hstates if h.size == size)


class PrintkState(Struct):
    """`others` are records that are not among the model's lines, since they are not about memory: after
    how many lines each came, and its text.  When the log moved to a larger buffer, it had `moved_records`
    records, and the first `lost` of them were gone."""

    others: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    moved_records: int = 0
    lost: int = 0


class Acpi(Struct):
    """`params` are the words ``acpi=`` had; `tables` the list of installed tables; `cpu_madt_gicc` the MADT's
    entry of each CPU; the maps lead from proximity domains to nodes, and from CPUs to nodes."""

    params: set[str] = field(default_factory=set[str])
    verify_table_checksum: bool = False
    apic_instance: int = 0
    tables: list[AcpiTable] = field(default_factory=list[AcpiTable])
    pxm_to_node_map: dict[int, int] = field(default_factory=dict[int, int])
    node_to_pxm_map: dict[int, int] = field(default_factory=dict[int, int])
    srat_revision: int = 0
    parsed_numa_memblks: int = 0
    do_not_use_xsdt: bool = False
    early_node_map: dict[int, int] = field(default_factory=dict[int, int])
    cpu_madt_gicc: dict[int, GenericInterrupt] = field(default_factory=dict[int, GenericInterrupt])
    cpu_logical_map: dict[int, int] = field(default_factory=dict[int, int])


class EfiMemoryMapData(NamedTuple):
    """``struct efi_memory_map_data``: where the map is (bytes), as the boot stub tells or the kernel put it;
    whether it lies in memory that the kernel took from memblock (``EFI_MEMMAP_MEMBLOCK``)."""

    phys_map: int
    size: int
    desc_size: int
    desc_version: int
    from_memblock: bool = False

    @property
    def nr_map(self) -> int:
        """How many descriptors the map has."""
        return self.size // self.desc_size if self.desc_size else 0


class Efi(Struct):
    """`flags` are the bits of ``efi.flags`` by name; `tables` the addresses of the configuration tables, by
    the names the kernel prints; `memmap` the memory map, mapped at the virtual address `memmap_va`.  Runtime
    services are not used if `disable_runtime` says so; `setup` is where a kernel that started this one by
    kexec left what firmware's tables no longer tell, 0 if it did not (``efi_setup``, x86); `fake_mems` what
    ``efi_fake_mem=`` asks for: first and last byte, and attributes; `config_tables` are firmware's tables if
    the kernel had to correct them."""

    disable_runtime: bool = False
    flags: set[str] = field(default_factory=set[str])
    tables: dict[str, int] = field(default_factory=dict[str, int])
    memmap: tuple[EfiMemoryDesc, ...] = ()
    memmap_va: int = 0
    data: EfiMemoryMapData | None = None
    secure_boot: int = 0
    add_memmap: bool = False
    config_tables: tuple[ConfigTable, ...] = ()
    setup: int = 0
    fake_mems: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])

    def enabled(self, feature: str) -> bool:
        """``efi_enabled()``."""
        return feature in self.flags
