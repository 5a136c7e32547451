"""What kernels that nobody built borrow from those that were built: the names of functions and of options."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from bootstep.boots.loader.machine_file import SHIPPED
from bootstep.model.build.image.image import Image
from vmlinux import Section, Symbol

ROOT = SHIPPED.parents[1]
TRACED = {"traced", "traced_tail_call"}
OPTIONS = ("__setup_", "__param_", "__UNIQUE_ID___earlycon_")
"""How the symbols of command-line options and of early consoles begin."""


def donor(name: str) -> Image:
    """The image of a shipped kernel that was built."""
    path = SHIPPED / "kernels" / name / "vmlinux.sym"
    return Image.parse(path.read_bytes(), str(path))


def traced_functions() -> set[str]:
    """The names of all kernel functions that bootstep runs."""
    names: set[str] = set()
    for path in (*(ROOT / "boots").rglob("*.py"), *(ROOT / "model").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and TRACED & set(map(ast.unparse, node.decorator_list)):
                names.add(node.name)
    return names


def functions(image: Image, sections: Mapping[str, Section]) -> Iterator[Symbol]:
    """The functions of a kernel that bootstep runs, in sections of the same names: as far into them, in
    proportion, as in the kernel they come from."""
    for name in sorted(traced_functions()):
        printed = image.printed_names.get(name)
        if printed is not None:
            size = image.function_sizes.get(printed, 0)
            yield Symbol(printed, _moved(image, image.symbols[printed], sections), size, True)


def options(image: Image, sections: Mapping[str, Section]) -> Iterator[Symbol]:
    """What tells which options and early consoles a kernel knows."""
    for name, address in sorted(image.symbols.items()):
        if name.startswith(OPTIONS):
            yield Symbol(name, _moved(image, address, sections))


def _moved(image: Image, address: int, sections: Mapping[str, Section]) -> int:
    old = max((s for s in image.sections if s.address <= address), key=lambda section: section.address)
    new = sections[old.name]
    offset = (address - old.address) * (new.last - new.first) // old.size
    return new.first + offset // 4 * 4
