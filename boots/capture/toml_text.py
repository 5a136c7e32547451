"""The text of a machine file that was put together: its sections and keys, under what is to be said of
them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from ...model.base.units import one_line
from ..core.inputs import Drawn
from ..loader.placement.kaslr_drawn import spelled

MACHINE = "machine.toml"
"""What the file is called in its directory."""
Value = str | int | bool | tuple[int, int] | Drawn
"""What a key may have; a pair is a start and a size."""
Keys = Mapping[str, Mapping[str, Value]]
"""Values by their sections and names."""


def machine_text(keys: Keys, head: Iterable[str]) -> str:
    """The file, with the lines of its head as comments first."""
    lines = [f"# {one_line(said)}" for said in head]
    for section, values in keys.items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {_spelled(name, value)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def _spelled(name: str, value: Value) -> str:
    if isinstance(value, Drawn):
        return spelled(value)
    if isinstance(value, tuple):
        return f"{{ start = {value[0]:#x}, size = {value[1]:#x} }}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return hex(value) if name.endswith(("address", "size")) else str(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
