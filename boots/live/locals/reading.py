"""`LiveLocals`: the local variables of the functions that are open at a position of a live recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ....model.build.dwarf.frames.records import Frame
from ....model.source.kept_locals import KeptLocals, keep_locals, open_calls
from ....model.source.trace_source import FrameLocals, Local
from ....model.trace.events import Trace
from .expressions import Around, Unknown, address_of, nowhere
from .moments import Moment, Moments
from .unwinding import Stack, Standing, walk
from .values import value_of, value_words

MACRO = "__"
"""Names of the compiler's own, and of the insides of macros, begin so."""
OPTIMIZED_OUT = "<optimized out>"
"""gdb's words for what the compiler keeps nowhere, in every language."""


class LiveLocals:
    """Works out what was kept in `moments`; `frame_at` tells the frame of the function at a linked address,
    and raises `InputError` where that cannot be read.  The kernel ran `moved` bytes further."""

    def __init__(
        self, trace: Trace, moments: Moments, frame_at: Callable[[int], Frame | None], moved: int
    ) -> None:
        self._trace = trace
        self._moments = moments
        self._frame_at = frame_at
        self._moved = moved

    def at(self, position: int) -> tuple[FrameLocals, ...]:
        """The local variables of the functions that are open at a position, outermost first; a function
        without any that are known has none.  Raises `InputError`."""
        moment = self._moments.at(position)
        if moment is None:
            return ()
        found = [
            FrameLocals(enter, self._values(standing, scope, enter, moment))
            for enter, standing, scope in self._matched(moment, position)
        ]
        return tuple(each for each in reversed(found) if each.values)

    def kept(self) -> KeptLocals:
        """All of them, as a file keeps them.  Raises `InputError`."""
        return keep_locals(self._trace, self._moments.positions(), self.at)

    def _matched(self, moment: Moment, position: int) -> Iterator[tuple[int, Standing, int]]:
        """The open calls whose frames were found, innermost first, each with the number of its scope in the
        frame.  Functions that nobody watches lie between them; one that is inlined may not be told where the
        kernel stands."""
        frames = walk(moment, self._moments.calls, self._frame_at, self._moved)
        scopes = [
            (standing, scope)
            for standing in frames
            for scope in range(len(standing.frame.scopes) - 1, -1, -1)
        ]
        names = [standing.frame.scopes[scope].function for standing, scope in scopes]
        at = 0
        for enter in open_calls(self._trace, position):
            name = self._name(enter)
            # Of a function that has only been entered nothing is known yet.
            if enter != moment.enter and name in names[at:]:
                at = names.index(name, at)
                yield enter, *scopes[at]
                at += 1

    def _name(self, enter: int) -> str:
        return self._trace.functions[self._trace.function_number(enter)].name

    # ---- what the variables are ----

    def _values(self, standing: Standing, scope: int, enter: int, moment: Moment) -> tuple[Local, ...]:
        """The variables of a scope, those that the compiler keeps nowhere last; parameters that are as they
        were given are left out."""
        around = self._around(standing, scope, enter, moment)
        function = self._trace.functions[self._trace.function_number(enter)]
        given = dict(zip(function.parameters, self._trace.payload(enter), strict=False))
        told: list[Local] = []
        lost: list[Local] = []
        for variable in standing.frame.scopes[scope].variables:
            if variable.name.startswith(MACRO):
                continue
            try:
                value = value_of(variable, around)
            except Unknown:
                if variable.name not in given:
                    lost.append(Local(variable.name, OPTIMIZED_OUT))
                continue
            if variable.name not in given or given[variable.name] != value:
                told.append(Local(variable.name, value_words(variable.name, value)))
        return (*told, *lost)

    def _around(self, standing: Standing, scope: int, enter: int, moment: Moment) -> Around:
        calls, registers = self._moments.calls, standing.registers
        stack = Stack(moment.registers[calls.dwarf.index(calls.stack)], moment.stack)

        def register(number: int) -> int:
            if number not in registers:
                raise Unknown
            return registers[number]

        def entry(number: int) -> int:
            # What is inlined has no entry of its own: what is meant is that of the function around it.
            begun = self._moments.of_entry(enter) if scope == 0 else None
            if begun is None or number >= len(begun.registers):
                raise Unknown
            return begun.registers[number]

        def cfa() -> int:
            if standing.cfa is None:
                raise Unknown
            return standing.cfa

        def base() -> int:
            if standing.frame.base is None:
                raise Unknown
            return address_of(standing.frame.base, before)

        before = Around(register, stack.read, entry, cfa, nowhere, self._moved)
        return before._replace(base=base)
