"""The structures of SMBIOS."""

from __future__ import annotations

from bootstep.model.firmware.smbios import END_OF_TABLE, devices, walk

BIOS = bytes([0, 6, 0, 0, 1, 2]) + b"SeaBIOS\0" + b"   \0\0"
EMPTY = bytes([32, 5, 1, 0, 0]) + b"\0\0"
END = bytes([END_OF_TABLE, 4, 2, 0]) + b"\0\0"


def test_a_structure_has_a_formatted_area_and_strings() -> None:
    found = walk(BIOS + EMPTY + END, 0)
    assert [(item.offset, item.type, item.length) for item in found.structures] == [
        (0, 0, 6),
        (len(BIOS), 32, 5),
        (len(BIOS + EMPTY), END_OF_TABLE, 4),
    ]
    assert found.length == len(BIOS + EMPTY + END)


def test_strings_are_numbered_from_1_and_blank_ones_are_empty() -> None:
    bios, empty, _ = walk(BIOS + EMPTY + END, 0).structures
    assert [bios.string(number) for number in range(4)] == [b"", b"SeaBIOS", b"", b""]
    assert empty.string(1) == b""


def test_a_count_is_believed_beyond_the_structure_that_ends_the_table() -> None:
    table = END + EMPTY
    assert len(walk(table, 0).structures) == 1
    assert len(walk(table, 2).structures) == 2


def test_a_structure_that_is_too_short_ends_the_walk() -> None:
    found = walk(EMPTY + bytes([1, 3, 0, 0, 0, 0]), 5)
    assert (len(found.structures), found.corrupted_at) == (1, len(EMPTY))


def test_a_structure_that_runs_over_the_end_is_passed_over() -> None:
    found = walk(EMPTY + BIOS[:-1], 2)
    assert len(found.structures) == 1
    assert found.length == len(EMPTY + BIOS[:-1])


def test_devices_that_are_switched_off_do_not_count() -> None:
    onboard = bytes([10, 8, 0, 0, 0x83, 1, 0x03, 2]) + b"VGA\0off\0\0"
    assert list(devices(walk(onboard, 1).structures[0])) == [(3, b"VGA")]
