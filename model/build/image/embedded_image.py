"""The image of a kernel that tells its symbols itself, and what had to be assumed about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...base.errors import InputError
from ...language.words import tr
from ..address_map import AddressMap
from ..iomem import KernelResources
from .format import ImageFormat
from .image import Image
from .kallsyms import Symbols, functions_of

FIRST_OF_ALL = ("_text", "_end", "__init_begin", "__init_end")
"""Without these nothing can be assumed of the rest."""


def image_of_embedded(
    symbols: Symbols, landmarks: Mapping[str, int], layout: AddressMap, filename: str, images: ImageFormat
) -> tuple[Image, list[str]]:
    """The image as it was linked, and what is to be said of it.  `landmarks` are symbols that its header and
    its code tell, `images` its architecture's.  Raises `InputError`."""
    known = {**landmarks, **symbols.addresses}
    printed, sizes = functions_of(symbols, symbols.addresses)
    if images.data_symbol in symbols.addresses:
        return Image(filename, known, printed, (), sizes), []
    lacking = [name for name in FIRST_OF_ALL if name not in known]
    if lacking:
        raise InputError(
            tr(
                "{filename}: only functions have symbols in this kernel (no CONFIG_KALLSYMS_ALL), and "
                "where {lacking} is cannot be found in its code; take its vmlinux",
                filename=filename,
                lacking=", ".join(lacking),
            )
        )
    code = (known["_text"], known["__init_begin"] - 1)
    resources = KernelResources(code, (known["__init_end"], known["_end"] - 1))
    assumed = images.assumed_symbols(known, layout, resources, known["_text"])
    told = list(_told(known, images.untold))
    return Image(filename, {**assumed, **known}, printed, (), sizes, functions_only=True), told


def _told(known: Mapping[str, int], untold: Mapping[str, str]) -> Iterator[str]:
    guessed = [what for name, what in untold.items() if name not in known]
    lacking = "only functions have symbols in this kernel (no CONFIG_KALLSYMS_ALL)"
    if guessed:
        yield f"{lacking}: where {', '.join(guessed)} are is assumed"
    else:
        yield f"{lacking}: where its data are was found in the code that uses them"
