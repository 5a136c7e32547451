"""What firmware and the first CPU make the kernel print before it can move its log to a larger buffer.  It is
not about memory and not shown, but takes room in the buffer.  Mirrors drivers/firmware/psci/psci.c and
arch/arm64/kernel/{cpuinfo,cpu_errata,cpufeature,alternative}.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...core.printk_records import store_others
from ...drivers.of.base import of_is_compatible

if TYPE_CHECKING:
    from ..variables import Kernel

PSCI_COMPATIBLES = ("arm,psci-1.0", "arm,psci-0.2")
PSCI_ANSWERS = (
    "psci: PSCIv1.1 detected in firmware.",
    "psci: Using standard PSCI v0.2 function IDs",
    "psci: Trusted OS migration not required",
    "psci: SMC Calling Convention v1.0",
)
"""What is printed of firmware as most boards have it; another version is as long."""


class Detected(NamedTuple):
    """A property or an erratum of some CPUs, that a kernel with this option ("": any) looks for."""

    name: str
    option: str
    cpus: frozenset[str]


OLD_LARGE = frozenset(("cortex-a57", "cortex-a72"))
SPECULATING = OLD_LARGE | {"cortex-a76", "cortex-a710", "neoverse-n1", "neoverse-n2", "neoverse-v1", "max"}
DETECTED = (
    Detected("Spectre-v2", "", OLD_LARGE),
    Detected("Spectre-v3a", "RANDOMIZE_BASE", OLD_LARGE),
    Detected("Spectre-v4", "", SPECULATING),
    Detected("Spectre-BHB", "", SPECULATING),
    Detected("ARM erratum 834220", "ARM64_ERRATUM_834220", frozenset({"cortex-a57"})),
    Detected("ARM erratum 1742098", "ARM64_ERRATUM_1742098", OLD_LARGE),
    Detected("ARM erratum 832075", "ARM64_ERRATUM_832075", frozenset({"cortex-a57"})),
    Detected(
        "ARM errata 1165522, 1319367, or 1530923",
        "ARM64_WORKAROUND_SPECULATIVE_AT",
        OLD_LARGE | {"cortex-a76", "cortex-a55"},
    ),
)


def _isolation(k: Kernel) -> tuple[str, ...]:
    """What is said of separate page tables for user space (``unmap_kernel_at_el0()``)."""
    words = "CPU features: kernel page table isolation"
    if not k.config.enabled("UNMAP_KERNEL_AT_EL0"):
        return (f"{words} disabled by kernel configuration",)
    if k.arm64_use_ng_mappings:
        return f"{words} forced ON by KASLR", "CPU features: detected: Kernel page table isolation (KPTI)"
    return ()


def psci_init(k: Kernel) -> None:
    """The kernel asks firmware how to start CPUs."""
    if not k.acpi_disabled:
        store_others(k, "psci: probing for conduit method from ACPI.", *PSCI_ANSWERS)
    elif any(of_is_compatible(node, name) for node in k.fdt.nodes() for name in PSCI_COMPATIBLES):
        store_others(k, "psci: probing for conduit method from DT.", *PSCI_ANSWERS)


def smp_prepare_boot_cpu(k: Kernel) -> None:
    """The first CPU is looked at."""
    cpu = k.machine.cpu.partition(",")[0]
    found = (
        detected.name
        for detected in DETECTED
        if cpu in detected.cpus and (not detected.option or k.config.enabled(detected.option))
    )
    store_others(
        k,
        "Detected PIPT I-cache on CPU0",
        *(f"CPU features: detected: {name}" for name in found),
        *_isolation(k),
        "alternatives: applying boot alternatives",
    )
