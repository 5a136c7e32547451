"""What is found of the kernel's source: a place in it, a function with its lines."""

from __future__ import annotations

from msgspec import Struct


class Place(Struct, frozen=True):
    """A place in the kernel's source: a file ("": nobody knows), the line if it is known, counted from 1, and
    whether that is a guess."""

    file: str
    line: int | None = None
    about: bool = False

    def __str__(self) -> str:
        """As compilers write it: ``mm/sparse.c:575``."""
        line = "" if self.line is None else f":{self.line}"
        return f"{'about ' if self.about and line else ''}{self.file}{line}"


class Extent(Struct, frozen=True):
    """Where a function is defined: its file, the line of its name, its first and last line, counted from 1,
    and whether it is a guess that it is this definition, or of a source like this."""

    name: str
    file: str
    line: int
    first: int
    last: int
    about: bool = False


class KernelFunction(Struct, frozen=True):
    """A function as the kernel's source has it: its file, its lines with the number of the first, what is to
    be said of it (there are other variants), the line of its name, and whether it is a guess that it is this
    one."""

    file: str
    first: int
    lines: tuple[str, ...]
    remark: str = ""
    line: int = 0
    about: bool = False

    @property
    def last(self) -> int:
        """The number of its last line."""
        return self.first + len(self.lines) - 1
