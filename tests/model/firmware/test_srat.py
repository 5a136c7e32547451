"""SRAT as QEMU writes it, byte for byte."""

from __future__ import annotations

from pathlib import Path

from bootstep.boots.loader.machine_file import SHIPPED
from bootstep.model.firmware.acpi_tables import AcpiTable, checksum, parse_table, subtables
from bootstep.model.firmware.srat import (
    gicc_affinity,
    local_apic_affinity,
    made_srat,
    memory_affinity,
)

GIB = 1 << 30


def table(machine: str, name: str) -> AcpiTable:
    path = Path(SHIPPED / machine / "acpi" / f"{name}.bin")
    return parse_table(path.read_bytes(), 0, str(path))


def test_it_is_qemus_own_of_a_pc() -> None:
    """pc-6g-numa2 got two CPUs on each node: ``-numa node,cpus=0-1 -numa node,cpus=2-3``."""
    cpus = [local_apic_affinity(cpu, cpu // 2) for cpu in range(4)]
    memory = [
        memory_affinity(0, 0, 0xA0000),
        memory_affinity(0, 1 << 20, 3 * GIB - (1 << 20)),
        memory_affinity(1, 4 * GIB, 3 * GIB),
    ]
    made = made_srat(1, table("pc/6g-numa2", "APIC"), cpus, memory, 4)
    assert made == table("pc/6g-numa2", "SRAT").data


def test_arm64s_cpus_are_told_by_their_uids() -> None:
    made = made_srat(3, table("server", "APIC"), [gicc_affinity(7, 1)], [memory_affinity(1, GIB, GIB)])
    read = parse_table(made, 0, "made")
    assert (read.revision, checksum(made), made[10:36]) == (3, 0, table("server", "APIC").data[10:36])
    cpu, memory = subtables(read, 48)
    assert (cpu.type, cpu.number(2, 4), cpu.number(6, 4), cpu.number(10, 4)) == (3, 1, 7, 1)
    assert (memory.type, memory.number(2, 4), memory.number(8, 8), memory.number(16, 8)) == (1, 1, GIB, GIB)


def test_a_large_apic_id_has_an_entry_of_its_own_kind() -> None:
    assert [local_apic_affinity(apic_id, 0)[0] for apic_id in (254, 255, 4096)] == [0, 2, 2]
    wide = local_apic_affinity(4096, 3)
    assert (len(wide), wide[4:8], wide[8:12]) == (24, b"\3\0\0\0", b"\0\x10\0\0")
