"""What of a CPU matters to memory: its identity and the features that change mappings.

The values are those of the CPUs' reference manuals, as QEMU has them (target/arm/cpu64.c,
target/arm/tcg/cpu64.c).
"""

from __future__ import annotations

from dataclasses import dataclass

from ...model.errors import InputError
from ..kernel import Kernel


@dataclass(frozen=True)
class Cpu:
    """`midr` is MIDR_EL1; `physical_bits` what ID_AA64MMFR0_EL1.PARange says; the others whether the CPU has
    the feature of that name (FEAT_E0PD, FEAT_BTI, FEAT_LVA, FEAT_RNG)."""

    midr: int
    physical_bits: int
    e0pd: bool = False
    bti: bool = False
    lva: bool = False
    rng: bool = False


CPUS = {
    "cortex-a35": Cpu(0x411FD040, 40),
    "cortex-a53": Cpu(0x410FD034, 40),
    "cortex-a55": Cpu(0x412FD050, 40),
    "cortex-a57": Cpu(0x411FD070, 44),
    "cortex-a72": Cpu(0x410FD083, 44),
    "cortex-a76": Cpu(0x414FD0B1, 40),
    "cortex-a710": Cpu(0x412FD471, 40, e0pd=True, bti=True),
    "neoverse-n1": Cpu(0x414FD0C1, 48),
    "neoverse-n2": Cpu(0x410FD493, 48, e0pd=True, bti=True),
    "neoverse-v1": Cpu(0x411FD402, 48, rng=True),
    "a64fx": Cpu(0x461F0010, 48),
    "max": Cpu(0x000F0510, 52, e0pd=True, bti=True, lva=True, rng=True),
}


def find_cpu(name: str) -> Cpu:
    """The CPU of this name.  Raises `InputError` if it is not known."""
    found = CPUS.get(name.split(",")[0])
    if found is None:
        raise InputError(f"cpu {name}: not known; these are: {', '.join(sorted(CPUS))}")
    return found


def this_cpu(k: Kernel) -> Cpu:
    """The CPU the kernel boots on."""
    return find_cpu(k.machine.cpu)
