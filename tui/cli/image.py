"""``bootstep image``: a kernel image section by section, with its holes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...boots.loader.kernel.build import read_build
from ...boots.loader.kernel.file import BEGINNING, is_kernel_file, read_kernel_file
from ...boots.loader.kernel.types import types_in
from ...boots.loader.load import with_kernel
from ...boots.loader.machine_file import DEFAULT, Options, read_machine
from ...model.arch.arches import ARCHES, DEFAULT_ARCH
from ...model.arch.spec import Arch
from ...model.build.image.image import Image
from ...model.build.image.parts import image_parts
from ...model.build.image.table import image_rows, image_table
from ...model.files.input_files import is_file, map_file
from ...model.language.words import tr
from .kinds.options import add_keys, options_of
from .parser import Parser


def run(words: list[str]) -> int:
    """Print the table of a vmlinux or of a machine's kernel."""
    parser = Parser("bootstep image")
    parser.add_argument(
        "what",
        nargs="?",
        default=DEFAULT,
        metavar="KERNEL|MACHINE",
        help=tr("a vmlinux, vmlinuz, Image …, or a machine ({default})", default=DEFAULT),
    )
    add_keys(parser)
    given = parser.parse_args(words)
    options = options_of(given)
    lines = _of_file(Path(given.what)) if _is_kernel_file(given.what) else _of_machine(given.what, options)
    print("\n".join(lines))
    return 0


def _is_kernel_file(what: str) -> bool:
    """Whether this is a kernel rather than a machine."""
    path = Path(what)
    if not is_file(path) or path.suffix in (".toml", ".dtb"):
        return False
    return is_kernel_file(bytes(map_file(path)[:BEGINNING]))


def _of_file(path: Path) -> Iterator[str]:
    kernel = read_kernel_file(path)
    if kernel.image is not None:
        yield from _table(kernel.image, ARCHES.get(kernel.arch, DEFAULT_ARCH))
    elif kernel.embedded is not None:
        told = kernel.embedded
        known = {**told.landmarks, **told.symbols.addresses}
        yield tr("{path} is {words}", path=path, words=told.words) + (
            tr(", Linux {name}", name=kernel.banner.name) if kernel.banner else ""
        )
        yield from _table(Image(str(path), known, {}, (), {}), ARCHES.get(kernel.arch, DEFAULT_ARCH))
        data = "" if told.has_data else tr(", of functions only: where data are is found in the code")
        yield tr(
            "symbols: {count} in the kernel's own tables (kallsyms){data}",
            count=len(told.symbols.addresses),
            data=data,
        )
    _, source = types_in(kernel)
    yield tr(
        "sizes of structures: {source}",
        source=source or tr("not told by this file, neither by DWARF nor by BTF"),
    )
    if kernel.config is not None:
        yield tr("configuration: inside (IKCONFIG)")


def _of_machine(what: str, options: Options) -> Iterator[str]:
    named = read_machine(what, options)
    machine, told = with_kernel(named)
    build = read_build(machine, check_release=named.vmlinux is not None or named.kallsyms is not None)
    yield from _table(build.image, ARCHES[machine.arch])
    yield tr("sizes of structures: {source}", source=build.sizes.source)
    yield from (*told, *build.assumed)


def _table(image: Image, arch: Arch) -> Iterator[str]:
    """The sections; of an image known by its symbols, its parts."""
    if image.sections:
        yield from image_table(image_rows(image.sections, image.symbols.get("_end", 0)))
        return
    yield tr("{filename} tells no sections, these are the parts between its symbols", filename=image.filename)
    for part in image_parts(arch.image_parts, image.symbols, image.symbol("_text")):
        yield f"{part.start:016X}  {part.end - 1:016X}  {part.end - part.start:#10x}  {part.name}"
