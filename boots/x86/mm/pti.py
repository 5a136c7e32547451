"""Whether user space gets page tables of its own, in which the kernel is missing.  Mirrors
arch/x86/mm/pti.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ...core.params import early_param
from ...kernel.cpu import cpu_mitigations_off
from ..lib.cmdline import cmdline_find_option, cmdline_find_option_bool
from ..variables import Kernel
from .cpu_features import boot_cpu_has_bug

KERNEL_FILE = "arch/x86/mm/pti.c"

EINVAL = 22
MODES = ("off", "on", "auto")
PREFIX = "Kernel/User page tables isolation: {}"


@early_param("pti")
@traced
def pti_parse_cmdline(k: Kernel, arg: str | None) -> int:
    """``pti=off|on|auto``: an early parameter since 6.7; before, the boot looks for it itself."""
    if arg not in MODES:
        return -EINVAL
    k.pti_mode = arg
    return 0


@early_param("nopti")
@traced
def pti_parse_cmdline_nopti(k: Kernel, arg: str | None) -> int:
    """``nopti``, likewise."""
    k.pti_mode = "off"
    return 0


def _mode_on_command_line(k: Kernel) -> str:
    """What the command line says: off, on, auto or nothing."""
    if k.release >= (6, 7):
        return "off" if cpu_mitigations_off(k) else k.pti_mode
    told = cmdline_find_option(k.boot_command_line, "pti")
    if told in MODES:
        return told
    without = cmdline_find_option_bool(k.boot_command_line, "nopti") or cpu_mitigations_off(k)
    return "off" if without else ""


@traced
def pti_check_boottime_disable(k: Kernel) -> None:
    """Decide: without a word on the command line, by whether the CPU has the bug called Meltdown."""
    names = ("MITIGATION_PAGE_TABLE_ISOLATION", "PAGE_TABLE_ISOLATION")
    if not any(k.config.enabled(name) for name in names):
        return
    mode, insecure = _mode_on_command_line(k), boot_cpu_has_bug(k, "cpu_meltdown")
    if mode == "off":
        if insecure:
            k.pr_info(PREFIX, "disabled on command line.")
        return
    if mode == "on" and not insecure:
        k.pr_info(PREFIX, "force enabled on command line.")
    k.has_pti = mode == "on" or insecure
