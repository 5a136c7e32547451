"""A kernel log as a source of UEFI's memory map."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from bootstep.model.firmware.efi_log import efi_facts_of_log, memory_map_of_log
from bootstep.model.firmware.efi_memmap import EfiMemoryDesc, parse_memory_map
from bootstep.model.firmware.efi_tables import GUIDS, parse_efi_tables

CASE = Path(__file__).parents[2] / "data" / "oracle" / "6.1-4k48" / "efi-srat"


def unpacked(name: str) -> bytes:
    return gzip.decompress((CASE / name).read_bytes())


def test_a_log_with_efi_debug_tells_the_whole_map() -> None:
    logged = memory_map_of_log(unpacked("dmesg.log.gz").decode())
    told = parse_memory_map(unpacked("efi_memmap.bin.gz"), 48, "efi_memmap.bin")
    assert logged == tuple(md._replace(virt_addr=0) for md in told)


def test_types_and_attributes_without_names() -> None:
    log = """\
[    0.000000] efi:   0x000040000000-0x000043ffffff [type=15|   |  |  |  |  |  |  |  |  |  |   |WB|  |  |  ]
[    0.000000] efi:   0x1000044000000-0x1000044000fff [MMIO Port   |attr=0x0000010000000008]
"""
    assert memory_map_of_log(log) == (
        EfiMemoryDesc(15, 0x40000000, 0, 0x4000, 8),
        EfiMemoryDesc(12, 0x1000044000000, 0, 1, 1 << 40 | 8),
    )


def test_a_log_tells_the_configuration_tables_the_kernel_knows() -> None:
    logged = parse_efi_tables(efi_facts_of_log(unpacked("dmesg.log.gz").decode()), "dmesg.log")
    told = parse_efi_tables(json.loads(unpacked("efi.json.gz")), "efi.json")
    assert [table for table in told.config_tables if table.guid in GUIDS.values()] == list(
        logged.config_tables
    )
    assert (logged.revision, logged.vendor) == (2 << 16 | 70, "EDK II")
    assert (logged.memattr_entries, logged.memattr_desc_size) == (21, 48)


def test_versions_as_6_12_prints_them() -> None:
    assert efi_facts_of_log("efi: EFI v2.7 by EDK II\n")["revision"] == 2 << 16 | 70
    assert efi_facts_of_log("efi: EFI v2.3.1 by Phoenix\n")["revision"] == 2 << 16 | 31


def test_another_log_tells_nothing() -> None:
    assert memory_map_of_log("Booting Linux") == ()
    assert efi_facts_of_log("Booting Linux") == {"config_tables": []}
