"""The kernel file that a machine names, whatever it is: an ELF file with a symbol table, or a kernel as it is
booted, packed or not, which has to tell its symbols itself.  What was found out is kept in the cache."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ....model.base.errors import InputError
from ....model.build.image.embedded import Banner, find_banner, find_config
from ....model.build.image.foreign_kernels import foreign_kernel
from ....model.build.image.formats import ONLY, format_of, format_of_machine, has_data
from ....model.build.image.identity import Identity, elf_identity
from ....model.build.image.image import ElfSection, Image, NoSymbols
from ....model.build.kernel_files import ELF_MAGIC
from ....model.build.release import Release
from ....model.files.cache import cached
from ....model.files.input_files import map_file
from ....model.files.progress import Progress
from ....model.language.words import tr

if TYPE_CHECKING:
    from ....model.build.image.kallsyms import Symbols
    from ....model.build.image.kernel_image import KernelImage

LARGEST_PACKED = 1 << 30
"""Bytes of a file that are unpacked."""
BEGINNING = 0x1000


def is_kernel_file(start: bytes) -> bool:
    """Whether a file that begins so is a kernel or what kernels are packed in, of whatever architecture."""
    from ....model.build.image.unpack import MAGICS

    packed = any(start.startswith(magic) for magic in MAGICS)
    return (
        start.startswith(ELF_MAGIC) or packed or format_of(start) is not None or bool(foreign_kernel(start))
    )


class Embedded(Struct, frozen=True):
    """What a kernel without a symbol table tells: words for what it is, its symbols, addresses of others that
    its header and its code tell, its page size (KiB), and its types (shaped as sizes.json)."""

    words: str
    symbols: Symbols
    landmarks: Mapping[str, int]
    pages: int | None
    types: Mapping[str, Any]

    @property
    def has_data(self) -> bool:
        """Whether data have symbols too."""
        return has_data(self.symbols.addresses)


class KernelFile(Struct, frozen=True):
    """One of `image` (of an ELF file with a symbol table, whose bytes are `content`) and `embedded` is there.
    `arch` is the architecture, "" if that is none whose kernels are read; `banner` and `config` are what the
    kernel says of itself, `identity` is what tells it from others."""

    path: Path
    arch: str
    content: bytes | mmap
    image: Image | None
    embedded: Embedded | None
    banner: Banner | None
    config: str | None
    identity: Identity

    def refuse_foreign(self, arch: str) -> None:
        """Raises `InputError` if this is a kernel of another architecture."""
        foreign = foreign_kernel(bytes(self.content[:BEGINNING]))
        if foreign:
            raise InputError(f"{self.path}: this is {foreign}, {ONLY}")
        if self.arch and self.arch != arch:
            raise InputError(
                tr(
                    "{file}: this is a kernel of {own}, the machine is one of {arch}",
                    file=self.path,
                    own=self.arch,
                    arch=arch,
                )
            )


def read_kernel_file(path: Path) -> KernelFile:
    """What a kernel file tells.  Raises `InputError` if it is none, or tells no symbols."""
    content = map_file(path)
    if content[:4] == ELF_MAGIC:
        try:
            return _with_symbol_table(path, content)
        except NoSymbols as none:
            # An ELF file that is loaded may still have those for kallsyms.
            lacking = none
        try:
            return _embedded(path, content)
        except NoSymbols:
            raise lacking from None
    return _embedded(path, content)


def _with_symbol_table(path: Path, content: bytes | mmap) -> KernelFile:
    image: Image | None = None

    def find() -> dict[str, Any]:
        nonlocal image
        image = Image.parse(content, str(path))
        told = {"banner": find_banner(content), "config": find_config(content)}
        told |= {"identity": elf_identity(content, image.symbols)}
        return {**told, **_columns(image)}

    told = cached(path, "image", find) or {}
    if image is None:
        image = _of_columns(told, str(path))
    images = format_of_machine(int.from_bytes(content[18:20], "little"))
    arch = images.arch if images is not None else ""
    config, identity = told.get("config"), Identity(*told.get("identity", ()))
    return KernelFile(path, arch, content, image, None, _banner(told), config, identity)


def _columns(image: Image) -> dict[str, Any]:
    """What is kept of a symbol table, every name once: reading it again is a good part of a start."""
    names, sizes = list(image.symbols), image.function_sizes
    functions = [name in sizes for name in names]
    return {
        "names": names,
        "addresses": list(image.symbols.values()),
        "functions": functions,
        "sizes": [sizes[name] for name in compress(names, functions)],
        "clones": [name for name in sizes if "." in name],
        "printed": {name: shown for name, shown in image.printed_names.items() if name != shown},
        "sections": image.sections,
    }


def _of_columns(kept: Mapping[str, Any], filename: str) -> Image:
    """The image that was kept."""
    names: list[str] = kept["names"]
    functions: list[str] = list(compress(names, kept["functions"]))
    symbols: dict[str, int] = dict(zip(names, kept["addresses"], strict=True))
    sizes: dict[str, int] = dict(zip(functions, kept["sizes"], strict=True))
    printed = dict(zip(functions, functions, strict=True))
    for name in kept["clones"]:
        del printed[name]
    printed.update(kept["printed"])
    return Image(filename, symbols, printed, tuple(map(ElfSection._make, kept["sections"])), sizes)


def _embedded(path: Path, content: bytes | mmap) -> KernelFile:
    """A kernel that people boot.  One that is an ELF file with a symbol table when unpacked is kept so."""
    from ....model.build.image.kernel_image import memory_of, read_kernel  # those with symbols need none
    from ....model.build.image.unpack import unpack

    with_symbols: list[KernelFile] = []

    def find() -> dict[str, Any] | None:
        if len(content) > LARGEST_PACKED:
            raise InputError(f"{path}: this file is too large to be a kernel, and it is no ELF file")
        unpacked = unpack(bytes(content), str(path), Progress())
        if unpacked.layers and unpacked.content.startswith(ELF_MAGIC):
            try:
                with_symbols.append(_with_symbol_table(path, unpacked.content))
                return None
            except NoSymbols:
                pass
        return _kept(read_kernel(memory_of(unpacked, str(path)), str(path)), path)

    found = cached(path, "kernel", find)
    return with_symbols[0] if found is None else _restored(path, found)


def _kept(kernel: KernelImage, path: Path) -> dict[str, Any]:
    """What is kept of a kernel, as JSON can hold it."""
    from ....model.build.btf import read_btf

    progress = Progress()
    progress(f"reading the types in {path}")
    try:
        types = read_btf(kernel.btf, str(path)) if kernel.btf else {}
    except InputError:
        types = {}
    return {
        "arch": kernel.arch,
        "words": kernel.words,
        "names": list(kernel.symbols.addresses),
        "addresses": list(kernel.symbols.addresses.values()),
        "functions": kernel.symbols.functions,
        "weak": kernel.symbols.weak,
        "landmarks": dict(kernel.landmarks),
        "pages": kernel.pages,
        "types": types if types.get("sizeof") else {},
        "banner": kernel.banner,
        "config": kernel.config,
        "identity": kernel.identity,
    }


def _restored(path: Path, kept: Mapping[str, Any]) -> KernelFile:
    from ....model.build.image.kallsyms import Symbols

    addresses = dict(zip(kept["names"], kept["addresses"], strict=True))
    symbols = Symbols(addresses, kept["functions"], kept["weak"])
    embedded = Embedded(kept["words"], symbols, kept["landmarks"], kept["pages"], kept["types"])
    config, identity = kept["config"], Identity(*kept["identity"])
    return KernelFile(path, kept["arch"], b"", None, embedded, _banner(kept), config, identity)


def _banner(kept: Mapping[str, Any]) -> Banner | None:
    """The banner out of what JSON makes of one."""
    banner = kept.get("banner")
    return Banner(Release(*banner[0]), banner[1]) if banner else None
