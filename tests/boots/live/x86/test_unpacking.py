"""A kernel that firmware loads anywhere is met while it is unpacked, and followed to where it is entered."""

from __future__ import annotations

import random
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from bootstep.boots.live.entry import Entry, Start
from bootstep.boots.live.kernel import LiveKernel
from bootstep.boots.live.patience import Patience
from bootstep.boots.live.x86 import entry as x86
from bootstep.boots.live.x86.unpacking import packed_code
from bootstep.model.build.release import Release

from ....support.fake_memory import NO_SIZES
from ....support.walking_target import WalkingTarget

TEXT = 0xFFFF_FFFF_8100_0000
SYMBOLS = {"_text": TEXT, "startup_64": TEXT + 0x40}
PAYLOAD, LENGTH = 0x2CC, 0x1000
CODE = 1024 + PAYLOAD + LENGTH
SIZE = CODE + 0x2000
RELOCATED, STUB, SWITCH = CODE + 0x100, CODE + 0x900, CODE + 0x500
"""Where in the file the code's jumps are: behind the call that unpacks, at the end of the EFI stub, and one
of a table, which leads anywhere."""
LOADED, COPIED, KERNEL = 0x3C00_0000, 0x500_0000, 0x2520_0000
STACK = 0x3000_0000
FIRMWARE = 0x3FF0_0000
RUNS = TEXT + 0x1234_5000


def bzimage() -> bytes:
    """A bzImage whose code, all of it bytes by chance, has these jumps."""
    content = bytearray(random.Random(3).choices(range(1, 0x50), k=SIZE))
    content[0x1F1] = 1
    content[0x202:0x206] = b"HdrS"
    content[0x206:0x208] = struct.pack("<H", 0x20F)
    content[0x248:0x250] = struct.pack("<II", PAYLOAD, LENGTH)
    content[RELOCATED - 8 : RELOCATED + 2] = b"\xe8\x01\x02\x03\x00\x4c\x89\xfe\xff\xe0"
    content[STUB - 6 : STUB + 2] = b"\x48\x89\xde\x48\x01\xc8\xff\xe0"
    content[SWITCH - 3 : SWITCH + 2] = b"\x48\x01\xf8\xff\xe0"
    return bytes(content)


BZIMAGE = bzimage()


class Machine(WalkingTarget):
    """It stands at breakpoints, where a watched word is read, and at `seen` places: there it is whenever
    somebody looks."""

    def __init__(self, life: Sequence[tuple[int, Mapping[str, int]]], seen: set[int]) -> None:
        super().__init__("rip", life, {"rsp": STACK})
        self.seen = seen
        self.reads: dict[int, int] = {}
        self.placed: list[int] = []
        for base in (LOADED, COPIED):
            self.physical[base] = BZIMAGE
        self.physical[KERNEL] = bytes(0x100)
        self.physical[FIRMWARE] = bytes(range(0x60, 0xE0))
        self.physical[STACK] = bytes(0x4000)

    def stands_at(self, place: int) -> bool:
        return place in self.places | self.seen or self.reads.get(place, 0) in self.watchpoints

    async def add_breakpoint(self, address: int) -> bool:
        self.placed.append(address)
        return await super().add_breakpoint(address)

    @property
    def is_clean(self) -> bool:
        return not self.places and not self.watchpoints


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "vmlinuz").write_bytes(BZIMAGE)
    return str(tmp_path / "vmlinuz")


async def entered(machine: Machine, *files: str) -> Entry:
    kernel = LiveKernel("x86_64", Release(6, 1), "", SYMBOLS, NO_SIZES)
    start = Start(machine, kernel, Patience(lambda: False, None), None, files)
    return await x86.reach_entry(start)


BEFORE = ((0xFFF0, {}), (FIRMWARE, {}), (FIRMWARE + 8, {}))
ENTERED = (KERNEL + 0x40, {"rsi": 0x1_4000})
AFTER = (RUNS, {})


async def test_the_efi_stub_is_met_and_followed_to_its_jump(file: str) -> None:
    """Jumps of tables are none that leave."""
    at = LOADED + CODE + 0x1000
    life = [*BEFORE, (at, {}), (LOADED + SWITCH, {}), (LOADED + STUB, {}), ENTERED, AFTER]
    machine = Machine(life, {FIRMWARE, FIRMWARE + 8, at})
    entry = await entered(machine, file)
    assert (entry.load_address, entry.registers["rsi"], entry.late) == (KERNEL, 0x1_4000, False)
    assert LOADED + STUB in machine.placed
    assert LOADED + SWITCH not in machine.placed
    assert machine.is_clean


def calling(machine: Machine, slot: int, base: int = COPIED) -> None:
    """The stack says that the call right before the jump has not returned."""
    stack = bytearray(0x4000)
    stack[slot : slot + 8] = (base + RELOCATED - 3).to_bytes(8, "little")
    machine.physical[STACK] = bytes(stack)


async def test_a_call_before_the_jump_is_waited_for_on_the_stack(file: str) -> None:
    """No breakpoint is near while it unpacks."""
    at = COPIED + CODE + 0x180
    back = COPIED + RELOCATED - 3
    life = [*BEFORE, (at, {}), (at + 8, {}), (at, {}), (back, {}), (COPIED + RELOCATED, {}), ENTERED, AFTER]
    machine = Machine(life, {at, at + 8})
    calling(machine, 0x1F8)
    machine.reads[back] = STACK + 0x1F8
    entry = await entered(machine, file)
    assert (entry.load_address, entry.late) == (KERNEL, False)
    relocated, stub = COPIED + RELOCATED, COPIED + STUB
    assert [place for place in machine.placed if place in (relocated, stub)] == [stub, relocated, stub]
    assert machine.is_clean


async def test_code_that_starts_itself_elsewhere_is_met_again(file: str) -> None:
    stub, again = LOADED + CODE + 0x1000, COPIED + CODE + 0x180
    back = COPIED + RELOCATED - 3
    life = [
        *((0xFFF0, {}), (stub, {}), (LOADED + STUB, {}), (COPIED + CODE + 0x40, {})),
        *((again, {}), (again + 8, {}), (back, {}), (COPIED + RELOCATED, {}), ENTERED, AFTER),
    ]
    machine = Machine(life, {stub, again, again + 8})
    calling(machine, 0x40)
    machine.reads[back] = STACK + 0x40
    entry = await entered(machine, file)
    assert (entry.load_address, entry.late) == (KERNEL, False)
    assert machine.is_clean


async def late(machine: Machine, *files: str) -> None:
    """The kernel is seen only when it runs; its page tables are not at hand."""
    with pytest.raises(x86.NotEntered, match="already running, and its page tables cannot be read"):
        await entered(machine, *files)
    assert machine.is_clean


async def test_no_breakpoint_is_where_memory_has_something_else(file: str) -> None:
    at = LOADED + CODE + 0x1000
    machine = Machine([*BEFORE, (at, {}), (LOADED + STUB, {}), ENTERED, AFTER], {at, RUNS})
    content = bytearray(BZIMAGE)
    content[STUB - 10] ^= 1
    machine.physical[LOADED] = bytes(content)
    await late(machine, file)
    assert LOADED + STUB not in machine.placed


async def test_without_its_file_it_is_seen_late(tmp_path: Path) -> None:
    at = LOADED + CODE + 0x1000
    other = tmp_path / "vmlinux"
    other.write_bytes(b"\x7fELF" + bytes(4096))
    machine = Machine([*BEFORE, (at, {}), (LOADED + STUB, {}), ENTERED, AFTER], {at, RUNS})
    await late(machine, str(other), str(tmp_path / "none"))


async def test_code_that_leaves_unseen_is_seen_late(file: str) -> None:
    at = LOADED + CODE + 0x1000
    machine = Machine([*BEFORE, (at, {}), ENTERED, AFTER], {at, RUNS})
    await late(machine, file)


def test_what_a_file_tells(file: str, tmp_path: Path) -> None:
    packed = packed_code((str(tmp_path / "none"), file))
    assert packed is not None
    assert (packed.code, packed.jumps, packed.after) == (CODE, (STUB,), {RELOCATED - 3: RELOCATED})
    code = BZIMAGE[CODE + 0x20 : CODE + 0x60]
    assert packed.place(code) == CODE + 0x20
    assert packed.place(code[:-1]) is None
    assert packed.place(bytes(64)) is None
    assert packed.place(BZIMAGE[2048:2112]) is None, "the packed kernel is no code"
    assert packed._replace(content=BZIMAGE + code).place(code) is None, "there are two"


@pytest.mark.parametrize("cut", [0, 0x100, 0x250, 0x300])
def test_a_file_that_is_cut_off_tells_nothing_or_no_jumps(tmp_path: Path, cut: int) -> None:
    (tmp_path / "cut").write_bytes(BZIMAGE[:cut])
    packed = packed_code((str(tmp_path / "cut"),))
    assert packed is None or (packed.jumps, packed.after) == ((), {})
