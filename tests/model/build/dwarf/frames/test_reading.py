"""Frames out of the DWARF of small programs: scopes, places of variables, types, callers' registers.

Covers records.py, value_types.py, call_frames.py.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.build.dwarf.frames.reading import FrameReader
from bootstep.model.build.dwarf.frames.records import Frame, Operation, ValueType, Variable
from bootstep.model.build.dwarf.opening import has_debug
from bootstep.model.build.image.elf import open_elf

from .....support.stopped_programs import FOLDER, PROGRAMS, registers

pytestmark = pytest.mark.parametrize("name", PROGRAMS)
SYMBOLS = ("_start", "innermost", "middle", "outermost")


def elf_bytes(name: str) -> bytes:
    return Path(FOLDER / f"{name}.elf").read_bytes()


@cache
def reader(name: str) -> FrameReader:
    return FrameReader(open_elf(elf_bytes(name), name), name)


@cache
def symbols(name: str) -> dict[str, tuple[int, int]]:
    """Address and size of each function."""
    table = open_elf(elf_bytes(name), name).get_section_by_name(".symtab")
    return {
        each.name: (each["st_value"], each["st_size"])
        for each in table.iter_symbols()
        if each.name in SYMBOLS
    }


def where_it_is_called(name: str) -> Frame:
    """In `middle`, and in what is inlined there."""
    start, size = symbols(name)["middle"]
    frames = (reader(name).at(address) for address in range(start, start + size))
    return next(frame for frame in frames if frame is not None and len(frame.scopes) == 2)


def variables(frame: Frame, scope: int) -> dict[str, Variable]:
    return {each.name: each for each in frame.scopes[scope].variables}


def test_scopes_go_from_the_function_to_what_is_inlined(name: str) -> None:
    assert [scope.function for scope in where_it_is_called(name).scopes] == ["middle", "inlined"]


def test_a_block_has_its_variables_in_its_function(name: str) -> None:
    found = variables(where_it_is_called(name), 0)
    assert {"base", "nid", "is_high", "flags", "kept", "below", "constant", "unused", "round"} == found.keys()


def test_types(name: str) -> None:
    outer, inner = (variables(where_it_is_called(name), scope) for scope in (0, 1))
    assert outer["kept"].type[:4] == ("phys_addr_t", 8, True, False)
    assert outer["below"].type[:4] == ("short int", 2, True, True)
    assert outer["is_high"].type.is_boolean
    assert outer["flags"].type.enumerators == {0: "FLAG_NONE", 4: "FLAG_NOMAP", 2: "FLAG_MIRROR"}
    region: ValueType = inner["region"].type
    assert (region.name, region.size, region.is_number) == ("struct region", 24, False)
    assert [(member, at) for member, at, _ in region.members] == [("base", 0), ("size", 8), ("nid", 16)]


def test_a_constant_is_a_value(name: str) -> None:
    constant = variables(where_it_is_called(name), 0)["constant"]
    assert constant.place == (Operation("DW_OP_consts", (1234,)), Operation("DW_OP_stack_value", ()))


def test_the_caller_of_a_function_that_has_begun(name: str) -> None:
    start, size = symbols(name)["outermost"]
    frame = reader(name).at(start + size // 2)
    assert frame is not None
    assert frame.base == (Operation("DW_OP_call_frame_cfa", ()),)
    call = frame.call
    assert call is not None
    assert call.back == (30 if name == "arm64" else 16)
    assert call.saved[call.back].kind == "OFFSET"
    (step,) = call.cfa
    assert step.name == "DW_OP_bregx"
    stack = PROGRAMS[name].dwarf.index(PROGRAMS[name].stack)
    assert step.given[0] == stack


def test_at_the_first_instruction_nothing_is_saved(name: str) -> None:
    frame = reader(name).at(symbols(name)["innermost"][0])
    assert frame is not None
    assert frame.call is not None
    assert 29 not in frame.call.saved


def test_outside_of_any_function_there_is_no_frame(name: str) -> None:
    assert reader(name).at(0) is None
    assert reader(name).at(max(start + size for start, size in symbols(name).values()) + 64) is None
    assert reader(name).at((1 << 64) - 1) is None


def test_where_it_stood_is_in_the_innermost(name: str) -> None:
    frame = reader(name).at(registers(name)[PROGRAMS[name].pc])
    assert frame is not None
    assert [scope.function for scope in frame.scopes] == ["innermost"]


def test_units_are_found_without_the_table_of_addresses(name: str) -> None:
    content = elf_bytes(name).replace(b".debug_aranges", b".debug_nothing")
    without = FrameReader(open_elf(content, name), name)
    for start, size in symbols(name).values():
        for address in (start, start + size - 1):
            assert without.at(address) == reader(name).at(address)
    assert without.at(0) is None


def test_without_call_frames_variables_are_told_all_the_same(name: str) -> None:
    content = elf_bytes(name).replace(b".debug_frame", b".debug_nixes")
    start, size = symbols(name)["middle"]
    frame = FrameReader(open_elf(content, name), name).at(start + size // 2)
    assert frame is not None
    assert frame.call is None
    assert frame.scopes[0].variables


def test_damaged_ones_are_a_sentence(name: str) -> None:
    """Any byte of the sections may be anything: a frame, none, or a sentence comes of it."""
    content = elf_bytes(name)
    elf = open_elf(content, name)
    addresses = [start + size // 2 for start, size in symbols(name).values()]
    for section in (".debug_info", ".debug_abbrev", ".debug_frame", ".debug_loclists", ".debug_aranges"):
        found = elf.get_section_by_name(section)
        for at in range(found["sh_offset"], found["sh_offset"] + found["sh_size"], 29):
            damaged = bytearray(content)
            damaged[at] ^= 0xFF
            try:
                read = FrameReader(open_elf(bytes(damaged), name), name)
                for address in addresses:
                    read.at(address)
            except InputError as error:
                assert str(error).startswith(f"{name}: ")


def test_a_file_says_whether_it_has_any(name: str) -> None:
    assert has_debug(open_elf(elf_bytes(name), name))
    without = elf_bytes(name).replace(b".debug_info", b".debug_stuf")
    assert not has_debug(open_elf(without, name))
