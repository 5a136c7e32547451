"""The kernel of a machine that names none: a shipped one of its release and with its page size."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct, structs

from ....model.base.errors import InputError
from ....model.build.release import DEFAULT_RELEASE, Release, parse_release
from ....model.files.input_files import read_text
from ...core.inputs import Machine
from ..architectures import KNOWN, architecture_of_config, refuse_foreign_config
from ..machine_file import RELEASE_OF_KERNEL, STOCK_KERNELS, is_stock, shipped_machines

HEADER = re.compile(r"^# Linux/\S+ (\S+) Kernel Configuration", re.MULTILINE)
IMAGES_CHANGED = ((5, 8), (6, 9))
"""Since when images hold other page tables and begin elsewhere, so that none from before can be booted by the
rules of what came after: `primary_entry`, and `early_map_kernel`."""


class StockKernel(Struct, frozen=True):
    """A shipped kernel: its directory, architecture, release and page size in KiB."""

    directory: Path
    arch: str
    release: Release
    pages: int

    @property
    def was_built(self) -> bool:
        """Whether somebody compiled it; of the others images and sizes follow from documents."""
        return (self.directory / "consts.json").is_file()

    @property
    def about(self) -> str:
        """Its release and page size."""
        return f"{self.release} with {self.pages}K pages"

    @property
    def words(self) -> str:
        """What to call it."""
        return f"the shipped one of {self.about} ({self.directory.name})"


def stock_kernels() -> list[StockKernel]:
    """The shipped kernels, by release and page size."""
    found: list[StockKernel] = []
    for config in STOCK_KERNELS.glob("*/config"):
        major, _, minor = config.parent.name.partition("-")[0].partition(".")
        text, release = read_text(config), Release(int(major), int(minor))
        arch = architecture_of_config(text)
        assert arch, config
        found.append(StockKernel(config.parent, arch, release, pages_of(arch, text)))
    return sorted(found, key=lambda kernel: (kernel.arch, kernel.release, kernel.pages))


def pages_of(arch: str, config: str) -> int:
    """The page size of a configuration in KiB."""
    return KNOWN[arch].page_size(config) >> 10


def release_of(config: str) -> Release | None:
    """The release that a configuration's first lines name."""
    told = HEADER.search(config)
    return parse_release(told[1]) if told else None


def choose(arch: str, release: Release, pages: int) -> StockKernel:
    """The shipped kernel of an architecture for a release and a page size (KiB): of that release, else the
    nearest that was built and whose image has what that release's code looks for.  Raises `InputError` if
    there is none."""
    shipped = [kernel for kernel in stock_kernels() if kernel.arch == arch]
    alike = [kernel for kernel in shipped if kernel.pages == pages and _era(kernel.release) == _era(release)]
    exact = [kernel for kernel in alike if kernel.release.series == release.series]
    near = exact or [kernel for kernel in alike if kernel.was_built]
    if not near:
        there_are = ", ".join(kernel.about for kernel in shipped)
        raise InputError(
            f"release {release} with {pages}K pages: no shipped kernel fits (there are"
            f" {there_are}), name one with --vmlinux and --config"
        )
    return min(near, key=lambda kernel: abs(kernel.release[1] - release[1]))


def _era(release: Release) -> int:
    return sum(changed <= release for changed in IMAGES_CHANGED)


def with_stock(machine: Machine, stock: StockKernel) -> Machine:
    """The machine with a shipped kernel; its own configuration, and sizes and constants that somebody named,
    stay.  Constants and sizes of the shipped kernel belong to its own configuration."""
    own = machine.config is not None and not is_stock(machine.config)

    def belongs(named: Path | None, name: str) -> Path | None:
        if named is not None and not is_stock(named):
            return named
        path = stock.directory / name
        return path if not own and path.is_file() else None

    return structs.replace(
        machine,
        vmlinux=stock.directory / "vmlinux.sym",
        config=machine.config if own else stock.directory / "config",
        sizes=belongs(machine.sizes, "sizes.json"),
        constants=belongs(machine.constants, "consts.json"),
        kallsyms=None,
    )


def settle_stock(machine: Machine) -> tuple[Machine, list[str]]:
    """A machine that names no kernel of its own, with the shipped one that it gets, and what is to be said of
    that.  Raises `InputError` if none fits."""
    if machine.vmlinux is not None:
        if machine.name in shipped_machines():
            return machine, []
        stock = next(kernel for kernel in stock_kernels() if kernel.directory == machine.vmlinux.parent)
        return machine, [f"the kernel is {stock.words}, no other is named"]
    config = read_text(machine.config) if machine.config else ""
    refuse_foreign_config(config, str(machine.config), machine)
    release = machine.release
    if release == RELEASE_OF_KERNEL:
        release = release_of(config) or DEFAULT_RELEASE
    stock = choose(machine.arch, release, pages_of(machine.arch, config))
    if config == read_text(stock.directory / "config"):
        machine = structs.replace(machine, config=None)
    settled = structs.replace(with_stock(machine, stock), release=release)
    said = f"the kernel is {stock.words}, no other is named"
    if stock.release.series != release.series:
        said = f"{said}, and none of {release} is shipped"
    if settled.config == machine.config and not is_stock(settled.config):
        said = f"{said}; it was not built with {machine.config}"
    return settled, [said]
