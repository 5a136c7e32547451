"""What info says of the kernel's symbols, functions and variables."""

from __future__ import annotations

from ...base.units import hex_address
from ...index.calls import close_matches
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
        raise CommandError("the symbol at which address? (info symbol 0xffff800008000000, info address NAME)")
    address = debugger.evaluate(rest)
    if not isinstance(address, int) or isinstance(address, bool):
        raise CommandError(f"{rest} is no address")
    found = symbol_at(debugger, virtual_of(debugger, address))
    if found is None:
        return f"no symbol of this kernel lies at {hex_address(address)}; x {rest} tells what does"
    name, offset = found
    return f"{name} + {offset}" if offset else name


def address_topic(debugger: Debugger, rest: str) -> str:
    """Where a symbol lies."""
    if not rest:
        raise CommandError("the address of what? (info address paging_init)")
    symbols = debugger.names.symbols
    if rest not in symbols:
        frame = debugger.selected_frame()
        if frame is not None and rest in frame.function.parameters:
            return f"{rest} is an argument of {frame.function.name}"
        if rest in debugger.names.variables() or debugger.occurrences.functions_named(rest):
            return f"where {rest} lies is not known: this kernel has no symbol of that name"
        raise CommandError(f"this kernel has no symbol {rest!r}{close_matches(rest, list(symbols))}")
    value = symbols[rest]
    if value < KERNEL_HALF:
        return f"{rest} is the constant {hex_address(value)}"
    kind = "the function " if debugger.occurrences.functions_named(rest) else ""
    return f"{kind}{rest} is at {hex_address(value)}"


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
    return (
        "\n".join(f"{name}  {file}  ({calls} calls)" for name, file, calls in found)
        or "no such function is called"
    )


def variables_topic(debugger: Debugger, rest: str) -> str:
    """The kernel's variables, those that a regular expression matches, and what set them."""
    variables = debugger.state.variables
    lines: list[str] = []
    for name in sorted(matching(rest, [*variables])):
        changed = debugger.occurrences.last_change(name, debugger.position)
        since = "" if changed is None else f"  (event {changed})"
        lines.append(f"{name} = {formatted(name, variables[name])}{since}")
    return "\n".join(lines) or "no such variable"
