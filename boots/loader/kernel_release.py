"""The release of a kernel that somebody gives, told by its files, and whether it is the one they say."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from ...model.build.release import NEWEST, Release
from ...model.build.release_signs import Releases, possible_releases
from ...model.errors import InputError
from ..input_files import read_text
from ..machine import RELEASE_OF_KERNEL, Machine
from .stock_kernel import release_of

COMPARED = ((6, 1), (6, 12))
"""The releases whose boots have been compared with real kernels, line by line."""


def with_release(machine: Machine, symbols: Mapping[str, int], banner: Release | None) -> Machine:
    """A machine whose own kernel has these symbols, with the kernel's release if it names none.

    `banner` is what the image itself says it is.  Raises `InputError` if the machine names another release
    than its kernel's.
    """
    possible = possible_releases(symbols, len(symbols))
    header = release_of(read_text(machine.config)) if machine.config else None
    told = banner or (header if header and possible.holds(header.series) else None)
    if machine.release == RELEASE_OF_KERNEL:
        return dataclasses.replace(machine, release=told or _likely(possible))
    _check(machine, machine.vmlinux or machine.kallsyms, banner, header, possible)
    return machine


def with_patch_level(machine: Machine, told: Release | None) -> Machine:
    """A machine whose release has a patch level: its own, or else that of `told`, the same release."""
    if told and machine.release.patch == NEWEST and told.series == machine.release.series:
        return dataclasses.replace(machine, release=told)
    return machine


def _likely(possible: Releases) -> Release:
    """The best known of the releases that it may be."""
    return Release(*next((release for release in COMPARED if possible.holds(release)), possible.first))


def _check(
    machine: Machine,
    kernel: Path | None,
    banner: Release | None,
    header: Release | None,
    possible: Releases,
) -> None:
    """Refuse a kernel of another release than the machine says."""
    asked = machine.release
    if banner is not None:
        if banner.series != asked.series:
            raise InputError(f"{kernel}: this kernel says that it is Linux {banner}, not {asked}")
        return
    if not possible.holds(asked.series):
        raise InputError(f"{kernel}: this is not Linux {asked}, {possible.why_not(asked.series)}")
    if header is not None and header.series != asked.series and possible.holds(header.series):
        raise InputError(
            f"{kernel}: this is not Linux {asked}, its configuration {machine.config} is {header}'s"
        )
