"""``bootstep image``: a kernel image section by section, with its holes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from ...boots.core.inputs import Machine
from ...boots.loader.kernel.build import read_build
from ...boots.loader.kernel.file import BEGINNING, is_kernel_file, read_kernel_file
from ...boots.loader.kernel.types import types_in
from ...boots.loader.load import with_kernel
from ...boots.loader.machine_file import DEFAULT
from ...model.arch.arches import ARCHES, DEFAULT_ARCH
from ...model.arch.spec import Arch
from ...model.base.errors import InputError
from ...model.build.image.image import Image
from ...model.build.image.parts import image_parts
from ...model.build.image.table import image_rows, image_table
from ...model.files.input_files import is_file, map_file
from ...model.language.words import tr
from .kinds.booted import BOOTED
from .kinds.options import machine_of
from .kinds.wish_options import wishes_of
from .kinds.wishes import wished_machine
from .parser import Parser


def run(words: list[str]) -> int:
    """Print the table of a vmlinux or of a machine's kernel."""
    parser = Parser("bootstep image")
    parser.add_argument(
        "what",
        nargs="?",
        metavar="KERNEL|MACHINE",
        help=tr("a vmlinux, vmlinuz, Image …, or a machine ({default})", default=DEFAULT),
    )
    BOOTED.add_options(parser)
    given = parser.parse_args(words)
    if given.what is not None and _is_kernel_file(given.what):
        _refuse_options(given)
        lines = _of_file(Path(given.what))
    else:
        lines = _of_machine(_machine(given))
    print("\n".join(lines))
    return 0


def _refuse_options(given: argparse.Namespace) -> None:
    """Raise an `InputError` if something is to change a kernel that is a file."""
    for name, option in BOOTED.options().items():
        if getattr(given, name, None) is not None:
            raise InputError(
                tr(
                    "{what} is a kernel, no machine: {option} cannot change it",
                    what=given.what,
                    option=option,
                )
            )


def _machine(given: argparse.Namespace) -> Machine:
    """The machine that a command line names, with everything that is wished: what cannot be is said, even if
    it does not change the image."""
    if not any(wishes_of(given)):
        return machine_of(given.what, given)
    from ...boots.loader.what_if import load_what_if

    wished = wished_machine(given.what, given)
    load_what_if(wished.machine, wished.variation)
    return wished.machine


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


def _of_machine(named: Machine) -> Iterator[str]:
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
