"""Whether the kernel guards against the bugs of CPUs.  Mirrors, of kernel/cpu.c, what is about
``mitigations=``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.trace.recorder import traced
from ..core.params import early_param

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "kernel/cpu.c"

OPTIONS = ("CPU_MITIGATIONS", "SPECULATION_MITIGATIONS")
"""The names that the configuration has had for it, today's first."""
MODES = ("off", "auto", "auto,nosmt")


def _built_in(k: Kernel) -> bool:
    """Whether the kernel was built to guard."""
    return any(k.config.enabled(name) for name in OPTIONS)


@early_param("mitigations")
@traced
def mitigations_parse_cmdline(k: Kernel, arg: str | None) -> int:
    """``mitigations=off|auto|auto,nosmt``."""
    # Since 6.10 it has no effect on a kernel that was built without.
    if k.release >= (6, 10) and not _built_in(k):
        k.pr_crit(
            "Kernel compiled without mitigations, ignoring 'mitigations'; system may still be vulnerable"
        )
    elif arg in MODES:
        k.mitigations = arg
    else:
        k.pr_crit("Unsupported mitigations={}, system may still be vulnerable", arg or "(null)")
    return 0


def cpu_mitigations_off(k: Kernel) -> bool:
    """Whether it does not guard, by its build or by the command line."""
    return (k.mitigations or ("auto" if _built_in(k) else "off")) == "off"
