"""The first chunk of per-CPU memory, and what describes it.  Mirrors mm/percpu.c
(``pcpu_setup_first_chunk``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ....model.base.pfn import ALIGN, PFN_ALIGN
from ....model.memory.memblock import memblock_alloc, memblock_free
from ....model.trace.recorder import traced, traced_sibling_call, traced_tail_call

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/percpu.c"

POINTER = 8
LIST_HEAD = 16
CPU_NUMBER = 4
PCPU_MIN_ALLOC_SIZE = 4
PCPU_SLOT_BASE_SHIFT = 5
LINE_WIDTH = 60

CpuMap = tuple[int | None, ...]


class GroupInfo(NamedTuple):
    """One ``struct pcpu_group_info``: CPUs that are near each other.  `cpu_map` has a CPU for each unit, or
    None; `base_offset` is in bytes from the first chunk's base."""

    cpu_map: CpuMap
    base_offset: int = 0


class AllocInfo(NamedTuple):
    """``struct pcpu_alloc_info``: how the first chunk is shaped, in bytes, and where that is written down."""

    address: int
    ai_size: int
    static_size: int
    reserved_size: int
    dyn_size: int
    unit_size: int
    atom_size: int
    alloc_size: int
    groups: tuple[GroupInfo, ...]

    @property
    def size_sum(self) -> int:
        """What of a unit is used."""
        return self.static_size + self.reserved_size + self.dyn_size


# Its only caller is compiled with __flatten: it is part of that.
@traced_tail_call
def pcpu_alloc_alloc_info(k: Kernel, nr_groups: int, nr_units: int) -> tuple[int, int]:
    """Allocate a ``pcpu_alloc_info`` in whole pages.  Returns its physical address (0: no room) and its
    size."""
    groups = nr_groups * k.sizes.sizeof("struct pcpu_group_info")
    size = ALIGN(k.sizes.sizeof("struct pcpu_alloc_info") + groups, CPU_NUMBER) + nr_units * CPU_NUMBER
    size = PFN_ALIGN(size, k.layout.page_shift)
    return memblock_alloc(k.memblock, size, k.layout.page_size), size


@traced_sibling_call
def pcpu_free_alloc_info(k: Kernel, address: int, size: int) -> None:
    """Free a ``pcpu_alloc_info``."""
    memblock_free(k.memblock, address, size)


@traced
def pcpu_dump_alloc_info(k: Kernel, ai: AllocInfo) -> None:
    """Print the shape, and which CPU got which unit of which group."""
    group_width, cpu_width = len(str(len(ai.groups))), len(str(len(k.cpu_possible)))
    units = ai.alloc_size // ai.unit_size
    width = units * (cpu_width + 1) + group_width + 3
    allocs_per_line = 1 << (max(LINE_WIDTH // width, 1).bit_length() - 1)
    k.pr_debug(
        "pcpu-alloc: s{} r{} d{} u{} alloc={}*{}",
        ai.static_size,
        ai.reserved_size,
        ai.dyn_size,
        ai.unit_size,
        ai.alloc_size // ai.atom_size,
        ai.atom_size,
    )
    allocs: list[str] = []
    for number, group in enumerate(ai.groups):
        for at in range(0, len(group.cpu_map), units):
            cpus = (_cpu_text(cpu, cpu_width) for cpu in group.cpu_map[at : at + units])
            allocs.append(f"[{number:0{group_width}}] " + "".join(cpus))
    for at in range(0, len(allocs), allocs_per_line):
        k.pr_debug("pcpu-alloc: {}", "".join(allocs[at : at + allocs_per_line]))


def _cpu_text(cpu: int | None, width: int) -> str:
    return "-" * min(width, 8) + " " if cpu is None else f"{cpu:0{width}} "


def _alloc_or_panic(k: Kernel, function: str, size: int) -> int:
    address = memblock_alloc(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES"))
    if not address:
        k.panic(f"{function}: Failed to allocate {size} bytes")
    return address


def _longs(bits: int) -> int:
    """The bytes of a bitmap, in whole longs."""
    return -(-bits // 64) * 8


@traced
def pcpu_alloc_first_chunk(k: Kernel, tmp_addr: int, map_size: int) -> None:
    """Allocate what manages the `map_size` bytes at `tmp_addr`: the chunk with its bitmap of populated pages,
    a bitmap of what is allocated, one of where allocations begin, and a hint for each block."""
    name = "pcpu_alloc_first_chunk"
    page_size = k.layout.page_size
    region_size = ALIGN(tmp_addr % page_size + map_size, page_size)
    nr_pages = region_size // page_size
    region_bits = region_size // PCPU_MIN_ALLOC_SIZE
    _alloc_or_panic(k, name, k.sizes.sizeof("struct pcpu_chunk") + _longs(nr_pages))
    _alloc_or_panic(k, name, _longs(region_bits))
    _alloc_or_panic(k, name, _longs(region_bits + 1))
    _alloc_or_panic(k, name, nr_pages * k.sizes.sizeof("struct pcpu_block_md"))


def _unit_offsets(k: Kernel, ai: AllocInfo) -> tuple[int, ...]:
    """How far the unit of each CPU lies behind the first chunk's base; 0 for CPUs that are not possible."""
    offsets = [0] * k.nr_cpu_ids
    for group in ai.groups:
        for unit, cpu in enumerate(group.cpu_map):
            if cpu is not None:
                offsets[cpu] = group.base_offset + unit * ai.unit_size
    return tuple(offsets)


@traced
def pcpu_setup_first_chunk(k: Kernel, ai: AllocInfo, base_addr: int) -> None:
    """Set up the allocator with the first chunk (virtual base address): tables of groups and units, the lists
    of chunks, and what manages the reserved and the dynamic part."""
    name = "pcpu_setup_first_chunk"
    _alloc_or_panic(k, name, len(ai.groups) * POINTER)
    _alloc_or_panic(k, name, len(ai.groups) * POINTER)
    _alloc_or_panic(k, name, k.nr_cpu_ids * CPU_NUMBER)
    _alloc_or_panic(k, name, k.nr_cpu_ids * POINTER)
    k.pcpu_nr_units = sum(len(group.cpu_map) for group in ai.groups)
    pcpu_dump_alloc_info(k, ai)
    k.pcpu_nr_groups = len(ai.groups)
    k.pcpu_unit_offsets = _unit_offsets(k, ai)
    k.pcpu_unit_size, k.pcpu_atom_size = ai.unit_size, ai.atom_size
    # After the slots for each size come those of sidelined, free and to be depopulated chunks; until 5.13 of
    # free ones only.
    size_slot = max(ai.unit_size.bit_length() - PCPU_SLOT_BASE_SHIFT + 2, 1)
    _alloc_or_panic(k, name, (size_slot + (4 if k.release >= (5, 14) else 2)) * LIST_HEAD)

    static_size = ALIGN(ai.static_size, PCPU_MIN_ALLOC_SIZE)
    dyn_size = ai.dyn_size - (static_size - ai.static_size)
    tmp_addr = base_addr + static_size
    if ai.reserved_size:
        pcpu_alloc_first_chunk(k, tmp_addr, ai.reserved_size)
        tmp_addr += ai.reserved_size
    pcpu_alloc_first_chunk(k, tmp_addr, dyn_size)
    k.pcpu_base_addr = base_addr
