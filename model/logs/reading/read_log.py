"""From a file as people have it to the lines of one boot, as the kernel said them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from ...base.errors import InputError
from ...base.units import readable_size
from ...files.input_files import CHUNK, pieces_from, pieces_of
from ...files.packed import PackedError, is_packed, unpacked
from ...language.words import tr
from ..kernel_log import KernelLog
from .boots import Found, boots_of, without_front
from .joining import Joined, joined
from .pieces import Piece, Pieces
from .text_lines import TextLines, texts

STANDARD_INPUT = "standard input"
LARGEST = 1 << 30
"""Bytes of a text that are read."""
LARGEST_OTHER = 128 << 20
"""Bytes in which there has to be a line of a kernel."""
PATIENCE = 30.0
"""Seconds until something has to come from standard input."""


def read_log(source: str | Path, boot: int | None = None) -> KernelLog:
    """The log of one boot in a file, packed or not, or of standard input (``-``): of `boot`, counted from 1,
    or of the last that is complete.  Raises `InputError` if it cannot be read or is no text."""
    name = STANDARD_INPUT if str(source) == "-" else str(source)
    said: list[str] = []
    if name == STANDARD_INPUT:
        if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  it is closed
            raise InputError(tr("{name} is closed, a kernel log is expected from it", name=name))
        pieces = pieces_from(sys.stdin.fileno(), name, LARGEST, PATIENCE)
    else:
        pieces = pieces_of(Path(source), LARGEST)
    return _log(_content(pieces, name, said), name, boot, said)


def log_of_text(text: str, source: str, boot: int | None = None) -> KernelLog:
    """The same of a text that comes from `source`."""
    return _log([text.encode("utf-8", "surrogateescape")], source, boot, [])


def _content(pieces: Iterator[bytes], name: str, said: list[str]) -> Iterator[bytes]:
    """What is in a file, unpacked if it is packed."""
    start = b""
    while len(start) < 8 and (more := next(pieces, b"")):
        start += more
    whole = _again(start, pieces)
    if not is_packed(start):
        yield from whole
        return
    count = 0
    try:
        for part in unpacked(whole):
            count += len(part)
            yield part
    except PackedError as error:
        if not count:
            raise InputError(
                tr("{name}: what is packed in this file {error}", name=name, error=error)
            ) from None
        said.append(f"what is packed in the file {error}, what comes before is read")


def _again(start: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield start
    yield from pieces


def _bounded(
    pieces: Iterable[bytes], name: str, said: list[str], has_log: Callable[[], bool]
) -> Iterator[bytes]:
    """Large pieces of what comes in small ones, and no more of them than is read of a text.  Raises
    `InputError` if there is much of it and no log."""
    kept = bytearray()
    total = 0
    for piece in pieces:
        kept += piece
        total += len(piece)
        if len(kept) >= CHUNK:
            yield bytes(kept)
            kept.clear()
        if total >= LARGEST_OTHER and not has_log():
            most = readable_size(LARGEST_OTHER)
            raise InputError(
                tr("{name}: in its first {most} is no line of a kernel log", name=name, most=most)
            )
        if total >= LARGEST:
            said.append(f"the first {readable_size(LARGEST)} are read, and no more")
            break
    yield bytes(kept)


def _log(content: Iterable[bytes], source: str, asked: int | None, said: list[str]) -> KernelLog:
    lines = TextLines(texts(_bounded(content, source, said, lambda: lines.has_log), source))
    pieces = Pieces(lines)
    found = boots_of(pieces, lines, asked)
    if not found.extents:
        raise InputError(tr("{source}: this file is empty, a kernel log is expected", source=source))
    if not found.chosen:
        count = len(found.extents)
        has = "one boot" if count == 1 else f"{count} boots"
        raise InputError(
            tr("{source}: it has {has}, there is no boot {asked}", source=source, has=has, asked=asked)
        )
    kept, front = without_front(found.kept)
    result = joined(kept)
    extent = found.extents[found.chosen - 1]
    if front and kept:
        extent = extent._replace(first=min(kept[0].number, extent.last))
        found.extents[found.chosen - 1] = extent
    return KernelLog(
        source,
        tuple(result.lines),
        tuple(found.extents),
        found.chosen,
        frozenset(result.gaps),
        (*_told(pieces, lines, front, result), *said, *_boots_told(found, asked)),
    )


def _told(pieces: Pieces, lines: TextLines, front: Sequence[Piece], result: Joined) -> Iterator[str]:
    """What was undone, in sentences."""
    for container in lines.containers:
        yield container.told
    undone = pieces.undone
    if undone["quoted"]:
        yield f"marks of a mail's quote are taken off {_lines(undone['quoted'])}"
    if undone["numbered"]:
        yield f"the number of the line is taken off {_lines(undone['numbered'])}"
    if undone["others"]:
        yield f"{_lines(undone['others'])} of other programs {_are(undone['others'])} left out"
    if lines.cut:
        yield f"{_lines(lines.cut)} {_are(lines.cut)} too long and {_are(lines.cut)} cut"
    if front:
        count = len(front)
        yield f"{_lines(count)} in front of the kernel's first {_are(count)} left out"
    if undone["parted"]:
        yield f"{undone['parted']} line ends were lost and are put back"
    if result.wrapped:
        verb = "was wrapped and is joined" if result.wrapped == 1 else "were wrapped and are joined"
        yield f"{_lines(result.wrapped)} {verb}"
    if result.remarks:
        yield f"what is no line of the kernel is left out: {_numbers(result.remarks)}"
    if result.comments:
        yield f"what is written behind a line is left out: {_numbers(result.comments)}"
    if result.gaps:
        yield f"something was cut out before {_numbers(sorted(result.gaps))}"


def _boots_told(found: Found, asked: int | None) -> Iterator[str]:
    count = len(found.extents)
    if count == 1:
        return
    extent = found.extents[found.chosen - 1]
    why = "" if asked else ", the last that is complete" if extent.is_complete else ", the longest"
    yield (
        f"there are {count} boots in it; this is number {found.chosen}{why}, "
        f"from line {extent.first} to line {extent.last}"
    )


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _numbers(numbers: Sequence[int]) -> str:
    some = [str(number) for number in numbers[:5]]
    more = len(numbers) - len(some)
    listed = ", ".join(some) + (f" and {more} more" if more else "")
    return f"line {listed}" if len(numbers) == 1 else f"lines {listed}"
