"""``bootstep image``: a kernel image section by section, with its holes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..boots.build import read_build
from ..boots.input_files import is_file
from ..boots.kernel_types import open_kernel, types_in_vmlinux
from ..boots.load import with_kernel
from ..boots.machine import DEFAULT, read_machine
from ..model.image import Image
from ..model.image_parts import image_parts
from ..model.image_table import image_rows, image_table
from ..model.kernel_files import ELF_MAGIC, MAGIC_SIZE, what_else
from .cli import Parser, add_keys, options_of


def run(words: list[str]) -> int:
    """Print the table of a vmlinux or of a machine's kernel."""
    parser = Parser("bootstep image")
    parser.add_argument(
        "what",
        nargs="?",
        default=DEFAULT,
        metavar="VMLINUX|MACHINE",
        help=f"a vmlinux, or a machine ({DEFAULT})",
    )
    add_keys(parser)
    given = parser.parse_args(words)
    options = options_of(given)
    lines = _of_file(Path(given.what)) if _is_kernel_file(given.what) else _of_machine(given.what, options)
    print("\n".join(lines))
    return 0


def _is_kernel_file(what: str) -> bool:
    """Whether this is a kernel rather than a machine: an ELF file, or one that a kernel comes in."""
    path = Path(what)
    if not is_file(path) or path.suffix in (".toml", ".dtb"):
        return False
    start = bytes(open_kernel(path)[:MAGIC_SIZE])
    return start.startswith(ELF_MAGIC) or "no symbols" in what_else(start)


def _of_file(path: Path) -> Iterator[str]:
    content = open_kernel(path)
    image = Image.parse(content, str(path))
    _, source = types_in_vmlinux(path, content, image.symbols)
    yield from _table(image)
    yield f"sizes of structures: {source or 'not told by this file, neither by DWARF nor by BTF'}"


def _of_machine(what: str, options: dict[str, str]) -> Iterator[str]:
    named = read_machine(what, options)
    machine, told = with_kernel(named)
    build = read_build(machine, check_release=named.vmlinux is not None or named.kallsyms is not None)
    yield from _table(build.image)
    yield f"sizes of structures: {build.sizes.source}"
    yield from (*told, *build.assumed)


def _table(image: Image) -> Iterator[str]:
    """The sections; of an image known by its symbols, its parts."""
    if image.sections:
        yield from image_table(image_rows(image.sections, image.symbols.get("_end", 0)))
        return
    yield f"{image.filename} tells no sections, these are the parts between its symbols"
    for part in image_parts(image.symbols, image.symbol("_text")):
        yield f"{part.start:016X}  {part.end - 1:016X}  {part.end - part.start:#10x}  {part.name}"
