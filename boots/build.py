"""A kernel as it was built, read from the files a machine names: configuration, image, sizes, address map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from mmap import mmap

from ..model.config import Config
from ..model.constants import computed_constants
from ..model.errors import InputError
from ..model.image import Image
from ..model.kallsyms import image_of_symbols, load_address, parse_kallsyms, parse_kernel_resources
from ..model.layout import Layout
from ..model.memory_model import Shape, configured_model
from ..model.memory_model_choice import sizes_with_memory_model, what_differs, with_memory_model
from ..model.sizes import Sizes
from .arm64.idreg_override import without_52_bits
from .input_files import read_text
from .kernel_types import open_kernel, read_sizes
from .machine import Machine

CONFIG_HEADER = re.compile(r"^# Linux/\S+ (\d+\.\d+)\S* Kernel Configuration", re.MULTILINE)
CPUS_WITH_52_BITS = frozenset({"max"})


@dataclass(frozen=True)
class Build:
    """`load_address` is the physical address of ``_text`` if the files tell it; `assumed` has a sentence for
    everything that they do not tell."""

    config: Config
    image: Image
    sizes: Sizes
    layout: Layout
    assumed: tuple[str, ...] = ()
    load_address: int | None = None


def read_build(machine: Machine, bootargs: str | None = None) -> Build:
    """The kernel of a machine that names a vmlinux, or its symbols; `bootargs` is what its boot loader tells
    it.  Raises `InputError`."""
    if machine.config is None:
        named = "a vmlinux" if machine.vmlinux else "kallsyms"
        raise InputError(f"{machine.name}: the machine names {named} but not its config")
    text = read_text(machine.config)
    config = Config.parse(text, str(machine.config))
    wide = machine.cpu in CPUS_WITH_52_BITS and not without_52_bits(machine.release, config, bootargs)
    if machine.memory_model is not None and machine.memory_model != configured_model(config):
        return _with_memory_model(machine, config, text, wide)
    return _read(machine, config, text, wide)


def _with_memory_model(machine: Machine, config: Config, text: str, lva: bool) -> Build:
    """The kernel as it would be with another memory model than it has."""
    assert machine.memory_model
    model = machine.memory_model
    build = _read(machine, with_memory_model(config, model), text, lva)
    shape = Shape.of(machine.release, build.config, build.sizes, build.layout)
    told = f"this kernel was built with {configured_model(config)}, its steps are those of {model}"
    lacking = "; ".join(what_differs(shape, config))
    return replace(
        build,
        sizes=sizes_with_memory_model(build.sizes, shape),
        assumed=(*build.assumed, f"{told}: {lacking}" if lacking else told),
    )


def _read(machine: Machine, config: Config, text: str, lva: bool) -> Build:
    """`lva` tells whether virtual addresses may have 52 bits."""
    from_files = _from_symbols if machine.vmlinux is None else _from_vmlinux
    build = from_files(machine, config, lva)
    return replace(build, assumed=(*build.assumed, *_contradictions(machine, text, build)))


def _from_vmlinux(machine: Machine, config: Config, lva: bool) -> Build:
    assert machine.vmlinux
    content = open_kernel(machine.vmlinux)
    image = Image.parse(content, str(machine.vmlinux))
    sizes, layout = _sizes_and_layout(machine, config, content, image, lva)
    return Build(config, image, sizes, layout, _doubts(sizes))


def _from_symbols(machine: Machine, config: Config, lva: bool) -> Build:
    """Without a vmlinux: the symbols of the running kernel."""
    if machine.kallsyms is None:
        raise InputError(f"{machine.name}: the machine names no kernel, a vmlinux or kallsyms is wanted")
    symbols = parse_kallsyms(read_text(machine.kallsyms), str(machine.kallsyms))
    iomem = machine.iomem
    resources = parse_kernel_resources(read_text(iomem), str(iomem)) if iomem else None
    sizes, layout = _sizes_and_layout(machine, config, b"", None, lva)
    image, assumed = image_of_symbols(symbols, str(machine.kallsyms), layout, resources, machine.release)
    load = load_address(symbols, resources, machine.release) if resources else None
    return Build(config, image, sizes, layout, (*assumed, *_doubts(sizes)), load)


def _sizes_and_layout(
    machine: Machine, config: Config, content: bytes | mmap, image: Image | None, lva: bool
) -> tuple[Sizes, Layout]:
    sizes = read_sizes(machine, config, content, image.symbols if image else {})
    layout = Layout.of(
        machine.release,
        config,
        sizes.sizeof("struct page"),
        lva=lva,
        slots=sizes.enumerations.get("fixed_addresses"),
    )
    return sizes.completed(computed_constants(machine.release, config, layout)), layout


def _contradictions(machine: Machine, config_text: str, build: Build) -> Iterator[str]:
    """What does not fit together: a configuration of another release, or of another kernel."""
    release = "{}.{}".format(*machine.release)
    told = CONFIG_HEADER.search(config_text)
    if told and told[1] != release:
        yield f"{machine.config} is Linux {told[1]}'s, the rules of {release} are followed, as release says"
    text, layout = build.image.symbols.get("_text"), build.layout
    expected = layout.kimage_vaddr + layout.text_offset
    if text is not None and text != expected:
        linked = f"{build.image.filename} is linked at {text:#x}"
        yield f"{linked}, by {machine.config} it would be at {expected:#x}"


def _doubts(sizes: Sizes) -> tuple[str, ...]:
    """What is to be said of where the sizes come from."""
    return (f"sizes of structures are {sizes.source}: {sizes.doubtful}",) if sizes.doubtful else ()
