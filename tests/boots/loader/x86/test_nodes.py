"""A PC's memory and CPUs among nodes, as QEMU's SRAT tells them."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.acpi_tables import memory_affinity, subtables

GIB = 1 << 30


def memory(machine: str, variation: Variation) -> list[tuple[int, int, int]]:
    """Node, first and last byte of each range that the SRAT tells of, unused entries too."""
    firmware = load_what_if(read_machine(machine), variation).firmware
    srat = next(table for table in firmware.acpi if table.signature == "SRAT")
    told = [memory_affinity(entry) for entry in subtables(srat, 48) if entry.type == 1]
    return [(ma.proximity_domain, ma.base_address, ma.base_address + ma.length - 1) for ma in told]


def test_memory_is_what_qemu_prints_of_eight_gibibytes() -> None:
    assert memory("pc-8g", Variation(numa=2)) == [
        (0, 0, 0x9FFFF),
        (0, 0x100000, 0xBFFFFFFF),
        (0, 0x100000000, 0x13FFFFFFF),
        (1, 0x140000000, 0x23FFFFFFF),
    ]


def test_memory_is_what_qemu_prints_of_two_with_three_nodes() -> None:
    """``-M q35 -m 2G``; two nodes of 680 MiB and one of 688 MiB."""
    assert memory("pc-2g", Variation(numa=3)) == [
        (0, 0, 0x9FFFF),
        (0, 0x100000, 0x2A7FFFFF),
        (1, 0x2A800000, 0x54FFFFFF),
        (2, 0x55000000, 0x7FFFFFFF),
        (0, 0, -1),
    ]


def test_uefi_splits_at_two_gibibytes() -> None:
    assert memory("pc-8g-uefi", Variation(numa=2)) == [
        (0, 0, 0x9FFFF),
        (0, 0x100000, 0x7FFFFFFF),
        (0, 0x100000000, 0x17FFFFFFF),
        (1, 0x180000000, 0x27FFFFFFF),
    ]


def test_memory_grows_first_and_is_divided_then() -> None:
    assert memory("pc-2g", Variation(ram=16 * GIB, numa=2))[-1] == (1, 9 * GIB, 17 * GIB - 1)


def test_the_kernel_finds_the_nodes_and_their_cpus() -> None:
    kernel = load_what_if(read_machine("pc-8g"), Variation(numa=2))
    boot(kernel)
    ends = [(region.end, region.nid) for region in kernel.memblock.memory.regions]
    assert ends[-2:] == [(0x140000000, 0), (0x240000000, 1)]
    assert sorted(kernel.zones.nodes) == [0, 1]
    assert dict(kernel.apic.apicid_to_node) == {0: 0, 1: 1}


def test_a_map_alone_has_no_tables_to_tell_nodes(tmp_path: Path) -> None:
    (tmp_path / "map.txt").write_text("0x0 0x9fc00 usable\n0x100000 0x40000000 usable\n")
    machine = read_machine(str(tmp_path / "map.txt"))
    with pytest.raises(InputError, match=r"has no ACPI tables .*numa=fake=2 on the command line"):
        load_what_if(machine, Variation(numa=2))
