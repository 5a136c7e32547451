"""Lines of instructions out of DWARF."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.build.dwarf.lines import Line, read_dwarf_lines
from bootstep.model.build.image.elf import open_elf

from ....support.damaged_dwarf import FILES, damaged_dwarf

DATA = Path(__file__).parents[3] / "data" / "types"
FILE = "mm/functions.c"
CALLS = {
    # Where each `bl` and `call` of _start is, in the order of the source.
    "functions-arm64.elf": (0x100F0, 0x10108, 0x10130, 0x10158, 0x10190, 0x101B0),
    "functions-x86.elf": (0x100EF, 0x10104, 0x1013B, 0x1015C, 0x1019D, 0x101CC),
}
BOTH = pytest.mark.parametrize("name", CALLS)
LANDMARKS = {FILE: 0x10030}


def lines_of(
    name: str, addresses: tuple[int, ...], landmarks: dict[str, int] = LANDMARKS, content: bytes = b""
) -> dict[int, Line]:
    elf = open_elf(content or (DATA / name).read_bytes(), name)
    return read_dwarf_lines(elf, addresses, landmarks, name)


@BOTH
def test_each_call_has_its_line(name: str) -> None:
    found = lines_of(name, CALLS[name])
    text = (DATA / "functions.c").read_text().splitlines()
    said = [text[line.number - 1].strip().partition("(")[0] for line in found.values()]
    assert {line.file for line in found.values()} == {FILE}
    assert said == ["sink = cloned", "sink += cloned", "reserve", "told", "complain", "by_value"]


@BOTH
def test_what_lies_outside_of_all_code_has_none(name: str) -> None:
    assert lines_of(name, (0, 0xFFFF, 0x20000, 1 << 63)) == {}


@BOTH
@pytest.mark.parametrize(
    ("landmarks", "file"),
    [({}, "mm/functions.c"), ({"functions.c": 0x10030}, "functions.c"), ({"init/main.c": 0x10030}, FILE)],
)
def test_files_are_named_from_the_root_of_the_source(name: str, landmarks: dict[str, int], file: str) -> None:
    """Where no landmark tells it, from where it was compiled."""
    assert {line.file for line in lines_of(name, CALLS[name], landmarks).values()} == {file}


@BOTH
def test_without_a_table_of_addresses_the_units_tell_theirs(name: str) -> None:
    content = (DATA / name).read_bytes().replace(b".debug_aranges\0", b".debug_no_table\0"[:15])
    assert lines_of(name, CALLS[name], content=content) == lines_of(name, CALLS[name])


def test_a_file_without_lines_tells_nothing() -> None:
    assert lines_of("btf.elf", (0x10000,)) == {}


@BOTH
def test_damage_anywhere_is_a_sentence_or_other_lines(name: str) -> None:
    refused = 0
    for content in damaged_dwarf((DATA / name).read_bytes()):
        try:
            found = lines_of(name, CALLS[name], content=content)
        except InputError as error:
            assert str(error).startswith(name)
            refused += 1
        else:
            assert found.keys() <= set(CALLS[name])
            assert all(line.number > 0 and not line.file.startswith("/") for line in found.values())
    assert 0 < refused < FILES
