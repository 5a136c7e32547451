"""Whole live recordings of played kernels, through a stub with manners of its own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bootstep.boots.sources.live_boot import LiveBoot
from bootstep.model.source.trace_source import never
from bootstep.model.trace.events import Kind, Trace

from .booted_pc import booted_pc
from .captured import booted
from .fake_stub import FakeStub
from .in_blocks import IN_BLOCKS
from .played_arches import ARM64, X86_64, PlayedArch
from .played_kernel import PlayedKernel
from .played_stub import NAMES, PlayedMachine, listening, played_options
from .stub_line import Manners

OPTIONS = frozenset(("hardware_only", "time_limit", "event_limit", "functions"))
"""What is told to the recording; the rest is the stub's."""


BOOTS = {ARM64.name: lambda: booted("cma0", IN_BLOCKS).trace, X86_64.name: lambda: booted_pc().trace}


@functools.cache
def _trace(arch: str) -> Trace:
    return BOOTS[arch]()


def trace(arch: PlayedArch) -> Trace:
    """The boot that is played."""
    return _trace(arch.name)


class Recording:
    """A recording of the played boot: of its first `places` and its last call, or of everything (None)."""

    def __init__(
        self,
        folder: Path,
        manners: Manners | None = None,
        until: str = "memblock_free_all",
        arch: PlayedArch = ARM64,
        places: int | None = 100,
        already: int | None = None,
        **how: Any,
    ) -> None:
        self.kernel = PlayedKernel(trace(arch), NAMES[arch.name], arch=arch)
        self.machine = PlayedMachine(self.kernel, already=already)
        if places is not None:
            self.machine.shorten(places)
        self.folder = folder
        self.options = played_options(
            self.kernel, folder, until=until, **{key: how.pop(key) for key in OPTIONS & set(how)}
        )
        self.stub = FakeStub(self.machine, manners, **how)

    def run(
        self,
        cancelled: Callable[[], bool] = never,
        quiet: Callable[[str], object] = lambda sentence: None,
    ) -> LiveBoot:
        """`quiet` hears the sentences that it has run for long."""
        boot = self.boot = LiveBoot(self.options)
        boot.progress = lambda sentence: quiet(sentence) if "has run for" in sentence else None
        with listening(self.stub, self.folder):
            boot.run(cancelled)
        assert boot.trace.finished
        return boot


def events_of(trace: Trace) -> list[tuple[Any, ...]]:
    """All events, as they can be compared."""
    return [
        (Kind(trace.kind(event)), trace.parent(event), trace.payload(event)) for event in range(len(trace))
    ]
