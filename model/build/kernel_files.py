"""What kernel files have in common: how ELF files begin, and what reading damaged ones raises."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Generator
from contextlib import contextmanager

from ..base.errors import InputError

ELF_MAGIC = b"\x7fELF"
DAMAGE = (
    *(struct.error, zlib.error, ValueError, LookupError, ArithmeticError, EOFError, OSError),
    *(AttributeError, TypeError, AssertionError, MemoryError, RecursionError),
    NotImplementedError,
)
"""What libraries let through when a file is not what its headers say, beside errors of their own."""
LIBRARIES = ("elftools", "fdt")
"""The libraries whose own errors mean the same; they are only imported where they are used."""


@contextmanager
def damaged(sentence: str) -> Generator[None]:
    """Reading a file of unknown origin with a library.  Whatever that raises, the `sentence` is said of the
    file.  Raises `InputError`."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        library = type(error).__module__.partition(".")[0]
        if isinstance(error, DAMAGE) or library in LIBRARIES:
            raise InputError(sentence) from None
        raise
