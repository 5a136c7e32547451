"""`FrameReader`: the frames of a kernel's functions, out of its DWARF, each read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from ...image.elf import section_data
from ..entries import INLINED, INSIDE, PARAMETER, SUBPROGRAM, name_of, origin_of, type_of
from ..opening import dwarf_info, reading
from ..places import MORE_SECTIONS, Code, Places
from ..types import DEEPEST
from ..units import Units
from .call_frames import CallFrames
from .records import Expression, Frame, Operation, Scope, Variable
from .value_types import value_type

FRAMES = ".debug_frame"
VARIABLES = frozenset(("DW_TAG_variable", PARAMETER))
ELSEWHERE = ("DW_AT_declaration", "DW_AT_external")
"""What a variable has that is declared in a function, and lies elsewhere."""
MOST_VARIABLES = 64
"""Variables of one scope that are read."""


class _Function(NamedTuple):
    """Code of a function, and its entry in the DWARF."""

    code: Code
    die: Any


class FrameReader:
    """Reads the DWARF of an ELF file that has any (`has_debug`).  Raises `InputError` if it is damaged, as
    `at` does; the file's name is for that."""

    def __init__(self, elf: Any, filename: str) -> None:
        self._filename = filename
        self._frames: dict[int, Frame | None] = {}
        self._functions: dict[int, list[_Function]] = {}
        with reading(self._filename):
            self._info: Any = dwarf_info(elf, filename, (FRAMES, *MORE_SECTIONS))
            self._places = Places(self._info)
            self._units = Units(self._info, self._places)
            self._calls = self._call_frames(elf, filename)

    def _call_frames(self, elf: Any, filename: str) -> CallFrames | None:
        from elftools.dwarf.dwarf_expr import DWARFExprParser

        section = elf.get_section_by_name(FRAMES)
        if section is None:
            return None
        parser: Any = DWARFExprParser(self._info.structs)
        return CallFrames(section_data(section, filename), self._info.structs, parser.parse_expr)

    def at(self, address: int) -> Frame | None:
        """The frame of the function that has code at an address, as linked; None if there is none."""
        if address not in self._frames:
            with reading(self._filename):
                self._frames[address] = self._read(address)
        return self._frames[address]

    def _read(self, address: int) -> Frame | None:
        die = self._function(address)
        if die is None:
            return None
        scopes = [_named(function, variables) for function, variables in self._scopes(die, address)]
        base = _expression(self._places.operations(die, address, "DW_AT_frame_base"))
        return Frame(tuple(scopes), base, self._calls.at(address) if self._calls is not None else None)

    # ---- which function ----

    def _function(self, address: int) -> Any:
        offset = self._units.at(address)
        if offset is None:
            return None
        if offset not in self._functions:
            self._functions[offset] = list(self._functions_of(self._info.get_CU_at(offset)))
        return next((each.die for each in self._functions[offset] if _is_in(address, each.code)), None)

    def _functions_of(self, unit: Any) -> Iterator[_Function]:
        for die in unit.get_top_DIE().iter_children():
            if die.tag == SUBPROGRAM:
                for code in self._places.code(die):
                    yield _Function(code, die)

    # ---- what is in it ----

    def _scopes(self, function: Any, address: int) -> Iterator[tuple[str, dict[str, Variable]]]:
        """The function, then what is inlined there, each with its variables by name; a block's variables are
        those of the function that it is in."""
        name, variables = name_of(origin_of(function)), dict[str, Variable]()
        inside: Any = function
        for _ in range(DEEPEST * 4):
            if inside is None:
                break
            if inside.tag == INLINED:
                yield name, variables
                name, variables = name_of(origin_of(inside)), {}
            children = list(inside.iter_children()) if inside.has_children else []
            for die in islice(filter(_is_variable, children), MOST_VARIABLES):
                variable = self._variable(die, address)
                variables[variable.name] = variable
            inside = next((child for child in children if self._is_around(child, address)), None)
        yield name, variables

    def _is_around(self, die: Any, address: int) -> bool:
        return die.tag in INSIDE and any(_is_in(address, code) for code in self._places.code(die))

    def _variable(self, die: Any, address: int) -> Variable:
        origin = origin_of(die)
        return Variable(name_of(origin), value_type(type_of(origin)), self._place(die, address))

    def _place(self, die: Any, address: int) -> Expression | None:
        constant = die.attributes.get("DW_AT_const_value")
        if constant is None:
            return _expression(self._places.operations(die, address))
        if not isinstance(constant.value, int):
            return None
        return Operation("DW_OP_consts", (constant.value,)), Operation("DW_OP_stack_value", ())


def _is_variable(die: Any) -> bool:
    origin = origin_of(die)
    return (
        die.tag in VARIABLES
        and bool(name_of(origin))
        and not any(at in origin.attributes for at in ELSEWHERE)
    )


def _named(function: str, variables: dict[str, Variable]) -> Scope:
    return Scope(function, tuple(variables.values()))


def _is_in(address: int, code: Code) -> bool:
    return code.start <= address < code.end


def _expression(operations: list[Any] | None) -> Expression | None:
    """The steps without pyelftools' objects; none are no place."""
    if not operations:
        return None
    return tuple(Operation(each.op_name, tuple(map(_given, each.args))) for each in operations)


def _given(given: Any) -> Any:
    """What a step is given: bytes or numbers, or another expression, for ``DW_OP_entry_value``."""
    return _expression(given) if isinstance(given, list) and _is_expression(given) else given  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _is_expression(given: list[Any]) -> bool:
    return bool(given) and hasattr(given[0], "op_name")
