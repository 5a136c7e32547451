"""The release of a kernel that somebody gives, told by its files, and whether it is the one they say."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from ...model.build.release_signs import Releases, possible_releases
from ...model.errors import InputError
from ..input_files import read_text
from ..machine import DEFAULT_RELEASE, RELEASE_OF_KERNEL, Machine
from .stock_kernel import release_of

COMPARED = (DEFAULT_RELEASE, (6, 12))
"""The releases whose boots have been compared with real kernels, line by line."""


def words(release: tuple[int, int]) -> str:
    """A release as people write it."""
    return f"{release[0]}.{release[1]}"


def with_release(machine: Machine, symbols: Mapping[str, int], banner: tuple[int, int] | None) -> Machine:
    """A machine whose own kernel has these symbols, with the kernel's release if it names none.

    `banner` is what the image itself says it is.  Raises `InputError` if the machine names another release
    than its kernel's.
    """
    possible = possible_releases(symbols, len(symbols))
    header = release_of(read_text(machine.config)) if machine.config else None
    told = banner or (header if header and possible.holds(header) else None)
    if machine.release == RELEASE_OF_KERNEL:
        return dataclasses.replace(machine, release=told or _likely(possible))
    _check(machine, machine.vmlinux or machine.kallsyms, banner, header, possible)
    return machine


def _likely(possible: Releases) -> tuple[int, int]:
    """The best known of the releases that it may be."""
    return next((release for release in COMPARED if possible.holds(release)), possible.first)


def _check(
    machine: Machine,
    kernel: Path | None,
    banner: tuple[int, int] | None,
    header: tuple[int, int] | None,
    possible: Releases,
) -> None:
    """Refuse a kernel of another release than the machine says."""
    asked = (machine.release[0], machine.release[1])
    if banner is not None:
        if banner != asked:
            raise InputError(
                f"{kernel}: this kernel says that it is Linux {words(banner)}, not {words(asked)}"
            )
        return
    if not possible.holds(asked):
        raise InputError(f"{kernel}: this is not Linux {words(asked)}, {possible.why_not(asked)}")
    if header is not None and header != asked and possible.holds(header):
        raise InputError(
            f"{kernel}: this is not Linux {words(asked)}, its configuration {machine.config} is"
            f" {words(header)}'s"
        )
