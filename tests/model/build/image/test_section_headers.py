"""ELF files as linkers write them are read without pyelftools, and come out as pyelftools reads them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import SHIPPED
from bootstep.model.build.image import image
from bootstep.model.build.image.section_headers import HEADER, SECTION, usual_sections

KERNELS = sorted((SHIPPED / "kernels").glob("*/vmlinux.sym"))
CONTENT = (SHIPPED / "kernels" / "5.7-textbook" / "vmlinux.sym").read_bytes()
START, NUMBER = HEADER.unpack_from(CONTENT)[6], HEADER.unpack_from(CONTENT)[12]


@pytest.mark.parametrize("path", KERNELS, ids=[path.parent.name for path in KERNELS])
def test_every_shipped_kernel_is_usual_and_reads_as_pyelftools_reads_it(path: Path) -> None:
    content = path.read_bytes()
    parts = image._usual_parts(content)
    assert parts is not None
    assert parts == image._parts(content, str(path))


def with_header(section: int, field: int, value: int) -> bytes:
    """The kernel with a field of a section header changed."""
    content = bytearray(CONTENT)
    at = START + section * SECTION.size
    row = list(SECTION.unpack_from(content, at))
    row[field] = value
    SECTION.pack_into(content, at, *row)
    return bytes(content)


SYMTAB = next(at for at in range(NUMBER) if SECTION.unpack_from(CONTENT, START + at * SECTION.size)[1] == 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        CONTENT[:40],
        CONTENT[: START + 64],
        CONTENT[:4] + b"\x01" + CONTENT[5:],
        CONTENT[:5] + b"\x02" + CONTENT[6:],
        CONTENT[:58] + struct.pack("<H", 32) + CONTENT[60:],
        CONTENT[:60] + struct.pack("<HH", 0, 0) + CONTENT[64:],
        CONTENT[:62] + struct.pack("<H", 0xFFFF) + CONTENT[64:],
        with_header(SYMTAB, 0, 1 << 30),
        with_header(SYMTAB, 1, 11),
        with_header(SYMTAB, 2, 1 << 11),
        with_header(SYMTAB, 5, 1 << 40),
        with_header(SYMTAB, 6, NUMBER),
        with_header(SYMTAB, 9, 0),
    ],
    ids=[
        "empty",
        "cut in its header",
        "cut in its section headers",
        "32 bit",
        "big-endian",
        "section headers of another size",
        "no sections",
        "names nowhere",
        "a name nowhere",
        "an unusual section",
        "compressed",
        "larger than the file",
        "symbols without names",
        "symbols without size",
    ],
)
def test_anything_unusual_is_left_to_pyelftools(content: bytes) -> None:
    assert usual_sections(CONTENT) is not None
    assert usual_sections(content) is None
