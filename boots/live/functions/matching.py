"""The functions that a kernel has, by its symbols: also where its compiler made clones of them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

CLONE = re.compile(r"(?:\.(?:constprop|isra|part|llvm)\.\d+)+")
"""What compilers put behind the name of a function whose parameters or body they changed.  ``.cold`` is no
function, it is jumped to."""
CODE = (("_stext", "_etext"), ("_sinittext", "_einittext"))
"""Symbols between which code lies."""
RENAMED = re.compile(r"(?:\.llvm\.\d+)+")
"""Behind the name of one that is still as C declares it."""


def by_function(symbols: Iterable[str], names: Container[str] | None = None) -> dict[str, list[str]]:
    """The symbols of each function, or of those with these `names`, by its name in C: the function itself
    first, then its clones."""
    found: dict[str, list[str]] = {}
    for symbol in symbols:
        name, dot, _ = symbol.partition(".")
        if names is not None and name not in names:
            continue
        if not dot:
            found.setdefault(name, []).insert(0, symbol)
        elif name and CLONE.fullmatch(symbol, len(name)):
            found.setdefault(name, []).append(symbol)
    return found


def is_clone(symbol: str) -> bool:
    """Whether what C declares of a function may not hold for what is at this symbol."""
    name = symbol.partition(".")[0]
    return symbol != name and RENAMED.fullmatch(symbol, len(name)) is None


def watched_symbols(symbols: list[str]) -> list[str]:
    """Those of a function's symbols where a call of it begins: a part that was split off is none if the rest
    is there too."""
    whole = [symbol for symbol in symbols if ".part." not in symbol]
    return whole or symbols


def is_code(address: int, symbols: Mapping[str, int]) -> bool:
    """Whether an address is in the kernel's code; also if that is not told."""
    ranges = [(symbols.get(start), symbols.get(end)) for start, end in CODE]
    told = [(start, end) for start, end in ranges if start is not None and end is not None]
    return not told or any(start <= address < end for start, end in told)


def is_freed(address: int, symbols: Mapping[str, int]) -> bool:
    """Whether an address is in the code that is freed after the boot; also if that is not told."""
    start, end = symbols.get("_sinittext"), symbols.get("_einittext")
    return start is None or end is None or start <= address < end
