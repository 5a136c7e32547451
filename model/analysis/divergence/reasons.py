"""What two boots were given that is not the same: the kernel, where it lies, memory, the command line.  A
divergence follows from one of these, or from what the kernels do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ...base.alignment import equal_pairs, facing
from ...base.units import hex_address, readable_size, shortened
from ...language.words import tr
from ...source.facts import Facts
from .builds import build_lines
from .sides import Pair, Side
from .trees import tree_lines

MOST = 8
TOLD_OTHERWISE = ("machine ", "command line ", "_text at ", "loaded ", "sizes ", "pages ", "started by ")
"""How lines of descriptions begin that other sentences make needless."""
EVERY_RECORDING = "recorded "
"""How the line of a description begins that says which file it was read from."""


def image_size(facts: Facts) -> int | None:
    """Bytes of a kernel's image with its bss, None if its symbols do not tell."""
    first, last = (facts.symbols.get(name) for name in ("_text", "_end"))
    return last - first if first is not None and last is not None else None


def reasons(
    pair: Pair, left: Sequence[Any], right: Sequence[Any], functions: Iterable[str] = ()
) -> tuple[str, ...]:
    """Sentences about what both were given that is not the same; first what explains values that differ
    (`left` and `right`, one against the other), then whether these `functions` are others."""
    found = [*((words, 0) for words in build_lines(pair, functions)), *_all(pair)]
    explaining = [words for words, change in found if change and change in _changes(left, right)]
    others = [words for words, _ in found if words not in explaining]
    return (*explaining, *others)[:MOST]


def _changes(left: Sequence[Any], right: Sequence[Any]) -> set[int]:
    return {
        other - one
        for one, other in zip(left, right, strict=False)
        if isinstance(one, int) and isinstance(other, int)
    }


def _all(pair: Pair) -> Iterator[tuple[str, int]]:
    """The sentences, each with the number of bytes that it explains (0: none)."""
    one, other = pair.left.facts, pair.right.facts
    if one.arch.name != other.arch.name:
        yield (
            tr("the kernels are of {one} and of {other}", one=one.arch.name, other=other.arch.name),
            0,
        )
    if one.release != other.release:
        yield tr("the releases are {one} and {other}", one=one.release, other=other.release), 0
    yield from _image(one, other)
    yield from _initrd(pair)
    if one.page_size != other.page_size:
        yield (
            tr(
                "pages are of {one} and of {other}",
                one=readable_size(one.page_size),
                other=readable_size(other.page_size),
            ),
            0,
        )
    yield from _command_lines(pair)
    yield from ((words, 0) for words in tree_lines(one.device_tree, other.device_tree))
    if pair.are_alike:
        yield from ((words, 0) for words in _described(one, other))


def _image(one: Facts, other: Facts) -> Iterator[tuple[str, int]]:
    """What differs in the kernel's image: its size, where it lies."""
    sizes = image_size(one), image_size(other)
    if sizes[0] is not None and sizes[1] is not None and sizes[0] != sizes[1]:
        more = sizes[1] - sizes[0]
        size = readable_size(abs(more))
        yield (
            tr("the kernel image is {size} larger in the second boot", size=size)
            if more > 0
            else tr("the kernel image is {size} smaller in the second boot", size=size),
            more,
        )
    at = one.load_address, other.load_address
    if at[0] is not None and at[1] is not None and at[0] != at[1]:
        words = tr(
            "the kernel image lies at {one} and at {other}", one=hex_address(at[0]), other=hex_address(at[1])
        )
        yield words, at[1] - at[0]


def _initrd(pair: Pair) -> Iterator[tuple[str, int]]:
    one, other = (side.last_values.get("phys_initrd_size") for side in pair.sides)
    if isinstance(one, int) and isinstance(other, int) and one != other:
        words = tr("the initrd has {one} and {other}", one=readable_size(one), other=readable_size(other))
        yield words, other - one


def _command_lines(pair: Pair) -> Iterator[tuple[str, int]]:
    lines = [_command_line(side) for side in pair.sides]
    if lines[0] is None or lines[1] is None or lines[0] == lines[1]:
        return
    words = tr(
        'the command lines are "{one}" and "{other}"', one=shortened(lines[0]), other=shortened(lines[1])
    )
    yield words, len(lines[1]) - len(lines[0])


def _command_line(side: Side) -> str | None:
    value = side.last_values.get("boot_command_line")
    return value if isinstance(value, str) else None


def _described(one: Facts, other: Facts) -> Iterator[str]:
    """The lines about both machines that are not the same, face to face."""
    mine, its = (_lines(facts) for facts in (one, other))
    heads, others = ([line.partition(" ")[0] for line in lines] for lines in (mine, its))
    for left, right in facing(heads, others, equal_pairs(mine, its)):
        first = mine[left] if left is not None else ""
        second = its[right] if right is not None else ""
        if first != second and not _is_told(first or second):
            yield f"{' '.join(first.split())} | {' '.join(second.split())}"


def _lines(facts: Facts) -> list[str]:
    return [line for line in facts.description if not line.startswith(EVERY_RECORDING)]


def _is_told(line: str) -> bool:
    """Whether a line is about what other sentences tell, or about where files are."""
    return line.startswith(TOLD_OTHERWISE)
