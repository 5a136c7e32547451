"""The 6.6 kernel of a document about memblock: its sections as the document lists them, and the symbols that
follow from them, from arch/arm64/kernel/vmlinux.lds.S of 6.6 and from the memory the document's boot shows.

Borrowed from 6.1: which functions the compiler kept (their names in the log) and which options there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from borrowed import donor, functions, options
from vmlinux import Section, Symbol, write_vmlinux

TABLE = Path(__file__).parents[1] / "data" / "document_6_6" / "image.txt"
BASE = 0xFFFF_8000_8000_0000
PAGE = 0x1000


def sections() -> list[Section]:
    """The table of the document, without its holes."""
    rows = (line.split() for line in TABLE.read_text().splitlines())
    return [
        Section(name, flags, int(first.replace("_", ""), 16), int(last.replace("_", ""), 16))
        for name, flags, first, last in rows
    ]


def _up(address: int, alignment: int) -> int:
    return -(-address // alignment) * alignment


def landmarks() -> dict[str, int]:
    """The symbols at the edges of the image's parts."""
    by_name = {section.name: section for section in sections()}
    end = {name: section.last + 1 for name, section in by_name.items()}
    start = {name: section.first for name, section in by_name.items()}
    init_begin = start[".init.text"]
    # The page tables of the image follow .rodata.text, whose last page is what the identity map maps.
    idmap = end[".rodata.text"]
    # Between the code of .init and its data: the first identity map.
    initdata = _up(end[".altinstructions"], 16 * PAGE)
    bss_stop = end[".bss"]
    # The first page tables of the kernel follow the BSS; the boot shows that they take five pages.
    init_pg_dir = _up(bss_stop, PAGE)
    return {
        "_text": BASE,
        "_stext": start[".text"],
        "_etext": start[".rodata"],
        "__start_rodata": start[".rodata"],
        "__end_rodata": _up(end[".notes"], PAGE),
        "__idmap_text_start": idmap - PAGE,
        "__idmap_text_end": idmap - PAGE + 0x7AC,
        "idmap_pg_dir": idmap,
        "tramp_pg_dir": idmap + PAGE,
        "reserved_pg_dir": idmap + 2 * PAGE,
        "swapper_pg_dir": idmap + 3 * PAGE,
        "__init_begin": init_begin,
        "__inittext_begin": init_begin,
        "_sinittext": init_begin,
        "_einittext": end[".init.text"],
        "__inittext_end": initdata,
        "__initdata_begin": initdata,
        "init_idmap_pg_dir": initdata,
        "init_idmap_pg_end": start[".init.data"],
        "__per_cpu_start": start[".data..percpu"],
        "__per_cpu_end": end[".data..percpu"],
        "__init_end": start[".data"],
        "__initdata_end": start[".data"],
        "_data": start[".data"],
        "_sdata": start[".data"],
        "__idmap_kpti_flag": start[".mmuoff.data.write"] - PAGE,
        "_edata": end[".pecoff_edata_padding"],
        "__bss_start": end[".pecoff_edata_padding"],
        "bm_pud": start[".bss"],
        "bm_pmd": start[".bss"] + PAGE,
        "bm_pte": start[".bss"] + 2 * PAGE,
        "__bss_stop": bss_stop,
        "init_pg_dir": init_pg_dir,
        "init_pg_end": init_pg_dir + 5 * PAGE,
        "_end": _up(init_pg_dir + 5 * PAGE, 16 * PAGE),
    }


def symbols() -> Iterator[Symbol]:
    """All of them."""
    for name, address in landmarks().items():
        yield Symbol(name, address)
    image, by_name = donor("6.1-4k48"), {section.name: section for section in sections()}
    yield from functions(image, by_name)
    yield from options(image, by_name)


def vmlinux() -> bytes:
    """The file ``kernels/6.6-4k48/vmlinux.sym``."""
    return write_vmlinux(sections(), symbols())
