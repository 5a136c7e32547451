"""The image table with its holes: as published for a 6.6 kernel, and of the kernels that are shipped."""

import itertools
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import SHIPPED
from bootstep.model.build.image.image import ElfSection, Image
from bootstep.model.build.image.table import HOLE, image_rows, image_table

TABLE = Path(__file__).parents[3] / "data" / "image-6.6.txt"
PUBLISHED = [line.split() for line in TABLE.read_text().splitlines()]


def number(text: str) -> int:
    return int(text.replace("_", ""), 16)


def published_sections() -> list[ElfSection]:
    """The published rows that are sections, without the holes."""
    return [
        ElfSection(name, number(start), number(size.partition("(")[0]), 1, flags)
        for name, flags, start, _, size in (row for row in PUBLISHED if row[0] != HOLE)
    ]


def test_the_published_table_is_printed_with_all_its_holes() -> None:
    printed = image_table(image_rows(published_sections()))
    assert [line.split() for line in printed[1:]] == PUBLISHED
    assert len([row for row in PUBLISHED if row[0] == HOLE]) == 13


def test_what_lies_at_offsets_from_0_leaves_no_hole_to_the_kernels_half() -> None:
    sections = [
        ElfSection(".data..percpu", 0, 0x20E98, 4096, "WA"),
        ElfSection(".text", 0xFFFFFFFF81000000, 0x600000, 4096, "AX"),
    ]
    assert [row.name for row in image_rows(sections)] == [".data..percpu", ".text"]


@pytest.mark.parametrize("kernel", ["6.1-4k48", "6.12-4k48"])
def test_the_rows_of_a_shipped_kernel_cover_the_image_from_text_to_end(kernel: str) -> None:
    image = Image.parse((SHIPPED / "kernels" / kernel / "vmlinux.sym").read_bytes())
    rows = list(image_rows(image.sections, image.symbol("_end")))
    assert rows[0].start == image.symbol("_text")
    assert rows[-1].last == image.symbol("_end") - 1
    assert all(row.last + 1 == following.start for row, following in itertools.pairwise(rows))
    assert not any(a.name == b.name == HOLE for a, b in itertools.pairwise(rows))


def test_a_hole_ends_where_the_next_section_is_aligned() -> None:
    sections = [
        ElfSection(".text", 0x10000, 0x2345, 0x10000, "AX"),
        ElfSection(".data", 0x14000, 8, 0x1000, "WA"),
    ]
    assert [(row.name, row.start, row.size) for row in image_rows(sections, 0x15000)] == [
        (".text", 0x10000, 0x2345),
        (HOLE, 0x12345, 0x1CBB),
        (".data", 0x14000, 8),
        (HOLE, 0x14008, 0xFF8),
    ]


def test_an_empty_section_and_one_inside_another_leave_no_hole() -> None:
    sections = [
        ElfSection(".text", 0x1000, 0x1000, 1, "AX"),
        ElfSection(".inner", 0x1800, 0x10, 1, "AX"),
        ElfSection(".empty", 0x2800, 0, 1, "WA"),
        ElfSection(".data", 0x2000, 0x10, 1, "WA"),
    ]
    assert [row.name for row in image_rows(sections)] == [".text", ".inner", ".data"]
