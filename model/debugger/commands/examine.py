"""``x/NFU ADDRESS``: what memory holds, where that is known."""

from __future__ import annotations

from ...base.units import hex_address
from ...language.words import tr, translatable
from ..debugger import Debugger
from ..expressions.c_text import number_text, symbol_at
from ..expressions.values import Typed
from ..inspect.address_target import find_target
from ..inspect.memory_words import KnownMemory
from .command import CommandError
from .formatting import memory_layout, split_format

A_LINE = {1: 8, 2: 8, 4: 4, 8: 2}
"""Units in a line, by their size in bytes, as gdb has them in hex."""
KINDS = {1: "u8", 2: "u16", 4: "u32", 8: "u64"}
NOT_KNOWN = translatable(
    "what memory holds is not modelled, but for page tables and memblock's arrays: "
    "x ADDRESS tells all else that is known of it"
)


def examined(debugger: Debugger, rest: str) -> str:
    """The units of memory at an address, in lines.  Raises `CommandError` if they are not known,
    `ExpressionError`, `PlaceError`."""
    letters, rest = split_format(rest)
    layout = memory_layout(letters)
    if not rest:
        raise CommandError(tr("x/NFU what? (an address or an expression that is one)"))
    target = find_target(debugger, rest)
    if target.physical is None:
        raise CommandError(tr("{virtual} is not mapped", virtual=hex_address(target.virtual or 0)))
    known = KnownMemory(debugger)
    numbers: list[int] = []
    for at in range(0, layout.units * layout.size, layout.size):
        virtual = None if target.virtual is None else target.virtual + at
        number = known.number(virtual, target.physical + at, layout.size)
        if number is None:
            break
        numbers.append(number)
    if not numbers:
        raise CommandError(tr(NOT_KNOWN))
    first = target.physical if target.virtual is None else target.virtual
    form = "z" if layout.form == "x" else layout.form
    each = 1 if form == "a" else A_LINE[layout.size]
    lines: list[str] = []
    for start in range(0, len(numbers), each):
        shown = numbers[start : start + each]
        words = [number_text(number, form, debugger.names.symbols, layout.size) for number in shown]
        place = first + start * layout.size
        named = symbol_at(place, debugger.names.symbols) if target.virtual is not None else ""
        lines.append("\t".join([f"{hex_address(place)}{f' <{named}>' if named else ''}:", *words]))
    if len(numbers) < layout.units:
        after = first + len(numbers) * layout.size
        lines.append(tr("what memory holds from {after} on is not modelled", after=hex_address(after)))
    last = first + (len(numbers) - 1) * layout.size
    remember(debugger, last, numbers[-1], KINDS[layout.size])
    return "\n".join(lines)


def remember(debugger: Debugger, address: int, number: int | None = None, kind: str = "") -> None:
    """Keep the last address that was looked at in ``$_``, and what it holds in ``$__``."""
    values = debugger.names.values
    values.set("_", Typed(address, "u64"))
    if number is not None:
        values.set("__", Typed(number, kind))
