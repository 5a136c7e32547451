"""Where a dead kernel's core header is.  Mirrors kernel/crash_dump.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.trace.recorder import traced
from ..core.params import EINVAL, early_param
from ..lib.cmdline import memparse

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "kernel/crash_dump.c"


@early_param("elfcorehdr")
@traced
def setup_elfcorehdr(k: Kernel, arg: str | None) -> int:
    """``elfcorehdr=[size@]address``, bytes; it counts more than the device tree's."""
    if arg is None:
        return -EINVAL
    k.elfcorehdr_addr, rest = memparse(arg)
    if rest.startswith("@"):
        k.elfcorehdr_size = k.elfcorehdr_addr
        k.elfcorehdr_addr, rest = memparse(rest[1:])
    return 0 if rest != arg else -EINVAL
