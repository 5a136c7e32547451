"""Where DWARF says that code and values are: addresses of functions, and registers of their
arguments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

MORE_SECTIONS = (".debug_loc", ".debug_loclists", ".debug_ranges", ".debug_rnglists")
"""What `Places` reads, beside what every reader of DWARF needs (`dwarf_info`)."""
MOST_RANGES = 1024
MOST_OPERATIONS = 16
ADDRESSES = frozenset(("DW_FORM_addr", "DW_FORM_addrx", "DW_FORM_addrx1", "DW_FORM_addrx2", "DW_FORM_addrx4"))
REGISTER, LITERAL = "DW_OP_reg", "DW_OP_lit"
CONSTANTS = frozenset(
    (
        *("DW_OP_const1u", "DW_OP_const1s", "DW_OP_const2u", "DW_OP_const2s", "DW_OP_const4u"),
        *("DW_OP_const4s", "DW_OP_const8u", "DW_OP_const8s", "DW_OP_constu", "DW_OP_consts"),
    )
)
AT_ENTRY = ("DW_OP_entry_value", "DW_OP_GNU_entry_value")
IN_REGISTER, IS_CONSTANT = "register", "constant"


class Code(NamedTuple):
    """Bytes of code, from an address up to another."""

    start: int
    end: int


class Places:
    """Reads the places of what is in a file's DWARF."""

    def __init__(self, info: Any) -> None:
        from elftools.dwarf.dwarf_expr import DWARFExprParser
        from elftools.dwarf.locationlists import LocationParser

        self._ranges: Any = info.range_lists()
        self._locations: Any = LocationParser(info.location_lists())
        self._expressions: Any = DWARFExprParser

    def code(self, die: Any) -> list[Code]:
        """The code of a function, or of an inlined one, in the order in which the file has it; none if it has
        none."""
        low, high = (die.attributes.get(name) for name in ("DW_AT_low_pc", "DW_AT_high_pc"))
        if low is not None and high is not None:
            end = high.value if high.form in ADDRESSES else low.value + high.value
            return [Code(low.value, end)]
        ranges = die.attributes.get("DW_AT_ranges")
        if ranges is None or self._ranges is None:
            return []
        unit = die.cu
        listed = self._ranges.get_range_list_at_offset(ranges.value, unit)
        return list(_absolute(islice(listed, MOST_RANGES), _base(unit)))

    def entry(self, die: Any, code: list[Code]) -> int:
        """Where a function, or an inlined one, that has `code` begins."""
        told = die.attributes.get("DW_AT_entry_pc")
        if told is None:
            return code[0].start
        # Since DWARF 5 it may be how far behind the first byte it is.
        return told.value if told.form in ADDRESSES else code[0].start + told.value

    def value(self, die: Any, at: int) -> list[Any] | None:
        """Where a parameter is when the code at an address is reached: a register (the number that DWARF
        gives it), or a number that it always is; None if it is nowhere, or has to be computed."""
        constant = die.attributes.get("DW_AT_const_value")
        if constant is not None:
            return [IS_CONSTANT, constant.value] if isinstance(constant.value, int) else None
        operations = self.operations(die, at)
        return None if operations is None else _place(operations)

    def operations(self, die: Any, at: int, attribute: str = "DW_AT_location") -> list[Any] | None:
        """The steps, as pyelftools has them, that compute where a variable is while code at an address is
        done; None if it is nowhere then."""
        location = die.attributes.get(attribute)
        if location is None:
            return None
        unit = die.cu
        found: Any = self._locations.parse_from_attribute(location, unit["version"], die)
        if hasattr(found, "loc_expr"):
            return self._parsed(found.loc_expr, unit)
        base = _base(unit)
        for entry in islice(found, MOST_RANGES):
            if not hasattr(entry, "loc_expr"):
                # A pair of views (GNU) goes with the next entry; anything else is where those begin.
                base = getattr(entry, "base_address", base)
                continue
            added = 0 if entry.is_absolute else base
            if entry.begin_offset + added <= at < entry.end_offset + added:
                return self._parsed(entry.loc_expr, unit)
        return None

    def _parsed(self, expression: Any, unit: Any) -> list[Any]:
        operations: list[Any] = self._expressions(unit.structs).parse_expr(expression)
        return operations[:MOST_OPERATIONS]


def _place(operations: list[Any]) -> list[Any] | None:
    names = [each.op_name for each in operations]
    if len(names) == 1 and names[0].startswith(REGISTER):
        return _register(operations[0])
    return _computed(operations[0]) if len(names) == 2 and names[1] == "DW_OP_stack_value" else None


def _computed(operation: Any) -> list[Any] | None:
    """A value that is computed in one step."""
    name, given = operation.op_name, operation.args
    if name in CONSTANTS:
        return [IS_CONSTANT, given[0]]
    if name.startswith(LITERAL):
        return [IS_CONSTANT, int(name.removeprefix(LITERAL))]
    inner: list[Any] = given[0] if name in AT_ENTRY else []
    return _register(inner[0]) if len(inner) == 1 and inner[0].op_name.startswith(REGISTER) else None


def _register(operation: Any) -> list[Any]:
    name = operation.op_name
    return [IN_REGISTER, operation.args[0] if name == "DW_OP_regx" else int(name.removeprefix(REGISTER))]


def _base(unit: Any) -> int:
    """What addresses of lists are counted from where these say nothing else: the unit's first byte."""
    low = unit.get_top_DIE().attributes.get("DW_AT_low_pc")
    return low.value if low is not None and isinstance(low.value, int) else 0


def _absolute(entries: Iterator[Any], base: int) -> Iterator[Code]:
    for entry in entries:
        if not hasattr(entry, "begin_offset"):
            base = entry.base_address
            continue
        added = 0 if entry.is_absolute else base
        if entry.end_offset > entry.begin_offset:
            yield Code(entry.begin_offset + added, entry.end_offset + added)
