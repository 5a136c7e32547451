"""A boot that is recorded while one looks at it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ...model.source.trace_source import never
from ..settings.session_store import StoreSubject

if TYPE_CHECKING:
    from ...boots.core.inputs import Machine
    from ...boots.loader.what_if_syntax import WhatIf
    from ...model.debugger.debugger import Debugger
    from ...model.source.facts import Facts
    from ...model.source.trace_source import Cancelled, TraceSource
    from ...model.trace.events import Trace


class Recording(Struct, frozen=True):
    """A `source` ready to run into its trace."""

    source: TraceSource
    subject: StoreSubject | None = None
    """What things are kept under between runs."""
    machine: Machine | None = None
    """The machine as it was named, for others like it."""
    tried: WhatIf | None = None
    """What makes it another boot than the machine's own."""

    @property
    def facts(self) -> Facts:
        """What is known of it from the beginning."""
        return self.source.facts

    @property
    def trace(self) -> Trace:
        """The events, as many as there are by now."""
        return self.source.trace

    def run(self, cancelled: Cancelled = never) -> None:
        """Record everything; a thread does this.  Raises `InputError`."""
        self.source.run(cancelled)

    @property
    def is_live(self) -> bool:
        """Whether a kernel that really runs is recorded, which can be stopped."""
        return False

    def stop(self) -> None:
        """Record no more; what is recorded stays.  Only where it is live."""

    @property
    def is_unsaved(self) -> bool:
        """Whether it cannot be had again: it is neither in a file nor can it be recorded once more."""
        return False

    def was_saved(self) -> None:
        """It is in a file.  Only where that matters."""

    def warn(self, sentence: str) -> None:
        """It was said with this sentence that it would be lost."""

    def was_warned_by(self, sentence: str) -> bool:
        """Whether that was said with this sentence."""
        return False

    def told(self) -> str:
        """What the recording is at, in a sentence, where it takes so long that this is shown; or ""."""
        return ""

    def ending(self) -> str:
        """Why it ended, in a sentence, where there is more than one reason; or ""."""
        return ""

    def debugger(self) -> Debugger:
        """A debugger on it, once it has begun."""
        from ...model.debugger.opened import debugger_of

        return debugger_of(self.source)

    def prepared(self) -> Debugger:
        """A debugger that has already replayed who got which memory, which takes a while for a large
        machine; call this when all is recorded."""
        debugger = self.debugger()
        debugger.owners.prepare()
        debugger.history.touched.prepare()
        return debugger


def of_machine(machine: Machine) -> Recording:
    """The boot of a machine.  Reads what the machine names.  Raises `InputError`."""
    from ...boots.sources.model_boot import ModelBoot

    return Recording(ModelBoot.of(machine).watched(), StoreSubject.of(machine), machine)


def of_recorded(source: TraceSource, path: Path | None) -> Recording:
    """A boot that was recorded in a file, or comes from nowhere one could come back to."""
    return Recording(source, StoreSubject.of_file(path, source.facts) if path else None)


def of_what_if(tried: WhatIf) -> Recording:
    """The boot of a machine that is varied.  Reads what the machine names.  Raises `InputError`."""
    from ...boots.sources.model_boot import ModelBoot

    return Recording(
        ModelBoot.of_what_if(tried).watched(), StoreSubject.of(tried.machine), tried.machine, tried
    )
