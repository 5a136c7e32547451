"""The release of a kernel that somebody gives, told by its files, and whether it is the one they say."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from ....model.base.errors import InputError
from ....model.build.image.formats import FORMATS
from ....model.build.image.release_signs import Releases, possible_releases
from ....model.build.release import NEWEST, Release
from ...core.inputs import Machine
from ..machine_file import RELEASE_OF_KERNEL
from ..release_tables import compared_releases
from .config import Configuration
from .stock import release_of


def with_release(
    machine: Machine,
    symbols: Mapping[str, int],
    banner: Release | None,
    configuration: Configuration,
) -> Machine:
    """A machine whose own kernel has these symbols, with the kernel's release if it names none.

    `banner` is what the image itself says it is.  Raises `InputError` if the machine names another release
    than its kernel's.
    """
    possible = possible_releases(symbols, len(symbols), FORMATS[machine.arch].signs)
    header = release_of(configuration.text)
    told = banner or (header if header and possible.holds(header.series) else None)
    if machine.release == RELEASE_OF_KERNEL:
        return structs.replace(machine, release=told or _likely(possible))
    kernel = machine.vmlinux or machine.kallsyms
    asked = machine.release
    if banner is not None and banner.series != asked.series:
        raise InputError(f"{kernel}: this kernel says that it is Linux {banner}, not {asked}")
    if banner is None and not possible.holds(asked.series):
        raise InputError(f"{kernel}: this is not Linux {asked}, {possible.why_not(asked.series)}")
    if told is not None and told.series != asked.series:
        its = f"its configuration {configuration.name} is {told}'s"
        raise InputError(f"{kernel}: this is not Linux {asked}, {its}")
    return machine


def with_patch_level(machine: Machine, told: Release | None) -> Machine:
    """A machine whose release has a patch level: its own, or else that of `told`, the same release."""
    if told and machine.release.patch == NEWEST and told.series == machine.release.series:
        return structs.replace(machine, release=told)
    return machine


def _likely(possible: Releases) -> Release:
    """The best known of the releases that it may be."""
    compared = [release.series for release in compared_releases()]
    return Release(*next((series for series in compared if possible.holds(series)), possible.first))
