"""The kernel's variables as people read them: what they are about, and their values in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from ..arch.spec import Variable
from ..base.units import hex_address, readable_size
from ..language.words import tr, translatable

U64 = (1 << 64) - 1

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        translatable("limits of memory"),
        ("memory_limit", "min_low_pfn", "max_low_pfn", "max_pfn", "max_possible_pfn"),
    ),
    (translatable("limits of memory"), ("high_memory", "zone_dma_bits", "zone_dma_limit")),
    (translatable("addresses and the image"), ("rodata_enabled",)),
    (translatable("page tables"), ()),
    (
        translatable("command line and device tree"),
        ("boot_command_line", "dt_root_addr_cells", "dt_root_size_cells"),
    ),
    ("initrd", ("phys_initrd_start", "phys_initrd_size", "initrd_start", "initrd_end")),
    (
        translatable("reserved memory and CMA"),
        ("reserved_mem_count", "total_reserved_mem_cnt", "cma_area_count"),
    ),
    (
        translatable("reserved memory and CMA"),
        ("totalcma_pages", "size_cmdline", "base_cmdline", "limit_cmdline"),
    ),
    (translatable("reserved memory and CMA"), ("pernuma_size_bytes", "hugetlb_cma_size", "elfcorehdr_addr")),
    (translatable("reserved memory and CMA"), ("elfcorehdr_size",)),
    (
        translatable("nodes and CPUs"),
        ("nr_node_ids", "nr_cpu_ids", "numa_off", "numa_distance_pa", "numa_distance_cnt"),
    ),
    (translatable("nodes and CPUs"), ("acpi_disabled", "acpi_numa", "hashdist")),
    (translatable("zones and pages"), ("totalram_pages", "nr_kernel_pages", "nr_all_pages", "movable_zone")),
    (translatable("zones and pages"), ("policy_zone", "required_kernelcore", "required_movablecore")),
    (translatable("zones and pages"), ("required_kernelcore_percent", "required_movablecore_percent")),
    (translatable("zones and pages"), ("old_usemap_snr", "old_pgdat_snr")),
    (translatable("the log"), ("log_buf_len", "new_log_buf_len", "log_buf_pa", "earlycon_console")),
    (translatable("per-CPU areas"), ("pcpu_chosen_fc",)),
    ("firmware", ()),
    (translatable("the hypervisor"), ()),
    (
        translatable("bounce buffers"),
        ("default_nslabs", "default_nareas", "swiotlb_force_bounce", "swiotlb_force_disable"),
    ),
)
"""What the variables of every architecture are about, in the order in which it is shown."""
OTHERS = "others"

_GROUP_OF = {name: group for group, names in GROUPS for name in names}
_ORDER = {group: at for at, group in reversed(list(enumerate(group for group, _ in GROUPS)))}

PFN, PAGES, BYTES, ADDRESS, COUNT = "pfn", "pages", "bytes", "address", "count"
OFFSET = "offset"
"""Of an address from another one."""
PFN_RANGES = "pfn ranges"
"""Start and end of one range of page frames after the other; the end is the first that is not in it."""

_ENDINGS = (
    ("_pfn", PFN),
    ("_pages", PAGES),
    ("_size", BYTES),
    ("_bytes", BYTES),
    ("_len", BYTES),
    ("_pa", ADDRESS),
    ("_addr", ADDRESS),
    ("_start", ADDRESS),
    ("_end", ADDRESS),
    ("_limit", ADDRESS),
    ("_memory", ADDRESS),
)
_KINDS = {
    "memory_limit": BYTES,
    "size_cmdline": BYTES,
    "base_cmdline": ADDRESS,
    "limit_cmdline": ADDRESS,
    "required_kernelcore": PAGES,
    "required_movablecore": PAGES,
}
_NOTHING = {"memory_limit": U64, "size_cmdline": -1, "elfcorehdr_addr": U64}
"""Values that stand for none."""


def pairs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Starts and ends that stand one after the other, as ranges."""
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def group_order(group: str) -> int:
    """The place of a group among all of them."""
    return _ORDER.get(group, len(_ORDER) + len(GROUPS))


class VariableWords:
    """What is said of a kernel's variables; `own` are those of its architecture."""

    def __init__(self, own: Iterable[Variable] = ()) -> None:
        self._own = {variable.name: variable for variable in own}
        self._nothing = {**_NOTHING, **{each.name: each.nothing for each in self._own.values()}}

    def group(self, name: str) -> str:
        """What a variable is about."""
        own = self._own.get(name)
        return own.group if own else _GROUP_OF.get(name, OTHERS)

    def kind(self, name: str) -> str:
        """What the numbers of a variable count, by its name if nobody says."""
        own = self._own.get(name)
        known = (own.kind if own else "") or _KINDS.get(name)
        return known or next((kind for ending, kind in _ENDINGS if name.endswith(ending)), COUNT)

    def text(self, name: str, value: Any, page_size: int) -> str:
        """A value as it reads best: a pfn with its address, pages with their bytes, a size with a unit."""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            return f'"{value}"'
        if isinstance(value, tuple):
            return self._ranges(name, cast("tuple[int, ...]", value))
        if not isinstance(value, int):
            return str(value)
        if self._nothing.get(name) == value:
            return tr("{address}, not set", address=hex_address(value) if value > 0 else value)
        kind = self.kind(name) if value else COUNT
        if kind == PFN:
            return tr("{value:#x}  at {address}", value=value, address=hex_address(value * page_size))
        if kind == PAGES:
            return f"{value}  {readable_size(value * page_size)}"
        if kind == BYTES:
            return f"{hex_address(value)}  {readable_size(value)}"
        if kind in (ADDRESS, OFFSET):
            size = f"  {readable_size(value)}" if value >= 1 << 20 and name.endswith("_limit") else ""
            return f"{hex_address(value)}{size}"
        return str(value) if -(1 << 20) < value < 1 << 20 else hex_address(value)

    def _ranges(self, name: str, value: tuple[int, ...]) -> str:
        if not any(value):
            return tr("none")
        if self.kind(name) == PFN_RANGES:
            return ", ".join(f"{start:#x}-{end - 1:#x}" for start, end in pairs(value))
        return ", ".join(f"{hex_address(start)}-{hex_address(end)}" for start, end in pairs(value))

    def question(self, name: str, value: Any) -> str | None:
        """The value in the words of the command ``x``, if it is a place in memory."""
        if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
            return None
        if self._nothing.get(name) == value:
            return None
        if self.kind(name) == PFN:
            return f"pfn {value:#x}"
        return hex_address(value) if self.kind(name) == ADDRESS else None
