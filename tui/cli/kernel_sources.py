"""The source that ``--kernel-source`` names, or else config.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...model.build.kernel_source.functions import KernelSource
    from ..settings.config import Settings


def opened(given: str | None, config: Settings) -> KernelSource | None:
    """The source of the kernel that an option names, or without one the configuration; None if neither does.
    An option that is empty wants none.  Raises `InputError`."""
    path = config.kernel_source if given is None else given
    if not path:
        return None
    from ...model.build.kernel_source.opened import open_kernel_source  # only where one is named

    return open_kernel_source(path)
