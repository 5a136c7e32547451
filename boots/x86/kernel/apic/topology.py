"""Which CPUs there are and may be, since 6.9.  Mirrors arch/x86/kernel/cpu/topology.c.

What CPUID says of packages and cores is not known, so nothing is printed of these.
"""

from __future__ import annotations

from .....model.trace.recorder import traced
from ....core.params import early_param
from ....lib.cmdline import get_option
from ...variables import Kernel
from .ids import MAX_LOCAL_APIC

KERNEL_FILE = "arch/x86/kernel/cpu/topology.c"


@early_param("possible_cpus")
@traced
def setup_possible_cpus(k: Kernel, value: str | None) -> int:
    """``possible_cpus=``: no more CPUs than this."""
    found, number, _ = get_option(value or "")
    if found:
        k.apic.setup_possible_cpus = number & 0xFFFFFFFF
    return 0


def _numbered(k: Kernel, apic_id: int) -> int:
    """The number of a CPU: the one it has, or the next."""
    apic = k.apic
    if apic_id == apic.boot_cpu_physical_apicid:
        return 0
    for cpu, known_id in apic.cpuid_to_apicid.items():
        if known_id == apic_id and cpu < apic.nr_assigned_cpus:
            return cpu
    apic.nr_assigned_cpus += 1
    return apic.nr_assigned_cpus - 1


def _register(k: Kernel, apic_id: int, present: bool) -> None:
    """``topo_register_apic``: note an APIC; its CPU gets a number if it is there."""
    apic = k.apic
    apic.registered.add(apic_id)
    if present:
        cpu = _numbered(k, apic_id)
        apic.present.add(apic_id)
        apic.cpuid_to_apicid[cpu] = apic.x86_cpu_to_apicid[cpu] = apic_id
    else:
        apic.nr_disabled_cpus += 1


def _is_the_real_first(k: Kernel, apic_id: int) -> None:
    """``check_for_real_bsp``: firmware should list the CPU that boots first.  The CPU's own word, in a model
    specific register, is taken to be that it is the first."""
    apic = k.apic
    if apic.real_bsp_apic_id != -1:
        return
    apic.real_bsp_apic_id = apic.boot_cpu_physical_apicid
    if apic_id != apic.boot_cpu_physical_apicid:
        words = "CPU topo: Boot CPU APIC ID not the first enumerated APIC ID: {:x} != {:x}"
        k.pr_warn(words, apic.boot_cpu_physical_apicid, apic_id)
        k.pr_warn("CPU topo: [Firmware Bug]: APIC enumeration order not specification compliant")


@traced
def topology_register_apic(k: Kernel, apic_id: int, present: bool) -> None:
    """Note an APIC that firmware lists, whether its CPU is there or may be plugged in."""
    apic = k.apic
    if apic_id >= MAX_LOCAL_APIC:
        k.pr_warn_once("CPU topo: APIC ID {:x} exceeds kernel limit of: {:x}", apic_id, MAX_LOCAL_APIC - 1)
        apic.nr_rejected_cpus += 1
        return
    _is_the_real_first(k, apic_id)
    if apic_id != apic.boot_cpu_physical_apicid and apic.nr_assigned_cpus >= k.nr_cpu_ids:
        k.pr_warn_once("CPU topo: CPU limit of {} reached. Ignoring further CPUs", k.nr_cpu_ids)
        apic.nr_rejected_cpus += 1
        return
    _register(k, apic_id, present)


@traced
def topology_register_boot_apic(k: Kernel, apic_id: int) -> None:
    """Note the APIC of the CPU that boots, which is number 0."""
    k.apic.boot_cpu_physical_apicid = apic_id
    _register(k, apic_id, True)


@traced
def topology_apply_cmdline_limits_early(k: Kernel) -> None:
    """Let no more CPUs be possible than the command line allows, before firmware is asked for them."""
    possible = k.nr_cpu_ids
    if not k.setup_max_cpus or k.apic.apic_is_disabled:
        possible = 1
    if k.apic.setup_possible_cpus != -1:
        possible = min(k.apic.setup_possible_cpus, possible)
    if possible < k.nr_cpu_ids:
        k.pr_info("CPU topo: Limiting to {} possible CPUs", possible)
        k.nr_cpu_ids = possible


@traced
def topology_init_possible_cpus(k: Kernel) -> None:
    """Decide how many CPUs are possible: those that are there, and those that may be plugged in."""
    apic = k.apic
    assigned, disabled = apic.nr_assigned_cpus, apic.nr_disabled_cpus
    total, allowed = assigned + disabled, 1
    if apic.boot_cpu_physical_apicid == -1:
        topology_register_boot_apic(k, 0)
    if apic.smp_found_config and not apic.apic_is_disabled:
        if assigned > k.nr_cpu_ids:
            k.warn_on("assigned > nr_cpu_ids")
            assigned = k.nr_cpu_ids
        allowed = min(total, k.nr_cpu_ids)
    if total > allowed:
        k.pr_warn("CPU topo: {} possible CPUs exceed the limit of {}", total, allowed)
    assigned = min(allowed, assigned)
    disabled = allowed - assigned
    apic.nr_assigned_cpus, apic.nr_disabled_cpus = assigned, disabled
    k.nr_cpu_ids = allowed
    k.pr_info("CPU topo: Allowing {} present CPUs plus {} hotplug CPUs", assigned, disabled)
    if apic.nr_rejected_cpus:
        k.pr_info("CPU topo: Rejected CPUs {}", apic.nr_rejected_cpus)
    for apic_id in sorted(apic.registered - apic.present)[:disabled]:
        apic.cpuid_to_apicid[apic.nr_assigned_cpus] = apic_id
        apic.nr_assigned_cpus += 1
    k.cpu_possible = tuple(range(max(allowed, 1)))
