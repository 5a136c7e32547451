"""Which CPUs there are.  Mirrors arch/arm64/kernel/smp.c, as far as the device tree tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ....model.firmware.devicetree.tree import DTNode
from ....model.trace.recorder import traced
from ...drivers.of.base import of_read_number
from ...drivers.of.numa import for_each_of_cpu_node, of_node_to_nid
from ...mm.numa_tables import early_map_cpu_to_node
from .smp_acpi import acpi_parse_and_init_cpus, can_enable

if TYPE_CHECKING:
    from ..variables import Kernel

KERNEL_FILE = "arch/arm64/kernel/smp.c"

MPIDR_HWID_BITMASK = 0xFF00FFFFFF
INVALID_HWID = (1 << 64) - 1
ENABLE_METHODS = ("psci", "spin-table")


def _hwid(k: Kernel, node: DTNode) -> int:
    """A CPU's ``reg``, which is its MPIDR."""
    cpus = node.parent
    cells = cpus.cells("#address-cells") if cpus else ()
    return of_read_number(node.cells("reg")[: cells[0] if cells else 1])


def _can_enable(k: Kernel, node: DTNode) -> bool:
    """``smp_cpu_setup``: whether there is a way to start a CPU."""
    method = node.string("enable-method")
    if method is None:
        k.pr_warn("{}: missing enable-method property", node.path)
        return False
    if method not in ENABLE_METHODS:
        k.pr_warn("{}: unsupported enable-method property: {}", node.path, method)
        return False
    return True


@traced
def of_parse_and_init_cpus(k: Kernel) -> None:
    """Give every CPU of the device tree a number and a node; the one we run on is number 0."""
    boot_hwid = _boot_hwid(k)
    logical_map: dict[int, DTNode] = {}
    hwids: list[int] = []
    cpu_count, bootcpu_valid = 1, False
    nr_cpus = k.config.integer("NR_CPUS", 1)
    for node in for_each_of_cpu_node(k):
        hwid = _hwid(k, node)
        if hwid == boot_hwid and not bootcpu_valid:
            bootcpu_valid = True
            early_map_cpu_to_node(k, 0, of_node_to_nid(k, node.path))
            continue
        if hwid == boot_hwid:
            k.pr_err("{}: duplicate boot cpu reg property in DT", node.path)
        elif hwid in hwids:
            k.pr_err("{}: duplicate cpu reg properties in the DT", node.path)
        elif not hwid & ~MPIDR_HWID_BITMASK and cpu_count < nr_cpus:
            hwids.append(hwid)
            logical_map[cpu_count] = node
            early_map_cpu_to_node(k, cpu_count, of_node_to_nid(k, node.path))
        cpu_count += 1
    startable = (cpu for cpu, node in logical_map.items() if cpu < k.nr_cpu_ids and _can_enable(k, node))
    _set_possible(k, startable, cpu_count, bootcpu_valid)


def _boot_hwid(k: Kernel) -> int:
    """The MPIDR of the CPU we run on: the machine's first."""
    return next((_hwid(k, node) for node in for_each_of_cpu_node(k)), 0)


def _set_possible(k: Kernel, startable: Iterable[int], cpu_count: int, bootcpu_valid: bool) -> None:
    """What remains of ``smp_init_cpus``: the CPUs that can be started are possible."""
    if cpu_count > k.nr_cpu_ids:
        k.pr_warn("Number of cores ({}) exceeds configured maximum of {} - clipping", cpu_count, k.nr_cpu_ids)
    if not bootcpu_valid:
        k.pr_err("missing boot CPU MPIDR, not enabling secondaries")
        return
    k.cpu_possible = (0, *startable)


@traced
def smp_init_cpus(k: Kernel) -> None:
    """Learn the CPUs from the device tree or from ACPI."""
    if k.acpi_disabled:
        of_parse_and_init_cpus(k)
        return
    acpi_parse_and_init_cpus(k)
    cpus = k.acpi.cpu_logical_map
    startable = (cpu for cpu in cpus if 0 < cpu < k.nr_cpu_ids and can_enable(k, cpu))
    _set_possible(k, startable, len(cpus), 0 in k.acpi.cpu_madt_gicc)
