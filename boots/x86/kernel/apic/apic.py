"""Local APICs: each CPU has one, by whose ID it is known.  Mirrors arch/x86/kernel/apic/apic.c.

What its registers say is not known: the APIC is taken to be at the address that firmware tells.
"""

from __future__ import annotations

from .....model.trace.recorder import traced
from ....core.params import early_param
from ....lib.cmdline import get_option
from ...mm.fixmap import set_fixmap_nocache
from ...subsystems import APIC_DEFAULT_PHYS_BASE
from ...variables import Kernel
from .ids import boot_cpu_has_apic, read_apic_id, x2apic_mode
from .topology import topology_register_boot_apic

KERNEL_FILE = "arch/x86/kernel/apic/apic.c"

EINVAL = 22


@early_param("disableapic")
@traced
def setup_disableapic(k: Kernel, arg: str | None) -> int:
    """``disableapic``: the CPU has no local APIC."""
    k.apic.apic_is_disabled = True
    return 0


@early_param("nolapic")
@traced
def setup_nolapic(k: Kernel, arg: str | None) -> int:
    """``nolapic`` is the same."""
    return setup_disableapic(k, arg)


@early_param("disable_cpu_apicid")
@traced
def apic_set_disabled_cpu_apicid(k: Kernel, arg: str | None) -> int:
    """``disable_cpu_apicid=``: do not use the CPU with this APIC ID, if it is not the one that boots."""
    found, number, _ = get_option(arg or "")
    if not found:
        return -EINVAL
    k.apic.disabled_cpu_apicid = number
    return 0


def _read_boot_cpu_id(k: Kernel) -> None:
    """Learn which CPU boots, and since 6.9 note it as the first."""
    if k.apic.boot_cpu_physical_apicid == -1:
        k.apic.boot_cpu_physical_apicid = read_apic_id(k)
        if k.release >= (6, 9):
            topology_register_boot_apic(k, k.apic.boot_cpu_physical_apicid)


@traced
def register_lapic_address(k: Kernel, address: int) -> None:
    """Map the registers of the local APIC, unless they are reached without memory (x2APIC)."""
    k.apic.mp_lapic_addr = address
    if not x2apic_mode(k):
        set_fixmap_nocache(k, "FIX_APIC_BASE", address)
    _read_boot_cpu_id(k)


def check_x2apic(k: Kernel) -> None:
    """Learn which CPU boots, if firmware has made an x2APIC of its local APIC."""
    if x2apic_mode(k):
        k.pr_info("x2apic: enabled by BIOS, switching to x2apic ops")
        _read_boot_cpu_id(k)


@traced
def detect_init_APIC(k: Kernel) -> bool:
    """Whether there is a local APIC, though no table tells of one."""
    if not boot_cpu_has_apic(k):
        k.pr_info("No local APIC present")
        return False
    if k.release >= (6, 5):
        register_lapic_address(k, APIC_DEFAULT_PHYS_BASE)
    else:
        k.apic.mp_lapic_addr = APIC_DEFAULT_PHYS_BASE
    return True


@traced
def init_apic_mappings(k: Kernel) -> None:
    """Map the local APIC, if no table has told of it."""
    apic = k.apic
    if x2apic_mode(k):
        return
    if not apic.smp_found_config and not detect_init_APIC(k):
        k.pr_info("APIC: disable apic facility")
    elif k.release < (6, 5) and not apic.acpi_lapic and not apic.smp_found_config:
        register_lapic_address(k, apic.mp_lapic_addr)
    if k.release < (6, 9):
        apic.boot_cpu_physical_apicid = read_apic_id(k)
