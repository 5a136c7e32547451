"""Reading the inputs: at the kernel's entry, and what it made of them when the recording ends."""

from __future__ import annotations

from typing import cast

from ....model.language.words import tr
from ...remote.target import Range
from ..architectures import LIVE
from ..entry import Entry
from ..memory import KernelMemory
from .physical import PhysicalMemory, Reader
from .records import LiveInputs

DEBUG = "memblock_debug"


async def read_at_entry(memory: KernelMemory, entry: Entry, arch: str) -> LiveInputs:
    """The inputs of the boot of a kernel that stands at its entry, by what machine files call its
    architecture; of its memory only the target and the symbols are asked.  What cannot be read is noted.
    Raises `RemoteError` if the stub cannot be used any more, `KeyError` if there is no such architecture."""
    inputs = LiveInputs(entry, arch)
    inputs.boot["load_address"] = entry.load_address
    await _read(memory, inputs)
    return inputs


async def _read(memory: KernelMemory, inputs: LiveInputs) -> None:
    reader = Reader(PhysicalMemory(memory.target))
    if inputs.entry.late:
        inputs.missing.append(
            tr("what lay in memory that the kernel had used before it was stopped: it was already running")
        )
    else:
        await _memblock_debug(reader, memory, inputs)
    await LIVE[inputs.arch].inputs.at_entry(reader, memory, inputs)


async def read_at_end(memory: KernelMemory, inputs: LiveInputs, log: str = "") -> LiveInputs:
    """The inputs, with what the kernel has found out about the machine since its entry: from its memory, or
    from its log as far as that is known.  Raises `RemoteError` if the stub cannot be used any more."""
    if inputs.entry.late and not inputs.files:
        # It was stopped before it had noted what it was given.
        inputs.missing.clear()
        await _read(memory, inputs)
    await LIVE[inputs.arch].inputs.at_end(memory, inputs, log)
    return inputs


async def _memblock_debug(reader: Reader, memory: KernelMemory, inputs: LiveInputs) -> None:
    """Whether the kernel prints memblock's lines from its first call on: its image says so, unless the
    variable lies in what is only cleared later."""
    symbols = memory.symbols
    places = [symbols.get(name) for name in (DEBUG, "_text", "__bss_start", "__bss_stop")]
    if None in places[:2]:
        return
    at, text, start, stop = cast("tuple[int, int, int | None, int | None]", tuple(places))
    if start is not None and stop is not None and start <= at < stop:
        return
    value = (await reader.many([Range(inputs.entry.load_address + at - text, 4)]))[0]
    if value is None:
        inputs.missing.append(tr("the kernel's image in memory cannot be read"))
    elif any(value):
        inputs.kernel["memblock_debug"] = True
