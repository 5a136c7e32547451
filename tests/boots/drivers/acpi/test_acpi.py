"""Whether the kernel believes ACPI or the device tree.

Covers boots/arm64/kernel/acpi.py, arm64/iort.py, root_table.py, spcr.py, tables.py.
"""

from __future__ import annotations

import struct

import pytest
from acpi_machine import RSDP_ADDRESS, acpi_kernel, fadt, madt, table
from bootstep.boots.arm64.kernel.acpi import acpi_boot_table_init, dt_is_stub, parse_acpi
from bootstep.boots.core.inputs import Firmware
from bootstep.boots.drivers.acpi.arm64.iort import acpi_iort_dma_get_max_cpu_address
from bootstep.boots.drivers.acpi.root_table import acpi_get_table
from bootstep.boots.drivers.acpi.tables import acpi_force_table_verification_setup, acpi_parse_apic_instance
from bootstep.boots.drivers.efi.flags import EFI_CONFIG_TABLES
from bootstep.model.firmware.acpi_tables import AcpiTable, parse_table
from bootstep.model.firmware.devicetree.dtc import compile_dts
from device_tree_kernel import log
from uefi_kernel import bare_kernel

STUB = compile_dts('/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; chosen { bootargs = "x"; }; };')


@pytest.mark.parametrize(
    ("words", "stub", "disabled"),
    [
        ((), False, True),
        ((), True, False),
        (("off",), True, True),
        (("on",), False, False),
        (("force",), False, False),
        (("off", "force"), False, True),
    ],
)
def test_acpi_counts_if_the_tree_is_empty_or_the_command_line_says_so(
    words: tuple[str, ...], stub: bool, disabled: bool
) -> None:
    k = bare_kernel(firmware=Firmware(acpi=(fadt(),)))
    k.efi.flags.add(EFI_CONFIG_TABLES)
    k.efi.tables["ACPI"] = RSDP_ADDRESS
    if stub:
        k.fdt = STUB
    assert dt_is_stub(k) == stub
    for word in words:
        assert parse_acpi(k, word) == 0
    acpi_boot_table_init(k)
    assert k.acpi_disabled == disabled


@pytest.mark.parametrize("word", [None, "", "maybe", "on,force"])
def test_other_words_of_acpi_are_wrong(word: str | None) -> None:
    assert parse_acpi(bare_kernel(), word) == -22


def test_without_tables_acpi_is_given_up_unless_forced() -> None:
    k = bare_kernel()
    parse_acpi(k, "on")
    acpi_boot_table_init(k)
    assert k.acpi_disabled
    assert log(k) == [
        "ACPI: Early table checksum verification disabled",
        "ACPI: Failed to init ACPI tables",
    ]
    k = bare_kernel()
    k.efi.flags.add(EFI_CONFIG_TABLES)
    parse_acpi(k, "force")
    acpi_boot_table_init(k)
    assert not k.acpi_disabled
    assert "ACPI: System description tables not found" in log(k)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([], ["Failed to get FADT table, AE_NOT_FOUND"]),
        ([fadt(5, 0, 0)], ["[Firmware Bug]: Unsupported FADT revision 5.0, should be 5.1+"]),
        ([fadt(6, flags=0)], ["FADT not ACPI hardware reduced compliant"]),
    ],
)
def test_a_fadt_that_will_not_do(tables: list[AcpiTable], words: list[str]) -> None:
    k = acpi_kernel(tables, words=("on",))
    assert k.acpi_disabled
    assert log(k)[1:] == [*(f"ACPI: {line}" for line in words), "ACPI: Failed to init ACPI tables"]


def test_an_old_fadt_that_knows_of_arm_will_do() -> None:
    k = acpi_kernel([fadt(4, 0, 1)], words=("on",))
    assert not k.acpi_disabled
    assert "ACPI: FADT has ARM boot flags set, assuming 5.1" in log(k)


def test_tables_are_printed_in_the_order_of_the_root_table() -> None:
    tables = (madt(), fadt(), table("DSDT"), table("SSDT"))
    placed = tuple(
        parse_table(entry.data, address, entry.filename)
        for entry, address in zip(tables, (0x1000, 0x2000, 0x3000, 0x4000), strict=True)
    )
    xsdt = table("XSDT", struct.pack("<QQ", 0x1000, 0x2000), 1, 0x500)
    rsdp = b"RSD PTR PBOCHS \x02" + bytes(4) + struct.pack("<IQ", 36, 0x500) + bytes(4)
    k = bare_kernel(firmware=Firmware(acpi=placed, xsdt=xsdt, rsdp=rsdp))
    k.efi.flags.add(EFI_CONFIG_TABLES)
    k.efi.tables["ACPI 2.0"] = RSDP_ADDRESS
    parse_acpi(k, "on")
    acpi_boot_table_init(k)
    assert log(k) == [
        "ACPI: Early table checksum verification disabled",
        "ACPI: RSDP 0x000000007C430018 000024 (v02 BOCHS )",
        "ACPI: XSDT 0x0000000000000500 000034 (v01 BOCHS  BXPC     00000001 BXPC 00000001)",
        "ACPI: APIC 0x0000000000001000 00002C (v04 BOCHS  BXPC     00000001 BXPC 00000001)",
        "ACPI: FACP 0x0000000000002000 000114 (v06 BOCHS  BXPC     00000001 BXPC 00000001)",
    ]
    # The FADT says nowhere where the DSDT is; the SSDT is not listed.
    assert [entry.signature for entry in k.acpi.tables] == ["APIC", "FACP", "DSDT"]


def test_a_root_table_without_entries_is_an_error() -> None:
    k = bare_kernel(firmware=Firmware(acpi=(fadt(),), xsdt=table("XSDT", b"", 1)))
    k.efi.flags.add(EFI_CONFIG_TABLES)
    k.efi.tables["ACPI 2.0"] = RSDP_ADDRESS
    parse_acpi(k, "on")
    acpi_boot_table_init(k)
    assert "ACPI BIOS Error (bug): Invalid table length 0x24 in RSDT/XSDT" in log(k)
    assert k.acpi_disabled


def test_sums_are_checked_if_that_is_asked_for_and_the_table_is_used_all_the_same() -> None:
    bad = bytearray(fadt().data)
    bad[9] ^= 1
    wrong = parse_table(bytes(bad), 0, "FACP.bin")
    words = "ACPI BIOS Warning (bug): Incorrect checksum in table [FACP]"
    assert not [line for line in log(acpi_kernel([wrong])) if line.startswith(words)]
    k = bare_kernel(firmware=Firmware(acpi=(wrong,)))
    k.efi.flags.add(EFI_CONFIG_TABLES)
    k.efi.tables["ACPI 2.0"] = RSDP_ADDRESS
    acpi_force_table_verification_setup(k, None)
    parse_acpi(k, "on")
    acpi_boot_table_init(k)
    assert f"{words} - 0x{bad[9]:02X}, should be 0x{fadt().data[9]:02X}" in log(k)
    assert not k.acpi_disabled


def test_of_two_madts_the_first_is_used() -> None:
    k = acpi_kernel([fadt(), madt(), madt()])
    assert log(k)[-2:] == [
        "ACPI: BIOS bug: multiple APIC/MADT found, using 0",
        'ACPI: If "acpi_apic_instance=2" works better, notify linux-acpi@vger.kernel.org',
    ]
    assert acpi_get_table(k, "APIC", 2) is k.acpi.tables[2]
    assert acpi_parse_apic_instance(k, "2") == 0
    assert k.acpi.apic_instance == 2
    assert acpi_parse_apic_instance(k, "two") == -22


def iort(*nodes: bytes) -> AcpiTable:
    return table("IORT", struct.pack("<III", len(nodes), 48, 0) + b"".join(nodes))


def iort_node(kind: int, revision: int, bits: int) -> bytes:
    node = bytearray(40)
    struct.pack_into("<BHB", node, 0, kind, len(node), revision)
    node[16 + {1: 12, 2: 16}[kind]] = bits
    return bytes(node)


@pytest.mark.parametrize(
    ("nodes", "limit"),
    [
        ([], (1 << 64) - 1),
        ([iort_node(1, 0, 30)], (1 << 30) - 1),
        ([iort_node(2, 0, 30)], (1 << 64) - 1),
        ([iort_node(2, 1, 32), iort_node(1, 0, 0), iort_node(2, 3, 64)], (1 << 32) - 1),
    ],
)
def test_the_narrowest_device_of_the_iort_decides(nodes: list[bytes], limit: int) -> None:
    assert acpi_iort_dma_get_max_cpu_address(acpi_kernel([fadt(), iort(*nodes)])) == limit


def test_without_acpi_the_iort_does_not_count() -> None:
    k = acpi_kernel([fadt(), iort(iort_node(1, 0, 30))], words=("off",))
    assert acpi_iort_dma_get_max_cpu_address(k) == (1 << 64) - 1
