"""The kernel in memory is the one that was named, or it is refused.  Covers same_kernel.py."""

from __future__ import annotations

import struct

import pytest
from bootstep.boots.live.kernel import LiveKernel
from bootstep.boots.live.same_kernel import AnotherKernel, refuse_another
from bootstep.model.build.image.identity import Identity
from bootstep.model.build.release import Release

from ...support.fake_memory import NO_SIZES

TEXT, PLACE, MOVED = 0xFFFF_8000_0800_0000, 0x3000, 0x1234_0000
SYMBOLS = {
    "_text": TEXT,
    "linux_banner": TEXT + PLACE,
    "__start_notes": TEXT + 0x5000,
    "__stop_notes": TEXT + 0x5024,
    "_end": TEXT + 0x10_0000,
}
LINE = "Linux version 6.1.50 (me@here) (gcc 12) #7 SMP Mon Jan 1 00:00:00 UTC 2024"
LATER = LINE.replace("#7", "#8")
ID, OTHER_ID = bytes(range(20)), bytes(range(20, 40))


def kernel(line: str = LINE, build_id: bytes = ID, without: tuple[str, ...] = ()) -> LiveKernel:
    symbols = {name: address for name, address in SYMBOLS.items() if name not in without}
    identity = Identity(line, TEXT + PLACE, build_id.hex())
    return LiveKernel(
        "arm64",
        Release(6, 1, 50),
        "6.1.50",
        symbols,
        NO_SIZES,
        files={"vmlinux": "a/vmlinux"},
        identity=identity,
    )


class Memory:
    """The megabyte of a kernel that runs `MOVED` further; what is read beyond is not there."""

    def __init__(self, line: str = LINE, build_id: bytes = ID, place: int = PLACE) -> None:
        self.data = bytearray(0x10_0000 + 0x1000)
        self.data[place : place + len(line)] = line.encode()
        note = struct.pack("<III", 4, len(build_id), 3) + b"GNU\0" + build_id
        self.data[0x5000 : 0x5000 + len(note)] = note

    async def read(self, address: int, size: int) -> bytes | None:
        at = address - TEXT - MOVED
        return bytes(self.data[at : at + size]) if 0 <= at <= at + size <= len(self.data) else None


async def nothing(address: int, size: int) -> bytes | None:
    return None


async def refused(memory: Memory, named: LiveKernel) -> str:
    with pytest.raises(AnotherKernel) as error:
        await refuse_another(memory.read, named, TEXT + MOVED)
    return str(error.value)


@pytest.mark.parametrize("named", [kernel(), kernel(without=("linux_banner",)), kernel("", b"")])
async def test_the_same_kernel_is_not_refused(named: LiveKernel) -> None:
    await refuse_another(Memory().read, named, TEXT + MOVED)


async def test_a_later_build_is_named_by_number_and_time() -> None:
    assert await refused(Memory(LATER), kernel()) == (
        "a/vmlinux is not the kernel that runs: it is Linux version 6.1.50 #7 SMP Mon Jan 1 00:00:00 UTC "
        "2024; in memory there is Linux version 6.1.50 #8 SMP Mon Jan 1 00:00:00 UTC 2024"
    )


async def test_a_build_that_differs_in_its_builder_alone_is_named_by_that() -> None:
    sentence = await refused(Memory(LINE.replace("gcc 12", "gcc 13")), kernel())
    assert "(gcc 12)" in sentence and "(gcc 13)" in sentence


async def test_another_release_whose_banner_is_elsewhere_is_found() -> None:
    other = LINE.replace("6.1.50", "6.12.3")
    sentence = await refused(Memory(other, place=0x9_0000), kernel())
    assert sentence.endswith("in memory there is Linux version 6.12.3 #7 SMP Mon Jan 1 00:00:00 UTC 2024")


async def test_what_is_no_kernel_at_all() -> None:
    sentence = await refused(Memory("\x1b[2J"), kernel())
    assert sentence.endswith("UTC 2024, of which there is no banner in memory")


async def test_builds_of_one_banner_are_told_apart() -> None:
    assert await refused(Memory(build_id=OTHER_ID), kernel()) == (
        "a/vmlinux is another build than the kernel that runs, though both are Linux version 6.1.50 #7 SMP "
        f"Mon Jan 1 00:00:00 UTC 2024: its build ID is {ID.hex()}, that in memory {OTHER_ID.hex()}"
    )


@pytest.mark.parametrize("named", [kernel(build_id=b""), kernel(without=("__stop_notes",))])
async def test_a_build_id_that_nobody_knows_is_no_difference(named: LiveKernel) -> None:
    await refuse_another(Memory(build_id=OTHER_ID).read, named, TEXT + MOVED)


async def test_memory_that_cannot_be_read_counts_only_of_a_kernel_that_runs() -> None:
    await refuse_another(nothing, kernel(), TEXT)
    with pytest.raises(AnotherKernel):
        await refuse_another(nothing, kernel(), TEXT, must_be_read=True)


async def test_a_kernel_of_which_only_symbols_are_known_has_a_banner() -> None:
    named = kernel("", b"")
    await refuse_another(Memory(LATER).read, named, TEXT + MOVED)
    with pytest.raises(AnotherKernel, match=r"it is 6\.1\.50; in memory there is Linux version 6\.1\.50 #8"):
        await refuse_another(Memory(LATER, place=0x8000).read, named, TEXT + MOVED)
