"""What KASLR drew in a boot whose seed nobody has any more: the kernel wipes it from the device tree, and
CPUs and UEFI make one that is never written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from ...core.inputs import U64, Drawn

KERNEL_HALF = 1 << 63

NAMES = ("offset", "memstart", "text", "page_offset_base", "vmalloc_base", "vmemmap_base")
"""What the machine file calls the parts of `Drawn`: all but the first and `text` by the kernel's
variables."""
ARM64, X86 = NAMES[:2], NAMES[2:]


def drawn(value: Any, _: Path) -> Drawn:
    """The value of the machine file's key: a table of one architecture's names; or ``OFFSET,MEMSTART``, of
    which either may be missing, or ``TEXT,PAGE_OFFSET,VMALLOC,VMEMMAP``.  Raises `ValueError`."""
    if isinstance(value, str):
        words = value.split(",")
        names = X86 if len(words) == len(X86) else ARM64
        value = {name: word for name, word in zip(names, words, strict=False) if word.strip()}
    names = set(cast("dict[str, Any]", value)) if isinstance(value, dict) else {""}
    if not (names <= set(ARM64) or names <= set(X86)):
        raise ValueError(f"expected a table of {' and '.join(ARM64)}, or on x86-64 {', '.join(X86)}")
    table = cast("dict[str, Any]", value)
    found = Drawn(*(_number(table.get(name)) for name in NAMES))
    if found.offset is not None and found.offset % 4096:
        raise ValueError("an offset of whole pages is expected")
    if found.linear_map is not None and found.linear_map >> 63:
        found = found._replace(linear_map=found.linear_map - U64 - 1)
    _check_bases(found)
    return found


def names_of(drawn: Drawn) -> set[str]:
    """The names of what is known of it."""
    return {name for name, at in zip(NAMES, drawn, strict=True) if at is not None}


def _check_bases(drawn: Drawn) -> None:
    """What x86-64 draws are kernel addresses: the image is moved by 2 MiB and more, areas by 1 GiB."""
    for name, step in zip(X86, (2 << 20, 1 << 30, 1 << 30, 1 << 30), strict=True):
        at = getattr(drawn, name)
        if at is not None and (at % step or at < KERNEL_HALF):
            raise ValueError(f"{name} is expected to be a kernel address and a multiple of {step:#x}")


def spelled(drawn: Drawn) -> str:
    """The value of the key as TOML: the addresses as strings, since TOML's own numbers have a sign."""
    parts = [f'{name} = "{at & U64:#x}"' for name, at in zip(NAMES, drawn, strict=True) if at is not None]
    return f"{{ {', '.join(parts)} }}"


def _number(value: Any) -> int | None:
    if isinstance(value, str):
        try:
            value = int(value, 0) if len(value) <= 20 else -1
        except ValueError:
            value = -1
    if value is None or (type(value) is int and 0 <= value <= U64):
        return value
    raise ValueError("expected addresses of at most 64 bits, such as 0x40000000")
