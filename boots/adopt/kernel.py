"""The shipped kernel that stands in for the one of a log."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from ...model.base.errors import InputError
from ...model.build.release import Release
from ...model.files.input_files import read_bytes
from ..loader.kernel.stock import StockKernel, choose, stock_kernels

FILES = {"vmlinux": "vmlinux.sym", "config": "config", "sizes": "sizes.json", "constants": "consts.json"}
"""The keys of a machine file and the files of a shipped kernel."""


class StandIn(Struct, frozen=True):
    """The kernel, the `release` by whose rules it boots, its files by name, and what is assumed."""

    stock: StockKernel
    release: Release
    files: Mapping[str, bytes]
    keys: Mapping[str, str]
    assumed: tuple[str, ...]


def stand_in(
    arch: str, release: Release | None, page_size: int, changed: Mapping[str, str], own_rules: bool = False
) -> StandIn:
    """The shipped kernel nearest to a log's, with the options `changed` in its configuration; with
    `own_rules` it boots as the release that it is.  Raises `InputError` if no kernel of this architecture is
    shipped."""
    stock, why = _nearest(arch, release, page_size >> 10)
    said = [f"the kernel is {stock.words}: the log's own is not known{why}"]
    rules = stock.release
    if release is not None and not own_rules and _same_rules(stock, release):
        rules = release
    if release is not None and rules != release:
        said.append(f"it boots by the rules of {rules}, the log is of {release}")
    files, keys = dict[str, bytes](), dict[str, str]()
    for key, name in FILES.items():
        if (stock.directory / name).is_file():
            files[name] = read_bytes(stock.directory / name)
            keys[key] = name
    if changed:
        files["config"] = _with_options(files["config"].decode(), changed).encode()
        said += [
            f"its configuration has CONFIG_{name}={value}, as the log tells"
            for name, value in changed.items()
        ]
    return StandIn(stock, rules, files, keys, tuple(said))


def _nearest(arch: str, release: Release | None, pages: int) -> tuple[StockKernel, str]:
    shipped = [kernel for kernel in stock_kernels() if kernel.arch == arch and kernel.was_built]
    if not shipped:
        raise InputError(f"there is no shipped kernel for {arch}")
    if release is not None:
        try:
            return choose(arch, release, pages), ""
        except InputError:
            pass
    # None that suits by its image: the nearest release with such pages, or with others.
    wanted = release or shipped[-1].release
    found = min(
        shipped,
        key=lambda kernel: (
            kernel.pages != pages,
            abs(kernel.release[0] - wanted[0]),
            abs(kernel.release[1] - wanted[1]),
        ),
    )
    why = "" if found.pages == pages else f", and none with {pages}K pages is shipped"
    return found, why


def _same_rules(stock: StockKernel, release: Release) -> bool:
    """Whether the stand-in can boot by the rules of the log's release."""
    try:
        return choose(stock.arch, release, stock.pages) == stock
    except InputError:
        return False


def _with_options(config: str, changed: Mapping[str, str]) -> str:
    for name, value in changed.items():
        line = f"CONFIG_{name}={value}" if value != "n" else f"# CONFIG_{name} is not set"
        pattern = re.compile(rf"^(?:CONFIG_{name}=.*|# CONFIG_{name} is not set)$", re.MULTILINE)
        config, count = pattern.subn(line, config)
        if not count:
            config += f"{line}\n"
    return config
