"""`LiveLocals`: the local variables of the functions that are open at a position of a live recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ....model.build.frames.records import Frame, Variable
from ....model.language.words import tr
from ....model.source.trace_source import FrameLocals, Local
from ....model.text.values import local_text
from ....model.trace.events import Kind, Trace
from ..functions.prototypes import BOOLEAN
from ..functions.traced import number_of
from .expressions import Around, Located, Unknown, address_of, evaluated
from .moments import Moment, Moments
from .unwinding import Stack, Standing, walk

MACRO = "__"
"""Names of the compiler's own, and of the insides of macros, begin so."""


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

    def _matched(self, moment: Moment, position: int) -> Iterator[tuple[int, Standing, int]]:
        """The open calls whose frames were found, innermost first, each with the number of its scope in the
        frame: functions that nobody watches lie between them."""
        enters = iter(self._open(position))
        enter = next(enters, None)
        if enter is not None and enter == moment.enter:  # nothing of its own is known yet
            enter = next(enters, None)
        for standing in walk(moment, self._moments.calls, self._frame_at, self._moved):
            for scope in range(len(standing.frame.scopes) - 1, -1, -1):
                if enter is None:
                    return
                if standing.frame.scopes[scope].function == self._name(enter):
                    yield enter, standing, scope
                    enter = next(enters, None)

    def _open(self, position: int) -> Iterator[int]:
        """The ENTER events of the open functions, innermost first."""
        trace = self._trace
        if not 0 < position <= len(trace):
            return
        last = position - 1
        if trace.kind(last) == Kind.ENTER:
            yield last
        yield from trace.outwards(last)

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
                    lost.append(Local(variable.name, tr("<optimized out>")))
                continue
            if variable.name not in given or given[variable.name] != value:
                text = value if isinstance(value, str) else local_text(variable.name, value)
                told.append(Local(variable.name, text))
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
            return address_of(standing.frame.base, around)

        around = Around(register, stack.read, entry, cfa, base, self._moved)
        return around


def value_of(variable: Variable, around: Around) -> Any:
    """A variable's value: a number, true or false, the name of an enumeration's value, or in words what it
    is.  Raises `Unknown`."""
    if variable.place is None:
        raise Unknown
    found = evaluated(variable.place, around)
    if not variable.is_number:
        if isinstance(found, Located):
            return f"{variable.type} {{...}}"
        raise Unknown
    if isinstance(found, Located):
        found = int.from_bytes(around.memory(found.address, variable.size), "little")
    value = number_of(found, variable.size, variable.is_signed, variable.type in BOOLEAN)
    names: Mapping[int, str] = variable.enumerators
    return names.get(value, value)
