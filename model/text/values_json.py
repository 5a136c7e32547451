"""Values of a boot as plain data for JSON: what a function was given, what it returned, what `print` tells.

A trace keeps bare numbers; what one means is told by its name.  An address is a hexadecimal string, a number
of bytes and everything that is counted (pages, nodes, pfns, flags) is an integer.  A number whose name tells
nothing is taken for an address if it is 4096 or more, since neither errors nor counts of early boot grow so
large.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, cast

from ..base.units import SIZE_NAMES, hex_address
from .values import whole_text

SMALL = 1 << 12
"""From here on a number without a telling name is taken for an address: memory's first page is nobody's."""
MOST_ITEMS = 4096
"""Elements of a list that are written down; of longer ones the first."""
_ADDRESS = (
    r"(?:.*_)?(?:base|start|end|address|addr|v?paddr|vaddr|physaddr|pa|va|phys|virt|limit|pgdir)(?:_pa|_va)?"
    r"|(?:phys|virt|load|min|max|dt|fdt|dtb)_\w*|\w+_(?:pa|va|phys|virt)"
)
_COUNTED = (
    r".*(?:pfn|pages|nid|node|cpu|_id|section_nr|nslabs|count|cnt|number|order|level|index|idx|shift|bits|flags)"
    r"s?|nr_?\w*|\w*_nr|max|type|zone\w*|pxm|depth"
)


def value_json(name: str, value: Any) -> Any:
    """A value for something of that name ("" where it has none)."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, int):
        return number_json(name, value)
    if isinstance(value, bytes | bytearray):
        return value[:MOST_ITEMS].hex()
    if hasattr(value, "_fields"):
        return {each: value_json(each, getattr(value, each)) for each in value._fields}
    if isinstance(value, Mapping):
        pairs = cast("Mapping[Any, Any]", value)
        return {str(key): value_json(str(key), each) for key, each in pairs.items()}
    if isinstance(value, set | frozenset):
        value = sorted(cast("set[Any]", value), key=repr)
    if isinstance(value, list | tuple):
        items = cast("list[Any]", value)
        return [value_json(name.removesuffix("s"), each) for each in items[:MOST_ITEMS]]
    return whole_text(name, value)


def number_json(name: str, value: int) -> int | str:
    """A number: an address as a string, a size or what is counted as it is."""
    if is_size(name) or re.fullmatch(_COUNTED, name):
        return value
    if re.fullmatch(_ADDRESS, name):
        return hex_of(value)
    return hex_of(value) if value >= SMALL or value <= -SMALL else value


def hex_of(value: int) -> str:
    """A number as an address is written, a negative one as the 64 bits it is; one that has more as it is."""
    return hex_address(value) if -(1 << 63) <= value < 1 << 64 else hex(value)


def is_size(name: str) -> bool:
    """Whether values of that name are numbers of bytes."""
    return name in SIZE_NAMES or name.endswith("_size")
