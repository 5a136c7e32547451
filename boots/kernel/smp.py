"""How many CPUs the command line allows.  Mirrors kernel/smp.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.trace.recorder import traced
from ..core.params import early_param
from ..lib.cmdline import get_option

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "kernel/smp.c"


@early_param("nr_cpus")
@traced
def nrcpus(k: Kernel, value: str | None) -> int:
    """``nr_cpus=``: no more CPUs than this."""
    found, number, _ = get_option(value or "")
    if found and 0 < number < k.nr_cpu_ids:
        k.nr_cpu_ids = number
    return 0


def _limit(k: Kernel, number: int) -> None:
    """Start no more than `number` CPUs later; with none beside the first, some architectures do without the
    interrupt controllers for many."""
    k.setup_max_cpus = number
    if number == 0 and k.arch.arch_disable_smp_support:
        k.arch.arch_disable_smp_support(k)


@early_param("nosmp")
@traced
def nosmp(k: Kernel, value: str | None) -> int:
    """``nosmp``: one CPU is enough."""
    _limit(k, 0)
    return 0


@early_param("maxcpus")
@traced
def maxcpus(k: Kernel, value: str | None) -> int:
    """``maxcpus=``: how many CPUs are started at boot; there may be more later."""
    found, number, _ = get_option(value or "")
    _limit(k, number if found else k.setup_max_cpus)
    return 0
