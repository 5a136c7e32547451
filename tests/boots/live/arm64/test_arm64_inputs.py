"""What an arm64 kernel has found out of its machine, read when the recording ends.

Covers inputs.py, cpu.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.arm64.kernel.cpu import CPUS
from bootstep.boots.core.inputs import Drawn
from bootstep.boots.live.arm64.cpu import ID_REGISTERS, alike, features, features_of, named
from bootstep.boots.live.entry import Entry
from bootstep.boots.live.inputs.reading import read_at_end, read_at_entry
from bootstep.boots.live.inputs.records import LiveInputs
from bootstep.boots.live.inputs.writing import write_machine
from bootstep.boots.live.memory import KernelMemory
from bootstep.model.build.sizes import Sizes
from bootstep.model.firmware.devicetree.tree import DeviceTree
from fake_target import FakeTarget
from memory_at_entry import NO_SIZES, AtEntry

MOVED = 0x2345_6780_0000
SYMBOLS = {"memstart_addr": 0xFFFF_8000_0900_0000, "boot_cpu_data": 0xFFFF_8000_0900_1000}
MEMBERS = {"cpuinfo_arm64": (("reg_ctr", 64, 8, "u64"), ("reg_midr", 72, 8, "u64"))}
TYPES = Sizes("types", {}, {}, members=MEMBERS)
LINE = "Booting Linux on physical CPU 0x0000000000 [0x411fd070]\n"
A57 = dict(zip(ID_REGISTERS, (0x0000_1124, 0, 0, 0, 0x0001_1120), strict=True))
MAX = dict(
    zip(ID_REGISTERS, (0x0020_1126, 0x0100, 0x1 << 60 | 0x1 << 16, 0x1, 0x1 << 60), strict=True),
)


async def at_end(
    target: FakeTarget, moved: int = 0, log: str = "", symbols: dict[str, int] = SYMBOLS
) -> LiveInputs:
    memory = KernelMemory(target, symbols, moved, TYPES)
    return await read_at_end(memory, LiveInputs(Entry(0x4020_0000, {}), "arm64"), log)


@pytest.mark.parametrize("name", sorted(CPUS))
def test_a_cpu_is_known_by_its_name_whatever_its_revision(name: str) -> None:
    assert named(CPUS[name].midr ^ 0x0030_0002) == name
    assert features_of(CPUS[alike(features_of(CPUS[name])) or ""]) == features_of(CPUS[name])


def test_id_registers_say_what_a_cpu_can_do() -> None:
    assert features(A57) == features_of(CPUS["cortex-a57"])
    assert features(MAX) == features_of(CPUS["max"])


async def test_the_cpu_is_the_one_that_the_kernel_has_kept() -> None:
    target = FakeTarget({})
    midr = CPUS["cortex-a72"].midr
    target.virtual.put(SYMBOLS["boot_cpu_data"] + 72, midr.to_bytes(8, "little"))
    found = await at_end(target)
    assert (found.board["cpu"], found.missing, found.derived) == ("cortex-a72", [], [])


async def test_the_cpu_is_the_one_that_the_kernel_has_printed_if_it_keeps_none() -> None:
    found = await at_end(FakeTarget({}), log=LINE)
    assert (found.board["cpu"], found.missing) == ("cortex-a57", [])


async def test_a_cpu_that_can_do_more_than_its_name_is_another() -> None:
    found = await at_end(FakeTarget({}, MAX), log=LINE)
    assert found.board["cpu"] == "max"
    assert found.derived == ["cpu max: its ID registers say that it can do the same"]


async def test_a_cpu_that_nobody_knows_is_assumed_and_that_is_told() -> None:
    strange = {**A57, "ID_AA64MMFR0_EL1": 0x1121, "ID_AA64MMFR2_EL1": 1 << 60}
    found = await at_end(FakeTarget({}, {**strange, "MIDR_EL1": 0x4800_0000}))
    assert found.board["cpu"] == "cortex-a57"
    assert found.missing == ["the CPU: it is none that bootstep knows, cortex-a57 is assumed"]


def put_memstart(target: FakeTarget) -> None:
    place = SYMBOLS["memstart_addr"] + MOVED
    target.virtual.put(place, (-0x4000_0000 & (1 << 64) - 1).to_bytes(8, "little"))


async def test_a_seed_that_a_cpu_may_have_mixed_with_a_number_of_its_own_does_not_tell(
    tmp_path: Path,
) -> None:
    there = AtEntry("6.1-4k48/kaslr", tmp_path / "case")
    inputs = await read_at_entry(there.memory, there.entry, "arm64")
    there.target.system.update(MAX)
    put_memstart(there.target)
    await read_at_end(KernelMemory(there.target, SYMBOLS, MOVED, NO_SIZES), inputs)
    assert inputs.boot["kaslr"] == Drawn(MOVED, -0x4000_0000)


async def test_what_kaslr_drew_is_read_from_the_kernels_variable() -> None:
    target = FakeTarget({})
    put_memstart(target)
    assert (await at_end(target, MOVED)).boot["kaslr"] == Drawn(MOVED, -0x4000_0000)


async def test_a_kernel_that_was_hardly_moved_was_not_moved_by_kaslr() -> None:
    assert "kaslr" not in (await at_end(FakeTarget({}), 0x8_0000)).boot


@pytest.mark.parametrize("symbols", [{}, SYMBOLS], ids=["lost", "there"])
async def test_the_seed_in_the_device_tree_tells_more_than_what_it_draws(
    tmp_path: Path, symbols: dict[str, int]
) -> None:
    """The seed itself is a variable of the kernel, and decides of more than the linear map."""
    there = AtEntry("6.1-4k48/kaslr", tmp_path / "case")
    inputs = await read_at_entry(there.memory, there.entry, "arm64")
    put_memstart(there.target)
    await read_at_end(KernelMemory(there.target, symbols, MOVED, NO_SIZES), inputs)
    assert "kaslr" not in inputs.boot
    assert "what KASLR drew: it follows from the seed in the device tree" in inputs.derived


async def test_without_seed_and_variable_it_is_told_that_half_of_it_is_lost() -> None:
    found = await at_end(FakeTarget({}), MOVED, LINE, {})
    assert found.boot["kaslr"] == Drawn(MOVED, None)
    assert found.missing == ["KASLR: where it began the linear map (memstart_addr) cannot be read"]


async def test_a_kernel_that_already_runs_has_noted_where_its_device_tree_lies(tmp_path: Path) -> None:
    there = AtEntry("6.1-4k48/m1g", tmp_path / "case")
    noted = there.entry.load_address + there.image.symbols["__fdt_pointer"] - there.image.symbols["_text"]
    there.put(noted, there.machine.dtb_address.to_bytes(8, "little"))
    late = Entry(there.entry.load_address, {"x0": 0, "cpsr": 0x3C9}, late=True)
    inputs = await read_at_entry(there.memory, late, "arm64")
    assert inputs.files["board.dtb"] == there.bytes("board.dtb")
    assert (inputs.boot["dtb_address"], "exception_level" in inputs.boot) == (
        there.machine.dtb_address,
        False,
    )
    assert "memblock_debug" not in inputs.kernel
    assert [words.partition(":")[2] for words in inputs.missing] == [" it was already running"]


async def test_random_numbers_of_the_boot_loader_are_written_over_unless_they_are_asked_for(
    tmp_path: Path,
) -> None:
    there = AtEntry("6.1-4k48/m1g", tmp_path / "case")
    seed = bytes(range(32))
    blob = DeviceTree(there.bytes("board.dtb")).with_properties("/chosen", {"rng-seed": seed}).raw
    there.put(there.machine.dtb_address, blob)
    inputs = await read_at_entry(there.memory, there.entry, "arm64")
    write_machine(tmp_path / "shared", inputs, there.files)
    write_machine(tmp_path / "own", inputs, there.files, with_keys=True)
    assert (tmp_path / "own" / "board.dtb").read_bytes() == blob
    shared = (tmp_path / "shared" / "board.dtb").read_bytes()
    assert (seed in shared, len(shared)) == (False, len(blob))
    assert "left out: device tree" in (tmp_path / "shared" / "machine.toml").read_text()
