"""What the CPU can do that page tables depend on.  Mirrors, of arch/x86/kernel/setup.c, what is about NX, and
arch/x86/include/asm/cpufeature.h."""

from __future__ import annotations

from ....model.arch.x86.entry_format import NX
from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/setup.c"


def boot_cpu_has(k: Kernel, flag: str) -> bool:
    """Whether the CPU has a feature, by its name in /proc/cpuinfo."""
    return k.machine.cpu_features.has(flag)


def boot_cpu_has_bug(k: Kernel, bug: str) -> bool:
    """Whether the CPU has a bug, by its name in /proc/cpuinfo."""
    return k.machine.cpu_features.has_bug(bug)


def has_gbpages(k: Kernel) -> bool:
    """Whether page tables may map 1 GiB with one entry (X86_FEATURE_GBPAGES)."""
    return boot_cpu_has(k, "pdpe1gb")


@traced
def x86_configure_nx(k: Kernel) -> None:
    """Entries may say that their memory is not executed, if the CPU knows that bit."""
    if boot_cpu_has(k, "nx"):
        k.supported_pte_mask |= NX
    else:
        k.supported_pte_mask &= ~NX


@traced
def x86_report_nx(k: Kernel) -> None:
    """Say whether memory can be protected from being executed."""
    if boot_cpu_has(k, "nx"):
        k.pr_info("NX (Execute Disable) protection: active")
    else:
        k.pr_notice("Notice: NX (Execute Disable) protection missing in CPU!")
