"""What a played kernel needs of its architecture: where its code is, how it is started, how functions are
called, and by what a kernel that runs already is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bootstep.boots.live.arm64.registers import CALLING as ARM64_CALLS
from bootstep.boots.live.calling import CallingConvention
from bootstep.boots.live.x86.registers import CALLING as X86_CALLS

from .fake_machine import CORE, SYSTEM, FakeRegister, Moment

WORD = 8


class PlayedArch(NamedTuple):
    """`name` is that of machine files, `stub_name` that of stubs, which have the `registers`.

    ``_text`` is linked at `text`, functions are from `code` on, and return to places from `returns` on; the
    stack ends at `stack`.  `starts` are the moments from reset on until addresses are virtual, with what is
    in `physical` memory then; the kernel's ``_text`` is at `load_address` there, and it is entered at `entry`
    if somebody has to tell that (None: it is found).  `symbols` are those that say how it starts; `running`
    is what its own memory and registers have by which a kernel is found that runs already.
    """

    name: str
    stub_name: str
    calls: CallingConvention
    registers: tuple[FakeRegister, ...]
    text: int
    code: int
    returns: int
    stack: int
    starts: tuple[Moment, ...]
    load_address: int
    entry: int | None
    physical: Mapping[int, bytes]
    symbols: Mapping[str, int]
    running: Moment

    def called(self, arguments: list[int], back: int, stack: int) -> tuple[dict[str, int], dict[int, bytes]]:
        """The registers, and the memory, where a function is entered that returns to an address."""
        registers = dict(zip(self.calls.arguments, arguments, strict=False))
        if self.calls.link:
            return {**registers, self.calls.link: back}, {}
        return registers, {stack: back.to_bytes(WORD, "little")}

    def returned(self, result: int, stack: int) -> tuple[dict[str, int], int]:
        """The registers where a function has returned, and the stack pointer, which was `stack` at its
        entry."""
        return {self.calls.result: result}, stack if self.calls.link else stack + WORD


# ---- arm64: a boot loader at reset branches to an Image, which turns the MMU on ----

_ARM64_TEXT = 0xFFFF_8000_07FF_0000
RESET, ENTRY = 0x4000_0000, 0x4020_0000
_SWITCH, _SWITCHED, _VECTORS, _VOFFSET = 0x2000, 0x3000, 0x800, 0x4000
"""Where in the image ``__primary_switch``, ``__primary_switched`` and others are."""
_NOP, _BR_X8 = 0xD503201F, 0xD61F0100
ARM64 = PlayedArch(
    name="arm64",
    stub_name="aarch64",
    calls=ARM64_CALLS,
    registers=(*CORE, *SYSTEM, FakeRegister("VBAR_EL1", 64, False)),
    text=_ARM64_TEXT,
    code=_ARM64_TEXT + 0x1_0000,
    returns=_ARM64_TEXT + 0x11_0000,
    stack=0xFFFF_8000_0B00_0000,
    starts=(
        Moment(RESET),
        Moment(ENTRY),
        Moment(ENTRY + _SWITCH + 8, {"x8": _ARM64_TEXT + _SWITCHED}),
    ),
    load_address=ENTRY,
    entry=ENTRY,
    physical={
        ENTRY + _SWITCH: b"".join(word.to_bytes(4, "little") for word in (_NOP, _NOP, _BR_X8, _NOP)).ljust(
            1024, b"\0"
        )
    },
    symbols={
        "primary_entry": 0x1000,
        "__primary_switch": _SWITCH,
        "__primary_switched": _SWITCHED,
        "vectors": _VECTORS,
        "kimage_voffset": _VOFFSET,
    },
    running=Moment(
        0,
        {"VBAR_EL1": _ARM64_TEXT + _VECTORS},
        {_ARM64_TEXT + _VOFFSET: (_ARM64_TEXT - ENTRY).to_bytes(WORD, "little")},
    ),
)

# ---- x86-64: a bzImage copies itself, unpacks the kernel and jumps to it ----

_X86_TEXT = 0xFFFF_FFFF_8100_0000
_BZIMAGE, _COPIED, _UNPACKED = 0x10_0000, 0x200_0000, 0x300_0000
_START, _INITIAL_CODE = 0x5000, 0x6000
_TABLES, _PMD_SIZE = 0x1000, 2 << 20


def _tables(number: int, place: int) -> dict[int, bytes]:
    """Page tables of four levels that map 2 MiB of the kernel's image, the `number`th of its 1 GiB."""

    def table(index: int, entry: int) -> bytes:
        return (bytes(8 * index) + (entry | 3).to_bytes(8, "little")).ljust(4096, b"\0")

    return {
        _TABLES: table(511, _TABLES + 0x1000),
        _TABLES + 0x1000: table(510, _TABLES + 0x2000),
        _TABLES + 0x2000: table(number, place | 0x80),
    }


X86_64 = PlayedArch(
    name="x86_64",
    stub_name="i386:x86-64",
    calls=X86_CALLS,
    registers=(
        *(FakeRegister(name, 64) for name in ("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp")),
        *(FakeRegister(f"r{number}", 64) for number in range(8, 16)),
        FakeRegister("rip", 64, kind="code_ptr"),
        FakeRegister("eflags", 32),
        *(FakeRegister(name, 64, False) for name in ("cr0", "cr3", "cr4")),
    ),
    text=_X86_TEXT,
    code=_X86_TEXT + 0x1_0000,
    returns=_X86_TEXT + 0x11_0000,
    stack=0xFFFF_FFFF_8200_4000,
    starts=(
        Moment(0xFFF0),
        Moment(_BZIMAGE, {"rsi": 0x1_4000}),
        Moment(_BZIMAGE + 0x210),
        Moment(_COPIED),
        Moment(_COPIED + 1, {"rsp": 0x8000}),
        Moment(_COPIED + 6, reads=(0x8000 - WORD,)),
        Moment(_COPIED + 7, {"rax": _UNPACKED}),
        Moment(_UNPACKED, {"rsi": 0x1_4000}),
        Moment(_X86_TEXT + _START),
    ),
    load_address=_UNPACKED,
    entry=None,
    physical={
        _BZIMAGE + 0x200: (b"\x90" * 16 + b"\xff\xe0").ljust(0x800, b"\x90"),
        _COPIED: b"\x90\xe8\0\0\0\0\x90\xff\xe0".ljust(0x400, b"\x90"),
        _UNPACKED + _INITIAL_CODE: (_X86_TEXT + _START).to_bytes(WORD, "little"),
        **_tables((_X86_TEXT >> 21) % 512, _UNPACKED),
    },
    symbols={"startup_64": 0, "x86_64_start_kernel": _START, "initial_code": _INITIAL_CODE},
    running=Moment(0, {"cr3": _TABLES}),
)
