"""What arch/x86 keeps in static variables of CPUs and interrupt controllers, and drivers/firmware of SMBIOS;
nobody records it."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct, field

from ...model.firmware.smbios import Structure

APIC_DEFAULT_PHYS_BASE = 0xFEE00000
ALL_CPUS = -1


class IoApic(NamedTuple):
    """One ``struct ioapic``: its ID, its physical address, and the interrupts (GSI) from the first to the
    last."""

    apic_id: int
    address: int
    gsi_base: int
    gsi_end: int


class Apic(Struct):
    """Of arch/x86/kernel/apic, acpi/boot.c, smpboot.c, cpu/topology.c and mm/numa.c.

    APIC IDs: `boot_cpu_physical_apicid` (-1 until it was read), `cpuid_to_apicid` of CPUs that have a number,
    `x86_cpu_to_apicid` of those that are present; `apicid_to_node` is the node that SRAT tells.
    Counts until 6.8: `num_processors` that are present, `disabled_cpus` that may be plugged in.  Since 6.9:
    `registered` APICs and those of them that are `present`; `nr_assigned_cpus`, `nr_disabled_cpus` and
    `nr_rejected_cpus`, and the APIC ID of the CPU that firmware lists first.
    Limits of the command line: `setup_possible_cpus` (-1: none), `disabled_cpu_apicid` (-1: none).
    `mp_lapic_addr` and `acpi_lapic_addr` are where the local APIC's registers are, as physical addresses.
    """

    boot_cpu_physical_apicid: int = -1
    cpuid_to_apicid: dict[int, int] = field(default_factory=dict[int, int])
    x86_cpu_to_apicid: dict[int, int] = field(default_factory=dict[int, int])
    apicid_to_node: dict[int, int] = field(default_factory=dict[int, int])

    num_processors: int = 0
    disabled_cpus: int = 0
    registered: set[int] = field(default_factory=set[int])
    present: set[int] = field(default_factory=set[int])
    nr_assigned_cpus: int = 1
    nr_disabled_cpus: int = 0
    nr_rejected_cpus: int = 0
    real_bsp_apic_id: int = -1

    setup_possible_cpus: int = ALL_CPUS
    disabled_cpu_apicid: int = -1
    apic_is_disabled: bool = False
    skip_ioapic_setup: bool = False

    smp_found_config: bool = False
    acpi_lapic: bool = False
    acpi_ioapic: bool = False
    acpi_noirq: bool = False
    acpi_force: bool = False
    acpi_nobgrt: bool = False
    acpi_support_online_capable: bool = False
    has_lapic_cpus: bool = False
    mp_lapic_addr: int = 0
    acpi_lapic_addr: int = APIC_DEFAULT_PHYS_BASE
    ioapics: list[IoApic] = field(default_factory=list[IoApic])
    hpet_address: int = 0


class Dmi(Struct):
    """Of drivers/firmware/dmi_scan.c: strings by their names, devices by type and name, how many memory
    devices there are and how many of them are populated; the version, the address, the bytes and the number
    of the structures (0: up to the one that ends them), and each by its physical address."""

    idents: dict[str, bytes] = field(default_factory=dict[str, bytes])
    devices: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    memory_devices: int = 0
    populated: int = 0
    version: int = 0
    base: int = 0
    length: int = 0
    count: int = 0
    structures: dict[int, Structure] = field(default_factory=dict[int, Structure])
