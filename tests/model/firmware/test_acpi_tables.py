"""ACPI tables: those of QEMU, and damaged ones."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.acpi_tables import (
    ACPI_SRAT_TYPE_GICC_AFFINITY,
    ACPI_SRAT_TYPE_MEMORY_AFFINITY,
    MADT_ENTRIES_AT,
    SRAT_ENTRIES_AT,
    AcpiTable,
    GiccAffinity,
    IortNode,
    MemoryAffinity,
    checksum,
    generic_interrupt,
    gicc_affinity,
    iort_nodes,
    memory_affinity,
    parse_slit,
    parse_table,
    subtables,
    text,
)
from hypothesis import given
from hypothesis import strategies as st

QEMU = Path(__file__).parents[2] / "data" / "oracle" / "6.1-4k48" / "efi-srat" / "acpi"


def raw(signature: str) -> bytes:
    return gzip.decompress((QEMU / f"{signature}.bin.gz").read_bytes())


def table(signature: str) -> AcpiTable:
    return parse_table(raw(signature), 0, signature)


@pytest.mark.parametrize("signature", ["APIC", "FACP", "IORT", "SLIT", "SRAT", "XSDT"])
def test_qemus_tables_are_whole_and_add_up(signature: str) -> None:
    found = table(signature)
    assert found.signature == signature
    assert found.length == len(found.data)
    assert checksum(found.data) == 0


def test_qemus_srat() -> None:
    entries = list(subtables(table("SRAT"), SRAT_ENTRIES_AT))
    assert [entry.type for entry in entries] == [ACPI_SRAT_TYPE_GICC_AFFINITY] * 2 + [
        ACPI_SRAT_TYPE_MEMORY_AFFINITY
    ] * 2
    assert [gicc_affinity(entry) for entry in entries[:2]] == [
        GiccAffinity(18, 0, 0, 1),
        GiccAffinity(18, 1, 1, 1),
    ]
    assert [memory_affinity(entry) for entry in entries[2:]] == [
        MemoryAffinity(40, 0, 0x40000000, 0x40000000, 1),
        MemoryAffinity(40, 1, 0x80000000, 0x40000000, 1),
    ]


def test_qemus_madt_has_two_cpus() -> None:
    cpus = [
        generic_interrupt(entry) for entry in subtables(table("APIC"), MADT_ENTRIES_AT) if entry.type == 11
    ]
    assert [(cpu.uid, cpu.arm_mpidr, cpu.flags, cpu.header_length) for cpu in cpus] == [
        (0, 0, 1, 80),
        (1, 1, 1, 80),
    ]


def test_qemus_slit_and_iort() -> None:
    slit = parse_slit(table("SLIT"))
    assert [slit.distance(a, b) for a in range(2) for b in range(2)] == [10, 20, 20, 10]
    assert list(iort_nodes(table("IORT"))) == [
        IortNode(0, 1, -1),
        IortNode(IortNode.PCI_ROOT_COMPLEX, 3, 64),
    ]


def test_a_file_may_be_longer_than_its_table() -> None:
    assert parse_table(raw("SLIT") + b"rest", 0, "SLIT").data == raw("SLIT")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "this is no ACPI table, 0 bytes are less than a header"),
        (raw("SRAT")[:35], "this is no ACPI table, 35 bytes are less than a header"),
        (raw("SRAT")[:-1], "the table is cut off, 163 of 164 bytes are there"),
        (b"SRAT" + (35).to_bytes(4, "little") + raw("SRAT")[8:], "the table claims 35 bytes, its header"),
    ],
)
def test_damaged_tables_are_named(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=f"tables/SRAT: {sentence}"):
        parse_table(data, 0, "tables/SRAT")


def test_a_slit_too_short_for_its_localities() -> None:
    data = bytearray(raw("SLIT"))
    data[36] = 3
    with pytest.raises(InputError, match="SLIT: 3 localities want 9 distances, 4 are there"):
        parse_slit(parse_table(bytes(data), 0, "SLIT"))


def test_letters_are_printed_up_to_a_nul_and_with_question_marks() -> None:
    assert text(b"BXPC    ") == "BXPC    "
    assert text(b"\x01A\0B") == "?A"


@given(st.sampled_from(["SRAT", "CEDT", "APIC"]), st.binary(max_size=300))
def test_walking_any_table_ends(signature: str, body: bytes) -> None:
    header = signature.encode() + (36 + len(body)).to_bytes(4, "little") + bytes(28)
    found = parse_table(header + body, 0, "x")
    entries = list(subtables(found, SRAT_ENTRIES_AT))
    assert len(entries) <= len(body)
    assert all(entry.length for entry in entries[:-1])


@given(st.binary(max_size=300))
def test_walking_any_iort_ends(body: bytes) -> None:
    header = b"IORT" + (36 + len(body)).to_bytes(4, "little") + bytes(28)
    assert len(list(iort_nodes(parse_table(header + body, 0, "x")))) <= len(body) + 1
