"""The code of a bzImage that unpacks the kernel and jumps to it, found wherever firmware has loaded it:
arch/x86/boot/compressed, and the EFI stub of drivers/firmware/efi/libstub.

Where UEFI loads a bzImage nobody tells, and KASLR draws another place for the kernel each time.  But to
unpack takes long, so that a CPU that is stopped now and then is met there; the file that is booted tells
where in the code that is, and with that where the jumps are that may leave it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ....model.base.errors import InputError
from ....model.build.image.x86.header import read_header
from ....model.files.input_files import read_bytes
from ..entry import Start, physical, program_counter, refuse_ended, run_to_or_past

SEEN = 64
"""Bytes of code that are looked for: so many in a row are no accident."""
BEFORE_JUMP = 16
ENTERED = "startup_64"
LEAVING = re.compile(
    rb"(?:[\x48\x4c]\x89[\xc6\xce\xd6\xde\xe6\xee\xf6\xfe]|\x5e|\x48\x8b\x34\x24|\x48\x8b\x74\x24.)"
    rb"(?:[\x48\x49\x4c\x4d][\x01\x03][\xc0-\xff])?\x41?(?=\xff[\xe0-\xe7])",
    re.DOTALL,
)
"""What stands before a jump to the kernel, whose address is in a register: ``rsi`` is given the address of
boot_params, and the jump's own may be computed."""
CALL, CALL_BYTES = 0xE8, 5
STACK = 16 << 10
"""Bytes of stack that the code has (BOOT_STACK_SIZE)."""
WORD = 8


class PackedCode(NamedTuple):
    """A bzImage: all its bytes, where in them the code begins that unpacks it, and where `jumps` in it are
    that may leave it.  `after` has some more by the places that the calls right before them return to."""

    content: bytes
    code: int
    jumps: tuple[int, ...]
    after: Mapping[int, int]

    def place(self, data: bytes) -> int | None:
        """Where in the file some bytes of that code are; None if they are no such, or there are several."""
        at = self.content.find(data, self.code) if len(data) == SEEN else -1
        return None if at < 0 or self.content.find(data, at + 1) >= 0 else at


def packed_code(files: Sequence[str]) -> PackedCode | None:
    """The first bzImage of some files; None if there is none."""
    for name in files:
        try:
            content = read_bytes(Path(name))
        except InputError:
            continue
        header = read_header(content)
        if header is not None and header.payload_length:
            return _packed_code(content, header.payload_at + header.payload_length)
    return None


def _packed_code(content: bytes, code: int) -> PackedCode:
    found = [(each.start(), each.end()) for each in LEAVING.finditer(content, code)]
    after = {start: jump for start, jump in found if content[start - CALL_BYTES] == CALL}
    return PackedCode(content, code, tuple(jump for start, jump in found if start not in after), after)


class OpenCall(NamedTuple):
    """A call that the code is in: where its return address is on the stack, and the jump behind it."""

    stack: int
    jump: int


class Unpacking:
    """Looks for the code of the bzImage that is one of the `files` of a `start`.  `base` is where its first
    byte would be in the memory of the machine, if the code was found; None before."""

    def __init__(self, start: Start) -> None:
        self.base: int | None = None
        self._call: OpenCall | None = None
        self._start = start
        self._packed = packed_code(start.files)

    async def is_at(self, pc: int) -> bool:
        """Whether the CPU stands in that code."""
        packed = self._packed
        if packed is None:
            return False
        place = packed.place(await physical(self._start.target, pc, SEEN) or b"")
        if place is not None:
            self.base = pc - place
        return place is not None

    async def leave(self) -> int | None:
        """Let the code that was found go on to where it leaves for the kernel, which is entered at the
        address that is returned; None if that was not seen, and it runs."""
        packed = self._packed
        jumps: set[int] = set()
        known = -1
        while packed is not None and self.base is not None:
            if known != self.base:
                known, self._call = self.base, None
                jumps = await self._jumps(packed, known)
            reached = await run_to_or_past(self._start, jumps, ENTERED, self._is_news(packed, known))
            if reached is None:
                return None
            if reached in jumps:
                jumps.discard(reached)
                at = await self._stepped()
                if not await self._is_own(packed, at):
                    return at
            elif self._call is not None and self.base == known:
                jumps.add(self._call.jump)
                await self._let_it_return(self._call)
        return None

    def _is_news(self, packed: PackedCode, known: int) -> Callable[[int], Awaitable[bool]]:
        """Whether the CPU stands in such code at another base than the `known` one, since it may copy itself;
        or in a call right before a jump that leaves."""

        async def is_news(pc: int) -> bool:
            if not await self.is_at(pc):
                return False
            if self.base == known and self._call is None:
                self._call = await self._open_call(packed, known)
                return self._call is not None
            return self.base != known

        return is_news

    async def _open_call(self, packed: PackedCode, base: int) -> OpenCall | None:
        """The call right before a jump that the code is in, as the stack tells."""
        target = self._start.target
        stack = (await target.registers()).get("rsp", 0) & -WORD
        data = await physical(target, stack, STACK) or b""
        for back, jump in packed.after.items():
            at = data.find((base + back).to_bytes(WORD, "little"))
            if at >= 0 and at % WORD == 0:
                return OpenCall(stack + at, base + jump)
        return None

    async def _let_it_return(self, call: OpenCall) -> None:
        """A breakpoint near code that runs for seconds makes an emulator slow; the return address on the
        stack is read only once."""
        target = self._start.target
        if await target.add_watchpoint(call.stack, WORD):
            refuse_ended(await self._start.resume(), ENTERED)
            await target.remove_watchpoint(call.stack, WORD)

    async def _stepped(self) -> int:
        refuse_ended(await self._start.target.step(), ENTERED)
        return await program_counter(self._start.target)

    async def _jumps(self, packed: PackedCode, base: int) -> set[int]:
        """Where jumps are that may leave: as far as memory has there what the file has."""
        found: set[int] = set()
        for at in packed.jumps:
            data = packed.content[at - BEFORE_JUMP : at + 2]
            if await physical(self._start.target, base + at - BEFORE_JUMP, len(data)) == data:
                found.add(base + at)
        return found

    async def _is_own(self, packed: PackedCode, address: int) -> bool:
        """Whether the bzImage itself is what lies at an address."""
        data = await physical(self._start.target, address, SEEN)
        return data is not None and packed.content.find(data) >= 0
