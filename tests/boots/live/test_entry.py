"""Kernels are found where they start: arm64 and x86-64, with fake machines that stand anywhere.

Covers entry.py, arm64/entry.py, x86/entry.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from bootstep.boots.live.arm64 import entry as arm64
from bootstep.boots.live.entry import NotEntered, Start
from bootstep.boots.live.kernel import LiveKernel
from bootstep.boots.live.patience import NobodyWaits, Patience
from bootstep.boots.live.x86 import entry as x86
from bootstep.model.build.release import Release

from ...support.fake_memory import NO_SIZES
from ...support.walking_target import WalkingTarget

MOVED = 0x1234_0000
TEXT = 0xFFFF_8000_0800_0000
RESET, LOADED = 0x4000_0000, 0x4020_0000
ARM64 = {
    "_text": TEXT,
    "primary_entry": TEXT + 0x1000,
    "__primary_switch": TEXT + 0x2000,
    "__primary_switched": TEXT + 0x3000,
    "vectors": TEXT + 0x800,
    "kimage_voffset": TEXT + 0x9000,
}
X86_TEXT = 0xFFFF_FFFF_8100_0000
X86 = {
    "_text": X86_TEXT,
    "startup_64": X86_TEXT,
    "x86_64_start_kernel": X86_TEXT + 0x5000,
    "initial_code": X86_TEXT + 0x6000,
}


class Machine(WalkingTarget):
    """Has some system registers, which are the same everywhere."""

    def __init__(self, pc: str, life: Sequence[tuple[int, Mapping[str, int]]], **system: int) -> None:
        super().__init__(pc, life)
        self.system = system

    async def register(self, name: str) -> int | None:
        return self.system.get(name.lower())


def start(
    machine: Machine, symbols: Mapping[str, int], told: int | None = None, arch: str = "arm64"
) -> Start:
    kernel = LiveKernel(arch, Release(6, 1), "", symbols, NO_SIZES)
    return Start(machine, kernel, Patience(lambda: False, None), told)


def words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "little") for number in numbers)


def arm_machine(*life: tuple[int, Mapping[str, int]], **system: int) -> Machine:
    machine = Machine("pc", life, **system)
    machine.physical[LOADED] = bytes(56) + b"ARM\x64"
    machine.physical[LOADED + 0x2000] = words(0xD503201F, 0xD61F0100).ljust(1024, b"\0")
    return machine


SWITCHES = (LOADED + 0x2004, {"x8": ARM64["__primary_switched"] + MOVED})


# ---- arm64 ----


async def test_an_image_is_recognized_where_a_boot_loader_leads() -> None:
    machine = arm_machine((RESET, {}), (RESET + 4, {}), (LOADED, {"x0": 0x4800_0000}), SWITCHES)
    begin = start(machine, ARM64)
    entry = await arm64.reach_entry(begin)
    assert (entry.load_address, entry.registers["x0"], entry.late) == (LOADED, 0x4800_0000, False)
    assert await arm64.reach_virtual(begin, entry) == MOVED
    assert not machine.places


@pytest.mark.parametrize("place", [LOADED, LOADED + 0x1000])
async def test_an_entry_that_is_told_needs_no_header(place: int) -> None:
    machine = arm_machine((RESET, {}), *[(RESET, {})] * 200, (place, {"x0": 7}), SWITCHES)
    entry = await arm64.reach_entry(start(machine, ARM64, LOADED))
    assert (entry.load_address, entry.registers["x0"]) == (LOADED, 7)


async def test_a_target_that_stands_at_the_told_entry_is_not_let_past_it() -> None:
    machine = arm_machine((LOADED, {"x0": 7}), SWITCHES)
    entry = await arm64.reach_entry(start(machine, ARM64, LOADED))
    assert (entry.load_address, entry.registers["x0"], entry.late) == (LOADED, 7, False)


@pytest.mark.parametrize("told", [None, LOADED])
async def test_a_running_arm64_kernel_tells_where_it_lies(told: int | None) -> None:
    machine = arm_machine((TEXT + MOVED + 64, {}), vbar_el1=ARM64["vectors"] + MOVED)
    voffset = TEXT + MOVED - LOADED
    machine.put(ARM64["kimage_voffset"] + MOVED, voffset.to_bytes(8, "little"))
    begin = start(machine, ARM64, told)
    entry = await arm64.reach_entry(begin)
    assert (entry.load_address, entry.late) == (LOADED, True)
    assert await arm64.reach_virtual(begin, entry) == MOVED


async def test_firmware_that_enters_a_kernel_unseen_is_late() -> None:
    life = [(RESET + at, {}) for at in range(80)]
    machine = arm_machine(*life, (TEXT + 64, {}), vbar_el1=ARM64["vectors"])
    machine.physical.clear()
    machine.put(ARM64["kimage_voffset"], (TEXT - LOADED).to_bytes(8, "little"))
    machine.places.add(TEXT + 64)
    entry = await arm64.reach_entry(start(machine, ARM64))
    assert (entry.load_address, entry.late) == (LOADED, True)


@pytest.mark.parametrize(
    ("system", "without", "sentence"),
    [
        ({}, "", "the stub does not tell VBAR_EL1"),
        ({"vbar_el1": ARM64["vectors"]}, "kimage_voffset", "nothing tells where it lies"),
        ({"vbar_el1": ARM64["vectors"]}, "", "its variable kimage_voffset cannot be read"),
    ],
)
async def test_a_running_kernel_that_tells_nothing_is_refused(
    system: dict[str, int], without: str, sentence: str
) -> None:
    symbols = {name: address for name, address in ARM64.items() if name != without}
    with pytest.raises(NotEntered, match=sentence):
        await arm64.reach_entry(start(arm_machine((TEXT + 64, {}), **system), symbols))


@pytest.mark.parametrize("told", [None, LOADED])
async def test_a_target_that_ends_before_its_kernel_says_how(told: int | None) -> None:
    machine = arm_machine((RESET, {}), (RESET + 4, {}))
    with pytest.raises(NotEntered, match="the target exited with status 3 before it reached _text"):
        await arm64.reach_entry(start(machine, ARM64, told))


async def test_another_kernel_than_the_one_that_runs_is_noticed() -> None:
    machine = arm_machine((LOADED, {}), SWITCHES)
    begin = start(machine, ARM64)
    entry = await arm64.reach_entry(begin)
    machine.physical[LOADED + 0x2000] = bytes(1024)
    with pytest.raises(NotEntered, match="no branch to virtual addresses: is this the kernel that runs"):
        await arm64.reach_virtual(begin, entry)
    with pytest.raises(NotEntered, match="no symbol __primary_switch"):
        await arm64.reach_virtual(start(machine, {"_text": TEXT}), entry)


async def test_a_stub_without_room_is_a_sentence() -> None:
    machine = arm_machine((LOADED, {}), SWITCHES)
    machine.room = 0
    begin = start(machine, ARM64)
    with pytest.raises(NotEntered, match="no room for a breakpoint at __primary_switched"):
        await arm64.reach_virtual(begin, await arm64.reach_entry(begin))


async def test_nobody_waits_for_a_kernel_that_never_comes() -> None:
    machine = arm_machine((RESET, {}), *[(RESET, {})] * 99)
    begin = start(machine, ARM64, LOADED)._replace(patience=Patience(lambda: True, None))
    with pytest.raises(NobodyWaits):
        await arm64.reach_entry(begin)


# ---- x86-64 ----

BZIMAGE, COPIED, UNPACKED = 0x10_0000, 0x200_0000, 0x300_0000


def x86_machine(*life: tuple[int, Mapping[str, int]], **system: int) -> Machine:
    machine = Machine("rip", life, **system)
    machine.physical[BZIMAGE + 0x200] = (b"\x90" * 16 + b"\xff\xe0").ljust(0x800, b"\x90")
    machine.physical[COPIED] = (b"\x90\xe8\0\0\0\0\x90\xff\xe0").ljust(0x400, b"\x90")
    function = X86["x86_64_start_kernel"] + MOVED
    machine.physical[UNPACKED + 0x6000] = function.to_bytes(8, "little")
    return machine


UNPACKS: tuple[tuple[int, Mapping[str, int]], ...] = (
    (0xFFF0, {}),
    (BZIMAGE, {"rsi": 0x1_4000}),
    (BZIMAGE + 0x210, {}),
    (COPIED, {}),
    (COPIED + 1, {"rsp": 0x8000}),
    (COPIED + 6, {}),
    (COPIED + 7, {"rax": UNPACKED}),
    (UNPACKED, {"rsi": 0x1_4000}),
    (X86["x86_64_start_kernel"] + MOVED, {}),
)


async def test_a_bzimage_is_followed_to_the_kernel_that_it_unpacks() -> None:
    machine = x86_machine(*UNPACKS)
    begin = start(machine, X86, arch="x86_64")
    entry = await x86.reach_entry(begin)
    assert (entry.load_address, entry.registers["rsi"], entry.late) == (UNPACKED, 0x1_4000, False)
    assert await x86.reach_virtual(begin, entry) == MOVED
    assert not machine.places and not machine.watchpoints


@pytest.mark.parametrize("before", [((0xFFF0, {}),), ()])
async def test_an_x86_entry_that_is_told_is_waited_for(
    before: tuple[tuple[int, dict[str, int]], ...],
) -> None:
    machine = x86_machine(*before, (UNPACKED, {"rsi": 5}), (X86["x86_64_start_kernel"], {}))
    entry = await x86.reach_entry(start(machine, X86, UNPACKED))
    assert (entry.load_address, entry.registers["rsi"], entry.late) == (UNPACKED, 5, False)


def mapped(machine: Machine, number: int, place: int, levels: int = 4) -> None:
    """Page tables that map 2 MiB of the kernel's image at `place`."""
    table = 0x1000
    machine.system.update(cr3=table, cr4=(levels == 5) << 12)
    for index in ([511] if levels == 5 else []) + [511, 510]:
        machine.physical[table + 8 * index] = (table + 0x1000 | 3).to_bytes(8, "little")
        table += 0x1000
    entries = bytearray(4096)
    entries[8 * number : 8 * number + 8] = (place | 0x83).to_bytes(8, "little")
    machine.physical[table] = bytes(entries)


@pytest.mark.parametrize("levels", [4, 5])
async def test_a_running_x86_kernel_is_found_by_its_page_tables(levels: int) -> None:
    machine = x86_machine((X86_TEXT + 5, {}))
    mapped(machine, 10, UNPACKED - UNPACKED % (2 << 20), levels)
    begin = start(machine, X86)
    entry = await x86.reach_entry(begin)
    assert entry.late and entry.load_address == UNPACKED // (2 << 20) * (2 << 20)
    assert await x86.reach_virtual(begin, entry) == 0x140_0000 - 0x100_0000


async def test_a_running_x86_kernel_without_page_tables_is_refused() -> None:
    with pytest.raises(NotEntered, match="its page tables cannot be read"):
        await x86.reach_entry(start(x86_machine((X86_TEXT, {})), X86))


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (BZIMAGE + 0x200, "at 0x100000 there is no bzImage: is this the kernel that runs"),
        (COPIED, "the bzImage at 0x2000000 never jumps to the kernel it unpacks"),
    ],
)
async def test_what_is_no_bzimage_is_noticed(place: int, sentence: str) -> None:
    machine = x86_machine(*UNPACKS)
    machine.physical[place] = bytes(0x800)
    with pytest.raises(NotEntered, match=sentence):
        await x86.reach_entry(start(machine, X86))


async def test_initial_code_of_another_kernel_is_noticed() -> None:
    machine = x86_machine(*UNPACKS)
    begin = start(machine, X86)
    entry = await x86.reach_entry(begin)
    machine.physical[UNPACKED + 0x6000] = b"\x11" * 8
    with pytest.raises(NotEntered, match="initial_code at 0x3006000 holds no address of this kernel"):
        await x86.reach_virtual(begin, entry)
    with pytest.raises(NotEntered, match="no symbol x86_64_start_kernel"):
        await x86.reach_virtual(start(machine, {"_text": X86_TEXT}), entry)
