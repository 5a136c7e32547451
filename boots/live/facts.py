"""What is known of a live kernel beside its trace."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from ...model.arch.arches import ARCHES
from ...model.base.errors import InputError
from ...model.build.kconfig import KConfig
from ...model.build.structures import told_structures
from ...model.firmware.devicetree.tree import DeviceTree
from ...model.language.words import tr, translatable
from ...model.memory.memory_model import MemoryModel
from ...model.source.capabilities import Capabilities
from ...model.source.facts import Facts, Limits
from .finding import Found, moved_words
from .options import LiveOptions

KIND = translatable("a live kernel")
CAN = Capabilities(source=False, grows=True)
"""What every live kernel tells; what its architecture keeps comes to that."""


def before_it_runs(options: LiveOptions) -> Facts:
    """What is known before anybody has connected."""
    return Facts(name=options.name, kind=KIND, can=CAN)


def facts_of_live(
    found: Found, options: LiveOptions, has_page_tables: bool, has_locals: bool = False
) -> Facts:
    """What is known of a kernel that stands where its recording begins."""
    kernel, arch = found.kernel, ARCHES[found.arch.name]
    shape = memory_model_of(found)
    can = structs.replace(
        CAN,
        **dict.fromkeys(arch.parts, True),
        page_tables=has_page_tables,
        sections=shape is not None,
        locals=has_locals,
    )
    return Facts(
        name=options.name,
        address_map=kernel.layout,
        sizeof_page=kernel.sizes.structures.get("struct page", 64),
        release=kernel.release,
        arch=arch,
        kind=KIND,
        can=can,
        memory_model=shape,
        symbols=kernel.symbols,
        load_address=found.entry.load_address,
        device_tree=_device_tree(found),
        config=kernel.config or KConfig({}),
        sizes_from=kernel.sizes.source,
        description=tuple(_lines(found, options)),
        assumed=kernel.missing,
        limits=Limits(),
        types=told_structures(kernel.sizes),
    )


def memory_model_of(found: Found) -> MemoryModel | None:
    """How the kernel keeps its page structs; None if its configuration is not known."""
    kernel = found.kernel
    if kernel.config is None or kernel.layout is None:
        return None
    return MemoryModel.of(kernel.release, kernel.config, kernel.sizes, kernel.layout)


def _device_tree(found: Found) -> DeviceTree | None:
    """The blob that the boot loader gave, as it was read from memory."""
    blob = found.inputs.files.get("board.dtb")
    try:
        return DeviceTree(blob) if blob else None
    except InputError:
        return None


def _lines(found: Found, options: LiveOptions) -> Iterator[str]:
    """Lines about the machine and its kernel."""
    kernel = found.kernel
    name = f"{kernel.release} ({kernel.banner})" if kernel.banner else str(kernel.release)
    yield f"{'kernel':13} {tr('Linux {name}, {arch}, live', name=name, arch=found.arch.name)}"
    load = f"{found.entry.load_address:#x}"
    yield f"{'loaded':13} {tr('_text at {load}, {moved}', load=load, moved=moved_words(found.moved))}"
    if options.command:
        yield f"{'started by':13} {' '.join(options.command)}"
    else:
        yield f"{'stub':13} {options.stub}"
