"""Where the command line says the initrd is.  Mirrors init/do_mounts_initrd.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.trace.recorder import traced
from ..core.params import early_param
from ..lib.cmdline import memparse

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "init/do_mounts_initrd.c"


@early_param("initrdmem")
@traced
def early_initrdmem(k: Kernel, p: str | None) -> int:
    """``initrdmem=start,size``, bytes: instead of what the boot loader says."""
    start, rest = memparse(p or "")
    if rest.startswith(","):
        k.phys_initrd_start = start
        k.phys_initrd_size, _ = memparse(rest[1:])
    return 0


@early_param("initrd")
@traced
def early_initrd(k: Kernel, p: str | None) -> int:
    """``initrd=start,size``: the older name."""
    return early_initrdmem(k, p)
