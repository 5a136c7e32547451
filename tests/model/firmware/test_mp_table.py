"""The MP table of the MultiProcessor Specification."""

from __future__ import annotations

from bootstep.model.firmware.mp_table import CPU_BOOTPROCESSOR, CPU_ENABLED, IOAPIC, PROCESSOR, parse_mp_table

CPU = bytes([0, 0, 0x14, CPU_ENABLED | CPU_BOOTPROCESSOR]).ljust(20, b"\0")
ISA = bytes([1, 0]) + b"ISA   "
IO = bytes([2, 1, 0x11, 1]) + (0xFEC00000).to_bytes(4, "little")


def table(*entries: bytes) -> bytes:
    body = b"".join(entries)
    head = b"PCMP" + (44 + len(body)).to_bytes(2, "little") + bytes([4, 0]) + b"BOCHSCPU" + b"0.1         "
    return head.ljust(36, b"\0") + (0xFEE00000).to_bytes(4, "little") + bytes(4) + body


def test_the_header_tells_the_local_apic() -> None:
    header = parse_mp_table(table(CPU)).header
    assert header.signature == b"PCMP"
    assert (header.length, header.specification, header.lapic) == (64, 4, 0xFEE00000)
    assert (header.oem, header.product) == ("BOCHSCPU", "0.1         ")


def test_entries_have_sizes_by_their_types() -> None:
    found = parse_mp_table(table(CPU, ISA, IO))
    assert [entry.type for entry in found.entries] == [PROCESSOR, 1, IOAPIC]
    cpu, _, io = found.entries
    assert (cpu.apic_id, cpu.flags) == (0, 3)
    assert (io.apic_id, io.flags, io.address) == (1, 1, 0xFEC00000)
    assert found.wrong == -1


def test_an_unknown_type_ends_the_table() -> None:
    found = parse_mp_table(table(ISA, bytes([9, 0]), CPU))
    assert ([entry.type for entry in found.entries], found.wrong) == ([1], 9)


def test_of_bytes_that_are_missing_nothing_is_known() -> None:
    assert parse_mp_table(b"").header.length == 0
    assert parse_mp_table(table(CPU)[:50]).entries[0].flags == 3
