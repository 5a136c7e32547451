"""A CPU that firmware lists gets a number: in the way of its release."""

from __future__ import annotations

from ...variables import Kernel
from .ids import MAX_LOCAL_APIC
from .smpboot import generic_processor_info
from .topology import topology_register_apic


def register_cpu(k: Kernel, apic_id: int, enabled: bool) -> None:
    """Note a CPU by its APIC ID: it is there, or may be plugged in (``acpi_register_lapic()`` until 6.8)."""
    if k.release >= (6, 9):
        topology_register_apic(k, apic_id, enabled)
    elif apic_id >= MAX_LOCAL_APIC:
        k.pr_info("ACPI: skipped apicid that is too big")
    elif not enabled:
        k.apic.disabled_cpus += 1
    else:
        generic_processor_info(k, apic_id)
