"""A boot, from its first event to its last."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from ...model.base.errors import InputError
from ...model.base.units import readable_size
from ...model.build.release import Release
from ...model.debugger.commands.interpreter import CommandInterpreter
from ...model.debugger.debugger import Debugger
from ...model.debugger.position_names import END, PositionNameError
from ...model.lecture.commands import interpreter_of
from ...model.pictures.map_svg import Direction, map_svg
from ...model.source.facts import Facts
from ...model.source.trace_source import TraceSource
from ...model.text.dmesg import stamped_lines
from ...model.trace.events import Kind, Trace
from ...model.views.events import Event, Events
from ...model.views.html import table
from ...model.views.log import LogView
from ...model.views.state import StateView
from ..cli.state import StateMoment

Position = str | int | Event
"""A position: by its name (``paging_init`` is when it first returns, ``paging_init:entry``, ``log:TEXT``,
``start``, ``end``, …), by the number of events before it, or just before an event."""


class Boot:
    """A boot that is over, all of it recorded.  It is made by `boot`; everything here only looks at it.

    A boot and its states are to be used from one thread.
    """

    def __init__(self, source: TraceSource, said: tuple[str, ...] = ()) -> None:
        self.source = source
        self.notes = (*said, *source.facts.assumed, *source.facts.collisions)
        """A sentence for everything that was assumed of the machine, or was done to read it."""

    @property
    def facts(self) -> Facts:
        """What is known of the kernel and its machine, and does not change while it boots."""
        return self.source.facts

    @property
    def trace(self) -> Trace:
        """The recorded boot itself, as model/trace has it."""
        return self.source.trace

    @property
    def name(self) -> str:
        """What the machine, or the file, is called."""
        return self.facts.name

    @property
    def arch(self) -> str:
        """The kernel's architecture, such as ``arm64``."""
        return self.facts.arch.name

    @property
    def release(self) -> Release:
        """The kernel's release, which is compared like a tuple: ``boot.release >= (6, 12)``."""
        return self.facts.release

    # ---- what happened ----

    @property
    def events(self) -> Events:
        """Everything that happened, in order."""
        return Events(self.trace, self.facts, range(len(self.trace)))

    @cached_property
    def log(self) -> LogView:
        """The kernel log as dmesg prints it when the boot is over.  (``events.where(kind="log")`` has the
        lines too that this command line does not print.)"""
        return LogView(list(stamped_lines(self.trace, self.source.outcome().unreadable)))

    @property
    def panic(self) -> str:
        """Why the boot ended early, in a sentence; "" if it did not."""
        at = self.trace.last_of_kind(Kind.PANIC)
        return self.trace.ending(at) if at >= 0 else ""

    # ---- what was so ----

    def at(self, position: Position) -> StateView:
        """The state of memory at a position.  Raises `InputError` if this boot has none of that name."""
        moment = str(StateMoment.parse(position)) if isinstance(position, str) else ""
        return StateView(self._glass, self.position(position), moment)

    def position(self, position: Position) -> int:
        """The number of a position: so many events are before it.  Raises `InputError`."""
        if isinstance(position, Event):
            return position.number
        if isinstance(position, int):
            if not 0 <= position <= len(self.trace):
                raise InputError(f"position {position}: {self.name} has positions 0 to {len(self.trace)}")
            return position
        moment = StateMoment.parse(position)
        try:
            return self._glass.position_names.find(str(moment))
        except PositionNameError as error:
            raise InputError(f"position {moment}: {error}") from None

    @cached_property
    def _glass(self) -> Debugger:
        """Goes wherever states are asked for."""
        return self.debugger()

    # ---- ways into it ----

    def debugger(self) -> Debugger:
        """A debugger of its own at the start of the boot: ``step``, ``next``, ``cont``, ``until``,
        breakpoints, and all of these backwards."""
        return Debugger(self.trace, self.facts)

    def commands(self) -> CommandInterpreter:
        """gdb's command line on a debugger of its own: ``commands().execute("info memblock").text``."""
        return interpreter_of(self.debugger())

    # ---- out of it ----

    def svg(self, *positions: Position, direction: Direction = "up") -> str:
        """The map of memory at some positions (none: the end) side by side, as an SVG document.  Raises
        `InputError`."""
        states = [self.at(position) for position in positions or (END,)]
        columns = [state.map_column() for state in states]
        return map_svg(columns, f"Physical memory of {self.name}", direction)

    def save(self, filename: str | Path) -> None:
        """Record the boot into a file, which `boot` reads again.  Raises `InputError` if it cannot be
        written, or is there already and is no recorded boot."""
        from ..cli.record import save  # only who writes one

        save(self.source, str(filename))

    def __repr__(self) -> str:
        panic = f", {self.panic}" if self.panic else ""
        return f"<boot of {self.name}: {self.arch}, Linux {self.release}, {len(self.trace)} events{panic}>"

    def _repr_html_(self) -> str:
        end = self.at(END)
        memory = readable_size(end.memblock.memory.total_size)
        rows = [
            ("kernel", f"Linux {self.release}, {self.arch}"),
            ("events", f"{len(self.trace):,}"),
            ("memory", memory),
            *([("ended", self.panic)] if self.panic else []),
            *(("note", note) for note in self.notes),
        ]
        return table(self.name, ("", ""), rows) + end.svg()
