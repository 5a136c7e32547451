"""What the command line says about the CPU before anything else is known.  Mirrors
arch/arm64/kernel/pi/idreg-override.c (since 6.9).

Only what matters to memory is looked at: ``nokaslr``, ``rodata=off``, that there are no guarded pages or no
52-bit virtual addresses, and that the kernel shall not be its own hypervisor.
"""

from __future__ import annotations

import re

from ....model.build.kconfig import KConfig
from ....model.build.release import Release
from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/arm64/kernel/pi/idreg-override.c"

ALIASES = {
    "nokaslr": "arm64_sw.nokaslr=1",
    "rodata=off": "arm64_sw.rodataoff=1",
    "arm64.nobti": "id_aa64pfr1.bt=0",
    "arm64.nolva": "id_aa64mmfr2.varange=0",
    "kvm_arm.mode=nvhe": "id_aa64mmfr1.vh=0",
    "kvm_arm.mode=protected": "arm64_sw.hvhe=1",
}
"""Words that stand for an override."""
VARANGE = "id_aa64mmfr2.varange"
VH, HVHE = "id_aa64mmfr1.vh", "arm64_sw.hvhe"
OVERRIDES = ("arm64_sw.nokaslr", "arm64_sw.rodataoff", "id_aa64pfr1.bt", VARANGE, VH, HVHE)


def _override(word: str) -> tuple[str, int] | None:
    """What ``register.field=digit``, a hexadecimal one, sets; addresses can only be made narrower."""
    name, _, value = word.partition("=")
    if name not in OVERRIDES or not re.fullmatch("(0[xX])?[0-9a-fA-F]", value):
        return None
    number = int(value, 16)
    return None if name == VARANGE and number else (name, number)


def overrides(cmdline: str) -> dict[str, int]:
    """What a command line sets, up to a lone ``--``; a ``-`` within a word counts as ``_``."""
    found: dict[str, int] = {}
    for word in cmdline.split():
        if word == "--":
            break
        word = word.replace("-", "_")
        for setting in filter(None, (_override(word), _override(ALIASES.get(word, "")))):
            found[setting[0]] = setting[1]
    return found


def early_command_line(config: KConfig, bootargs: str | None) -> str:
    """The boot loader's command line; the built-in one if there is none, or if it is forced."""
    forced = config.enabled("CMDLINE_FORCE")
    return config.string("CMDLINE") if forced or not bootargs else bootargs


def without_52_bits(release: Release, config: KConfig, bootargs: str | None) -> bool:
    """Whether ``arm64.nolva`` says that virtual addresses have no 52 bits, with LPA2 neither (since 6.9)."""
    return release >= (6, 9) and VARANGE in overrides(early_command_line(config, bootargs))


@traced
def __parse_cmdline(k: Kernel, cmdline: str) -> None:
    """Go through a command line."""
    k.idreg_overrides = {**k.idreg_overrides, **overrides(cmdline)}


@traced
def init_feature_override(k: Kernel) -> None:
    """Read the command line that there is so early."""
    chosen = k.fdt.find("/chosen")
    __parse_cmdline(k, early_command_line(k.config, chosen.string("bootargs") if chosen else None))
