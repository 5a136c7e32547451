"""What tells kernels apart is read from their files, whatever these are.  Covers identity.py."""

from __future__ import annotations

import struct

import pytest
from bootstep.model.build.image.identity import (
    Identity,
    elf_identity,
    find_build_id,
    find_line,
    flat_identity,
)
from bootstep.model.build.image.section_headers import HEADER, SECTION, place_in_file

START = 0xFFFF_8000_0800_0000
SHORT = b"Linux version 6.1.50 (me@here) (gcc 12) # SMP"
LINE = b"Linux version 6.1.50 (me@here) (gcc 12) #7 SMP Mon Jan  1 00:00:00 UTC 2024"
ID = bytes(range(20))


def note(name: bytes, contents: bytes, type: int) -> bytes:
    padded = contents.ljust(-(-len(contents) // 4) * 4, b"\0")
    return (
        struct.pack("<III", len(name), len(contents), type)
        + name.ljust(-(-len(name) // 4) * 4, b"\0")
        + padded
    )


NOTES = note(b"Linux\0", b"abc", 0x100) + note(b"GNU\0", b"\1\2\3\4", 1) + note(b"GNU\0", ID, 3)
RODATA = bytes(64) + SHORT + b"\n\0" + LINE + b"\n\0" + bytes(7)
AT = RODATA.index(LINE)
SYMBOLS = {
    "linux_banner": START + AT,
    "__start_notes": START + len(RODATA),
    "__stop_notes": START + len(RODATA) + len(NOTES),
}


def elf(*sections: tuple[int, int, int, bytes]) -> bytes:
    """An ELF file of sections: type, flags, address, contents."""
    body, rows = bytearray(HEADER.size), [SECTION.pack(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)]
    for type, flags, address, contents in sections:
        rows.append(SECTION.pack(0, type, flags, address, len(body), len(contents), 0, 0, 1, 0))
        body += contents
    head = HEADER.pack(
        b"\x7fELF\x02\x01".ljust(16, b"\0"),
        2,
        183,
        1,
        0,
        0,
        len(body),
        0,
        64,
        56,
        0,
        SECTION.size,
        len(rows),
        0,
    )
    body[: len(head)] = head
    return bytes(body) + b"".join(rows)


WHOLE = Identity(LINE.decode(), SYMBOLS["linux_banner"], ID.hex())


def test_a_kernel_as_it_lies_in_memory() -> None:
    assert flat_identity(RODATA + NOTES, START, SYMBOLS) == WHOLE


def test_without_symbols_the_longest_banner_counts() -> None:
    assert flat_identity(RODATA + NOTES, START, {}) == WHOLE._replace(build_id="")
    assert flat_identity(NOTES, START, {}) == Identity()


@pytest.mark.parametrize("address", [START - 1, START + 1, START + (1 << 20), START << 1])
def test_symbols_that_lie_elsewhere_tell_nothing(address: int) -> None:
    symbols = {"linux_banner": address, "__start_notes": address, "__stop_notes": address + 40}
    found = flat_identity(RODATA, START, symbols)
    assert (found.line, found.build_id) == ("", "")


@pytest.mark.parametrize("unusual", [(), ((19, 2, 5, b"relr"),)], ids=["usual", "with-relr"])
def test_a_vmlinux(unusual: tuple[tuple[int, int, int, bytes], ...]) -> None:
    content = elf(*unusual, (1, 2, START, RODATA), (7, 2, START + len(RODATA), NOTES))
    assert elf_identity(content, SYMBOLS) == WHOLE


def test_a_vmlinux_of_which_only_the_symbols_are_left() -> None:
    content = elf((8, 2, START, RODATA), (8, 2, START + len(RODATA), NOTES))
    assert elf_identity(content, SYMBOLS) == Identity("", SYMBOLS["linux_banner"], "")


def test_a_vmlinux_that_is_cut_off() -> None:
    content = elf((1, 2, START, RODATA), (7, 2, START + len(RODATA), NOTES))
    for length in range(0, len(content), 7):
        assert elf_identity(content[:length], SYMBOLS)._replace(address=0) in (
            Identity("", 0),
            WHOLE._replace(address=0),
        )
        assert place_in_file(content[:length], START - 1) is None


@pytest.mark.parametrize(
    "notes",
    [
        b"",
        NOTES[:-1],
        NOTES[:-21],
        b"\xff" * 40,
        note(b"GNU\0", b"", 3),
        note(b"GNU\0", bytes(65), 3),
        note(b"GNU", ID, 4),
    ],
)
def test_notes_without_a_whole_build_id(notes: bytes) -> None:
    assert find_build_id(notes) == ""


def test_the_longest_banner_is_found() -> None:
    assert find_line(RODATA) == LINE.decode()
    assert find_line(b"Linux version of mine") == ""
