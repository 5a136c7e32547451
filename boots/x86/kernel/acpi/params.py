"""What the command line says of ACPI.  Mirrors arch/x86/kernel/acpi/boot.c."""

from __future__ import annotations

from .....model.trace.recorder import traced
from ....core.params import early_param
from ...variables import Kernel

KERNEL_FILE = "arch/x86/kernel/acpi/boot.c"

EINVAL = 22
WITHOUT_EFFECT = ("strict", "copy_dsdt", "nocmcff")
"""Words of ``acpi=`` that matter later only."""


def disable_acpi(k: Kernel) -> None:
    """Do not use ACPI, neither for interrupts (arch/x86/include/asm/acpi.h)."""
    k.acpi_disabled = True
    k.apic.acpi_noirq = True


@early_param("acpi")
@traced
def parse_acpi(k: Kernel, arg: str | None) -> int:
    """``acpi=``: off, force (although the machine is known to be bad), noirq, rsdt (rather than XSDT)."""
    if arg == "off":
        disable_acpi(k)
    elif arg == "force":
        k.apic.acpi_force = True
        k.acpi_disabled = False
    elif arg == "rsdt":
        k.acpi.do_not_use_xsdt = True
    elif arg == "noirq":
        k.apic.acpi_noirq = True
    elif arg not in WITHOUT_EFFECT:
        return -EINVAL
    return 0


@early_param("bgrt_disable")
@traced
def parse_acpi_bgrt(k: Kernel, arg: str | None) -> int:
    """``bgrt_disable``: do not keep the picture that firmware shows."""
    k.apic.acpi_nobgrt = True
    return 0


@early_param("pci")
@traced
def parse_pci(k: Kernel, arg: str | None) -> int:
    """``pci=noacpi``: do not use ACPI for interrupts."""
    if arg == "noacpi":
        k.apic.acpi_noirq = True
    return 0


def acpi_mps_check(k: Kernel) -> bool:
    """Whether nothing is left that could tell of CPUs: then there is no local APIC."""
    if k.config.enabled("X86_MPPARSE") or not (k.acpi_disabled or k.apic.acpi_noirq):
        return False
    k.pr_warn(
        "ACPI: MPS support code is not built-in, using acpi=off or acpi=noirq or pci=noacpi may have problem"
    )
    return True
