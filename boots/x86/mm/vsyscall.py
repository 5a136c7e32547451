"""The page of the oldest system calls.  Mirrors arch/x86/entry/vsyscall/vsyscall_64.c."""

from __future__ import annotations

from ....model.arch.x86.entry_format import page_kernel_vvar
from ....model.trace.recorder import traced
from ...core.params import early_param
from ..variables import Kernel
from .fixmap import native_set_fixmap

KERNEL_FILE = "arch/x86/entry/vsyscall/vsyscall_64.c"

EINVAL = 22
MODES = ("emulate", "xonly", "none")


def _built_in(k: Kernel) -> str:
    """The mode without a word on the command line."""
    return next((mode for mode in MODES if k.config.enabled(f"LEGACY_VSYSCALL_{mode.upper()}")), "xonly")


@early_param("vsyscall")
@traced
def vsyscall_setup(k: Kernel, arg: str | None) -> int:
    """``vsyscall=emulate|xonly|none``."""
    if arg not in MODES:
        return -EINVAL
    k.vsyscall_mode = arg
    return 0


@traced
def map_vsyscall(k: Kernel) -> None:
    """Map the vsyscall page, if it shall be readable: to be executed it need not be there.  The tables above
    let user space through from the start."""
    if not k.config.enabled("X86_VSYSCALL_EMULATION"):
        return
    if (k.vsyscall_mode or _built_in(k)) == "emulate":
        prot = page_kernel_vvar(k.release) & k.default_kernel_pte_mask
        native_set_fixmap(k, "VSYSCALL_PAGE", k.pa_symbol("__vsyscall_page"), prot)
