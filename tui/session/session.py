"""One person's way through one boot: the debugger, its command line, and what the panes are given of it.

Nothing here is needed for the first screen, so it is imported by the thread that records.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ...model.debugger.breakpoints.errors import BreakpointError
from ...model.language.words import tr, trn
from ...model.memory.picture import Picture
from ...model.source.provenance import is_from_log
from ...model.text.events import describe
from ...model.trace.events import Kind
from ...model.trace.stepping import frame_at
from .jump_list import SINGLE
from .snapshot import Snapshot, take

if TYPE_CHECKING:
    from ...model.debugger.commands.interpreter import CommandInterpreter, Result
    from ...model.debugger.debugger import Debugger
    from ...model.debugger.scripts.runner import Scripts
    from ...model.debugger.stop import Moved
    from .follower import Follower
    from .recording import Recording


class Session:
    """A debugger on a recording, and the pictures of the memory at its position and before its last move.
    `interpreter` makes its command line, when the first command is given."""

    def __init__(self, boot: Recording, interpreter: Callable[[Debugger], CommandInterpreter]) -> None:
        self.boot = boot
        self.facts = boot.facts
        self.debugger = boot.debugger()
        self._interpreter = interpreter
        self.follower: Follower | None = None
        """The boot that this one is compared with, as long as somebody asks what if."""
        self.before = self.now = Picture.of(self.debugger.state)
        self.move_looked_at: Moved = self.debugger.last
        self.position_looked_at = self.debugger.position
        self.printed = 0
        self.arrival: tuple[Moved, Picture] | None = None
        """The move that led here from another boot, and the picture of that one."""

    @cached_property
    def commands(self) -> CommandInterpreter:
        """The command line."""
        return self.scripts.interpreter

    @cached_property
    def scripts(self) -> Scripts:
        """The command line with blocks and files of commands."""
        from ...model.debugger.scripts.runner import Scripts
        from ...model.debugger.scripts.script_file import script_lines

        return Scripts(self._interpreter(self.debugger), script_lines)

    def run_at_stop(self) -> Result | None:
        """Run the commands of the breakpoint at which a move has stopped; None if none has any."""
        if not any(point.commands for point in self.debugger.breakpoints.all()):
            return None
        return self.scripts.run_at_stop()

    def arrive_from(self, other: Session) -> None:
        """This boot takes another's place, after a move to where that one stood: what the panes mark then is
        what both differ in."""
        self.arrival = self.debugger.last, other.now

    def take_over(self, prepared: Debugger) -> None:
        """Answer questions about memory with what another debugger on the same boot has worked out."""
        self.debugger.owners = prepared.owners
        self.debugger.why = prepared.why
        self.debugger.history = prepared.history
        self.debugger.names.occurrences = prepared.occurrences

    def look(self) -> Snapshot:
        """The moment at which the debugger stands, beside the one before its last move."""
        if self.arrival is not None and self.arrival[0] is self.debugger.last:
            return self._look_beside(self.arrival[1])
        known: Picture | None = self.now
        if self.debugger.last is not self.move_looked_at:
            # What the last move changed is all that changed only if nobody moved without looking.
            is_next = self.debugger.last.start == self.position_looked_at
            self.before, known = self.now, None if is_next else Picture.of(self.debugger.state)
        self.move_looked_at = self.debugger.last
        self.position_looked_at = self.debugger.position
        follower = self.follower.seen() if self.follower else None
        snapshot = take(self.debugger, self.boot.source, self.before, follower, known)
        self.now = snapshot.now
        return self._told_by_amounts(snapshot) if self._is_past_phases() else snapshot

    def _told_by_amounts(self, snapshot: Snapshot) -> Snapshot:
        """After a jump past whole phases everything is new: that is told by amounts instead of marks."""
        from .jump_amounts import jump_amounts  # the owners of memory: not for the first screen

        jump = jump_amounts(snapshot.before, self.debugger.owners, snapshot.start, snapshot.position)
        start = max(snapshot.start, snapshot.position)
        return replace(snapshot, before=snapshot.now, start=start, jump=jump)

    def _is_past_phases(self) -> bool:
        """Whether the last move was a jump past a whole phase of the boot: to mark all that is new or gone
        then would mark everything, which says nothing."""
        move, phases = self.debugger.last, self.debugger.phases
        if move.stop.reason in SINGLE:
            return False
        return abs(phases.at(move.end) - phases.at(move.start)) > 1

    def _look_beside(self, picture: Picture) -> Snapshot:
        self.move_looked_at = self.debugger.last
        self.position_looked_at = self.debugger.position
        self.before = self.now = Picture.of(self.debugger.state)
        follower = self.follower.seen() if self.follower else None
        return replace(take(self.debugger, self.boot.source, self.now, follower), before=picture)

    def execute(self, line: str) -> Result:
        """One line of the command line."""
        result = self.scripts.execute(line)
        self.newly_printed()
        return result

    def newly_printed(self) -> list[str]:
        """What log points printed since this was asked last, or told with the answer to a command."""
        printed = self.debugger.breakpoints.printed
        new = printed[self.printed :]
        self.printed = len(printed)
        return new

    def greeting(self) -> str:
        """Where one is before the first step, and what comes next."""
        trace = self.debugger.trace
        first = describe(trace, 0, self.debugger.arch.entries)
        first = trace.function(0).name if trace.kind(0) == Kind.ENTER else first.rstrip(".")
        count = len(self.facts.assumed)
        doubts = (
            trn(
                " {count} assumption made: :info machine.", " {count} assumptions made: :info machine.", count
            )
            if count
            else ""
        )
        if self.facts.collisions:
            doubts = tr(" Something lies where it cannot: :info machine.{doubts}", doubts=doubts)
        here = tr("{name}, before its first step. Next: {first}.", name=self.facts.name, first=first)
        about = tr(" ⟨about⟩ tells what this log is.") if is_from_log(trace) else ""
        return tr(
            "{here} Press ⟨step⟩ to step into it.{about}{doubts}", here=here, about=about, doubts=doubts
        )

    def toggle_breakpoint(self, spec: str | None) -> str:
        """Set a breakpoint as the command ``break`` would (None: at the current function), or delete those
        that are the same; says so.  Raises `BreakpointError`."""
        from ...model.debugger.breakpoints.locations import Location

        trace, points = self.debugger.trace, self.debugger.breakpoints
        if spec is None:
            frame = frame_at(trace, self.debugger.position)
            if frame < 0 and (frame := next(trace.of_kind(Kind.ENTER), -1)) < 0:
                raise BreakpointError(
                    tr("no function is open here: put the cursor on what it should stop at")
                )
            spec = trace.function(frame).name
        location = Location.parse(spec, self.debugger.names)
        existing = [point for point in points.all() if point.location.is_same(location)]
        for point in existing:
            points.delete(point.number)
        return (
            tr("deleted {point}", point=existing[0].describe()) if existing else points.add(spec).describe()
        )
