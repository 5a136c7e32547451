"""How the file of a recorded trace begins: enough to know one, without reading it."""

from __future__ import annotations

MAGIC = b"\x89bsT\r\n\x1a\n"
"""Like PNG's: what mangles line ends or the eighth bit mangles this."""


def is_sealed(start: bytes) -> bool:
    """Whether a file that starts like this is a recorded trace."""
    return start.startswith(MAGIC)
