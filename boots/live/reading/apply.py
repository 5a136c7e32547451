"""Putting what was read of a running kernel into a state that records what changes.

Each function changes the state as the model's own code would: the same kinds of event, the same parts, and of
lists no more than what differs, so that traces stay small and marks are right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....model.base.common_ends import common_ends
from ....model.memory.memblock.regions import TypeName
from ....model.memory.memblock.structure import Memblock
from ....model.memory.recorded import RecordedDict, RecordedList
from ....model.memory.state import State
from .memblock import ARRAYS, ArrayValues, MemblockValues
from .own import Lists
from .sections import SectionsValues
from .zones import ZonesValues


def put_memblock(state: State, values: MemblockValues | None) -> None:
    """Let memblock be as it was read; what could not be read stays as it was."""
    if values is None:
        return
    for field, value in values.fields.items():
        state.memblock.change(field, value)
    for name in ARRAYS:
        array = values.array(name)
        if array is not None:
            _put_array(state.memblock, name, array)


def _put_array(memblock: Memblock, name: TypeName, values: ArrayValues) -> None:
    array = memblock.type(name)
    start, old_end, new_end = common_ends(array.regions, values.regions)
    fields: dict[str, Any] = {
        "total_size": values.total_size,
        "max": values.max,
        "ordered": values.ordered,
        "merged": values.merged,
    }
    if values.regions_pa is not None:
        fields["regions_pa"] = values.regions_pa
    memblock.change_array(array, start, old_end - start, values.regions[start:new_end], **fields)


def put_zones(state: State, values: ZonesValues | None) -> None:
    """Let nodes and limits be as they were read, one event a node: so the model's own code does it."""
    if values is None:
        return
    for name, pfns in values.limits.items():
        state.zones.set_limit(name, pfns)
    for node in values.nodes.values():
        state.zones.set_node(node)


def put_sections(state: State, values: SectionsValues | None) -> None:
    """Let sections be as they were read; those that are not present any more go."""
    if values is None:
        return
    put_dict(state.sections.fields, values.fields)
    put_dict(state.sections.roots, values.roots, whole=True)
    put_dict(state.sections.sections, values.sections, whole=True)


def put_variables(state: State, values: Mapping[str, Any]) -> None:
    """Let variables be as they were read, as one event; those that were not read stay."""
    put_dict(state.variables, values)


def put_lists(state: State, values: Lists) -> None:
    """Let lists that are parts of the state be as they were read, by the parts' names."""
    for name, items in values.items():
        target = state[name]
        if isinstance(target, RecordedList):
            put_list(target, items)


def put_list(target: RecordedList, values: Sequence[Any] | None) -> None:
    """Let a list be as it was read; None: it could not be, and stays."""
    if values is None:
        return
    start, old_end, new_end = common_ends(target, values)
    if start < max(old_end, new_end):
        target.replace(start, old_end - start, values[start:new_end])


def put_dict(target: RecordedDict, values: Mapping[Any, Any] | None, whole: bool = False) -> None:
    """Let entries be as they were read, as one event; those that were not read stay, or go if `values` are
    the `whole`."""
    if values is None:
        return
    gone = dict.fromkeys((key for key in target if key not in values), None) if whole else {}
    target.put_all({**gone, **values})
