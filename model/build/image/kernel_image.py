"""A kernel as people boot it, with no symbol table beside it: what it tells of itself.

Symbols come from the tables for kallsyms in it, sizes of structures from its BTF, the configuration from
IKCONFIG, the release from its banner; its header says how large it is.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from msgspec import Struct

from ...base.errors import InputError
from ...language.words import tr
from ..kernel_files import DAMAGE, ELF_MAGIC
from .embedded import Banner, find_banner, find_btf, find_config
from .foreign_kernels import foreign_kernel
from .format import ImageFormat
from .formats import ONLY, format_of, format_of_machine, has_data
from .identity import Identity, flat_identity
from .image import NoSymbols
from .kallsyms import TEXT, WEAK_TEXT, Symbols
from .kallsyms_tables import SymbolTable, find_tables
from .unpack import LIMIT, Unpacked

PT_LOAD = 1
FLAT_TREE = b"\xd0\x0d\xfe\xed"
TAKE = (
    "take the vmlinux of the kernel's debug package or of its build, or run 'bootstep capture' on the machine"
    " it boots"
)


class Memory(Struct, frozen=True):
    """The bytes of a kernel as they lie in memory; `start` is the address of the first if it is known, `size`
    what the kernel takes from there on, `told` (places of symbols, from the first byte on) and `pages` (KiB)
    what its header tells."""

    content: bytes
    start: int | None
    size: int
    told: Mapping[str, int]
    pages: int | None
    words: str
    images: ImageFormat


class KernelImage(Struct, frozen=True):
    """What a kernel of an architecture tells: its symbols at the addresses it was linked at, the address of
    its first byte, the addresses of some more symbols, its page size in KiB, its banner, BTF, configuration
    and identity."""

    arch: str
    words: str
    symbols: Symbols
    start: int
    landmarks: Mapping[str, int]
    pages: int | None
    banner: Banner | None
    btf: bytes
    config: str | None
    identity: Identity


def memory_of(unpacked: Unpacked, filename: str) -> Memory:
    """The bytes of an unpacked kernel as they lie in memory.  Raises `InputError` if it is none that can
    be read."""
    content, within = unpacked.content, ",".join(f" in {layer}" for layer in reversed(unpacked.layers))
    foreign = foreign_kernel(content[:0x1000])
    if foreign:
        raise InputError(
            tr("{filename}: this is {foreign}, {only}", filename=filename, foreign=foreign, only=ONLY)
        )
    if content.startswith(ELF_MAGIC):
        start, memory, size = _loaded(content, filename)
        images = format_of_machine(int.from_bytes(content[18:20], "little"))
        assert images is not None
        return Memory(memory, start, size, {}, None, f"an ELF file without a symbol table{within}", images)
    if content.startswith(FLAT_TREE):
        raise InputError(
            tr(
                "{filename}: this is a device tree, or a U-Boot FIT image, whose kernel 'dumpimage -T "
                "flat_dt -p 0 -o KERNEL' takes out",
                filename=filename,
            )
        )
    images = format_of(content)
    if images is None:
        raise InputError(tr("{filename}: this is no kernel", filename=filename))
    header = images.read_header(content, filename)
    words = f"an {images.arch} Image{within}"
    return Memory(content, None, header.size, header.symbols, header.pages, words, images)


def _loaded(content: bytes, filename: str) -> tuple[int, bytes, int]:
    """The virtual address of an ELF file's first segment in memory, all its segments from there on as they
    lie in physical memory (x86 has per-CPU variables at virtual address 0), and how many bytes they take with
    what is cleared."""
    cut = InputError(tr("{filename}: this ELF file is damaged or cut off", filename=filename))
    try:
        at, size, count = struct.unpack_from("<Q14xHH", content, 32)
        headers = [struct.unpack_from("<IIQQQQQ", content, at + number * size) for number in range(count)]
    except (struct.error, OverflowError):
        raise cut from None
    segments = [header for header in headers if header[0] == PT_LOAD and header[5]]
    if not segments:
        raise NoSymbols(
            tr(
                "{filename}: there is nothing in this ELF file that is loaded; {take}",
                filename=filename,
                take=TAKE,
            )
        )
    start, virtual = min((physical, address) for _, _, _, address, physical, *_ in segments)
    end = max(physical + held for *_, physical, held, _ in segments)
    size = max(physical + taken for *_, physical, _, taken in segments) - start
    if max(end - start, size) > LIMIT or any(
        offset + held > len(content) for _, _, offset, _, _, held, _ in segments
    ):
        raise cut
    memory = bytearray(end - start)
    for _, _, offset, _, physical, held, _ in segments:
        memory[physical - start : physical - start + held] = content[offset : offset + held]
    return virtual, bytes(memory), size


def read_kernel(memory: Memory, filename: str) -> KernelImage:
    """What a kernel tells.  Raises `InputError` if it has no symbols."""
    banner = find_banner(memory.content)
    named = f"{memory.words}, Linux {banner.name}" if banner else memory.words
    try:
        table = find_tables(memory.content)
    except DAMAGE:
        table = None
    if table is None:
        lacking = (
            "it has no tables for kallsyms (CONFIG_KALLSYMS is off, or they are damaged)"
            if banner
            else "it is no kernel"
        )
        raise InputError(
            tr(
                "{filename}: this is {named}, but {lacking}; {take}",
                filename=filename,
                named=named,
                lacking=lacking,
                take=TAKE,
            )
        )
    placed = _placed(table, memory)
    if placed is None:
        raise InputError(
            tr(
                "{filename}: this is {named}, but nothing in it tells at what address it is linked",
                filename=filename,
                named=named,
            )
        )
    start, addresses = placed
    symbols = _symbols(table.names, addresses)
    if "_stext" not in symbols.addresses:
        raise InputError(
            tr(
                "{filename}: this is {named}, but there is no _stext among its symbols",
                filename=filename,
                named=named,
            )
        )
    return KernelImage(
        memory.images.arch,
        memory.words,
        symbols,
        start,
        {name: start + place for name, place in table.places.items()} | _landmarks(memory, start, symbols),
        memory.pages,
        banner,
        find_btf(memory.content),
        find_config(memory.content),
        flat_identity(memory.content, start, symbols.addresses),
    )


def _landmarks(memory: Memory, start: int, symbols: Symbols) -> dict[str, int]:
    """The addresses of more symbols: what the header tells, and where data have none what the code tells."""
    found = {"_text": start}
    if memory.size:
        found["_end"] = start + memory.size
    found |= {name: start + place for name, place in memory.told.items()}
    if has_data(symbols.addresses):
        return found
    # What is loaded ends there.
    found.setdefault("_edata", start + len(memory.content))
    if "_sinittext" in symbols.addresses:
        found["__init_begin"] = found["__inittext_begin"] = symbols.addresses["_sinittext"]
    known = {**found, **symbols.addresses}
    return {**found, **memory.images.find_landmarks(memory.content, start, symbols.functions, known)}


def _placed(table: SymbolTable, memory: Memory) -> tuple[int, list[int]] | None:
    """The address of the kernel's first byte, and those of its symbols."""
    named = dict(zip(table.names, table.offsets, strict=True))
    text = named.get("T_text", named.get("t_text"))
    if table.base_at is None:
        start = memory.start if memory.start is not None else text
        return None if start is None else (start, table.offsets)
    found = memory.images.relocated(memory.content, table.base_at) if not table.base else None
    start, base = found or (memory.start, table.base)
    if not base and text is not None and start is not None:
        base = start - text
    if start is None and base:
        start = base + text if text is not None else base & -(2 << 20)
    if start is None or not base:
        return None
    return start, [base + offset for offset in table.offsets]


def _symbols(names: list[str], addresses: list[int]) -> Symbols:
    found: dict[str, int] = {}
    functions: list[str] = []
    weak: list[str] = []
    for typed, address in zip(names, addresses, strict=True):
        kind, name = typed[0], typed[1:]
        if name not in found:
            found[name] = address
            if kind in TEXT:
                functions.append(name)
            if kind in WEAK_TEXT:
                weak.append(name)
    return Symbols(found, functions, weak)
