"""The kernel's variables in words."""

from __future__ import annotations

from typing import Any

import pytest
from bootstep.boots.arm64.variables import Kernel
from bootstep.model.arch.arm64.record import ARM64
from bootstep.model.text.variables import GROUPS, OTHERS, VariableWords, group_order

WORDS = VariableWords(ARM64.variables)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("max_pfn", 0x80000, "0x80000  at 0x80000000"),
        ("max_pfn", 0, "0"),
        ("totalram_pages", 253213, "253213  989.1 MiB"),
        ("phys_initrd_size", 0x80_0000, "0x800000  8.0 MiB"),
        ("memstart_addr", 0x4000_0000, "0x40000000"),
        ("memstart_addr", -1, "-1, not set"),
        ("memory_limit", (1 << 64) - 1, "0xffffffffffffffff, not set"),
        ("memory_limit", 600 << 20, "0x25800000  600.0 MiB"),
        ("arm64_dma_phys_limit", 1 << 32, "0x100000000  4.0 GiB"),
        ("rodata_full", True, "true"),
        ("init_mm_pgd", "swapper_pg_dir", '"swapper_pg_dir"'),
        ("zone_dma_bits", 32, "32"),
        ("nr_cpu_ids", 256, "256"),
    ],
)
def test_values_read_well(name: str, value: Any, text: str) -> None:
    assert WORDS.text(name, value, 4096) == text


def test_a_pfn_is_of_the_kernels_page_size() -> None:
    assert WORDS.text("max_pfn", 0x8000, 65536) == "0x8000  at 0x80000000"


def test_groups_are_of_variables_that_there_are() -> None:
    named = {name for _, names in GROUPS for name in names} | {own.name for own in ARM64.variables}
    assert named <= Kernel.variable_names.keys()


def test_the_limits_come_first_and_others_last() -> None:
    assert WORDS.group("max_pfn") == WORDS.group("zone_dma_bits") == "limits of memory"
    assert WORDS.group("acpi_madt_seen") == OTHERS
    assert sorted([OTHERS, "the log", "limits of memory"], key=group_order) == [
        "limits of memory",
        "the log",
        OTHERS,
    ]


def test_what_to_ask_of_a_variable() -> None:
    assert WORDS.question("max_pfn", 0x80000) == "pfn 0x80000"
    assert WORDS.question("memstart_addr", 0x4000_0000) == "0x40000000"
    assert WORDS.question("memstart_addr", -1) is None
    assert WORDS.question("totalram_pages", 4) is None
    assert WORDS.question("rodata_full", True) is None
    assert WORDS.question("kimage_voffset", 0xFFFF_7FFF_C7E0_0000) is None


def test_no_python_names_are_among_the_variables() -> None:
    assert not [name for name in Kernel.variable_names if name.startswith("_")]
