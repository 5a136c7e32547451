"""Which CPUs there are and may be, until 6.8.  Mirrors ``generic_processor_info()`` of
arch/x86/kernel/apic/apic.c and ``prefill_possible_map()`` of arch/x86/kernel/smpboot.c.
"""

from __future__ import annotations

from .....model.trace.recorder import traced
from ....core.params import early_param
from ....lib.cmdline import get_option
from ...variables import Kernel
from .ids import apic_id_valid, boot_cpu_has_apic, read_apic_id

KERNEL_FILE = "arch/x86/kernel/smpboot.c"

EINVAL, ENODEV = 22, 19


@early_param("possible_cpus")
@traced
def _setup_possible_cpus(k: Kernel, value: str | None) -> int:
    """``possible_cpus=``: so many CPUs, whatever firmware says."""
    found, number, _ = get_option(value or "")
    if found:
        k.apic.setup_possible_cpus = number
    return 0


def _allocate_logical_cpuid(k: Kernel, apic_id: int) -> int:
    """The number of a CPU: the one it has, or the next; number 0 is the boot CPU's.  Less than 0 if there is
    none left."""
    known = k.apic.cpuid_to_apicid
    for cpu, known_id in known.items():
        if known_id == apic_id:
            return cpu
    cpu = max(max(known, default=0) + 1, 1)
    if cpu >= k.nr_cpu_ids:
        k.warn(
            "APIC: NR_CPUS/possible_cpus limit of {} reached. Processor {}/0x{:x} and the rest are ignored.",
            *(k.nr_cpu_ids, cpu, apic_id),
        )
        return -EINVAL
    return cpu


@traced
def generic_processor_info(k: Kernel, apic_id: int) -> int:
    """Give a CPU that is there a number.  Returns it, or an error."""
    apic, most = k.apic, k.nr_cpu_ids
    if apic.disabled_cpu_apicid == apic_id != read_apic_id(k):
        this_cpu = apic.num_processors + apic.disabled_cpus
        k.pr_warn("APIC: Disabling requested cpu. Processor {}/0x{:x} ignored.", this_cpu, apic_id)
        apic.disabled_cpus += 1
        return -ENODEV
    is_boot_cpu = apic_id == apic.boot_cpu_physical_apicid
    boot_cpu_seen = apic.boot_cpu_physical_apicid in apic.present
    if not boot_cpu_seen and apic.num_processors >= most - 1 and not is_boot_cpu:
        k.pr_warn(
            "APIC: NR_CPUS/possible_cpus limit of {} almost reached. Keeping one slot for boot cpu."
            "  Processor {}/0x{:x} ignored.",
            *(most, most + apic.disabled_cpus - 1, apic_id),
        )
        apic.disabled_cpus += 1
        return -ENODEV
    if apic.num_processors >= most:
        k.pr_warn(
            "APIC: NR_CPUS/possible_cpus limit of {} reached. Processor {}/0x{:x} ignored.",
            *(most, most + apic.disabled_cpus, apic_id),
        )
        apic.disabled_cpus += 1
        return -EINVAL
    cpu = 0 if is_boot_cpu else _allocate_logical_cpuid(k, apic_id)
    if cpu < 0:
        apic.disabled_cpus += 1
        return -EINVAL
    apic.cpuid_to_apicid[cpu] = apic.x86_cpu_to_apicid[cpu] = apic_id
    apic.present.add(apic_id)
    apic.num_processors += 1
    return cpu


def _count_boot_cpu(k: Kernel) -> None:
    """Firmware has listed no CPU at all: there is the one that boots."""
    apic_id = k.apic.boot_cpu_physical_apicid
    if boot_cpu_has_apic(k):
        k.pr_warn("Boot CPU (id {}) not listed by BIOS", read_apic_id(k))
        if 0 not in k.apic.x86_cpu_to_apicid and apic_id_valid(k, apic_id):
            generic_processor_info(k, apic_id)
    k.apic.num_processors = k.apic.num_processors or 1


@traced
def prefill_possible_map(k: Kernel) -> None:
    """Decide how many CPUs are possible: those that are there, and those that firmware lists but are not."""
    apic, max_cpus = k.apic, k.setup_max_cpus
    if not apic.num_processors:
        _count_boot_cpu(k)
    hotplug = k.config.enabled("HOTPLUG_CPU")
    limit = max_cpus or 1
    if apic.setup_possible_cpus != -1:
        possible = apic.setup_possible_cpus
    elif hotplug:
        possible = apic.num_processors + (apic.disabled_cpus if max_cpus else 0)
    else:
        possible = min(apic.num_processors, limit)
    # A negative number counts as a very large one.
    if possible & 0xFFFFFFFF > k.nr_cpu_ids:
        k.pr_warn("smpboot: {} Processors exceeds NR_CPUS limit of {}", possible, k.nr_cpu_ids)
        possible = k.nr_cpu_ids
    if not (hotplug and max_cpus) and possible > limit:
        k.pr_warn("smpboot: {} Processors exceeds max_cpus limit of {}", possible, max_cpus)
        possible = limit
    k.nr_cpu_ids = possible
    hotplugged = max(possible - apic.num_processors, 0)
    k.pr_info("smpboot: Allowing {} CPUs, {} hotplug CPUs", possible, hotplugged)
    k.cpu_possible = tuple(range(possible))
