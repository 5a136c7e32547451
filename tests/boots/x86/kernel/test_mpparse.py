"""The MP table is found and read.  Covers smp_config.py."""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import KernelPanic
from bootstep.boots.core.params import parse_early_param
from bootstep.boots.x86.kernel.e820.memblock import e820__memblock_setup
from bootstep.boots.x86.kernel.e820.memory_setup import e820__memory_setup
from bootstep.boots.x86.kernel.mpparse import e820__memblock_alloc_reserved_mpc_new, find_mptable
from bootstep.boots.x86.kernel.smp_config import early_parse_smp_cfg, parse_smp_cfg
from bootstep.boots.x86.mm.fixmap import early_ioremap_init
from bootstep.boots.x86.variables import Kernel
from bootstep.model.firmware.pc_firmware import MpPointer
from device_tree_kernel import log, regions
from e820_machine import pc_kernel

POINTER, TABLE = 0xF5BA0, 0xF5BB0
FIRST = bytes([0, 0, 0x14, 3]).ljust(20, b"\0")
SECOND = bytes([0, 1, 0x14, 1]).ljust(20, b"\0")
DISABLED = bytes([0, 2, 0x14, 0]).ljust(20, b"\0")
IO = bytes([2, 0, 0x11, 1]) + (0xFEC00000).to_bytes(4, "little")
INTERRUPT = bytes([3, 0, 0, 0, 0, 1, 0, 1])


def table(*entries: bytes, lapic: int = 0xFEE00000) -> bytes:
    body = b"".join(entries)
    head = b"PCMP" + (44 + len(body)).to_bytes(2, "little") + bytes([4, 0]) + b"BOCHSCPU" + b"0.1         "
    data = head.ljust(36, b"\0") + lapic.to_bytes(4, "little") + bytes(4) + body
    return data[:7] + bytes([-sum(data) & 0xFF]) + data[8:]


WHOLE = table(FIRST, SECOND, DISABLED, IO, INTERRUPT)


def kernel(*pointers: MpPointer, release: str = "6.1", **x86: int) -> Kernel:
    k = pc_kernel(release=release, mp=pointers, **x86)
    early_ioremap_init(k)
    return k


def found(address: int, ebda_segment: int = 0, specification: int = 4) -> int:
    """Where the kernel finds a pointer that lies at an address."""
    k = kernel(MpPointer(address, specification, 0, TABLE, WHOLE), ebda_segment=ebda_segment)
    find_mptable(k)
    return k.mpf_base


def test_a_pointer_lies_in_the_first_kib_below_640_or_in_the_bios() -> None:
    for address in (0x10, 0x9FC00, 0xF0000, 0xFFFF0):
        assert found(address) == address
    for address in (0x400, 0x9F800, 0xF0008, 0xEFFF0):
        assert found(address) == 0


def test_last_of_all_it_is_looked_for_in_the_bioss_extended_data() -> None:
    assert found(0x90010) == 0
    assert found(0x90010, ebda_segment=0x9000) == 0x90010


def test_versions_that_nobody_knows_do_not_count() -> None:
    assert found(POINTER, specification=2) == 0


def test_pointer_and_table_are_reserved() -> None:
    for release in ("6.1", "6.12"):
        k = kernel(MpPointer(POINTER, 4, 0, TABLE, WHOLE), release=release)
        find_mptable(k)
        assert regions(k, "reserved") == [(POINTER, 16 + len(WHOLE))]
        assert "found SMP MP-table at [mem 0x000f5ba0-0x000f5baf]" in log(k)


def test_a_new_table_is_allocated_if_somebody_asks() -> None:
    for words, size in (("alloc_mptable", 4096), ("alloc_mptable=8k", 8192), ("update_mptable", 0)):
        k = kernel()
        k.boot_command_line = words
        parse_early_param(k)
        e820__memory_setup(k)
        e820__memblock_setup(k)
        e820__memblock_alloc_reserved_mpc_new(k)
        assert sum(length for _, length in regions(k, "reserved")) == size


def read(mpf: MpPointer, release: str = "6.1") -> Kernel:
    """A kernel without ACPI that has read the MP table."""
    k = kernel(mpf, release=release)
    find_mptable(k)
    e820__memory_setup(k)
    e820__memblock_setup(k)
    if release != "6.1":
        early_parse_smp_cfg(k)
    parse_smp_cfg(k)
    return k


def test_cpus_and_io_apics_are_told_and_noted() -> None:
    for release in ("6.1", "6.12"):
        k = read(MpPointer(POINTER, 4, 0, TABLE, WHOLE), release)
        assert "Processor #0 (Bootup-CPU)" in log(k)
        assert "Processor #1" in log(k)
        assert "Processor #2" not in log(k)
        assert "Processors: 2" in log(k)
        assert [ioapic.address for ioapic in k.apic.ioapics] == [0xFEC00000]
        assert log(k).count("MPTABLE: APIC at: 0xFEE00000") == (1 if release == "6.1" else 2)


def test_acpi_knows_better() -> None:
    k = kernel(MpPointer(POINTER, 4, 0, TABLE, WHOLE))
    find_mptable(k)
    k.apic.acpi_lapic = k.apic.acpi_ioapic = True
    parse_smp_cfg(k)
    assert not [line for line in log(k) if "MPTABLE" in line]


def test_a_standard_configuration_has_two_cpus() -> None:
    k = read(MpPointer(POINTER, 1, 5, 0, b""))
    assert "Default MP configuration #5" in log(k)
    assert "Processors: 2" in log(k)
    assert len(k.apic.ioapics) == 1


def test_a_pointer_to_nothing_ends_the_boot() -> None:
    with pytest.raises(KernelPanic, match="BUG"):
        read(MpPointer(POINTER, 4, 0, 0, b""))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"XXXX" + WHOLE[4:], "MPTABLE: bad signature [XXXX]!"),
        (WHOLE[:-1] + b"\x77", "MPTABLE: checksum error!"),
        (table(FIRST, lapic=0), "MPTABLE: null local APIC address!"),
        (table(IO), "MPTABLE: no processors registered!"),
    ],
    ids=("signature", "checksum", "local APIC", "processors"),
)
def test_a_wrong_table_is_complained_of(data: bytes, words: str) -> None:
    k = read(MpPointer(POINTER, 4, 0, TABLE, data))
    assert words in log(k)
    assert "BIOS bug, MP table errors detected!..." in log(k)
    assert not k.apic.smp_found_config
