"""Whose log it is: the release and the architecture of the kernel that printed it.

The banner (``linux_banner`` of init/version.c) has the release, and often who built it with what; the
architecture shows in lines that only one of them prints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from msgspec import Struct

VERSION = re.compile(r"Linux version (\d+)\.(\d+)(\S*)(.*)")
BOOTING = re.compile(r"Booting Linux on physical CPU (?:0x)?[0-9a-f]+")
MOST_LINES = 2000
PCS = ("x86_64", "32-bit x86")
BUILT_FOR = (
    ("arm64", r"aarch64|\barm64|-arm64"),
    ("x86_64", r"x86_64|amd64|x86-64"),
    ("32-bit x86", r"\bi[3-6]86\b"),
    ("RISC-V", r"riscv"),
    ("32-bit Arm", r"armv[4-7]|arm-[\w-]*(?:eabi|linux)|-armmp|armhf"),
    ("LoongArch", r"loongarch"),
    ("PowerPC", r"powerpc|ppc64"),
    ("s390", r"s390"),
    ("MIPS", r"mips"),
    ("PA-RISC", r"parisc|hppa"),
    ("SuperH", r"\bsh4\b"),
    ("OpenRISC", r"or1k|openrisc"),
)
"""What the banner says of the architecture, in the names of compilers, hosts and packages."""
PRINTED_BY = (
    (
        "arm64",
        r"Booting Linux on physical CPU 0x[0-9a-f]{10} \[0x|CPU: AArch64|KASLR (?:enabled|disabled [a-z])"
        r"|memblock_\w+: .* arm64_|\s*(?:vmalloc|vmemmap) : 0xffff[0-9a-f]{12} ",
    ),
    (
        "x86_64",
        r"BIOS-e820|BIOS-provided physical|x86/|(?:e820|smpboot|tsc): |Command line: BOOT_IMAGE"
        r"|memblock_\w+: .* (?:e820__|memblock_x86|reserve_real_mode)|SRAT: PXM \d+ -> APIC",
    ),
    ("RISC-V", r"SBI (?:specification|implementation|v\d)|riscv: "),
    ("32-bit Arm", r"CPU: ARMv\d|Machine: \S|memblock_\w+: .* arm_|Memory policy: |CPU: (?:PIPT|VIPT)"),
    ("LoongArch", r"64-bit Loongson|Loongson"),
    (
        "PowerPC",
        r"Using .* machine description|Page sizes from device-tree|ppc64_pft|alloc_bottom"
        r"|memblock_\w+: .* early_init_devtree",
    ),
    ("s390", r"setup: Linux is running|setup: The maximum memory size"),
    ("MIPS", r"Determined physical RAM map|CPU0 revision is|MIPS: machine is|Primary instruction cache"),
    ("PA-RISC", r"PA-RISC|The 32-bit Kernel has started"),
    ("OpenRISC", r"CPU: OpenRISC"),
)
"""Lines that only one architecture prints."""


class LogHead(Struct, frozen=True):
    """What a log says of its kernel: `release` as it is told ("" if it is not), its first two numbers, and
    the architecture ("" if nothing shows it)."""

    release: str = ""
    numbers: tuple[int, int] | None = None
    arch: str = ""

    @property
    def is_of_a_pc(self) -> bool:
        """Whether the kernel learns of memory from an e820 map."""
        return self.arch in PCS

    def __str__(self) -> str:
        """As in "the log of …"."""
        linux = f"Linux {self.release}" if self.release else "Linux"
        return f"{self.arch} {linux}" if self.arch else linux


def log_head(lines: Iterable[str]) -> LogHead:
    """Of lines without stamps; of several boots the last is what counts."""
    release, numbers, built, printed = "", None, "", ""
    for count, line in enumerate(lines):
        if found := VERSION.match(line):
            numbers = int(found[1]), int(found[2])
            release = f"{found[1]}.{found[2]}{found[3]}"
            built = _first(BUILT_FOR, partial(re.search, string=found[3] + found[4], flags=re.IGNORECASE))
        elif count < MOST_LINES and not printed:
            printed = _first(PRINTED_BY, partial(re.match, string=line))
    return LogHead(release, numbers, printed or built)


def _first(patterns: tuple[tuple[str, str], ...], matches: Callable[[str], object]) -> str:
    """The first name whose pattern matches, "" if there is none.  Patterns are compiled when first needed;
    most sessions read no log."""
    return next((name for name, pattern in patterns if matches(pattern)), "")
