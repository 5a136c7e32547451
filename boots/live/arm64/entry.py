"""How an arm64 kernel is found when it starts: arch/arm64/kernel/head.S.

A boot loader branches to ``_text`` with the MMU off.  ``__primary_switch`` turns it on, relocates the kernel
and leaves for ``__primary_switched`` at its virtual address, by the only ``br`` there is.
"""

from __future__ import annotations

from ....model.language.words import tr
from ...remote.target import Range, Target
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
    run_to_or_past,
)
from ..kernel import LiveKernel

MAGIC_AT, MAGIC = 56, b"ARM\x64"
"""Where ``struct arm64_image_header`` has its magic number."""
STUB_STEPS = 64
"""Instructions that a boot loader may take before it enters the kernel, if it does nothing else."""
BR_MASK, BR = 0xFFFFFC1F, 0xD61F0000
"""The instruction ``br xN``."""
SWITCH_BYTES = 1024
"""``__primary_switch`` is shorter than that."""


async def reach_entry(start: Start) -> Entry:
    """Let the target go to the kernel's first instruction; where nobody tells it and no boot loader leads
    there at once, as with UEFI, until the kernel runs.  Raises `NotEntered`."""
    target = start.target
    if await program_counter(target) & UPPER_HALF:
        return await _already_running(start)
    if start.told is not None:
        begins = start.kernel.symbols.get("primary_entry", start.kernel.text) - start.kernel.text
        if await run_to_or_past(start, {start.told, start.told + begins}, "_text") is None:
            return await _already_running(start)
        return Entry(start.told, await target.registers())
    for _ in range(STUB_STEPS):
        at = await program_counter(target)
        if await physical(target, at + MAGIC_AT, len(MAGIC)) == MAGIC:
            return Entry(at, await target.registers())
        refuse_ended(await target.step(), "_text")
    await run_to_or_past(start, set(), "_text")
    return await _already_running(start)


async def reach_virtual(start: Start, entry: Entry) -> int:
    """From the first instruction to the first place with virtual addresses; returns how many bytes further
    than linked the kernel runs.  Raises `NotEntered`."""
    if entry.late:
        return await _moved_by_vectors(start.target, start.kernel)
    symbols = start.kernel.symbols
    switch, switched = symbols.get("__primary_switch"), symbols.get("__primary_switched")
    if switch is None or switched is None:
        raise NotEntered(tr("this kernel has no symbol {name}", name="__primary_switch"))
    begin = entry.load_address + switch - start.kernel.text
    code = await physical(start.target, begin, SWITCH_BYTES) or b""
    words = (int.from_bytes(code[at : at + 4], "little") for at in range(0, len(code), 4))
    leaving = next(((4 * number, word) for number, word in enumerate(words) if word & BR_MASK == BR), None)
    if leaving is None:
        raise NotEntered(
            tr(
                "{name} at {address:#x} has no branch to virtual addresses: is this the kernel that runs?",
                name="__primary_switch",
                address=begin,
            )
        )
    offset, word = leaving
    await run_to(start, begin + offset, "__primary_switched")
    registers = await start.target.registers()
    return registers.get(f"x{word >> 5 & 31}", 0) - switched & U64


async def _already_running(start: Start) -> Entry:
    """A kernel that was entered before anybody looked: it knows itself where it lies."""
    moved = await _moved_by_vectors(start.target, start.kernel)
    variable = start.kernel.symbols.get("kimage_voffset")
    if variable is None:
        raise NotEntered(
            tr(
                "the kernel is already running, and nothing tells where it lies; start it"
                " with the target halted"
            )
        )
    data = (await start.target.read([Range(variable + moved & U64, 8)]))[0]
    if data is None:
        raise NotEntered(
            tr("the kernel is already running, and its variable {name} cannot be read", name="kimage_voffset")
        )
    place = start.kernel.text + moved - int.from_bytes(data, "little") & U64
    return Entry(place, await start.target.registers(), late=True)


async def _moved_by_vectors(target: Target, kernel: LiveKernel) -> int:
    """By how much a running kernel was moved, as its vector table tells."""
    base = await target.register("VBAR_EL1") or await target.register("VBAR") or 0
    vectors = kernel.symbols.get("vectors")
    if vectors is None or not base & UPPER_HALF:
        raise NotEntered(
            tr(
                "the kernel is already running, and the stub does not tell VBAR_EL1; start it"
                " with the target halted"
            )
        )
    return base - vectors & U64
