"""What is said when an input is wrong."""

from __future__ import annotations

from .units import one_line


class InputError(Exception):
    """An input that cannot be used.  Its text is one sentence that names the input and what is wrong with it:
    one line, whatever was quoted from the input, and short enough to be read."""

    def __str__(self) -> str:
        return one_line(super().__str__())
