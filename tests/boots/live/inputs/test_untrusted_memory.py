"""Memory that says anything of itself: what is read is bounded, and what makes no sense is told."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest
from bootstep.boots.live.entry import Entry
from bootstep.boots.live.inputs.acpi import read_acpi
from bootstep.boots.live.inputs.physical import BUDGET, MOST_BYTES, PhysicalMemory, Reader
from bootstep.boots.live.inputs.reading import read_at_entry
from bootstep.boots.live.inputs.records import KernelFiles, LiveInputs
from bootstep.boots.live.inputs.uefi import UefiAddresses, read_uefi
from bootstep.boots.live.inputs.uefi_contents import read_contents
from bootstep.boots.live.inputs.writing import write_machine
from bootstep.boots.live.memory import KernelMemory
from bootstep.boots.remote.target import Range
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.firmware.efi_tables import GUIDS, parse_efi_tables
from fake_target import FakeTarget
from memory_at_entry import NO_SIZES, AtEntry

TREE = 0x4800_0000


def reader(target: FakeTarget) -> Reader:
    return Reader(PhysicalMemory(target))


def summed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([-sum(data) & 0xFF]) + data[at + 1 :]


def root_pointer(address: int) -> bytes:
    old = summed(struct.pack("<8sB6sBI", b"RSD PTR ", 0, b"MAKER ", 2, 0), 8)
    return summed(old + struct.pack("<IQI", 36, address, 0), 32)


def table(signature: bytes, body: bytes, length: int | None = None) -> bytes:
    size = 36 + len(body) if length is None else length
    return struct.pack("<4sI28x", signature, size) + body


# ---- reading ----


async def test_no_more_is_read_at_once_than_any_table_has_nor_behind_the_end_of_addresses() -> None:
    target = FakeTarget({})
    target.physical.put((1 << 52) - 16, bytes(64))
    memory = reader(target)
    assert await memory.bytes_at((1 << 52) - 16, 16) == bytes(16)
    assert await memory.bytes_at((1 << 52) - 16, 17) is None
    assert await memory.bytes_at(0, MOST_BYTES + 1) is None
    assert await memory.bytes_at(-8, 8) is None
    assert target.asked == [Range((1 << 52) - 16, 16)]


async def test_all_that_is_read_of_a_machine_is_bounded() -> None:
    target = FakeTarget({})
    target.physical.put(0, bytes(MOST_BYTES))
    memory = reader(target)
    found = await memory.many([Range(0, MOST_BYTES)] * 8)
    assert [data is not None for data in found] == [True] * (BUDGET // MOST_BYTES) + [False] * 2


async def test_a_range_that_cannot_be_read_leaves_the_others() -> None:
    target = FakeTarget({})
    target.physical.put(0x1000, b"abcd")
    assert await reader(target).many([Range(0x1000, 4), Range(0x9000, 4), Range(0x1002, 2)]) == [
        b"abcd",
        None,
        b"cd",
    ]


async def test_a_text_ends_where_it_ends_or_at_its_most() -> None:
    target = FakeTarget({})
    target.physical.put(0x10F0, b"x" * 0x10 + b"word\0" + b"y" * 0x300)
    assert await reader(target).text(0x10F0, 2048) == b"x" * 0x10 + b"word"
    assert await reader(target).text(0x1105, 100) == b"y" * 100
    assert await reader(target).text(0x1105, 2048) is None


# ---- the device tree ----


def told_tree(size: int, raw: bytes) -> FakeTarget:
    target = FakeTarget({"x0": TREE, "cpsr": 0x3C9})
    target.physical.put(TREE, raw[:4] + size.to_bytes(4, "big") + raw[8:])
    return target


@pytest.mark.parametrize("size", [0, 39, 0x7FFFFFFF, 0x900000, 0x100000])
async def test_a_device_tree_of_a_size_that_cannot_be_is_told(size: int) -> None:
    target = told_tree(size, compile_dts("/dts-v1/; / { };", "").raw)
    inputs = await at_entry(target)
    assert inputs.missing == [f"the device tree: it says that it has {size} bytes, which cannot be read"]
    assert "dtb" not in inputs.board and inputs.boot["exception_level"] == 2


async def test_a_damaged_device_tree_is_told() -> None:
    raw = bytearray(compile_dts("/dts-v1/; / { node { }; };", "").raw)
    raw[8:12] = (len(raw) - 8).to_bytes(4, "big")
    inputs = await at_entry(told_tree(len(raw), bytes(raw)))
    assert len(inputs.missing) == 1 and "device tree at 0x48000000" in inputs.missing[0]
    assert inputs.files == {}


async def test_what_is_no_device_tree_is_told() -> None:
    inputs = await at_entry(FakeTarget({"x0": TREE}))
    assert inputs.missing == ["the device tree: the kernel was given 0x48000000, there is none"]


async def at_entry(target: FakeTarget, arch: str = "arm64") -> LiveInputs:
    memory = KernelMemory(target, {}, 0, NO_SIZES)
    return await read_at_entry(memory, Entry(0x4020_0000, target.general), arch)


# ---- ACPI ----


async def test_a_root_pointer_that_does_not_add_up_is_none() -> None:
    target = FakeTarget({})
    target.physical.put(0x1000, root_pointer(0x2000)[:-1] + b"\1")
    found = await read_acpi(reader(target), 0x1000)
    assert (found.tables, found.missing) == ((), ("ACPI: there is no root pointer at 0x1000",))


async def test_a_table_that_says_it_is_larger_than_any_is_not_read() -> None:
    target = FakeTarget({})
    target.physical.put(0x1000, root_pointer(0x2000))
    target.physical.put(0x2000, table(b"XSDT", struct.pack("<QQQ", 0x3000, 0x4000, 0)))
    target.physical.put(0x3000, table(b"SRAT", b"", 0xFFFFFFF0))
    target.physical.put(0x4000, table(b"SLIT", b"", 20))
    found = await read_acpi(reader(target), 0x1000)
    assert [one.signature for one in found.tables] == ["RSDP", "XSDT"]
    assert found.missing == ("ACPI: there is no table at 0x3000", "ACPI: there is no table at 0x4000")
    assert max(each.size for each in target.asked) < 100


async def test_a_root_table_of_too_many_tables_is_cut_and_that_is_told() -> None:
    target = FakeTarget({})
    target.physical.put(0x1000, root_pointer(0x2000))
    target.physical.put(0x2000, table(b"XSDT", struct.pack("<Q", 0x9000) * 600))
    target.physical.put(0x9000, table(b"SSDT", b"same"))
    found = await read_acpi(reader(target), 0x1000)
    assert len(found.tables) == 502
    assert found.missing == ("ACPI: the root table lists 600 tables, more than any machine has",)
    assert list(found.files())[2:4] == ["acpi/SSDT1.bin", "acpi/SSDT2.bin"]


async def test_a_signature_is_no_path() -> None:
    target = FakeTarget({})
    target.physical.put(0x1000, root_pointer(0x2000))
    target.physical.put(0x2000, table(b"XSDT", struct.pack("<Q", 0x3000)))
    target.physical.put(0x3000, table(b"../\0", b""))
    assert "acpi/___.bin" in (await read_acpi(reader(target), 0x1000)).files()


# ---- UEFI ----


async def test_a_memory_map_and_a_list_of_tables_that_are_too_large_are_not_read() -> None:
    target = FakeTarget({})
    head = b"IBI SYST".ljust(104, b"\0") + struct.pack("<QQ", 1 << 40, 0x5000)
    target.physical.put(0x1000, head)
    found = await read_uefi(reader(target), UefiAddresses(0x1000, 0x2000, 1 << 30, 48))
    assert found.memory_map is None
    assert found.missing == (
        "UEFI: its memory map at 0x2000 cannot be read",
        "UEFI: its configuration tables at 0x5000 cannot be read",
    )
    assert found.facts["vendor"] == "unknown"


@pytest.mark.parametrize("size", [0, 16, 47])
async def test_descriptors_that_are_too_short_are_none(size: int) -> None:
    target = FakeTarget({})
    target.physical.put(0x2000, bytes(4096))
    found = await read_uefi(reader(target), UefiAddresses(0, 0x2000, 480, size if size < 40 else 481))
    assert found.memory_map is None


async def test_addresses_that_the_stub_made_virtual_are_found() -> None:
    target = FakeTarget({})
    moved = 0x20_0000_0000
    descriptor = struct.pack("<I4xQQQQ8x", 6, 0x10000, moved, 16, 1 << 63 | 8)
    target.physical.put(0x2000, descriptor)
    head = b"IBI SYST" + struct.pack("<I12xQ", 2 << 16 | 70, moved + 0x100)
    target.physical.put(0x1000, head.ljust(104, b"\0") + struct.pack("<QQ", 0, moved))
    target.physical.put(0x10100, "Some \x07Maker".encode("utf-16-le").ljust(200, b"\0"))
    found = await read_uefi(reader(target), UefiAddresses(0x1000, 0x2000, 48, 48))
    assert (found.facts["vendor"], found.missing) == ("Some ?Maker", ())
    assert parse_efi_tables(found.facts, "efi.json").revision == 2 << 16 | 70


async def test_a_list_of_reservations_that_goes_in_circles_ends() -> None:
    target = FakeTarget({})
    target.physical.put(0x1000, struct.pack("<IIQQQ", 2, 1, 0x2000, 0x8000, 0x100))
    target.physical.put(0x2000, struct.pack("<IIQ", 0, 0, 0x1000))
    found = await read_contents(reader(target), {GUIDS["MEMRESERVE"]: 0x1000})
    assert found == {
        "MEMRESERVE": [
            {"size": 2, "entries": [["0x8000", "0x100"]]},
            {"size": 0, "entries": [], "address": "0x2000"},
        ]
    }
    tables = parse_efi_tables({"tables": found}, "efi.json")
    assert [one.entries for one in tables.mem_reserve] == [((0x8000, 0x100),), ()]


async def test_the_contents_of_tables_are_as_the_model_reads_them() -> None:
    target = FakeTarget({})
    put = target.physical.put
    put(0x1000, struct.pack("<III", 2, 7, 48) + bytes(4))
    put(0x2000, struct.pack("<I", 64))
    put(0x3000, struct.pack("<IIB", 500, 0, 2))
    put(0x4000, struct.pack("<IIQ", 3, 9, 1))
    put(0x5000, struct.pack("<IIQQ", 1, 2 << 20, 0, 128))
    put(0x6000, b"one".ljust(256, b"\0") + struct.pack("<Q", 40) + bytes(40) + bytes(264))
    put(0x7000, struct.pack("<QQ", 0x7E000000, 0x3600))
    put(0x8000, bytes(0x18) + struct.pack("<II", 0x80000000, 0x300000) + bytes(26) + struct.pack("<I2x", 1))
    put(0x9000, struct.pack("<QQ", 1, 0))
    names = (
        "MEMATTR",
        "RNG",
        "TPMEventLog",
        "ESRT",
        "Unaccepted",
        "MOKvar",
        "INITRD",
        "SCREEN_INFO",
        "TPMFinalLog",
    )
    tables = {GUIDS[name]: 0x1000 * number for number, name in enumerate(names, 1)}
    listing = [{"guid": guid, "table": hex(address)} for guid, address in tables.items()]
    entries = b"".join(struct.pack("<IHH8sQ", *fields(guid), address) for guid, address in tables.items())
    put(0x10000, b"IBI SYST".ljust(104, b"\0") + struct.pack("<QQ", len(tables), 0x11000))
    put(0x11000, entries)
    facts = (await read_uefi(reader(target), UefiAddresses(0x10000, 0, 0, 0))).facts
    assert facts["config_tables"] == listing
    found = parse_efi_tables(facts, "efi.json")
    assert (found.memattr_version, found.memattr_entries, found.memattr_desc_size) == (2, 7, 48)
    assert (found.rng_seed_size, found.tpm_log_size, found.tpm_log_version) == (64, 500, 2)
    assert (found.esrt_count, found.esrt_version, found.unaccepted_size) == (3, 1, 128)
    assert (found.mokvar_size, found.initrd) == (264 + 40 + 264, (0x7E000000, 0x3600))
    assert found.screen == (0x1_8000_0000, 0x300000)
    assert (found.tpm_final_events, found.assumed) == (0, ())


def fields(guid: str) -> tuple[int, int, int, bytes]:
    first, second, third, *rest = guid.split("-")
    return int(first, 16), int(second, 16), int(third, 16), bytes.fromhex("".join(rest))


# ---- anything ----


@pytest.mark.parametrize("case", ["6.1-4k48/efi-acpi", "6.1-x86_64/efi", "6.1-x86_64/m2g"])
@pytest.mark.parametrize("seed", range(12))
async def test_memory_in_which_anything_may_have_changed_is_read_all_the_same(
    case: str, seed: int, tmp_path: Path
) -> None:
    there = AtEntry(case, tmp_path / "case")
    chance = random.Random(seed)
    pieces = there.target.physical.pieces
    for number, (address, data) in enumerate(pieces):
        changed = bytearray(data)
        for _ in range(chance.randrange(4)):
            at = chance.randrange(min(len(changed), 256))
            changed[at] = chance.choice((0, 0xFF, changed[at] ^ 1 << chance.randrange(8)))
        pieces[number] = (address, bytes(changed))
    inputs = await read_at_entry(there.memory, there.entry, there.machine.arch)
    write_machine(tmp_path / "live", inputs, there.files)
    assert sum(each.size for each in there.target.asked) < 4 * BUDGET


def test_a_directory_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    inputs = LiveInputs(Entry(0, {}), "arm64")
    with pytest.raises(InputError, match="there is something of this name"):
        write_machine(tmp_path, inputs, KernelFiles())
