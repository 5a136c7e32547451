"""What a PC's boot loader and firmware left, and what the kernel found out, where it is not as usual.

Covers inputs.py, bios.py, cpu.py, drawn.py, mtrr.py, setup_data.py.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.core.inputs import Drawn
from bootstep.boots.live.entry import Entry
from bootstep.boots.live.inputs.physical import PhysicalMemory, Reader
from bootstep.boots.live.inputs.reading import read_at_end, read_at_entry
from bootstep.boots.live.inputs.records import LiveInputs
from bootstep.boots.live.inputs.writing import write_machine
from bootstep.boots.live.memory import KernelMemory
from bootstep.boots.live.x86.bios import mp_table, read_bios, root_pointer, smbios
from bootstep.boots.live.x86.setup_data import read_setup_data
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.build.sizes import Field, Sizes
from bootstep.model.firmware.boot_params import SETUP_E820_EXT, BootParams, packed_entries
from bootstep.model.firmware.pc_firmware import parse_mtrr
from bootstep.model.memory.e820 import E820Entry
from fake_target import FakeTarget
from memory_at_entry import NO_SIZES, AtEntry

KERNEL = 0xFFFF_FFFF_8100_0000
SYMBOLS = {
    "_text": KERNEL,
    **{name: KERNEL + 0x1000 * at for at, name in enumerate(("boot_cpu_data", "x86_bug_flags"), 1)},
    "x86_cap_flags": KERNEL + 0x4000,
    "behind": KERNEL + 0x4000 + 3 * 32 * 8 + 24,
    "mtrr_state": KERNEL + 0x8000,
    **{name: KERNEL + 0xA000 + 8 * at for at, name in enumerate(("page_offset_base", "vmalloc_base"))},
    "vmemmap_base": KERNEL + 0xA010,
}
NAMES = KERNEL + 0x6000
OLDER: tuple[Field, ...] = (
    ("x86", 0, 1, "u8"),
    ("x86_model", 2, 1, "u8"),
    ("x86_stepping", 3, 1, "u8"),
    ("x86_virt_bits", 4, 1, "u8"),
    ("x86_phys_bits", 5, 1, "u8"),
    (None, 8, 16, "union {...}"),
    ("x86_vendor_id", 24, 16, "char[16]"),
)
NEWER: tuple[Field, ...] = ((None, 0, 4, "union {...}"), *OLDER[2:])
FLAGS = {3: "lm", 40: "pae", 70: "la57", 71: ""}
BUGS = {1: "cpu_meltdown", 2: "spectre_v1"}


def kernel(members: tuple[Field, ...], first: bytes, target: FakeTarget) -> KernelMemory:
    """A kernel that has found out what its CPU can do: three words of flags, one of bugs."""
    words = [sum(1 << bit % 32 for bit in FLAGS if bit // 32 == word) for word in range(3)]
    capability = struct.pack("<4I", *words, sum(1 << bit for bit in BUGS))
    data = first + bytes((1, 48, 40, 0, 0)) + capability + b"GenuineIntel".ljust(16, b"\0")
    target.virtual.put(SYMBOLS["boot_cpu_data"], data)
    for symbol, names, count in (("x86_cap_flags", FLAGS, 96), ("x86_bug_flags", BUGS, 32)):
        place = NAMES if symbol == "x86_cap_flags" else NAMES + 0x800
        array = [place + 32 * bit if names.get(bit) else 0 for bit in range(count)]
        target.virtual.put(SYMBOLS[symbol], struct.pack(f"<{count}Q", *array))
        for bit, name in names.items():
            target.virtual.put(place + 32 * bit, name.encode().ljust(32, b"\0"))
    sizes = Sizes("types", {"struct cpuinfo_x86": 40}, {}, members={"cpuinfo_x86": members})
    return KernelMemory(target, SYMBOLS, 0, sizes)


@pytest.mark.parametrize(
    ("members", "first"), [(OLDER, bytes((6, 0, 85))), (NEWER, bytes((85, 6, 0)))], ids=["older", "newer"]
)
async def test_the_cpu_is_what_the_kernel_found(members: tuple[Field, ...], first: bytes) -> None:
    inputs = await read_at_end(kernel(members, first, FakeTarget({})), pc())
    assert json.loads(inputs.files["cpu.json"]) == {
        "vendor": "GenuineIntel",
        "family": 6,
        "model": 85,
        "stepping": 1,
        "physical_bits": 40,
        "virtual_bits": 48,
        "flags": ["lm", "pae", "la57"],
        "bugs": ["cpu_meltdown", "spectre_v1"],
    }
    assert inputs.board["cpu_features"] == "cpu.json"


async def test_a_kernel_of_which_no_types_are_known_leaves_the_cpu_open() -> None:
    memory = KernelMemory(FakeTarget({}), SYMBOLS, 0, NO_SIZES)
    inputs = await read_at_end(memory, pc())
    assert "cpu_features" not in inputs.board
    assert inputs.missing == [
        "the CPU: what it can do cannot be read, that of QEMU's qemu64 is assumed",
        "the memory type range registers (mtrr_state) cannot be read: none are assumed",
    ]


async def test_names_of_flags_that_are_nowhere_leave_the_cpu_open() -> None:
    target = FakeTarget({})
    memory = kernel(OLDER, bytes((6, 0, 85)), target)
    target.virtual.put(SYMBOLS["x86_cap_flags"], struct.pack("<96Q", *[1 << 63] * 96))
    assert "cpu.json" not in (await read_at_end(memory, pc())).files


async def test_memory_type_registers_are_as_proc_mtrr_prints_them() -> None:
    target = FakeTarget({})
    memory = kernel(OLDER, bytes((6, 0, 85)), target)
    ranges = [
        (0x8000_0000, 0xFF_8000_0000 | 0x800, 0),
        (0, 0, 6),
        (0xF_0000_0000, 0xFF_FFFF_0000 | 0x800, 6),
    ]
    state = b"".join(struct.pack("<QQ", base | kind, mask) for base, mask, kind in ranges)
    target.virtual.put(SYMBOLS["mtrr_state"], state.ljust(16 * 256 + 88, b"\0") + b"\2\1\6")
    inputs = pc()
    inputs.files["firmware.json"] = b"{}"
    await read_at_end(memory, inputs)
    lines = json.loads(inputs.files["firmware.json"])["proc_mtrr"]
    assert lines[0] == "reg00: base=0x080000000 ( 2048MB), size= 2048MB, count=1: uncachable"
    assert [(one.register, one.base, one.size, one.type) for one in parse_mtrr(lines)] == [
        (0, 0x8000_0000, 2 << 30, "uncachable"),
        (2, 0xF_0000_0000, 64 << 10, "write-back"),
    ]


def pc() -> LiveInputs:
    return LiveInputs(Entry(0x100_0000, {}), "x86_64")


# ---- KASLR ----


@pytest.mark.parametrize(
    ("moved", "bases", "expected"),
    [
        (0, (0xFFFF888000000000, 0xFFFFC90000000000, 0xFFFFEA0000000000), None),
        (0, (0xFF11000000000000, 0xFFA0000000000000, 0xFFD4000000000000), None),
        (
            0x1D00_0000,
            (0xFFFF9B8140000000, 0xFFFFB980C0000000, 0xFFFFFC0080000000),
            Drawn(
                None,
                None,
                KERNEL + 0x1D00_0000,
                *(0xFFFF9B8140000000, 0xFFFFB980C0000000, 0xFFFFFC0080000000),
            ),
        ),
        (
            0,
            (0xFFFF9B8140000000, 0xFFFFB980C0000000, 0xFFFFFC0080000000),
            Drawn(None, None, None, *(0xFFFF9B8140000000, 0xFFFFB980C0000000, 0xFFFFFC0080000000)),
        ),
    ],
    ids=["not", "five levels, not", "moved", "only memory"],
)
async def test_what_kaslr_drew(moved: int, bases: tuple[int, ...], expected: Drawn | None) -> None:
    target = FakeTarget({})
    target.virtual.put(SYMBOLS["page_offset_base"] + moved, struct.pack("<3Q", *bases))
    inputs = await read_at_end(KernelMemory(target, SYMBOLS, moved, NO_SIZES), pc())
    assert inputs.boot.get("kaslr") == expected


async def test_bases_that_cannot_be_are_not_believed() -> None:
    target = FakeTarget({})
    target.virtual.put(SYMBOLS["page_offset_base"] + 0x200000, struct.pack("<3Q", 1, 1 << 40, 0x1234))
    inputs = await read_at_end(KernelMemory(target, SYMBOLS, 0x200000, NO_SIZES), pc())
    assert inputs.boot["kaslr"] == Drawn(text=KERNEL + 0x200000)
    assert "KASLR: where direct map, vmalloc and vmemmap begin cannot be read" in inputs.missing


# ---- what the boot loader left ----


async def test_a_zero_page_that_is_nowhere_is_told() -> None:
    inputs = await read_at_entry(
        KernelMemory(FakeTarget({}), {}, 0, NO_SIZES), Entry(0x1000000, {"rsi": 0x13BD0}), "x86_64"
    )
    assert inputs.missing == ["the zero page: it cannot be read at 0x13bd0"]


async def test_in_c_the_zero_page_is_the_first_argument(tmp_path: Path) -> None:
    there = AtEntry("6.1-x86_64/m2g", tmp_path / "case")
    entry = Entry(there.entry.load_address, {"rdi": there.entry.registers["rsi"], "rip": KERNEL})
    inputs = await read_at_entry(there.memory, entry, "x86_64")
    assert inputs.files["boot_params.bin"] == there.bytes("boot_params.bin")


async def test_a_kernel_that_already_runs_has_copied_the_zero_page_sooner_or_later(tmp_path: Path) -> None:
    there = AtEntry("6.1-x86_64/efi", tmp_path / "case")
    symbols = there.image.symbols
    copy = there.entry.load_address + symbols["boot_params"] - symbols["_text"]
    there.put(copy, bytes(4096))
    late = Entry(there.entry.load_address, {"rip": KERNEL}, late=True)
    inputs = await read_at_entry(there.memory, late, "x86_64")
    assert inputs.files == {}
    assert inputs.missing[-1] == "the zero page: the kernel that already ran has not copied it"
    there.put(copy, there.bytes("boot_params.bin"))
    await read_at_end(there.memory, inputs)
    assert inputs.files["boot_params.bin"] == there.bytes("boot_params.bin")
    assert inputs.files["efi_memmap.bin"] == there.bytes("efi_memmap.bin")
    assert "boot_params_pa" not in json.loads(inputs.files["firmware.json"])
    assert not [words for words in inputs.missing if words.startswith("the zero page")]


async def test_firmware_is_told_as_in_the_captured_file(tmp_path: Path) -> None:
    for case in ("6.1-x86_64/m2g", "6.1-x86_64/efi", "6.12-x86_64/numa4"):
        there = AtEntry(case, tmp_path / case.replace("/", "-"))
        inputs = await read_at_entry(there.memory, there.entry, "x86_64")
        expected = there.json("firmware.json")
        expected.pop("proc_mtrr")
        assert numbers(json.loads(inputs.files["firmware.json"])) == numbers(expected)


def numbers(value: Any) -> Any:
    """The same with addresses as numbers, whichever way they are written."""
    if isinstance(value, dict):
        return {key: numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [numbers(item) for item in value]
    return int(value, 16) if isinstance(value, str) and value.startswith("0x") else value


async def test_serial_numbers_are_written_over_unless_they_are_asked_for(tmp_path: Path) -> None:
    there = AtEntry("6.1-x86_64/m2g", tmp_path / "case")
    secret = b"S3R1AL"
    table = (
        bytes((1, 27, 0, 1, 1, 2, 3, 4)).ljust(27, b"\0") + b"QEMU\0PC\0v\0" + secret + b"\0\0\x7f\4\0\0\0\0"
    )
    place = next(one for one in there.json("firmware.json")["smbios"])
    there.put(int(place["table_pa"], 16), table.ljust(place["table_size"], b"\0"))
    inputs = await read_at_entry(there.memory, there.entry, "x86_64")
    write_machine(tmp_path / "shared", inputs, there.files)
    write_machine(tmp_path / "own", inputs, there.files, with_keys=True)
    assert secret.hex() in (tmp_path / "own" / "firmware.json").read_text()
    assert secret.hex() not in (tmp_path / "shared" / "firmware.json").read_text()
    assert "left out: SMBIOS" in (tmp_path / "shared" / "machine.toml").read_text()
    assert "left out" not in (tmp_path / "own" / "machine.toml").read_text()


async def test_tables_with_keys_are_left_out_unless_they_are_asked_for(tmp_path: Path) -> None:
    there = AtEntry("6.1-x86_64/m2g", tmp_path / "case")
    inputs = await read_at_entry(there.memory, there.entry, "x86_64")
    inputs.files["acpi/MSDM.bin"] = b"MSDM".ljust(64, b"\0")
    assert "acpi/MSDM.bin" not in write_machine(tmp_path / "shared", inputs, there.files)
    assert "acpi/MSDM.bin" in write_machine(tmp_path / "own", inputs, there.files, with_keys=True)


async def test_ranges_that_do_not_fit_into_the_zero_page_come_behind_it(tmp_path: Path) -> None:
    there = AtEntry("6.1-x86_64/m2g", tmp_path / "case")
    ranges = [E820Entry(0x1_0000_0000 + at * 0x20_0000, 0x10_0000, 1) for at in range(140)]
    page = BootParams(there.bytes("boot_params.bin")).with_e820(ranges[:128]).having(setup_data=0x9D000)
    there.put(there.entry.registers["rsi"], page.data)
    rest = packed_entries(ranges[128:])
    there.put(0x9D000, struct.pack("<QII", 0, SETUP_E820_EXT, len(rest)) + rest)
    inputs = await read_at_entry(there.memory, there.entry, "x86_64")
    write_machine(tmp_path / "live", inputs, there.files)
    text = (tmp_path / "live" / "e820.txt").read_text()
    assert len(text.splitlines()) == 140
    assert read_machine(str(tmp_path / "live")).e820 == tmp_path / "live" / "e820.txt"


async def test_a_list_of_setup_data_that_goes_in_circles_ends() -> None:
    target = FakeTarget({})
    target.physical.put(0x1000, struct.pack("<QII", 0x2000, 9, 32))
    target.physical.put(0x2000, struct.pack("<QII", 0x1000, 3, 0x8000_0000))
    missing: list[str] = []
    nodes = await read_setup_data(Reader(PhysicalMemory(target)), 0x1000, missing)
    assert [(node.address, node.type, node.length) for node in nodes] == [
        (0x1000, 9, 32),
        (0x2000, 3, 1 << 31),
    ]
    assert missing == ["setup_data: the list does not end, it comes back to 0x1000"]


async def test_a_command_line_of_any_bytes_is_one_line() -> None:
    page = BootParams().having(hdr_cmd_line_ptr=0x20000, e820_entries=1)
    target = FakeTarget({"rsi": 0x13000})
    target.physical.put(0x13000, page.data)
    target.physical.put(0x20000, b"quiet\n\x1b[31m\xff ro\0".ljust(256, b"\0"))
    inputs = await read_at_entry(
        KernelMemory(target, {}, 0, NO_SIZES), Entry(0x1000000, target.general), "x86_64"
    )
    assert inputs.boot["cmdline"] == "quiet \x1b[31m\ufffd ro"


# ---- below 1 MiB ----


def below(pieces: Mapping[int, bytes]) -> Reader:
    target = FakeTarget({})
    for start, size in ((0, 0x1000), (0x9F000, 0x1000), (0xE0000, 0x20000)):
        target.physical.put(start, bytes(size))
    for address, data in pieces.items():
        target.physical.put(address, data)
    return Reader(PhysicalMemory(target))


def pointer(changed: int = 0) -> bytes:
    head = struct.pack("<8sB6sBI", b"RSD PTR ", 0, b"MAKER ", 0, 0x7FFE0000)
    return head[:8] + bytes([(-sum(head) & 0xFF) ^ changed]) + head[9:]


async def test_the_root_pointer_is_the_first_that_adds_up_at_a_multiple_of_16() -> None:
    places = {0xE0008: pointer(), 0xE0100: pointer(changed=1), 0xF1230: pointer(), 0xF4000: pointer()}
    assert root_pointer(await read_bios(below(places))) == 0xF1230
    assert root_pointer(await read_bios(below({}))) == 0


async def test_the_root_pointer_may_be_in_the_ebda() -> None:
    places = {0x40E: struct.pack("<H", 0x9F80), 0x9F900: pointer(), 0xF1230: pointer()}
    found = await read_bios(below(places))
    assert (found.ebda_segment, root_pointer(found)) == (0x9F80, 0x9F900)


async def test_a_pointer_to_an_mp_table_counts_only_if_it_adds_up() -> None:
    head = struct.pack("<4sIBBBB4x", b"_MP_", 0, 1, 4, 0, 5)
    whole = head[:10] + bytes([-sum(head) & 0xFF]) + head[11:]
    reader = below({0xF0010: head, 0xF0020: whole})
    assert await mp_table(reader, await read_bios(reader)) == [{"pa": "0xf0020", "spec": 4, "feature1": 5}]


async def test_an_entry_point_of_smbios_that_does_not_add_up_is_none() -> None:
    head = b"_SM3_\0\x18\3\2\0\1\0" + struct.pack("<IQ", 64, 0x5000)
    whole = head[:5] + bytes([-sum(head) & 0xFF]) + head[6:]
    reader = below({0xF0100: head, 0xF0200: whole, 0x5000: bytes(64)})
    found = await smbios(reader, [], await read_bios(reader))
    assert [(one["entry_point_pa"], one["table_size"]) for one in found] == [("0xf0200", 64)]
