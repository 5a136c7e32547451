"""From a stub to a kernel: which one runs there, where it lies, and what it was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from msgspec import Struct, structs

from ...model.base.units import readable_size
from ...model.language.words import tr
from ..remote.connecting import connect, connect_unix
from ..remote.target import Target
from .architecture import LiveArchitecture
from .architectures import architecture_of_stub
from .entry import U64, EnteredLate, Entry, Start, physical
from .inputs.reading import read_at_entry
from .inputs.records import LiveInputs
from .kernel import LiveKernel, read_live_kernel
from .memory import KernelMemory
from .options import LiveOptions
from .patience import Patience
from .qemu.command import read_command
from .same_kernel import refuse_another

LISTENS_WITHIN = 10.0
"""Seconds in which a stub that was just started listens."""
Tell = Callable[[str], None]


class Found(Struct, frozen=True):
    """A kernel that stands at the first place with virtual addresses: it runs `moved` bytes further than it
    was linked; `inputs` are what it was given, as far as that was seen."""

    target: Target
    arch: LiveArchitecture
    kernel: LiveKernel
    entry: Entry
    moved: int
    memory: KernelMemory
    inputs: LiveInputs


async def connected(options: LiveOptions) -> Target:
    """The stub that is named.  Raises `RemoteError`."""
    stub = options.stub
    if stub.path:
        patience = LISTENS_WITHIN if options.command else 0
        return await connect_unix(stub.path, hardware_only=options.hardware_only, patience=patience)
    host = f"[{stub.host}]" if ":" in stub.host else stub.host
    return await connect(f"{host}:{stub.port}", hardware_only=options.hardware_only)


async def find(target: Target, options: LiveOptions, patience: Patience, tell: Tell) -> Found:
    """Let the kernel behind a stub go to where its recording begins.  Raises `InputError`, `NobodyWaits` if
    that takes too long, and `EnteredLate` if its beginning was missed and can be had by starting again."""
    arch = architecture_of_stub(target.architecture)
    kernel = read_live_kernel(options, arch.name)
    tell(tr("waiting for the kernel to be entered"))
    start = Start(target, kernel, patience, options.entry, _loaded_files(options))
    entry = await arch.reach_entry(start)
    if entry.late and options.command and options.entry is None:
        raise EnteredLate(entry.load_address)
    if not entry.late:
        await refuse_another(partial(physical, target), kernel, entry.load_address)
    tell(tr("reading what the kernel is given"))
    unmoved = KernelMemory(target, kernel.symbols, 0, kernel.sizes)
    inputs = await read_at_entry(unmoved, entry, arch.name)
    moved = await arch.reach_virtual(start, entry)
    memory = KernelMemory(target, kernel.symbols, moved, kernel.sizes)
    if entry.late:
        await refuse_another(memory.bytes_at, kernel, kernel.text + moved & U64, must_be_read=True)
    kernel = with_symbols(kernel, await arch.own.find_data(memory))
    memory = KernelMemory(target, kernel.symbols, moved, kernel.sizes)
    return Found(target, arch, kernel, entry, moved, memory, inputs)


def _loaded_files(options: LiveOptions) -> tuple[str, ...]:
    """The files that a boot loader may load as the kernel: what QEMU is told, and what is told of it."""
    booted = read_command(options.command).kernel if options.command else ""
    return tuple(dict.fromkeys(name for name in (booted, options.kernel) if name))


def with_symbols(kernel: LiveKernel, found: Mapping[str, int]) -> LiveKernel:
    """The kernel with symbols that it does not tell itself, and a sentence about them."""
    if not found:
        return kernel
    names = ", ".join(found)
    told = tr("the kernel has no symbols for these, its code tells where they are: {names}", names=names)
    symbols = {**found, **kernel.symbols}
    return structs.replace(kernel, symbols=symbols, missing=(*kernel.missing, told))


def moved_words(moved: int) -> str:
    """How far KASLR moved a kernel, in words."""
    if not moved:
        return tr("not moved: it runs where it was linked")
    distance = moved - (1 << 64) if moved > U64 >> 1 else moved
    return tr("moved by {distance:#x} ({size})", distance=distance, size=readable_size(abs(distance)))
