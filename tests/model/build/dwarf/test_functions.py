"""Functions out of DWARF: as C declares them, as the compiler changed them, as it put them into others.

Covers entries.py, opening.py, places.py, units.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.build.dwarf.functions import read_dwarf_functions
from bootstep.model.build.image.elf import open_elf
from bootstep.model.build.image.image import Image

from ....support.damaged_dwarf import FILES, damaged_dwarf

DATA = Path(__file__).parents[3] / "data" / "types"
ARM64, X86 = "functions-arm64.elf", "functions-x86.elf"
BOTH = pytest.mark.parametrize("name", [ARM64, X86])
FILE = "mm/functions.c"
NAMES = ("reserve", "told", "by_value", "complain", "cloned", "inlined", "nowhere")
LONG, INT = ["long int", 8, True, True], ["int", 4, True, True]


def symbols_of(name: str) -> dict[str, dict[str, int]]:
    symbols = Image.parse((DATA / name).read_bytes()).symbols
    return {
        wanted: {symbol: at for symbol, at in symbols.items() if symbol.partition(".")[0] == wanted}
        for wanted in NAMES
    }


def facts_of(name: str, file: str = FILE, content: bytes = b"") -> dict[str, Any]:
    elf = open_elf(content or (DATA / name).read_bytes(), name)
    told: list[str] = []
    found = read_dwarf_functions(elf, dict.fromkeys(NAMES, file), symbols_of(name), name, told.append)
    assert found is not None
    return found


@BOTH
def test_prototypes_are_as_c_declares_them(name: str) -> None:
    found = facts_of(name)["prototypes"]
    assert found["cloned"] == {
        "result": ["", *LONG],
        "parameters": [["base", *LONG], ["unused", *LONG], ["node", *INT], ["size", *LONG]],
    }
    assert [each[:3] for each in found["told"]["parameters"]] == [
        ["name", "const char *", 8],
        ["nid", "int", 4],
        ["exact", "bool", 1],
        ["flags", "enum flags", 4],
        ["prot", "pgprot_t", 8],
    ]
    assert found["by_value"]["parameters"][1] == ["wide", "struct wide", 24, False, False]
    assert [each[0] for each in found["complain"]["parameters"]] == ["format"]
    assert "nowhere" not in found


@pytest.mark.parametrize(("name", "first", "second"), [(ARM64, 0, 1), (X86, 5, 4)])
def test_a_clone_has_its_arguments_where_its_compiler_put_them(name: str, first: int, second: int) -> None:
    places = facts_of(name)["places"]
    assert places["reserve"] == [["register", first], ["register", second]]
    assert places["cloned.constprop.0"] == [
        ["register", first],
        None,
        ["constant", -1],
        ["register", second],
    ]


@BOTH
def test_what_is_inlined_twice_begins_at_two_places(name: str) -> None:
    found = facts_of(name)["inlined"]
    assert found.keys() == {"inlined"}
    (first, code, places), (second, _, others) = found["inlined"]
    start = Image.parse((DATA / name).read_bytes()).symbols["_start"]
    assert start < first < second
    assert any(begin <= first < end for begin, end in code)
    assert [place[0] for place in places] == ["register", "constant"]
    assert (places[1], others[1]) == (["constant", 3], ["constant", 4])


@pytest.mark.parametrize(
    ("file", "is_read"), [("functions.c", True), ("mm/memblock.c", False), ("unctions.c", False)]
)
def test_what_is_only_inlined_is_looked_for_in_the_file_that_should_define_it(
    file: str, is_read: bool
) -> None:
    """What has a symbol is found at its address in any case."""
    found = facts_of(ARM64, file)
    assert ("inlined" in found["inlined"]) is ("inlined" in found["prototypes"]) is is_read
    assert "cloned.constprop.0" in found["places"]


@BOTH
def test_a_function_of_no_known_file_is_found_by_its_address(name: str) -> None:
    elf = open_elf((DATA / name).read_bytes(), name)
    found = read_dwarf_functions(elf, {"reserve": "", "nowhere": ""}, symbols_of(name), name, print)
    assert found is not None
    assert found["prototypes"].keys() == found["places"].keys() == {"reserve"}


def test_a_file_without_dwarf_tells_nothing() -> None:
    elf = open_elf((DATA / "btf.elf").read_bytes(), "btf.elf")
    assert read_dwarf_functions(elf, dict.fromkeys(NAMES, FILE), {}, "btf.elf", print) is None


@BOTH
def test_damage_anywhere_is_a_sentence_or_other_facts(name: str) -> None:
    refused = 0
    for content in damaged_dwarf((DATA / name).read_bytes()):
        try:
            found = facts_of(name, content=content)
        except InputError as error:
            assert str(error).startswith(name)
            refused += 1
        else:
            assert found.keys() == {"prototypes", "places", "inlined"}
    assert 0 < refused < FILES
