"""What the kernel knows of ACPI early on.  Mirrors the variables of drivers/acpi/tables.c,
drivers/acpi/numa/srat.c, arch/arm64/kernel/acpi.c and arch/arm64/kernel/acpi_numa.c."""

from __future__ import annotations

from dataclasses import dataclass, field

from ....model.firmware.acpi_tables import AcpiTable, GenericInterrupt


@dataclass
class Acpi:
    """`params` are the words ``acpi=`` had; `tables` the list of installed tables; `cpu_madt_gicc` the MADT's
    entry of each CPU; the maps lead from proximity domains to nodes, and from CPUs to nodes."""

    params: set[str] = field(default_factory=set[str])
    verify_table_checksum: bool = False
    apic_instance: int = 0
    tables: list[AcpiTable] = field(default_factory=list[AcpiTable])
    pxm_to_node_map: dict[int, int] = field(default_factory=dict[int, int])
    node_to_pxm_map: dict[int, int] = field(default_factory=dict[int, int])
    srat_revision: int = 0
    parsed_numa_memblks: int = 0
    early_node_map: dict[int, int] = field(default_factory=dict[int, int])
    cpu_madt_gicc: dict[int, GenericInterrupt] = field(default_factory=dict[int, GenericInterrupt])
    cpu_logical_map: dict[int, int] = field(default_factory=dict[int, int])
