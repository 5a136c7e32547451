"""What configuration tables make the kernel keep.

Covers efi_bgrt.py, esrt.py, memattr.py, mokvar_table.py, secureboot.py, tpm.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.drivers.efi.efi import efi_md_typeattr_format
from bootstep.model.firmware.efi_memmap import (
    EFI_BOOT_SERVICES_DATA,
    EFI_CONVENTIONAL_MEMORY,
    EFI_MEMORY_WB,
    EFI_RUNTIME_SERVICES_DATA,
    EfiMemoryDesc,
)
from device_tree_kernel import GIB, log, regions
from uefi_kernel import ALL, MAP_ADDRESS, bare_kernel, md, tables, uefi_booted

TABLE = GIB + 0x123458
BOOT_DATA = [ALL, md(EFI_BOOT_SERVICES_DATA, 2 * GIB, 1 << 20)]
MAP = (MAP_ADDRESS & -4096, 4096)


def kept(k: Kernel) -> list[tuple[int, int]]:
    """What is reserved, but for the memory map."""
    return [region for region in regions(k, "reserved") if region != MAP]


def test_known_tables_are_printed_on_one_line_as_they_come() -> None:
    k = uefi_booted(efi=tables({"SMBIOS 3.0": 0x7FED0000, "ACPI 2.0": 0x7C430018, "INITRD": TABLE}))
    assert "efi: SMBIOS 3.0=0x7fed0000 ACPI 2.0=0x7c430018 INITRD=0x40123458 " in log(k)


def test_a_table_of_a_feature_that_is_not_built_in_is_not_known() -> None:
    efi = tables({"MOKvar": TABLE})
    assert "efi: " in log(uefi_booted(efi=efi))
    assert f"efi: MOKvar=0x{TABLE:x} " in log(uefi_booted(efi=efi, options="CONFIG_LOAD_UEFI_KEYS=y"))


def test_the_memory_attributes_table_is_kept_with_all_its_entries() -> None:
    assert kept(uefi_booted(efi=tables({"MEMATTR": TABLE}))) == [(TABLE, 0x400)]
    told = tables({"MEMATTR": TABLE}, tables={"MEMATTR": {"entries": 3, "desc_size": "0x30", "version": 2}})
    assert kept(uefi_booted(efi=told)) == [(TABLE, 16 + 3 * 48)]


def test_a_later_version_of_the_memory_attributes_table_is_not_understood() -> None:
    k = uefi_booted(efi=tables({"MEMATTR": TABLE}, tables={"MEMATTR": {"version": 3}}))
    assert "efi: memattr: Unexpected EFI Memory Attributes table version 3" in log(k)
    assert kept(k) == []


def test_the_stubs_own_list_of_reservations_is_kept_though_it_is_empty() -> None:
    assert kept(uefi_booted(efi=tables({"MEMRESERVE": TABLE}))) == [(TABLE, 16)]


def test_what_an_earlier_kernel_reserved_is_kept() -> None:
    listed = [
        {"size": 4, "entries": [[2 * GIB, 0x10000]]},
        {"address": 3 * GIB, "entries": [["0xd0000000", "0x2000"], [0xE0000000, 1]]},
    ]
    k = uefi_booted(efi=tables({"MEMRESERVE": TABLE}, tables={"MEMRESERVE": listed}))
    assert kept(k) == [
        (TABLE, 16 + 4 * 16),
        (2 * GIB, 0x10000),
        (3 * GIB, 16 + 2 * 16),
        (0xD0000000, 0x2000),
        (0xE0000000, 1),
    ]


def test_the_initrd_of_the_table_counts_if_the_device_tree_has_none() -> None:
    efi = tables({"INITRD": TABLE}, tables={"INITRD": {"base": "0x7b650000", "size": 0x10600}})
    k = uefi_booted(efi=efi)
    assert (k.phys_initrd_start, k.phys_initrd_size) == (0x7B650000, 0x10600)


def test_the_tpms_event_logs_are_kept() -> None:
    log_only = tables({"TPMEventLog": TABLE}, tables={"TPMEventLog": {"size": 0x1000}})
    k = uefi_booted(efi=log_only)
    assert kept(k) == [(TABLE, 0x1000 + 12)]
    assert "TPM Final Events table not present" in log(k)
    both = tables(
        {"TPMEventLog": TABLE, "TPMFinalLog": 2 * GIB},
        tables={"TPMEventLog": {"size": 0x1000}, "TPMFinalLog": {"events_size": 0x234}},
    )
    assert kept(uefi_booted(efi=both)) == [(TABLE, 0x1000 + 12), (2 * GIB, 0x234 + 16)]


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ({"TPMEventLog": {"version": 1}}, "[Firmware Bug]: TPM Final Events table invalid"),
        (
            {"TPMFinalLog": {"events_size": -1}},
            "[Firmware Bug]: Failed to parse event in TPM Final Events Log",
        ),
    ],
)
def test_final_events_that_make_no_sense_are_not_kept(contents: dict[str, object], words: str) -> None:
    k = uefi_booted(efi=tables({"TPMEventLog": TABLE, "TPMFinalLog": 2 * GIB}, tables=contents))
    assert words in log(k)
    assert kept(k) == [(TABLE, 12)]


def test_the_esrt_is_kept_where_boot_services_had_it() -> None:
    k = uefi_booted(BOOT_DATA, tables({"ESRT": 2 * GIB + 8}, tables={"ESRT": {"count": 2}}))
    assert kept(k) == [(2 * GIB + 8, 16 + 2 * 40)]
    assert "esrt: Reserving ESRT space from 0x0000000080000008 to 0x0000000080000068." in log(k)
    runtime = [ALL, md(EFI_RUNTIME_SERVICES_DATA, 2 * GIB, 1 << 20)]
    assert kept(uefi_booted(runtime, tables({"ESRT": 2 * GIB}))) == []


@pytest.mark.parametrize(
    ("address", "contents", "words"),
    [
        (GIB, {}, "ESRT header is not in the memory map."),
        (
            2 * GIB + (1 << 20) - 8,
            {},
            "ESRT header doesn't fit on single memory map entry. (size: 16 max: 8)",
        ),
        (2 * GIB, {"version": 2}, "Unsupported ESRT version 2."),
        (2 * GIB, {"count": 129}, "ESRT says fw_resource_count has very large value 129."),
        (
            2 * GIB + (1 << 20) - 50,
            {},
            "ESRT memory map entry can only hold the header. (max: 34 size: 40)",
        ),
        (
            2 * GIB + (1 << 20) - 60,
            {"count": 2},
            "ESRT does not fit on single memory map entry (size: 16 max: 60)",
        ),
    ],
)
def test_an_esrt_that_makes_no_sense_is_not_kept(address: int, contents: dict[str, int], words: str) -> None:
    k = uefi_booted(BOOT_DATA, tables({"ESRT": address}, tables={"ESRT": contents}))
    assert f"esrt: {words}" in log(k)
    assert kept(k) == []


def test_shims_variables_are_kept() -> None:
    options = "CONFIG_LOAD_UEFI_KEYS=y"
    efi = tables({"MOKvar": 2 * GIB}, tables={"MOKvar": {"size": 0x2000}})
    assert kept(uefi_booted(BOOT_DATA, efi, options)) == [(2 * GIB, 0x2000)]
    k = uefi_booted([ALL], efi, options)
    assert "mokvar: EFI MOKvar config table is not within the EFI memory map" in log(k)
    assert kept(k) == []


def test_the_mode_of_secure_boot_is_said() -> None:
    assert "secureboot: Secure boot enabled" in log(uefi_booted(secure_boot=3))
    assert "secureboot: Secure boot could not be determined (mode 1)" in log(uefi_booted(secure_boot=1))


@pytest.mark.parametrize(
    ("type", "attribute", "words"),
    [
        (
            EFI_CONVENTIONAL_MEMORY,
            EFI_MEMORY_WB,
            "[Conventional|   |  |  |  |  |  |  |  |  |  |   |WB|  |  |  ]",
        ),
        (
            EFI_BOOT_SERVICES_DATA,
            1 << 63 | 0x1FF01F,
            "[Boot Data   |RUN|HP|MR|CC|SP|NV|XP|RP|WP|RO|UCE|WB|WT|WC|UC]",
        ),
        (EFI_CONVENTIONAL_MEMORY, 1 << 40 | 8, "[Conventional|attr=0x0000010000000008]"),
        (15, EFI_MEMORY_WB, "[type=15|   |  |  |  |  |  |  |  |  |  |   |WB|  |  |  ]"),
        (0xFFFFFFFF, 0, "[type=4294967295|   |  |  |  |  |  |  |  |  |  |   |  |  |  |  "),
    ],
)
def test_types_and_attributes_are_printed_as_the_kernel_does(type: int, attribute: int, words: str) -> None:
    assert efi_md_typeattr_format(bare_kernel(), EfiMemoryDesc(type, 0, 0, 1, attribute)) == words
