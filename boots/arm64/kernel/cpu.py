"""What of a CPU matters to memory: its identity and the features that change mappings.

The values are those of the CPUs' reference manuals, as QEMU has them (target/arm/cpu64.c,
target/arm/tcg/cpu64.c).
"""

from __future__ import annotations

from msgspec import Struct

from ....model.base.errors import InputError
from ..variables import Kernel


class Cpu(Struct, frozen=True):
    """`midr` is MIDR_EL1; `physical_bits` what ID_AA64MMFR0_EL1.PARange says; the others whether the CPU has
    the feature of that name (FEAT_E0PD, FEAT_BTI, FEAT_LVA, FEAT_RNG, FEAT_VHE), and pages of 16K."""

    midr: int
    physical_bits: int
    e0pd: bool = False
    bti: bool = False
    lva: bool = False
    rng: bool = False
    vhe: bool = False
    pages_of_16k: bool = True


CPUS = {
    "cortex-a35": Cpu(0x411FD040, 40),
    "cortex-a53": Cpu(0x410FD034, 40, pages_of_16k=False),
    "cortex-a55": Cpu(0x412FD050, 40, vhe=True),
    "cortex-a57": Cpu(0x411FD070, 44, pages_of_16k=False),
    "cortex-a72": Cpu(0x410FD083, 44, pages_of_16k=False),
    "cortex-a76": Cpu(0x414FD0B1, 40, vhe=True),
    "cortex-a710": Cpu(0x412FD471, 40, e0pd=True, bti=True, vhe=True),
    "neoverse-n1": Cpu(0x414FD0C1, 48, vhe=True),
    "neoverse-n2": Cpu(0x410FD493, 48, e0pd=True, bti=True, vhe=True),
    "neoverse-v1": Cpu(0x411FD402, 48, rng=True, vhe=True),
    "a64fx": Cpu(0x461F0010, 48, pages_of_16k=False, vhe=True),
    "max": Cpu(0x000F0510, 52, e0pd=True, bti=True, lva=True, rng=True, vhe=True),
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


def has_granule(k: Kernel) -> bool:
    """Whether the CPU has pages of the kernel's size (ID_AA64MMFR0_EL1.TGran4, TGran16, TGran64)."""
    return k.layout.page_shift != 14 or this_cpu(k).pages_of_16k
