"""The kernel image, read from the vmlinux that is shipped and from broken ones."""

import gzip
import struct

import pytest
from bootstep.boots.loader.machine_file import SHIPPED
from bootstep.model.base.errors import InputError
from bootstep.model.build.image.image import Image, strong_names

CONTENT = (SHIPPED / "kernels" / "6.1-4k48" / "vmlinux.sym").read_bytes()


@pytest.fixture(scope="module")
def image() -> Image:
    return Image.parse(CONTENT)


def test_symbols_are_where_the_linker_put_them(image: Image) -> None:
    assert image.symbol("_text") == 0xFFFF800008000000
    assert image.symbol("_stext") == 0xFFFF800008010000
    assert image.symbol("_end") == 0xFFFF800008DB0000
    assert image.has("swapper_pg_dir")
    assert not image.has("no_such_symbol")


def test_a_missing_symbol_is_named(image: Image) -> None:
    with pytest.raises(InputError, match="this kernel has no symbol no_such_symbol"):
        image.symbol("no_such_symbol")


def test_a_function_prints_as_its_symbol_is_called(image: Image) -> None:
    assert image.printed_names["paging_init"] == "paging_init"
    others = {name: printed for name, printed in image.printed_names.items() if name != printed}
    clones = {name: printed for name, printed in others.items() if printed.startswith(name + ".")}
    aliases = others.keys() - clones.keys()
    assert all(image.symbol(name) == image.symbol(others[name]) for name in aliases)
    assert any(printed.endswith(".constprop.0") for printed in clones.values())


def test_inlined_functions_and_variables_have_no_printed_name(image: Image) -> None:
    assert "setup_machine_fdt" not in image.printed_names
    assert "memblock" not in image.printed_names


def test_sections_are_those_that_are_loaded_by_address(image: Image) -> None:
    names = [section.name for section in image.sections]
    assert names[:4] == [".head.text", ".text", ".got.plt", ".rodata"]
    assert ".symtab" not in names
    text = image.sections[1]
    assert (text.address, text.size, text.alignment, text.flags) == (
        0xFFFF800008010000,
        0x2B3810,
        0x10000,
        "AX",
    )


def stripped() -> bytes:
    """The ELF file with its symbol table declared to be something else."""
    content = bytearray(CONTENT)
    (headers,) = struct.unpack_from("<Q", content, 40)
    (count,) = struct.unpack_from("<H", content, 60)
    for at in range(headers, headers + 64 * count, 64):
        if struct.unpack_from("<I", content, at + 4)[0] == 2:
            struct.pack_into("<I", content, at + 4, 1)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "this is no ELF file, a vmlinux is expected"),
        (b"hello, world\n" * 20, "this is no ELF file, a vmlinux is expected"),
        (gzip.compress(b"kernel", mtime=0), "this is no ELF file, a vmlinux is expected"),
        (stripped(), "this ELF file has no symbols"),
        (CONTENT[: len(CONTENT) // 2], "this ELF file is damaged or cut off"),
        (CONTENT[:5], "this ELF file is damaged or cut off"),
        (CONTENT[:4] + b"\x01" + CONTENT[5:], "the kernel must be a 64-bit little-endian ELF file"),
    ],
    ids=["empty", "text", "gzip", "no symbols", "half", "five bytes", "32 bit"],
)
def test_what_is_no_vmlinux_is_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        Image.parse(content, "some/vmlinux")
    assert str(refused.value).startswith("some/vmlinux: " + sentence)
    assert "\n" not in str(refused.value)


def test_of_two_names_for_a_function_the_one_that_is_not_weak_is_printed() -> None:
    addresses = {"alloc_bootmem_huge_page": 0x100, "__alloc_bootmem_huge_page": 0x100, "other": 0x200}
    assert strong_names(addresses, addresses, ["alloc_bootmem_huge_page", "other"]) == {
        "alloc_bootmem_huge_page": "__alloc_bootmem_huge_page"
    }
