"""A kernel as it was built, read from the files a machine names: configuration, image, sizes, address map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from mmap import mmap

from ..model.bounds import check_slots
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
from .loader.kernel_release import with_patch_level, with_release
from .loader.stock_kernel import release_of
from .machine import Machine, is_stock

CPUS_WITH_52_BITS = frozenset({"max"})


@dataclass(frozen=True)
class Build:
    """`machine` is the one it was read for, with the kernel's release; `load_address` is the physical address
    of ``_text`` if the files tell it; `assumed` has a sentence for everything that they do not tell."""

    machine: Machine
    config: Config
    image: Image
    sizes: Sizes
    layout: Layout
    assumed: tuple[str, ...] = ()
    load_address: int | None = None


def read_build(machine: Machine, bootargs: str | None = None, check_release: bool = True) -> Build:
    """The kernel of a machine that names a vmlinux, or its symbols; `bootargs` is what its boot loader tells
    it; `check_release` tells whether the kernel must be of the release that the machine names.  Raises
    `InputError`."""
    if machine.config is None:
        named = "a vmlinux" if machine.vmlinux else "kallsyms"
        raise InputError(f"{machine.name}: the machine names {named} but not its config")
    reader = _Reader(machine, read_text(machine.config), bootargs, check_release)
    model = machine.memory_model
    if model is not None and model != configured_model(reader.config):
        return _with_memory_model(reader, model)
    return reader.read(reader.config)


def _with_memory_model(reader: _Reader, model: str) -> Build:
    """The kernel as it would be with another memory model than it has."""
    config = reader.config
    build = reader.read(with_memory_model(config, model))
    shape = Shape.of(build.machine.release, build.config, build.sizes, build.layout)
    told = f"this kernel was built with {configured_model(config)}, its steps are those of {model}"
    lacking = "; ".join(what_differs(shape, config))
    return replace(
        build,
        sizes=sizes_with_memory_model(build.sizes, shape),
        assumed=(*build.assumed, f"{told}: {lacking}" if lacking else told),
    )


@dataclass(frozen=True)
class _Reader:
    """What reads the kernel of a machine whose configuration is `config_text`."""

    machine: Machine
    config_text: str
    bootargs: str | None
    check_release: bool

    @cached_property
    def config(self) -> Config:
        return Config.parse(self.config_text, str(self.machine.config))

    def read(self, config: Config) -> Build:
        build = self._from_symbols(config) if self.machine.vmlinux is None else self._from_vmlinux(config)
        return replace(build, assumed=(*build.assumed, *_contradictions(self.config_text, build)))

    def _from_vmlinux(self, config: Config) -> Build:
        assert self.machine.vmlinux
        content = open_kernel(self.machine.vmlinux)
        image = Image.parse(content, str(self.machine.vmlinux))
        machine = self._with_release(image.symbols)
        sizes, layout = _sizes_and_layout(machine, config, content, image, self._is_wide(machine))
        return Build(machine, config, image, sizes, layout, _doubts(sizes))

    def _from_symbols(self, config: Config) -> Build:
        """Without a vmlinux: the symbols of the running kernel."""
        kallsyms, iomem = self.machine.kallsyms, self.machine.iomem
        if kallsyms is None:
            raise InputError(
                f"{self.machine.name}: the machine names no kernel, a vmlinux or kallsyms is wanted"
            )
        symbols = parse_kallsyms(read_text(kallsyms), str(kallsyms))
        resources = parse_kernel_resources(read_text(iomem), str(iomem)) if iomem else None
        machine = self._with_release(symbols.addresses)
        sizes, layout = _sizes_and_layout(machine, config, b"", None, self._is_wide(machine))
        image, assumed = image_of_symbols(symbols, str(kallsyms), layout, resources, machine.release)
        load = load_address(symbols, resources, machine.release) if resources else None
        return Build(machine, config, image, sizes, layout, (*assumed, *_doubts(sizes)), load)

    def _with_release(self, symbols: Mapping[str, int]) -> Machine:
        machine = with_release(self.machine, symbols, None) if self.check_release else self.machine
        return with_patch_level(machine, release_of(self.config_text))

    def _is_wide(self, machine: Machine) -> bool:
        """Whether virtual addresses may have 52 bits."""
        without = without_52_bits(machine.release, self.config, self.bootargs)
        return machine.cpu in CPUS_WITH_52_BITS and not without


def _sizes_and_layout(
    machine: Machine, config: Config, content: bytes | mmap, image: Image | None, lva: bool
) -> tuple[Sizes, Layout]:
    sizes = read_sizes(machine, config, content, image.symbols if image else {})
    slots = sizes.enumerations.get("fixed_addresses")
    if slots:
        check_slots(sizes.source, slots)
    layout = Layout.of(
        machine.release,
        config,
        sizes.sizeof("struct page"),
        lva=lva,
        slots=slots,
    )
    return sizes.completed(computed_constants(machine.release, config, layout)), layout


def _contradictions(config_text: str, build: Build) -> Iterator[str]:
    """What does not fit together: a configuration of another release, or of another kernel."""
    machine = build.machine
    told = release_of(config_text)
    if told and told.series != machine.release.series and not is_stock(machine.config):
        followed = f"the rules of {machine.release} are followed, as release says"
        yield f"{machine.config} is Linux {told}'s, {followed}"
    text, layout = build.image.symbols.get("_text"), build.layout
    expected = layout.kimage_vaddr + layout.text_offset
    if text is not None and text != expected:
        linked = f"{build.image.filename} is linked at {text:#x}"
        yield f"{linked}, by {machine.config} it would be at {expected:#x}"


def _doubts(sizes: Sizes) -> tuple[str, ...]:
    """What is to be said of where the sizes come from."""
    return (f"sizes of structures are {sizes.source}: {sizes.doubtful}",) if sizes.doubtful else ()
