"""How an x86-64 kernel is found when it starts: arch/x86/boot/compressed/head_64.S and kernel/head_64.S.

A bzImage is entered at 1 MiB, copies itself behind the place where the kernel will be, unpacks the kernel
there and jumps to ``startup_64`` of the kernel proper, at a physical address that KASLR draws.  Its virtual
address is drawn too, and written into the kernel wherever an address stands: ``initial_code`` holds that of
``x86_64_start_kernel``.
"""

from __future__ import annotations

from ....model.language.words import tr
from ...remote.target import Target
from ..entry import (
    U64,
    UPPER_HALF,
    Entry,
    NotEntered,
    Start,
    physical,
    program_counter,
    refuse_ended,
    run_to,
    run_to_any,
    run_to_or_past,
)
from .unpacking import Unpacking

CODE32_START = 0x100000
"""Where boot loaders put the protected-mode part of a bzImage."""
ENTRY_64 = 0x200
"""Bytes from its beginning to its 64-bit entry."""
HEAD_BYTES = 0x800
TAIL_BYTES = 0x400
JUMP_RAX = b"\xff\xe0"
CALL = 0xE8
CALL_BYTES = 5
KERNEL_MAP = 0xFFFFFFFF80000000
"""``__START_KERNEL_map``: kernel addresses are at least that far above physical ones."""
PRESENT, HUGE = 1 << 0, 1 << 7
PAGE_MASK = 0x000FFFFFFFFFF000
PMD_SIZE = 2 << 20
LA57 = 1 << 12
"""The bit of CR4 that says that there are five levels of tables."""


async def reach_entry(start: Start) -> Entry:
    """Let the target go to ``startup_64`` of the unpacked kernel; where that cannot be foreseen, until the
    kernel runs.  Raises `NotEntered`."""
    target = start.target
    linked = start.kernel.symbols.get("startup_64", start.kernel.text)
    offset = linked - start.kernel.text
    if await program_counter(target) & UPPER_HALF:
        return await _already_running(start)
    unpacking = Unpacking(start)
    if start.told is not None:
        place = start.told + offset
        reached = await run_to_or_past(start, {place}, "startup_64", unpacking.is_at)
    else:
        place = linked - KERNEL_MAP
        reached = await run_to_or_past(start, {CODE32_START, place}, "startup_64", unpacking.is_at)
    if reached is not None and unpacking.base is not None:
        reached = place = await unpacking.leave()
    if place is None or reached is None:
        return await _already_running(start)
    if reached == CODE32_START:
        place = await _unpacked(start)
        await run_to(start, place, "startup_64")
    return Entry(place - offset, await target.registers())


async def _already_running(start: Start) -> Entry:
    """A kernel that was entered before anybody looked: its page tables map nothing before its image."""
    found = await _mapped_image(start.target)
    if found is None:
        raise NotEntered(tr("the kernel is already running, and its page tables cannot be read"))
    return Entry(found[1] + start.kernel.text % PMD_SIZE, await start.target.registers(), late=True)


async def _mapped_image(target: Target) -> tuple[int, int] | None:
    """The virtual and the physical address of the first 2 MiB that are mapped of the kernel's image."""
    table = await target.register("cr3") or 0
    if (await target.register("cr4") or 0) & LA57:
        table = await _entry_of(target, table, KERNEL_MAP >> 48 & 511)
    for shift in (39, 30):
        table = await _entry_of(target, table, KERNEL_MAP >> shift & 511)
    entries = await physical(target, table & PAGE_MASK, 4096) if table & PRESENT else None
    for number in range(512 if entries else 0):
        entry = int.from_bytes((entries or b"")[8 * number : 8 * number + 8], "little")
        if entry & PRESENT:
            place = entry & PAGE_MASK & -PMD_SIZE
            if not entry & HUGE:
                place = await _entry_of(target, entry, 0) & PAGE_MASK & -PMD_SIZE
            return KERNEL_MAP + number * PMD_SIZE, place
    return None


async def _entry_of(target: Target, table: int, number: int) -> int:
    """An entry of a table, 0 where there is none."""
    if not table & PAGE_MASK:
        return 0
    data = await physical(target, (table & PAGE_MASK) + 8 * number, 8)
    return int.from_bytes(data or b"", "little")


async def _unpacked(start: Start) -> int:
    """From the first instruction of a bzImage to the kernel that it unpacks; returns its physical address."""
    target = start.target
    head = await physical(target, CODE32_START + ENTRY_64, HEAD_BYTES) or b""
    jumps = {CODE32_START + ENTRY_64 + at for at in _occurrences(head, JUMP_RAX)}
    if not jumps:
        raise NotEntered(
            tr("at {address:#x} there is no bzImage: is this the kernel that runs?", address=CODE32_START)
        )
    await run_to_any(start, jumps, "startup_64")
    refuse_ended(await target.step(), "startup_64")
    copied = await program_counter(target)
    tail = await physical(target, copied, TAIL_BYTES) or b""
    leaving = tail.find(JUMP_RAX)
    if leaving < 0:
        raise NotEntered(
            tr("the bzImage at {address:#x} never jumps to the kernel it unpacks", address=copied)
        )
    await _let_it_unpack(start, copied, tail[:leaving])
    await run_to(start, copied + leaving, "startup_64")
    return (await target.registers()).get("rax", 0)


async def _let_it_unpack(start: Start, copied: int, code: bytes) -> None:
    """Let the last call before the jump return.  A breakpoint near code that runs for seconds makes an
    emulator slow; the return address on the stack is read only once."""
    call = code.rfind(CALL, 0, len(code) - CALL_BYTES + 1)
    if call < 0:
        return
    await run_to(start, copied + call, "extract_kernel")
    target = start.target
    stack = (await target.registers()).get("rsp", 0) - 8 & U64
    if await target.add_watchpoint(stack, 8):
        refuse_ended(await start.resume(), "startup_64")
        await target.remove_watchpoint(stack, 8)


def _occurrences(data: bytes, word: bytes) -> list[int]:
    found: list[int] = []
    at = data.find(word)
    while at >= 0:
        found.append(at)
        at = data.find(word, at + 1)
    return found


async def reach_virtual(start: Start, entry: Entry) -> int:
    """From ``startup_64`` to ``x86_64_start_kernel``; returns how many bytes further than linked the kernel
    runs.  Raises `NotEntered`."""
    if entry.late:
        image = await _mapped_image(start.target)
        return (image[0] if image else 0) - (start.kernel.text & -PMD_SIZE) & U64
    symbols = start.kernel.symbols
    function, pointer = symbols.get("x86_64_start_kernel"), symbols.get("initial_code")
    if function is None:
        raise NotEntered(tr("this kernel has no symbol {name}", name="x86_64_start_kernel"))
    moved = 0
    if pointer is not None:
        at = entry.load_address + pointer - start.kernel.text
        word = await physical(start.target, at, 8)
        moved = int.from_bytes(word or b"", "little") - function & U64
        if word is None or moved & 0xFFF:
            raise NotEntered(
                tr(
                    "{name} at {address:#x} holds no address of this kernel: is it the kernel that runs?",
                    name="initial_code",
                    address=at,
                )
            )
    await run_to(start, function + moved & U64, "x86_64_start_kernel")
    return moved
