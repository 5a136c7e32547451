"""Whether the kernel that runs is the one that was named: what another one's symbols point to is nonsense,
which looks like a boot.

Its banner lies in memory (``linux_banner``, init/version-timestamp.c) and says who built it and when; and so
does its build ID, which is another one even where somebody builds twice within a second.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ...model.base.errors import InputError
from ...model.base.units import one_line
from ...model.build.image.identity import MOST_NOTES, NOTES, SYMBOL, find_build_id, find_line
from ...model.language.words import tr
from .kernel import LiveKernel

Read = Callable[[int, int], Awaitable[bytes | None]]
"""Reads memory from an address on, so many bytes; None if not all of them can be read."""
BANNER = "Linux version "
PIECE = 1 << 20
LARGEST = 64 << 20
"""Bytes of a kernel that are looked through for a banner."""
OVERLAP = 1 << 10
"""Bytes that a banner is shorter than."""


class AnotherKernel(InputError):
    """The kernel that runs is not the one that was named; in a sentence with both."""


async def refuse_another(read: Read, kernel: LiveKernel, text: int, must_be_read: bool = False) -> None:
    """Look at the kernel in memory, whose ``_text`` is at the address `text`.  Raises `AnotherKernel`; also
    if nothing can be read where its banner is, if that `must_be_read`."""
    moved, identity = text - kernel.text, kernel.identity
    linked = kernel.symbols.get(SYMBOL, identity.address)
    if linked is not None:
        expected = (identity.line or BANNER).encode()
        found = await read(linked + moved, len(expected))
        if found != expected and (found is not None or must_be_read):
            raise AnotherKernel(await _other_words(read, kernel, text))
    found_id = await _build_id(read, kernel, moved)
    if identity.build_id and found_id and identity.build_id != found_id:
        raise AnotherKernel(
            tr(
                "{file} is another build than the kernel that runs, though both are {name}: its build ID is "
                "{own}, that in memory {other}",
                file=_file(kernel),
                name=one_line(_in_short(identity.line)) or str(kernel.release),
                own=identity.build_id,
                other=found_id,
            )
        )


async def _build_id(read: Read, kernel: LiveKernel, moved: int) -> str:
    """The build ID in memory; "" if it cannot be read."""
    begin, end = (kernel.symbols.get(name) for name in NOTES)
    if begin is None or end is None or not begin < end <= begin + MOST_NOTES:
        return ""
    return find_build_id(await read(begin + moved, end - begin) or b"")


async def _other_words(read: Read, kernel: LiveKernel, text: int) -> str:
    own, other = kernel.identity.line or str(kernel.release), await _line_of_another(read, kernel, text)
    if _in_short(own) != _in_short(other):
        own, other = _in_short(own), _in_short(other)
    if other:
        return tr(
            "{file} is not the kernel that runs: it is {own}; in memory there is {other}",
            file=_file(kernel),
            own=one_line(own),
            other=one_line(other),
        )
    return tr(
        "{file} is not the kernel that runs: it is {own}, of which there is no banner in memory",
        file=_file(kernel),
        own=one_line(own),
    )


def _file(kernel: LiveKernel) -> str:
    return one_line(kernel.files.get("vmlinux") or kernel.files.get("kallsyms", ""))


def _in_short(line: str) -> str:
    """A banner without who built it and with what: "Linux version 6.1.50 #7 SMP Mon Jan  1 00:00:00 UTC"."""
    before, _, rest = line.partition(" (")
    _, number, version = rest.partition(" #")
    return f"{before}{number}{version}"


async def _line_of_another(read: Read, kernel: LiveKernel, text: int) -> str:
    """The banner of the kernel that is there instead, looked for as far as this one would reach; "" if none
    is found."""
    size = kernel.symbols.get("_end", kernel.text + LARGEST) - kernel.text
    found = ""
    for at in range(0, min(max(size, 0), LARGEST), PIECE):
        found = max(found, find_line(await read(text + at, PIECE + OVERLAP) or b""), key=len)
    return found
