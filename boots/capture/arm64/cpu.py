"""The CPUs of an arm64 machine: how many and which, and at which level they were started."""

from __future__ import annotations

import re

from ...arm64.kernel.cpu import CPUS
from ..source import Source

DEFAULT_CPU = "cortex-a57"


def capture_cpus(source: Source) -> tuple[str, int]:
    """The name of the first CPU as bootstep knows it, and how many there are."""
    text = source.text("/proc/cpuinfo")
    count = len(re.findall(r"^processor\s*:", text, re.M)) or 1
    implementer, part = (
        int(found[1], 16) if (found := re.search(rf"^CPU {what}\s*: (0x[0-9a-f]+)$", text, re.M)) else 0
        for what in ("implementer", "part")
    )
    for name, cpu in CPUS.items():
        if part and (cpu.midr >> 24, cpu.midr >> 4 & 0xFFF) == (implementer, part):
            return name, count
    why = f"CPU implementer {implementer:#x} part {part:#x} is not one that bootstep knows"
    source.note("cpu", why, f"{DEFAULT_CPU} is assumed, set cpu to one with the same features")
    return DEFAULT_CPU, count


def exception_level(log: str) -> int | None:
    """The exception level the kernel was started at, as it says itself; None if it no longer does."""
    told = re.search(r"CPU: All CPU\(s\) started at EL([12])$", log, re.M)
    if told:
        return int(told[1])
    if re.search(r"kvm \[\d+\]: HYP mode not available$", log, re.M):
        return 1
    has_hypervisor = re.search(r"kvm \[\d+\]: (?:VHE|Hyp|Protected)\b.* mode initialized", log)
    return 2 if has_hypervisor else None
