"""At which exception level the kernel started, and at which it runs.  Mirrors arch/arm64/include/asm/virt.h
and ``__finalise_el2`` of arch/arm64/kernel/hyp-stub.S.

A kernel that was started at EL2 can make a hypervisor.  If the CPU has FEAT_VHE it stays at EL2 itself,
unless the command line keeps it from that.
"""

from __future__ import annotations

from ....model.firmware.acpi_tables import AcpiTable
from ....model.firmware.devicetree.tree import DeviceTree
from ...core.inputs import Firmware
from ..variables import Kernel
from .cpu import this_cpu
from .idreg_override import HVHE, VH, early_command_line, overrides

PSCI_NODES = ("arm,psci-1.0", "arm,psci-0.2", "arm,psci")
FADT_ARM_BOOT_FLAGS_AT = 129
ACPI_FADT_PSCI_USE_HVC = 1 << 1


def is_hyp_mode_available(k: Kernel) -> bool:
    """Whether the CPUs were started at EL2."""
    told = k.machine.exception_level
    return (told or likely_exception_level(k.fdt, k.firmware)) == 2


def is_kernel_in_hyp_mode(k: Kernel) -> bool:
    """Whether the kernel runs at EL2 too, its own hypervisor."""
    chosen = k.fdt.find("/chosen")
    given = overrides(early_command_line(k.config, chosen.string("bootargs") if chosen else None))
    # With a hypervisor that uses VHE alone; before 6.5 kvm-arm.mode=protected turned it off for both.
    kept_below = given.get(VH, 1) == 0 or given.get(HVHE) == 1
    return is_hyp_mode_available(k) and this_cpu(k).vhe and not kept_below


def likely_exception_level(fdt: DeviceTree, firmware: Firmware) -> int:
    """At which level firmware starts kernels that it serves this way: one that is asked by a hypervisor call
    sits at EL2 itself."""
    methods = [node.string("method") for node in fdt.nodes() if _is_psci(node.strings("compatible"))]
    return 1 if "hvc" in methods or any(map(_is_asked_by_hvc, firmware.acpi)) else 2


def _is_psci(compatible: tuple[str, ...]) -> bool:
    return any(name in PSCI_NODES for name in compatible)


def _is_asked_by_hvc(table: AcpiTable) -> bool:
    is_fadt = table.signature == "FACP" and table.length >= FADT_ARM_BOOT_FLAGS_AT + 2
    return is_fadt and bool(table.u16(FADT_ARM_BOOT_FLAGS_AT) & ACPI_FADT_PSCI_USE_HVC)
