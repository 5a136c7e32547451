"""What the command line says about the CPU before anything else is known.  Mirrors
arch/arm64/kernel/pi/idreg-override.c (since 6.9).

Only what matters to memory is looked at: ``nokaslr``, ``rodata=off``, and that there
are no guarded pages.
"""

from __future__ import annotations

import re

from ...model.traced import traced
from ..kernel import Kernel

KERNEL_FILE = "arch/arm64/kernel/pi/idreg-override.c"

ALIASES = {
    "nokaslr": "arm64_sw.nokaslr=1",
    "rodata=off": "arm64_sw.rodataoff=1",
    "arm64.nobti": "id_aa64pfr1.bt=0",
}
"""Words that stand for an override."""
OVERRIDES = ("arm64_sw.nokaslr", "arm64_sw.rodataoff", "id_aa64pfr1.bt")


def _override(k: Kernel, word: str) -> None:
    """Take over ``register.field=digit``, a hexadecimal one."""
    name, _, value = word.partition("=")
    if name in OVERRIDES and re.fullmatch("(0[xX])?[0-9a-fA-F]", value):
        k.idreg_overrides[name] = int(value, 16)


@traced
def __parse_cmdline(k: Kernel, cmdline: str) -> None:
    """Go through a command line, up to a lone ``--``; a ``-`` within a word counts as ``_``."""
    for word in cmdline.split():
        if word == "--":
            return
        word = word.replace("-", "_")
        _override(k, word)
        if word in ALIASES:
            _override(k, ALIASES[word])


@traced
def init_feature_override(k: Kernel) -> None:
    """Read the boot loader's command line; the built-in one if there is none, or if it is forced."""
    chosen = k.fdt.find("/chosen")
    bootargs = chosen.string("bootargs") if chosen else None
    forced = k.config.enabled("CMDLINE_FORCE")
    __parse_cmdline(k, k.config.string("CMDLINE") if forced or not bootargs else bootargs)
