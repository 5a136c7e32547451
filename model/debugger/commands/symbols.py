"""What info says of the kernel's symbols, functions and variables."""

from __future__ import annotations

from ...base.units import hex_address
from ...index.calls import close_matches
from ...language.words import tr
from ...text.formats import formatted
from ...text.patterns import PatternError, found_by
from ..debugger import Debugger
from ..inspect.symbols import KERNEL_HALF, symbol_at, virtual_of
from ..kernel_places import kernel_place
from .command import CommandError


def matching(pattern: str, names: list[str]) -> list[str]:
    """The names in which a regular expression is found.  Raises `CommandError`."""
    try:
        return found_by(pattern, names)
    except PatternError as error:
        raise CommandError(str(error)) from None


def symbol_topic(debugger: Debugger, rest: str) -> str:
    """Which symbol lies at an address."""
    if not rest:
        raise CommandError(
            tr("the symbol at which address? (info symbol 0xffff800008000000, info address NAME)")
        )
    address = debugger.evaluate(rest)
    if not isinstance(address, int) or isinstance(address, bool):
        raise CommandError(tr("{rest} is no address", rest=rest))
    found = symbol_at(debugger, virtual_of(debugger, address))
    if found is None:
        return tr(
            "no symbol of this kernel lies at {address}; x {rest} tells what does",
            address=hex_address(address),
            rest=rest,
        )
    name, offset = found
    return f"{name} + {offset}" if offset else name


def address_topic(debugger: Debugger, rest: str) -> str:
    """Where a symbol lies."""
    if not rest:
        raise CommandError(tr("the address of what? (info address paging_init)"))
    symbols = debugger.names.symbols
    if rest not in symbols:
        frame = debugger.selected_frame()
        if frame is not None and rest in frame.function.parameters:
            return tr("{rest} is an argument of {name}", rest=rest, name=frame.function.name)
        if rest in debugger.names.variables() or debugger.occurrences.functions_named(rest):
            return tr("where {rest} lies is not known: this kernel has no symbol of that name", rest=rest)
        raise CommandError(
            tr(
                "this kernel has no symbol {rest!r}{offer}",
                rest=rest,
                offer=close_matches(rest, list(symbols)),
            )
        )
    value = symbols[rest]
    if value < KERNEL_HALF:
        return tr("{rest} is the constant {address}", rest=rest, address=hex_address(value))
    if debugger.occurrences.functions_named(rest):
        return tr("the function {rest} is at {address}", rest=rest, address=hex_address(value))
    return tr("{rest} is at {address}", rest=rest, address=hex_address(value))


def functions_topic(debugger: Debugger, rest: str) -> str:
    """The functions that this boot calls, those that a regular expression matches."""
    called = [*debugger.occurrences.called()]
    wanted = set(matching(rest, [function.name for function in called]))
    found = sorted(
        (
            function.name,
            str(kernel_place(debugger.lines, function)),
            len(debugger.occurrences.enters(function.number)),
        )
        for function in called
        if function.name in wanted
    )
    return "\n".join(
        tr("{name}  {file}  ({calls} calls)", name=name, file=file, calls=calls)
        for name, file, calls in found
    ) or tr("no such function is called")


def variables_topic(debugger: Debugger, rest: str) -> str:
    """The kernel's variables, those that a regular expression matches, and what set them."""
    variables = debugger.state.variables
    lines: list[str] = []
    for name in sorted(matching(rest, [*variables])):
        changed = debugger.occurrences.last_change(name, debugger.position)
        since = "" if changed is None else tr("  (event {changed})", changed=changed)
        lines.append(f"{name} = {formatted(name, variables[name])}{since}")
    return "\n".join(lines) or tr("no such variable")
