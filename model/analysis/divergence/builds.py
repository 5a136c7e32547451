"""Which functions are not the same in two builds of a kernel, by how long their symbols say they are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from ...language.words import tr
from .sides import Pair


def build_lines(pair: Pair, functions: Iterable[str]) -> Iterator[str]:
    """Sentences about those of some functions whose code is longer or shorter in the other kernel, of kernels
    of one release; nothing where symbols do not tell."""
    one, other = (side.facts for side in pair.sides)
    if one.release.series != other.release.series or pair.are_one_build:
        return
    ends = [sorted(set(facts.symbols.values())) for facts in (one, other)]
    for name in dict.fromkeys(functions):
        sizes = [_size(facts.symbols, end, name) for facts, end in zip((one, other), ends, strict=True)]
        if sizes[0] is not None and sizes[1] is not None and sizes[0] != sizes[1]:
            yield tr(
                "the code of {function} has {one} bytes and {other} bytes",
                function=name,
                one=sizes[0],
                other=sizes[1],
            )


def _size(symbols: Mapping[str, int], addresses: list[int], name: str) -> int | None:
    """The bytes from a symbol to the next one."""
    start = symbols.get(name)
    if start is None:
        return None
    at = bisect_right(addresses, start)
    return addresses[at] - start if at < len(addresses) else None
