"""A kernel as people boot it is read as its vmlinux is: whatever it is packed in, in whatever order its
release keeps its tables, and whatever is damaged of it.

Covers arm64/assumed_symbols.py, arm64/format.py, arm64/header.py, arm64/landmarks.py, arm64/relocation.py,
compression.py, elf.py, format.py, formats.py, kallsyms_tables.py, unpack.py.
"""

from __future__ import annotations

import gzip
import json
import struct
from base64 import b64decode
from pathlib import Path

import boot_images
import pytest
from boot_images import PACKED, ZBOOT, Kernel, Symbol
from bootstep.boots.loader.kernel.file import read_kernel_file
from bootstep.model.base.errors import InputError
from bootstep.model.build.image import unpack as unpacking
from bootstep.model.build.image.arm64.header import Parts, read_header, read_parts
from bootstep.model.build.image.arm64.landmarks import find_landmarks
from bootstep.model.build.image.kernel_image import memory_of, read_kernel
from bootstep.model.build.image.unpack import unpack
from sweeps import sweep

START = 0xFFFF_8000_8000_0000
LANDMARKS = Path(__file__).parents[3] / "data" / "types" / "landmarks-6.1.json"


def symbols(count: int = 700, all_symbols: bool = True) -> list[Symbol]:
    """The symbols of a small kernel: so many functions, and what every kernel has."""
    head = [Symbol(START, "T", "_text")] if all_symbols else []
    data = [Symbol(START + 0x1F0000, "D", "swapper_pg_dir")] if all_symbols else []
    functions = [
        Symbol(START + 0x10000 + 64 * number, "tTwW"[number % 4], f"f{number}_{'_setup' * (number % 30)}")
        for number in range(count)
    ]
    ends = [Symbol(START + 0x300000, "B", "_end")] if all_symbols else []
    return [*head, Symbol(START + 0x10000, "T", "_stext"), *functions, *data, *ends]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_the_header_tells_where_parts_end() -> None:
    image = Kernel(symbols()).image()
    assert read_header(image).size == 0x400000
    assert read_header(image).pages == 4
    assert read_parts(image) == Parts(0x10000, 0x200000, 0x300000, 0x400000)


@pytest.mark.parametrize("order", ["5.8", "6.1", "6.4"])
@pytest.mark.parametrize("base", ["rela", "in place", "addresses"])
@pytest.mark.parametrize("count", [3, 255, 256, 257, 700])
@pytest.mark.parametrize("all_symbols", [True, False], ids=["all", "functions"])
def test_every_order_of_tables_is_read(order: str, base: str, count: int, all_symbols: bool) -> None:
    written = sorted(symbols(count, all_symbols))
    image = Kernel(written, order=order, base=base).image()
    if not all_symbols and base == "addresses":
        with pytest.raises(InputError, match="nothing in it tells at what address it is linked"):
            read_kernel(memory_of(unpack(image, "Image"), "Image"), "Image")
        return
    kernel = read_kernel(memory_of(unpack(image, "Image"), "Image"), "Image")
    assert kernel.start == START
    assert kernel.symbols.addresses == {symbol.name: symbol.address for symbol in written}
    assert kernel.symbols.functions == [symbol.name for symbol in written if symbol.kind in "tTwW"]
    assert kernel.symbols.weak == [symbol.name for symbol in written if symbol.kind in "wW"]
    assert kernel.banner == ((6, 12, 117), "6.12.117")
    assert kernel.landmarks["_end"] == START + 0x400000


def test_names_longer_than_a_byte_can_tell_are_read() -> None:
    long = Symbol(START + 0x20000, "t", "x" * 300)
    kernel = read_kernel(memory_of(unpack(Kernel([*symbols(), long]).image(), "Image"), "Image"), "Image")
    assert kernel.symbols.addresses["x" * 300] == START + 0x20000


@pytest.mark.parametrize("method", PACKED)
def test_every_compression_is_unpacked(method: str) -> None:
    pytest.importorskip("lzallright") if method == "lzo" else None
    image = Kernel(symbols()).image()
    assert unpack(PACKED[method](image), "Image.x") == (image, (method.removesuffix(" frame"),))
    appended = PACKED[method](image) + struct.pack("<I", len(image))
    assert unpack(appended, "Image.x").content == image, "a build appends the size"


@pytest.mark.parametrize("method", ZBOOT)
def test_zboot_is_unpacked_whatever_is_in_it(method: str) -> None:
    pytest.importorskip("lzallright") if method == "lzo" else None
    image = Kernel(symbols()).image()
    content, layers = unpack(boot_images.zboot(image, method), "vmlinuz.efi")
    assert layers == (f"EFI zboot ({method})",)
    assert content == image.ljust(0x400000, b"\0")


def test_containers_lie_in_each_other() -> None:
    image = Kernel(symbols()).image()
    packed = gzip.compress(boot_images.zboot(image, "xz"))
    assert unpack(packed, "x").layers == ("gzip", "EFI zboot (xz)")
    for version in (0, 2, 3, 4):
        found = unpack(boot_images.android(PACKED["lz4"](image), version), "boot.img")
        assert found == (image, ("Android boot image", "lz4"))
    assert unpack(boot_images.uimage(gzip.compress(image)), "uImage") == (image, ("U-Boot uImage", "gzip"))
    with pytest.raises(InputError, match="packed more than 4 times over"):
        for _ in range(5):
            packed = gzip.compress(packed)
        unpack(packed, "x")


def test_a_stripped_elf_file_is_read_too() -> None:
    image = Kernel(symbols()).image()
    for base in ("rela", "in place"):
        written = boot_images.elf(Kernel(symbols(), base=base).image(), START)
        kernel = read_kernel(memory_of(unpack(written, "vmlinux"), "vmlinux"), "vmlinux")
        assert kernel.symbols.addresses["f30_"] == START + 0x10000 + 30 * 64
    packed = unpack(gzip.compress(boot_images.elf(image, START)), "vmlinux.gz")
    assert memory_of(packed, "vmlinux.gz").start == START


def test_what_is_inside_is_found() -> None:
    config = "# Linux/arm64 6.12.117 Kernel Configuration\nCONFIG_ARM64_4K_PAGES=y\n"
    btf = struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, 0, 12, 12, 4) + bytes(12) + b"\0ab\0"
    image = Kernel(symbols(), config=config, btf=btf).image()
    kernel = read_kernel(memory_of(unpack(image, "Image"), "Image"), "Image")
    assert (kernel.config, kernel.btf) == (config, btf)


def test_where_data_are_is_found_in_the_code_of_debians_6_1() -> None:
    """Its vmlinux tells where they really are."""
    real = json.loads(LANDMARKS.read_text())
    known = {name: int(address, 16) for name, address in real["known"].items()}
    memory = bytearray(known["__initdata_begin"] - known["_text"])
    functions: dict[str, int] = {}
    for name, (start, end, code) in real["functions"].items():
        functions[name], functions[f"after {name}"] = int(start, 16), int(end, 16)
        place = functions[name] - known["_text"]
        memory[place : place + len(b64decode(code))] = b64decode(code)
    found = find_landmarks(bytes(memory), known["_text"], functions, {**known, **functions})
    assert {name: hex(found[name]) for name in real["symbols"]} == real["symbols"]
    assert found["_sdata"] == found["__init_end"]
    assert len(real["symbols"]) > 10


def test_without_such_functions_nothing_is_found() -> None:
    known = {
        name: START + 0x1000 * number for number, name in enumerate(("_text", "_etext", "_edata", "_end"))
    }
    assert find_landmarks(bytes(0x4000), START, ["f"], {**known, "f": START}) == {
        "__start_rodata": START + 0x1000
    }


FOREIGN = {
    "bzImage": (b"MZ" + bytes(0x200) + b"HdrS" + bytes(0x1000), "a bzImage of 32-bit x86"),
    "zImage": (bytes(0x24) + b"\x18\x28\x6f\x01" + bytes(0x1000), "a zImage of 32-bit ARM"),
    "riscv": (b"MZ" + bytes(46) + b"RISCV\0\0\0RSC\x05" + bytes(0x1000), "an Image of RISC-V"),
    "loongarch": (
        b"MZ" + bytes(0x3A) + b"\x40\0\0\0" + b"PE\0\0" + struct.pack("<H", 0x6264) + bytes(0x1000),
        "an EFI program of LoongArch",
    ),
    "32-bit x86 ELF": (boot_images.elf(bytes(4096), START, 3), "an ELF file of 32-bit x86"),
    "riscv ELF": (boot_images.elf(bytes(4096), START, 243), "an ELF file of RISC-V"),
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("packed", ["", "gzip", "zstd"])
def test_kernels_of_others_are_named(tmp_path: Path, name: str, packed: str) -> None:
    content, words = FOREIGN[name]
    (tmp_path / "kernel").write_bytes(PACKED[packed](content) if packed else content)
    with pytest.raises(InputError, match=f"{words}, only arm64 and x86_64 kernels are read"):
        read_kernel_file(tmp_path / "kernel")


EMPTY = boot_images.header(0x30000, 0x18000, 0x20000)
NO_KERNEL = {
    "text": (b"this is no kernel, but a text\n" * 100, "this is no kernel"),
    "empty": (b"", "this is no kernel"),
    "packed text": (gzip.compress(b"this is no kernel\n" * 100, mtime=0), "its gzip stream holds no kernel"),
    "packed nothing": (gzip.compress(b"", mtime=0), "its gzip stream holds no kernel"),
    "FIT": (b"\xd0\x0d\xfe\xed" + bytes(4096), "this is a device tree, or a U-Boot FIT image"),
    "zeros": (bytes(1 << 16), "this is no kernel"),
    "big-endian": (
        bytes(24) + b"\x0b" + bytes(31) + b"ARM\x64" + bytes(64),
        "this is a big-endian arm64 Image",
    ),
    "no symbols": (
        EMPTY.ljust(0x20000, b"\0"),
        "it is no kernel",
    ),
    "no kallsyms": (
        (EMPTY + boot_images.BANNER.format("6.6.1").encode()).ljust(0x20000, b"\0"),
        "an arm64 Image, Linux 6.6.1, but it has no tables for kallsyms (CONFIG_KALLSYMS is off, or",
    ),
    "unknown method": (
        boot_images.zboot(bytes(4096), "gzip").replace(b"gzip", b"zpaq", 1),
        "it is compressed with zpaq, bootstep knows gzip",
    ),
}


@pytest.mark.parametrize("name", NO_KERNEL)
def test_what_is_no_kernel_is_one_sentence(tmp_path: Path, name: str) -> None:
    content, words = NO_KERNEL[name]
    (tmp_path / "kernel").write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_kernel_file(tmp_path / "kernel")
    assert words in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("method", [*PACKED, ""])
def test_a_kernel_that_is_cut_off_is_told(tmp_path: Path, method: str) -> None:
    pytest.importorskip("lzallright") if method == "lzo" else None
    image = Kernel(symbols()).image()
    packed = PACKED[method](image) if method else image
    for kept in (len(packed) // 2, len(packed) - 9):
        (tmp_path / "kernel").write_bytes(packed[:kept])
        with pytest.raises(InputError, match=r"is cut off|is damaged") as refused:
            read_kernel_file(tmp_path / "kernel")
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("method", sweep(("gzip", "xz", "bzip2", "lz4", "zstd"), "gzip", "zstd"))
def test_bombs_are_not_unpacked(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """One that is no kernel ends at its first bytes, one that is an Image where its header says."""
    with pytest.raises(InputError, match="holds no kernel"):
        unpack(PACKED[method](bytes(64 << 20)), "bomb")
    head = boot_images.header(1 << 20, 0x80000, 1 << 20)
    with pytest.raises(InputError, match="unpacks to more than the 1048576 bytes"):
        unpack(PACKED[method](head + bytes(64 << 20)), "bomb")
    monkeypatch.setattr(unpacking, "LIMIT", 4 << 20)
    with pytest.raises(InputError, match="unpacks to more than the 4194304 bytes"):
        unpack(PACKED[method](boot_images.elf(bytes(64 << 20), START)), "bomb")


def test_what_was_read_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Image.gz"
    path.write_bytes(gzip.compress(Kernel(symbols(), config="CONFIG_A=y\n").image()))
    first = read_kernel_file(path)
    monkeypatch.setattr("bootstep.model.build.image.unpack.unpack", None)
    assert read_kernel_file(path) == first
    path.write_bytes(gzip.compress(Kernel(symbols(3)).image()))
    with pytest.raises(TypeError):
        read_kernel_file(path)


def test_what_takes_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bootstep.model.files import progress

    told: list[str] = []
    monkeypatch.setattr(progress, "SLOW", -1.0)
    monkeypatch.setattr(progress.LISTENER, "tell", told.append)
    path = tmp_path / "Image.gz"
    path.write_bytes(gzip.compress(Kernel(symbols()).image()))
    read_kernel_file(path)
    assert any(words.startswith(f"unpacking {path}: ") and words.endswith("MiB of gzip") for words in told)
