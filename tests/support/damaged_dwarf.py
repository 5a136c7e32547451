"""ELF files with bytes of their DWARF changed by chance, always the same."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bootstep.model.build.image.elf import open_elf

FILES = 100


def damaged_dwarf(whole: bytes) -> Iterator[bytes]:
    """`FILES` files, each with one to four bytes of its ``.debug_`` sections changed."""
    draw = Random(16)
    sections = [each for each in open_elf(whole, "").iter_sections() if each.name.startswith(".debug_")]
    inside = [at for each in sections for at in range(each["sh_offset"], each["sh_offset"] + each["sh_size"])]
    for _ in range(FILES):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 4)):
            content[draw.choice(inside)] = draw.randrange(256)
        yield bytes(content)
