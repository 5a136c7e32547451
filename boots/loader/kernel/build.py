"""A kernel as it was built, read from the files a machine names: configuration, image, sizes, address map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ....model.base.errors import InputError
from ....model.build.address_map import AddressMap
from ....model.build.bounds import check_slots
from ....model.build.image.formats import FORMATS
from ....model.build.image.image import Image
from ....model.build.kconfig import KConfig
from ....model.build.sizes import Sizes
from ....model.files.input_files import read_text
from ....model.memory.memory_model import MemoryModel, configured_model
from ...core.inputs import Machine
from ..architectures import architecture_of, refuse_foreign_config
from ..machine_file import is_stock
from .config import Configuration, find_configuration
from .release import with_patch_level, with_release
from .stock import release_of
from .types import read_sizes

if TYPE_CHECKING:
    from .file import KernelFile


class Build(Struct, frozen=True):
    """`machine` is the one it was read for, with the kernel's release; `load_address` is the physical address
    of ``_text`` if the files tell it; `assumed` has a sentence for everything that they do not tell."""

    machine: Machine
    config: KConfig
    image: Image
    sizes: Sizes
    layout: AddressMap
    assumed: tuple[str, ...] = ()
    load_address: int | None = None


def read_build(machine: Machine, bootargs: str | None = None, check_release: bool = True) -> Build:
    """The kernel of a machine that names a vmlinux, or its symbols; `bootargs` is what its boot loader tells
    it; `check_release` tells whether the kernel must be of the release that the machine names.  Raises
    `InputError`."""
    kernel = _kernel_file(machine)
    found = find_configuration(machine, kernel)
    refuse_foreign_config(found.text, found.name, machine)
    machine = replace(machine, config=found.path)
    reader = _Reader(machine, kernel, found, bootargs, check_release)
    model = machine.memory_model
    if model is not None and model != configured_model(reader.config):
        return _with_memory_model(reader, model)
    return reader.read(reader.config)


def _kernel_file(machine: Machine) -> KernelFile | None:
    """The kernel file that a machine names."""
    if machine.vmlinux is None:
        return None
    from .file import read_kernel_file  # others name symbols

    kernel = read_kernel_file(machine.vmlinux)
    kernel.refuse_foreign(machine.arch)
    return kernel


def _with_memory_model(reader: _Reader, model: str) -> Build:
    """The kernel as it would be with another memory model than it has."""
    from ....model.memory.memory_model_choice import (
        sizes_with_memory_model,
        what_differs,
        with_memory_model,
    )

    config = reader.config
    build = reader.read(with_memory_model(config, model))
    shape = MemoryModel.of(build.machine.release, build.config, build.sizes, build.layout)
    told = f"this kernel was built with {configured_model(config)}, its steps are those of {model}"
    lacking = "; ".join(what_differs(shape, config))
    return replace(
        build,
        sizes=sizes_with_memory_model(build.sizes, shape),
        assumed=(*build.assumed, f"{told}: {lacking}" if lacking else told),
    )


class _Reader(Struct, frozen=True, dict=True):
    """What reads the kernel of a machine, from its file or (None) from its symbols alone."""

    machine: Machine
    kernel: KernelFile | None
    configuration: Configuration
    bootargs: str | None
    check_release: bool

    @cached_property
    def config(self) -> KConfig:
        return KConfig.parse(self.configuration.text, self.configuration.name)

    def read(self, config: KConfig) -> Build:
        build = self._from_symbols(config) if self.kernel is None else self._from_file(self.kernel, config)
        told = [self.configuration.told] if self.configuration.told else []
        contradictions = _contradictions(self.configuration, build)
        return replace(build, assumed=(*told, *build.assumed, *contradictions))

    def _from_file(self, kernel: KernelFile, config: KConfig) -> Build:
        if kernel.embedded is None:
            assert kernel.image
            machine = self._with_release(kernel.image.symbols)
            sizes, layout = self._sizes_and_layout(machine, config)
            return Build(machine, config, kernel.image, sizes, layout, _doubts(sizes))
        from ....model.build.image.embedded_image import image_of_embedded

        symbols, landmarks = kernel.embedded.symbols, kernel.embedded.landmarks
        machine = self._with_release(symbols.addresses)
        sizes, layout = self._sizes_and_layout(machine, config)
        image, assumed = image_of_embedded(
            symbols, landmarks, layout, str(kernel.path), FORMATS[machine.arch]
        )
        pages = kernel.embedded.pages
        if pages is not None and pages << 10 != layout.page_size:
            its = f"by {self.configuration.name} it has pages of {layout.page_size >> 10}K"
            raise InputError(f"{kernel.path}: this kernel has pages of {pages}K, {its}")
        return Build(machine, config, image, sizes, layout, (*assumed, *_doubts(sizes)))

    def _from_symbols(self, config: KConfig) -> Build:
        """Without a vmlinux: the symbols of the running kernel."""
        from ....model.build.image.kallsyms import (
            displacement,
            image_of_symbols,
            load_address,
            parse_kallsyms,
        )
        from ....model.build.iomem import parse_kernel_resources

        kallsyms, iomem = self.machine.kallsyms, self.machine.iomem
        if kallsyms is None:
            raise InputError(
                f"{self.machine.name}: the machine names no kernel, a vmlinux or kallsyms is expected"
            )
        symbols = parse_kallsyms(read_text(kallsyms), str(kallsyms))
        resources = parse_kernel_resources(read_text(iomem), str(iomem)) if iomem else None
        machine = self._with_release(symbols.addresses)
        sizes, layout = self._sizes_and_layout(machine, config)
        image, assumed = image_of_symbols(
            symbols, str(kallsyms), layout, FORMATS[machine.arch], resources, machine.release
        )
        images = FORMATS[machine.arch]
        load = load_address(symbols, resources, machine.release, images) if resources else None
        moved = displacement(symbols, str(kallsyms), layout, images)
        machine = architecture_of(machine).with_displacement(machine, moved, layout)
        return Build(machine, config, image, sizes, layout, (*assumed, *_doubts(sizes)), load)

    def _with_release(self, symbols: Mapping[str, int]) -> Machine:
        machine = self.machine
        told = self.kernel.banner.release if self.kernel and self.kernel.banner else None
        if self.check_release:
            machine = with_release(machine, symbols, told, self.configuration)
        return with_patch_level(machine, told or release_of(self.configuration.text))

    def _sizes_and_layout(self, machine: Machine, config: KConfig) -> tuple[Sizes, AddressMap]:
        sizes = read_sizes(machine, config, self.kernel)
        arch = architecture_of(machine)
        slots = sizes.enumerations.get("fixed_addresses")
        if slots:
            check_slots(sizes.source, slots, arch.ops.facts.slots)
        layout = arch.address_map(machine, config, sizes, self.bootargs)
        computed = arch.constants(machine.release, config, layout)
        return _with_zones(machine, sizes.completed(computed), computed["MAX_NR_ZONES"]), layout


def _with_zones(machine: Machine, sizes: Sizes, zones: int) -> Sizes:
    """The constants, with as many zones as the configuration has: those of a kernel that is only similar may
    have others.  Raises `InputError` if somebody says so."""
    told = sizes.constants["MAX_NR_ZONES"]
    source = machine.constants or machine.sizes
    if told != zones and source:
        raise InputError(f"{source}: MAX_NR_ZONES = {told}: the configuration has {zones} zones")
    return replace(sizes, constants={**sizes.constants, "MAX_NR_ZONES": zones})


def _contradictions(configuration: Configuration, build: Build) -> Iterator[str]:
    """What does not fit together: a configuration of another release, or of another kernel."""
    machine, name = build.machine, configuration.name
    told = release_of(configuration.text)
    if told and told.series != machine.release.series and not is_stock(machine.config):
        yield f"{name} is Linux {told}'s, the rules of {machine.release} are followed"
    text, layout = build.image.symbols.get("_text"), build.layout
    expected = layout.image.start + architecture_of(machine).image_offset(layout)
    if text is not None and text != expected:
        yield f"{build.image.filename} is linked at {text:#x}, by {name} it would be at {expected:#x}"


def _doubts(sizes: Sizes) -> tuple[str, ...]:
    """What is to be said of where the sizes come from."""
    return (f"sizes of structures are {sizes.source}: {sizes.doubtful}",) if sizes.doubtful else ()
