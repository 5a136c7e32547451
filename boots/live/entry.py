"""Where a kernel starts: the physical place of its first instruction, and by how much KASLR moved it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from ...model.base.errors import InputError
from ...model.language.words import tr
from ..remote.target import Ended, Range, Stop, Target
from .kernel import LiveKernel
from .patience import NobodyWaits, Patience

U64 = (1 << 64) - 1


SLICE = 0.05
"""Seconds after which a target in its firmware is looked at: where a kernel will be, nobody knows."""
MOST_STOPS = 64
"""So often a target may stop for reasons of its own before it gets where it was sent."""
UPPER_HALF = 1 << 63


class EnteredLate(Exception):
    """The kernel was seen only when it ran already; it was entered at the physical address `load_address`,
    and may be again if the machine starts anew."""

    def __init__(self, load_address: int) -> None:
        super().__init__(load_address)
        self.load_address = load_address


class NotEntered(InputError):
    """The kernel was not seen to start; in a sentence."""


class Entry(NamedTuple):
    """The kernel is entered: the physical address of ``_text``, and the registers then, by name; memory is as
    the boot loader left it.  `late` says that the kernel was already running, so that nothing is known of its
    registers at entry."""

    load_address: int
    registers: Mapping[str, int]
    late: bool = False


class Start(NamedTuple):
    """Where to look for the entry: a `target` that stands somewhere before it, the `kernel`, how long that
    may take, the physical address at which it is entered if somebody tells it, and files one of which may be
    what a boot loader loads."""

    target: Target
    kernel: LiveKernel
    patience: Patience
    told: int | None = None
    files: Sequence[str] = ()

    async def resume(self) -> Stop:
        """Let the target run until it stops.  Raises `NobodyWaits` if that takes longer than anybody
        waits."""
        return await self.patience.resume(self.target)


async def run_to(start: Start, address: int, what: str) -> None:
    """Let the target run to the instruction at an address; `what` that is, in words.  Raises
    `NotEntered` if it ends before that."""
    if await program_counter(start.target) != address:
        await run_to_any(start, {address}, what)


async def run_to_any(start: Start, addresses: set[int], what: str) -> int:
    """The same for the first of several addresses that is reached, which is returned; one where it stands
    already does not count."""
    there = [address for address in sorted(addresses) if await start.target.add_breakpoint(address)]
    if not there:
        raise NotEntered(tr("the stub has no room for a breakpoint at {what}", what=what))
    reached = await _resume_to(start, set(there), what)
    for address in there:
        await start.target.remove_breakpoint(address)
    return reached


async def run_to_or_past(
    start: Start, addresses: set[int], what: str, is_there: Callable[[int], Awaitable[bool]] | None = None
) -> int | None:
    """The same, or until the kernel runs at virtual addresses of its own: then None.  A target that stands
    at one of them is there.  Now and then `is_there` is asked whether the address at which it stands is a
    place to stay too."""
    placed = [address for address in sorted(addresses) if await start.target.add_breakpoint(address)]
    there = set(placed)
    reached = await program_counter(start.target)
    start.patience.begin()
    while reached not in there and not reached & UPPER_HALF:
        ending = start.patience.ending()
        if ending is not None:
            raise NobodyWaits(ending)
        refuse_ended(await start.patience.run_for(start.target, SLICE), what)
        reached = await program_counter(start.target)
        start.patience.was_at(reached)
        if reached not in there and is_there is not None and await is_there(reached):
            there.add(reached)
    for address in placed:
        await start.target.remove_breakpoint(address)
    return reached if reached in there else None


async def _resume_to(start: Start, addresses: set[int], what: str) -> int:
    """Resume until the target stands at one of the addresses: it may stop for other reasons."""
    for _ in range(MOST_STOPS):
        stop = await start.resume()
        refuse_ended(stop, what)
        at = await program_counter(start.target)
        if at in addresses:
            return at
    raise NotEntered(
        tr("the target stopped {count} times before it reached {what}", count=MOST_STOPS, what=what)
    )


def refuse_ended(stop: Stop, what: str) -> None:
    """Raises `NotEntered` if the target is gone."""
    if isinstance(stop, Ended):
        raise NotEntered(tr("the target {how} before it reached {what}", how=stop.words, what=what))


async def program_counter(target: Target) -> int:
    """Where the CPU stands."""
    registers = await target.registers()
    return next((registers[name] for name in ("pc", "rip", "eip") if name in registers), 0)


async def physical(target: Target, address: int, size: int) -> bytes | None:
    """Bytes of physical memory, also of a stub that does not know it: before there is an MMU, addresses are
    physical."""
    read = target.read_physical if target.knows_physical else target.read
    return (await read([Range(address, size)]))[0]
