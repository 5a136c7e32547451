"""x86-64's kernel files: a bzImage is unpacked, its ELF file has symbols of per-CPU variables at 0.

Covers header.py, format.py, assumed_symbols.py.
"""

import struct
import zlib

import pytest
from boot_images import Symbol, Tables
from bootstep.model.arch.x86.address_map import address_map_of
from bootstep.model.base.errors import InputError
from bootstep.model.build.image.foreign_kernels import foreign_kernel
from bootstep.model.build.image.formats import FORMATS, format_of
from bootstep.model.build.image.kallsyms import (
    Symbols,
    displacement,
    image_of_symbols,
    load_address,
)
from bootstep.model.build.image.kallsyms_tables import find_tables
from bootstep.model.build.image.kernel_image import memory_of
from bootstep.model.build.image.unpack import unpack
from bootstep.model.build.iomem import KernelResources, parse_kernel_resources
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import Release

IMAGES = FORMATS["x86_64"]
LAYOUT = address_map_of(Release(6, 1), KConfig({"X86_64": "y", "RANDOMIZE_BASE": "y"}))
TEXT, LOAD = 0xFFFFFFFF81000000, 0x1000000


def elf() -> bytes:
    """Text, per-CPU variables and what is cleared, as they lie side by side in physical memory."""
    segments = [(TEXT, LOAD, b"text" * 1024, 0x1000), (0, LOAD + 0x1000, b"cpus" * 1024, 0x1000)]
    segments.append((TEXT + 0x2000, LOAD + 0x2000, b"data" * 1024, 0x5000))
    head = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQ", 2, 62, 1, LOAD, 64, 0)
    head += struct.pack("<IHHHHHH", 0, 64, 56, len(segments), 64, 0, 0)
    place, headers, contents = 64 + 56 * len(segments), b"", b""
    for virtual, physical, content, size in segments:
        at = place + len(contents)
        headers += struct.pack("<IIQQQQQQ", 1, 7, at, virtual, physical, len(content), size, 4096)
        contents += content
    return head + headers + contents


def bzimage(packed: bytes, xloadflags: int = 1, setup_sects: int = 1) -> bytes:
    content = bytearray((setup_sects + 1) * 512)
    content[:2] = b"MZ"
    content[0x1F1] = setup_sects
    content[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", content, 0x206, 0x20F)
    struct.pack_into("<H", content, 0x236, xloadflags)
    struct.pack_into("<II", content, 0x248, 0x2C, len(packed))
    return bytes(content) + bytes(0x2C) + packed + b"setup"


def gzipped(content: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=31)
    return compressor.compress(content) + compressor.flush() + struct.pack("<I", len(content))


@pytest.mark.parametrize("setup_sects", [1, 31, 39])
def test_a_bzimage_holds_an_elf_file_as_it_lies_in_memory(setup_sects: int) -> None:
    content = bzimage(gzipped(elf()), setup_sects=setup_sects)
    assert format_of(content) is IMAGES
    unpacked = unpack(content, "bzImage")
    assert unpacked.content == elf()
    assert unpacked.layers == ("a bzImage", "gzip")
    memory = memory_of(unpacked, "bzImage")
    assert memory.start == TEXT
    assert [memory.content[at : at + 4] for at in (0, 0x1000, 0x2000)] == [b"text", b"cpus", b"data"]
    assert memory.size == 0x7000


def test_one_that_is_cut_off_is_said_to_be() -> None:
    content = bzimage(gzipped(elf()))
    with pytest.raises(InputError, match="packed as a bzImage, but cut off"):
        unpack(content[:-40], "bzImage")


def test_a_kernel_of_32_bits_is_somebody_elses() -> None:
    content = bzimage(b"", xloadflags=0)
    assert format_of(content) is None
    assert foreign_kernel(content) == "a bzImage of 32-bit x86"


@pytest.mark.parametrize("order", ["6.1", "6.4"])
def test_per_cpu_variables_are_in_the_kernels_own_table_of_symbols(order: str) -> None:
    written = [Symbol(0x1000 * number, "A", f"percpu_{number}") for number in range(3)]
    written += [Symbol(TEXT + 64 * number, "T", f"function_{number}") for number in range(600)]
    tables = Tables(written, order, "in place").write()
    found = find_tables(bytes(0x40) + tables + bytes(0x40))
    assert found is not None
    assert [found.base + offset for offset in found.offsets] == [symbol.address for symbol in written]
    assert found.names[:4] == ["Apercpu_0", "Apercpu_1", "Apercpu_2", "Tfunction_0"]
    assert set(found.places) == {"kallsyms_num_syms", "kallsyms_offsets", "kallsyms_token_table"}


def symbols() -> Symbols:
    moved = 0x1F000000
    addresses = {
        "_text": TEXT,
        "_stext": TEXT,
        "_sinittext": TEXT + 0x2077000,
        "_einittext": TEXT + 0x20E5000,
    }
    moved_symbols = {name: address + moved for name, address in addresses.items()}
    return Symbols({**moved_symbols, "fixed_percpu_data": 0}, ["_stext"], [])


IOMEM = """00001000-0009fbff : System RAM
00100000-7ffdffff : System RAM
  34000000-34e01d31 : Kernel code
  35000000-358e6fff : Kernel rodata
  35a00000-35c489bf : Kernel data
  3630d000-373fffff : Kernel bss
"""


def test_kaslr_moves_no_offsets_of_per_cpu_variables() -> None:
    found = symbols()
    assert displacement(found, "kallsyms", LAYOUT, IMAGES) == 0x1F000000
    resources = parse_kernel_resources(IOMEM, "iomem")
    image, told = image_of_symbols(found, "kallsyms", LAYOUT, IMAGES, resources, Release(6, 1))
    assert image.symbols["_text"] == TEXT
    assert image.symbols["fixed_percpu_data"] == 0
    assert load_address(found, resources, Release(6, 1), IMAGES) == 0x34000000
    assert image.symbols["_etext"] == TEXT + 0xE01D32
    assert image.symbols["__end_rodata"] == TEXT + 0x18E7000
    assert image.symbols["__end_of_kernel_reserve"] == image.symbols["__brk_base"] == TEXT + 0x3400000
    assert any("init_top_pgt" in line for line in told)


def test_an_old_iomem_without_rodata_is_enough() -> None:
    few = KernelResources((0x34000000, 0x34E01D31), (0x35A00000, 0x35C489BF))
    found = IMAGES.assumed_symbols({"_stext": TEXT, "_sinittext": TEXT + 0x2077000}, LAYOUT, few, 0x34000000)
    assert found["_etext"] <= found["__start_rodata"] < found["__end_rodata"] <= found["_sdata"]
    assert (
        found["_edata"] <= found["__init_begin"] <= found["__init_end"] <= found["__bss_stop"] < found["_end"]
    )


@pytest.mark.parametrize(
    ("at", "value"),
    [(32, 1 << 63), (32, 1 << 40), (64 + 40, 1 << 62), (64 + 24, 1 << 50), (64 + 32, 1 << 40)],
    ids=["headers beyond all", "headers beyond the file", "a size in memory", "an address", "a size"],
)
def test_headers_of_an_elf_file_that_cannot_be_are_damage(at: int, value: int) -> None:
    content = bytearray(elf())
    struct.pack_into("<Q", content, at, value)
    with pytest.raises(InputError, match="damaged or cut off"):
        memory_of(unpack(bytes(content), "vmlinux"), "vmlinux")
