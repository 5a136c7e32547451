"""What KASLR drew in a boot whose seed nobody has any more: the kernel wipes it from the device tree, and
CPUs and UEFI make one that is never written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from ...core.inputs import U64, Drawn

NAMES = ("offset", "memstart")
"""What the machine file calls the parts of `Drawn`: the second by the kernel's variable, memstart_addr."""


def drawn(value: Any, _: Path) -> Drawn:
    """The value of the machine file's key: a table, or ``OFFSET,MEMSTART``, of which either may be missing.
    Raises `ValueError`."""
    if isinstance(value, str):
        value = {name: word for name, word in zip(NAMES, value.split(","), strict=False) if word.strip()}
    if not isinstance(value, dict) or not set(cast("dict[str, Any]", value)) <= set(NAMES):
        raise ValueError("an offset and a memstart are expected")
    table = cast("dict[str, Any]", value)
    offset, linear_map = (_number(table.get(name)) for name in NAMES)
    if offset is not None and offset % 4096:
        raise ValueError("an offset of whole pages is expected")
    if linear_map is not None and linear_map >> 63:
        linear_map -= U64 + 1
    return Drawn(offset, linear_map)


def spelled(drawn: Drawn) -> str:
    """The value of the key as TOML: the addresses as strings, since TOML's own numbers have a sign."""
    parts = [f'{name} = "{at & U64:#x}"' for name, at in zip(NAMES, drawn, strict=True) if at is not None]
    return f"{{ {', '.join(parts)} }}"


def _number(value: Any) -> int | None:
    if isinstance(value, str):
        value = int(value, 0) if len(value) <= 20 else -1
    if value is None or (type(value) is int and 0 <= value <= U64):
        return value
    raise ValueError("addresses of at most 64 bits are expected")
