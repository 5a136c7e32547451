"""A boot that is executed: a machine is loaded, and its kernel runs into a trace."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import structs
from msgspec.structs import replace

from ...model.base.units import readable_size
from ...model.build.structures import told_structures
from ...model.debugger.debugger import Debugger
from ...model.source.capabilities import Capabilities
from ...model.source.facts import Facts, KernelPart
from ...model.source.trace_source import Cancelled, FrameLocals, Outcome, never
from ...model.trace.events import RecordingCancelled, Trace
from ..core.kernel import Kernel
from ..core.printk_records import unreadable_lines
from ..init.main import boot
from ..loader.load import load_kernel
from ..loader.machine_file import Machine
from ..loader.summary import machine_lines

if TYPE_CHECKING:
    from ..loader.what_if_syntax import WhatIf

CAN = Capabilities(locals=True, what_if=True)
"""All there is to tell."""


class ModelBoot:
    """A `TraceSource`: the boot of a `kernel` before its first step, loaded for the machine that was
    `named`."""

    def __init__(self, kernel: Kernel, named: Machine | None = None) -> None:
        self.kernel = kernel
        self.facts = facts_of(kernel, named)
        """What is known of the kernel from the beginning."""

    @classmethod
    def of(cls, machine: Machine) -> ModelBoot:
        """Of a machine.  Reads what it names.  Raises `InputError`."""
        return cls(load_kernel(machine), machine)

    @classmethod
    def of_what_if(cls, varied: WhatIf) -> ModelBoot:
        """Of a machine that is varied.  Reads what it names.  Raises `InputError`."""
        from ..loader.what_if import load_what_if  # not for the first screen

        return cls(load_what_if(varied.machine, varied.variation), varied.machine)

    def watched(self) -> ModelBoot:
        """The same, to be looked at while it grows: it may be as long as it is."""
        self.kernel.machine = replace(self.kernel.machine, long=True)
        return self

    @property
    def trace(self) -> Trace:
        """The trace it runs into."""
        return self.kernel.trace

    def run(self, cancelled: Cancelled = never) -> None:
        """Boot.  Raises `InputError` if it takes more events than can be recorded."""
        self.kernel.trace.cancelled = cancelled
        with suppress(RecordingCancelled):
            boot(self.kernel)

    def outcome(self) -> Outcome:
        """What is known when the boot is over."""
        from .other_places import what_turns_on_it  # boots others: only if somebody asks

        lost = unreadable_lines(self.kernel)
        words = _lost_lines(self.kernel, lost) if lost else ""
        return Outcome(lost, words, tuple(what_turns_on_it(self.kernel)))

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        """Boot again, up to the position."""
        from .rerun import Probe

        return Probe(self.kernel, position, cancelled).run()


def facts_of(kernel: Kernel, named: Machine | None = None) -> Facts:
    """What is known of a loaded kernel, whose machine was `named` so."""
    named = named or kernel.machine
    return Facts(
        name=named.name,
        address_map=kernel.layout,
        sizeof_page=kernel.sizes.sizeof("struct page"),
        release=kernel.release,
        arch=kernel.arch.facts,
        kind="a model of the boot",
        can=structs.replace(CAN, **dict.fromkeys(kernel.arch.facts.parts, True)),
        memory_model=kernel.shape,
        symbols=kernel.image.symbols,
        load_address=kernel.machine.load_address,
        device_tree=kernel.fdt_given if kernel.fdt_given.root.children else None,
        config=kernel.config,
        parts=_parts(kernel),
        sizes_from=kernel.sizes.source,
        description=tuple(machine_lines(named, kernel)),
        assumed=kernel.assumed,
        collisions=kernel.collisions,
        cannot_start=bool(kernel.cannot_start),
        types=told_structures(kernel.sizes),
    )


def _parts(kernel: Kernel) -> tuple[KernelPart, ...]:
    """The kernel in /proc/iomem (``request_standard_resources``); nothing if its symbols do not tell."""
    edges = kernel.arch.kernel_resources(kernel)
    if not all(symbol in kernel.image.symbols for _, *both in edges for symbol in both):
        return ()
    return tuple(
        KernelPart(name, kernel.pa_symbol(first), kernel.pa_symbol(after)) for name, first, after in edges
    )


def debugger_of(kernel: Kernel) -> Debugger:
    """A debugger at the start of a kernel's boot, which may still be running."""
    return Debugger(kernel.trace, facts_of(kernel))


def _lost_lines(kernel: Kernel, lost: Sequence[int]) -> str:
    """What to say of printed lines that the real log does not have."""
    lines = f"{len(lost)} lines" if len(lost) > 1 else "a line"
    if kernel.earlycon_console:
        before = sum(map(kernel.trace.is_printed, kernel.trace.logs[: lost[0]]))
        return f"{lines} after line {before} left out: the early console misses what the log buffer lost"
    buffer = f"of {readable_size(1 << kernel.config.integer('LOG_BUF_SHIFT', 17))} (CONFIG_LOG_BUF_SHIFT)"
    if kernel.printk.lost:
        return f"the first {lines} left out: the log buffer {buffer} was full before the larger one was there"
    return f"the first {lines} left out: the kernel's log buffer {buffer} has no room for them"
