"""`Target`: a machine that stands still or runs, as whoever debugs it sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from ...model.base.errors import InputError


class RemoteError(InputError):
    """The other side cannot be used any more: it is gone, silent, or says what it may not; in a sentence."""


class Range(NamedTuple):
    """Bytes of memory: the first one's address and how many."""

    address: int
    size: int


class Stopped(NamedTuple):
    """The target stands.  `signal` is why (5: a breakpoint or a step; 2: it was interrupted), `pc` where,
    None if the stub did not say; `thread` is its name for the CPU."""

    signal: int
    pc: int | None = None
    thread: str = ""


class Ended(NamedTuple):
    """The target is gone; `words` say how: "exited with status 0", "killed by signal 9"."""

    words: str


Stop = Stopped | Ended


class Target(Protocol):
    """A machine behind a stub.  All methods raise `RemoteError` if the stub cannot be used any more; what
    was asked of memory or a register that is not there is None."""

    @property
    def architecture(self) -> str:
        """As the stub's description calls it: ``aarch64``, ``i386:x86-64``; "" if it does not say."""
        ...

    @property
    def knows_physical(self) -> bool:
        """Whether physical memory can be read, whatever is mapped (`read_physical`)."""
        ...

    async def registers(self) -> Mapping[str, int]:
        """The general registers of the CPU that stopped, by gdb's names for them (x0, sp, pc, cpsr; rax, rip,
        eflags)."""
        ...

    async def register(self, name: str) -> int | None:
        """One register of any kind, such as ``TTBR1_EL1`` or ``cr3``, whatever letters are small."""
        ...

    async def read(self, ranges: Sequence[Range]) -> list[bytes | None]:
        """Memory at virtual addresses, as that CPU sees it; asked at once, so that many cost what one does.
        None for a range of which not every byte can be read."""
        ...

    async def read_physical(self, ranges: Sequence[Range]) -> list[bytes | None]:
        """Memory at physical addresses."""
        ...

    async def look(self, ranges: Sequence[Range]) -> tuple[Mapping[str, int], list[bytes | None]]:
        """`registers` and `read`, asked at once."""
        ...

    async def resume(self) -> Stop:
        """Let it run until it stops.  A breakpoint at the place where it stands does not count."""
        ...

    async def step(self) -> Stop:
        """Let the CPU that stopped do one instruction; breakpoints do not count."""
        ...

    async def interrupt(self) -> None:
        """Ask a running target to stop; `resume`, which somebody waits for, returns then."""
        ...

    async def probe(self) -> None:
        """Have a running target stop for a moment: a running one says nothing, and so not that it is there.
        `resume` lets it run on, or raises `RemoteError` if it does not stop."""
        ...

    @property
    def stood_at(self) -> int | None:
        """Where it stood when it was probed last; None if it was not, or has not stopped yet."""
        ...

    async def add_breakpoint(self, address: int) -> bool:
        """Stop before the instruction at a virtual address; False if the stub has no room for one more.  It
        may say so only later (`lost_breakpoints`): the target is stopped then, if it runs."""
        ...

    def lost_breakpoints(self) -> list[int]:
        """Where the stub had no room for a breakpoint, as it turned out since this was asked last."""
        ...

    async def remove_breakpoint(self, address: int) -> None:
        """Do not stop there any more."""
        ...

    async def add_watchpoint(self, address: int, size: int) -> bool:
        """Stop behind the instruction that reads any of `size` bytes at a virtual address; False if the stub
        cannot."""
        ...

    async def remove_watchpoint(self, address: int, size: int) -> None:
        """Do not stop for that any more."""
        ...

    async def close(self, kill: bool = False) -> None:
        """Take the breakpoints back, let it run on without us or end it; never raises."""
        ...
