"""Numbers as people write them in machine files, options and what-ifs: addresses and sizes have units.

Every function takes what was written and the directory that it was written in, and raises `ValueError` with
what is expected.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from ....model.base.units import parse_size
from ....model.firmware.devicetree.tree import MAX_TOTALSIZE

PHYSICAL_END = 1 << 52


def _number(value: Any) -> int:
    if isinstance(value, str):
        try:
            value = parse_size(value)
        except ValueError:
            value = None
    if type(value) is not int:
        raise ValueError("a number is expected, such as 64M, 0x4000000 or 67108864")
    return value


def count(value: Any, _: Path) -> int:
    """How many CPUs.  Raises `ValueError`."""
    number = _number(value)
    if not 1 <= number <= 8192:
        raise ValueError("expected a number from 1 to 8192")
    return number


def exception_level(value: Any, _: Path) -> int:
    """1 or 2.  Raises `ValueError`."""
    number = _number(value)
    if number not in (1, 2):
        raise ValueError("1 or 2 is expected")
    return number


def physical_address(value: Any, _: Path | None = None) -> int:
    """A physical address as people write it, or a size that an address may be.  Raises `ValueError`."""
    number = _number(value)
    if not 0 <= number < PHYSICAL_END:
        raise ValueError("expected a physical address below 2^52")
    return number


def blob_size(value: Any, _: Path) -> int:
    """Bytes of a device tree.  Raises `ValueError`."""
    number = _number(value)
    if not 0 <= number <= MAX_TOTALSIZE:
        raise ValueError(f"a size of at most {MAX_TOTALSIZE:#x} bytes is expected")
    return number


def start_and_size(value: Any, base: Path | None = None) -> tuple[int, int]:
    """Where an initrd is and how many bytes it has, (0, 0) for none: a table, ``START,SIZE`` or ``none``.
    Raises `ValueError`."""
    if value == "none":
        return 0, 0
    if isinstance(value, str):
        first, _, rest = value.strip().replace(",", " ", 1).partition(" ")
        value = {"start": first, "size": rest} if rest.strip() else None
    if not isinstance(value, dict) or set(cast("dict[str, Any]", value)) != {"start", "size"}:
        raise ValueError("a start and a size are expected, such as 0x48000000,64M, or none")
    table = cast("dict[str, Any]", value)
    start, size = physical_address(table["start"], base), physical_address(table["size"], base)
    if start + size > PHYSICAL_END:
        raise ValueError("an initrd that ends below 2^52 is expected")
    return start, size
