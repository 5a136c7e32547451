"""Which APIC IDs there may be.  Mirrors arch/x86/include/asm/apicdef.h and kernel/apic."""

from __future__ import annotations

from .....model.firmware.madt import enabled_apic_ids
from ...variables import Kernel

MAX_LOCAL_APIC = 32768
XAPIC_IDS = 255
"""A local APIC that is no x2APIC has eight bits for its ID, and keeps the last one for all."""


def boot_cpu_has_apic(k: Kernel) -> bool:
    """Whether the CPU has a local APIC, and the command line lets it."""
    return k.machine.cpu_features.has("apic") and not k.apic.apic_is_disabled


def listed_apic_ids(k: Kernel) -> list[int]:
    """The APIC IDs of the CPUs that are there, in the order of the MADT, be it read or not."""
    table = next((table for table in k.firmware.acpi if table.signature == "APIC"), None)
    return enabled_apic_ids(table) if table else []


def x2apic_mode(k: Kernel) -> bool:
    """Whether firmware has made x2APICs of the local APICs: it must have if it lists a CPU whose ID is too
    large for anything else."""
    can = k.config.enabled("X86_X2APIC") and k.machine.cpu_features.has("x2apic")
    return can and any(apic_id >= XAPIC_IDS for apic_id in listed_apic_ids(k))


def apic_id_valid(k: Kernel, apic_id: int) -> bool:
    """Whether an APIC can have this ID."""
    return apic_id < XAPIC_IDS or x2apic_mode(k)


def read_apic_id(k: Kernel) -> int:
    """The APIC ID of the CPU that boots: firmware lists that one first; 0 if it lists none."""
    return next(iter(listed_apic_ids(k)), 0)
