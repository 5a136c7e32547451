"""e820 maps as text."""

from __future__ import annotations

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.e820 import entry_of_sysfs, parse_e820, spelled, type_of
from bootstep.model.memory.e820 import E820Entry
from hypothesis import given
from hypothesis import strategies as st

QEMU = (
    E820Entry(0, 0x9FC00, 1),
    E820Entry(0x9FC00, 0x400, 2),
    E820Entry(0x100000, 0x7FEE0000, 1),
)


@pytest.mark.parametrize(
    "text",
    [
        "0x0000000000000000 0x000000000009fc00 usable\n"
        "0x9fc00 0xa0000 reserved\n0x100000 0x7ffe0000 usable\n",
        "0 9fc00 System RAM\n9fc00 a0000 Reserved # EBDA\n\n100000 7ffe0000 1\n",
        "00000000-0009fbff : usable\n0009fc00-0009ffff : reserved\n00100000-7ffdffff : RAM",
        "0000000000000000 - 000000000009fc00 (usable)\n"
        "000000000009fc00 - 00000000000a0000 (reserved)\n0000000000100000 - 000000007ffe0000 (usable)",
        "[mem 0x0-0x9fbff] usable\n[mem 0x9fc00-0x9ffff] type 2\n[mem 0x100000-0x7ffdffff] usable\n",
    ],
)
def test_an_end_is_included_where_the_form_has_a_dash_and_a_last_byte(text: str) -> None:
    assert parse_e820(text, "map") == QEMU


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("ACPI data", 3),
        ("ACPI NVS", 4),
        ("ACPI Non-volatile Storage", 4),
        ("unusable", 5),
        ("persistent (type 7)", 7),
        ("persistent (type 12)", 12),
        ("Persistent Memory (legacy)", 12),
        ("soft reserved", 0xEFFFFFFF),
        ("type 9", 9),
        ("type 4294967295", 0xFFFFFFFF),
        ("type 4294967296", None),
        ("ram disk", None),
    ],
)
def test_types_have_the_names_that_kernels_print(name: str, number: int | None) -> None:
    assert type_of(name) == number


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "map: there is no range of memory in this e820 map"),
        ("0x0 0x1000", "map: line 1: expected a start, an end and a type, not '0x0 0x1000'"),
        (
            "0 1000 usable\n0x2000 0x1000 usable",
            "line 2: the range ends at 0x1000, before it starts at 0x2000",
        ),
        ("0 1000 strange", "line 1: there is no type 'strange', known are usable"),
        ("0 1 1\n" * 4000, "there are more than 3456 ranges"),
    ],
)
def test_what_is_no_map_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_e820(text, "map")
    assert sentence in str(raised.value)


ENTRIES = st.lists(
    st.builds(
        E820Entry, st.integers(0, (1 << 52) - 1), st.integers(0, 1 << 52), st.integers(0, (1 << 32) - 1)
    ),
    min_size=1,
    max_size=200,
)


@given(ENTRIES)
def test_what_is_spelled_is_read_again(entries: list[E820Entry]) -> None:
    assert parse_e820(spelled(entries), "map") == tuple(entries)


@given(st.text(max_size=200))
def test_any_text_is_a_map_or_gets_a_sentence(text: str) -> None:
    try:
        assert parse_e820(text, "map")
    except InputError as error:
        assert str(error).startswith("map: ")


def test_a_range_of_sysfs_has_its_last_byte() -> None:
    assert entry_of_sysfs("0x9fc00\n", "0x9ffff\n", "Reserved\n", "0") == QEMU[1]
    for start, end, kind in (("x", "1", "Reserved"), ("0x10", "0x1", "Reserved"), ("0", "1", "?")):
        with pytest.raises(InputError, match=r"^memmap/3: "):
            entry_of_sysfs(start, end, kind, "memmap/3")
