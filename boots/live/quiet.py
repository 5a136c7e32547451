"""A target that runs for long and says nothing, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ...model.build.symbols import SymbolsByAddress
from ...model.language.words import tr


class Quiet(NamedTuple):
    """A target has run for `seconds` without a stop; it was seen at the address `place`, None if it did not
    answer."""

    seconds: float
    place: int | None


def before_the_kernel(quiet: Quiet) -> str:
    """What is said while the kernel is waited for."""
    if quiet.place is None:
        return _no_answer(quiet)
    return tr(
        "the target has run for {seconds:.0f} s and has not come to the kernel; it is at {address:#x}",
        seconds=quiet.seconds,
        address=quiet.place,
    )


def in_the_kernel(quiet: Quiet, symbols: Mapping[str, int], moved: int, ended_by: str) -> str:
    """What is said while it is recorded, of a kernel whose `symbols` are as linked and which runs `moved`
    bytes further; `ended_by` is the key or command that ends the recording."""
    if quiet.place is None:
        return _no_answer(quiet)
    return tr(
        "the kernel has run for {seconds:.0f} s without reaching a function that is watched, it is in "
        "{function}; {key} ends the recording",
        seconds=quiet.seconds,
        function=_function_at(quiet.place - moved & (1 << 64) - 1, symbols) or hex(quiet.place),
        key=ended_by,
    )


def _no_answer(quiet: Quiet) -> str:
    return tr(
        "the target has run for {seconds:.0f} s and does not stop when it is asked to: is its stub still "
        "there?",
        seconds=quiet.seconds,
    )


def _function_at(address: int, symbols: Mapping[str, int]) -> str:
    """The function of the kernel's code that an address is in, "" if it is in none."""
    start, end = symbols.get("_text", symbols.get("_stext", 0)), symbols.get("_end", 1 << 64)
    if not start <= address < end:
        return ""
    found = SymbolsByAddress(symbols).function(address)
    return found[0] if found is not None else ""
