"""The kernel's variables that the model's state keeps, as C has them: symbol, size, what the bytes mean."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

from ....model.memory.contents import Variable

COMMAND_LINE_SIZE = 2048


class VariableRow(NamedTuple):
    """A variable: its `name` in the model's state, its `size` in bytes, what its bytes say, and its `symbol`
    ("": as it is named).  One that lies close behind the symbol `not_beside` is another of the same name."""

    name: str
    size: int
    decode: Callable[[bytes], Variable]
    symbol: str = ""
    not_beside: str = ""


def unsigned(data: bytes) -> int:
    """A number."""
    return int.from_bytes(data, "little")


def signed(data: bytes) -> int:
    """A number that may be negative."""
    return int.from_bytes(data, "little", signed=True)


def flag(data: bytes) -> bool:
    """True or false."""
    return bool(data[0])


def text(data: bytes) -> str:
    """An array of characters, up to its 0."""
    return data.partition(b"\0")[0].decode("utf-8", "replace")


def resource(data: bytes) -> tuple[int, ...]:
    """The first two members of a ``struct resource``: first and last address."""
    return struct.unpack("<QQ", data)


def word_of(*words: str) -> Callable[[bytes], Variable]:
    """One of an enumeration's names; the bare number where there is none."""

    def decode(data: bytes) -> Variable:
        number = unsigned(data)
        return words[number] if number < len(words) else number

    return decode


LONGS = (
    *("phys_initrd_start", "phys_initrd_size", "initrd_start", "initrd_end", "zone_dma_limit"),
    *("min_low_pfn", "max_low_pfn", "max_pfn", "max_possible_pfn", "high_memory"),
    *("required_kernelcore", "required_movablecore", "nr_kernel_pages", "nr_all_pages"),
    *("required_kernelcore_percent", "required_movablecore_percent", "totalcma_pages"),
    *("elfcorehdr_addr", "elfcorehdr_size", "base_cmdline", "limit_cmdline", "pernuma_size_bytes"),
    *("default_nslabs", "default_nareas", "new_log_buf_len", "old_usemap_snr", "old_pgdat_snr"),
    *("dhash_entries", "ihash_entries", "hugetlb_cma_size"),
)
INTS = ("zone_dma_bits", "nr_node_ids", "nr_cpu_ids", "cma_area_count", "log_buf_len", "memtest_pattern")
SIGNED_INTS = (
    *("dt_root_addr_cells", "dt_root_size_cells", "total_reserved_mem_cnt", "movable_zone", "policy_zone"),
    *("hashdist", "numa_distance_cnt", "acpi_numa"),
)
FLAGS = (
    *("rodata_enabled", "numa_off", "swiotlb_force_bounce", "swiotlb_force_disable", "early_page_ext"),
    *("earlycon_acpi_spcr_enable", "acpi_disabled"),
)
GENERIC: tuple[VariableRow, ...] = (
    VariableRow("boot_command_line", COMMAND_LINE_SIZE, text),
    *(VariableRow(name, 8, unsigned) for name in LONGS),
    *(VariableRow(name, 4, unsigned) for name in INTS),
    *(VariableRow(name, 4, signed) for name in SIGNED_INTS),
    *(VariableRow(name, 1, flag) for name in FLAGS),
    VariableRow("totalram_pages", 8, unsigned, "_totalram_pages"),
    VariableRow("size_cmdline", 8, signed),
    # Since 6.12 mm/memblock.c has one too, for reserve_mem=.
    VariableRow("reserved_mem_count", 4, signed, not_beside="reserved_mem_table"),
    VariableRow("debug_pagealloc_enabled", 1, flag, "_debug_pagealloc_enabled_early"),
    VariableRow("init_on_alloc", 1, flag, "_init_on_alloc_enabled_early"),
    VariableRow("init_on_free", 1, flag, "_init_on_free_enabled_early"),
    VariableRow("page_poisoning", 1, flag, "_page_poisoning_enabled_early"),
    VariableRow("pcpu_chosen_fc", 4, word_of("auto", "embed", "page")),
)
"""Those that kernels of all architectures may have, most of them with some option only."""
PHYSICAL: tuple[VariableRow, ...] = (
    VariableRow("numa_distance_pa", 8, unsigned, "numa_distance"),
    VariableRow("log_buf_pa", 8, unsigned, "log_buf"),
)
"""Pointers that the model keeps as physical addresses."""
STATIC_LOG = "__log_buf"
"""The first log buffer, in the image: while it is in use there is none of another address."""
