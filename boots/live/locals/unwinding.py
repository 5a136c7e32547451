"""From a kernel that stood to all functions that were open then: frame by frame, as a debugger does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ....model.build.dwarf.frames.records import CallFrame, Frame, Rule
from ..calling import CallingConvention
from ..entry import U64
from ..memory import WORD
from .expressions import Around, Unknown, address_of, nowhere
from .moments import Moment

MOST_FRAMES = 64


class Standing(NamedTuple):
    """An open function: its frame as DWARF has it, and the registers it has, those that can be told, by
    DWARF's numbers; `cfa` is its canonical frame address, None if that cannot be told."""

    frame: Frame
    registers: Mapping[int, int]
    cfa: int | None


class Stack:
    """The bytes of a stack from the stack pointer on."""

    def __init__(self, start: int, data: bytes) -> None:
        self._start = start
        self._data = data

    def read(self, address: int, size: int) -> bytes:
        """Bytes at an address.  Raises `Unknown`."""
        at = address - self._start
        if not 0 <= at <= at + size <= len(self._data):
            raise Unknown
        return self._data[at : at + size]


def walk(
    moment: Moment, calls: CallingConvention, frame_at: Callable[[int], Frame | None], moved: int
) -> Iterator[Standing]:
    """The functions that were open at a moment, innermost first, without one that has only been entered.
    `frame_at` tells the frame at a linked address; the kernel runs `moved` bytes further."""
    registers = dict(enumerate(moment.registers))
    sp = calls.dwarf.index(calls.stack)
    stack = Stack(registers[sp], moment.stack)
    pc, before = moment.pc, 0
    if moment.enter is not None:
        try:
            pc, before = _caller_at_entry(registers, calls, stack), 1
        except Unknown:
            return
        registers = {number: registers[number] for number in _kept(calls) if number in registers}
        registers[sp] = moment.registers[sp] + (0 if calls.link else WORD)
    for _ in range(MOST_FRAMES):
        # A return address may lie behind the last instruction of the caller: its call lies before that.
        frame = frame_at((calls.code_address(pc) - moved & U64) - before)
        if frame is None:
            return
        around = _around(registers, stack, moved)
        cfa = _cfa(frame.call, around)
        yield Standing(frame, registers, cfa)
        if cfa is None or frame.call is None:
            return
        inner, registers = registers, _callers(frame.call, registers, cfa, around, calls)
        registers[sp] = cfa
        back = registers.get(frame.call.back)
        if not back or (cfa <= inner.get(sp, 0) and before):
            return
        pc, before = back, 1


def _around(registers: Mapping[int, int], stack: Stack, moved: int) -> Around:
    def register(number: int) -> int:
        return _known(registers, number)

    return Around(register, stack.read, _untold, nowhere, nowhere, moved)


def _known(registers: Mapping[int, int], number: int) -> int:
    if number not in registers:
        raise Unknown
    return registers[number]


def _untold(number: int) -> int:
    raise Unknown


def _kept(calls: CallingConvention) -> list[int]:
    return [calls.dwarf.index(name) for name in calls.kept]


def _caller_at_entry(registers: Mapping[int, int], calls: CallingConvention, stack: Stack) -> int:
    """Where a function returns to that has only been entered."""
    if calls.link:
        return registers[calls.dwarf.index(calls.link)]
    return int.from_bytes(stack.read(registers[calls.dwarf.index(calls.stack)], WORD), "little")


def _cfa(call: CallFrame | None, around: Around) -> int | None:
    try:
        return None if call is None else address_of(call.cfa, around)
    except Unknown:
        return None


def _callers(
    call: CallFrame, registers: Mapping[int, int], cfa: int, around: Around, calls: CallingConvention
) -> dict[int, int]:
    """The caller's registers, those that can be told."""
    kept = {number: registers[number] for number in (*_kept(calls), call.back) if number in registers}
    for number, rule in call.saved.items():
        kept.pop(number, None)
        try:
            kept[number] = _by_rule(rule, number, registers, cfa, around)
        except Unknown:
            continue
    return kept


def _by_rule(rule: Rule, number: int, registers: Mapping[int, int], cfa: int, around: Around) -> int:
    match rule.kind:
        case "OFFSET":
            return int.from_bytes(around.memory(cfa + rule.given & U64, WORD), "little")
        case "VAL_OFFSET":
            return cfa + rule.given & U64
        case "SAME_VALUE":
            return _known(registers, number)
        case "REGISTER":
            return _known(registers, rule.given)
        case _:
            raise Unknown
