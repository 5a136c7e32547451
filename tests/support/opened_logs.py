"""Small kernel logs as people paste them, opened."""

from __future__ import annotations

from bootstep.boots.sources.log_replay.replay import LogReplay
from bootstep.model.build.release import DEFAULT_RELEASE, parse_release
from bootstep.model.logs.grammar.understand import understand
from bootstep.model.logs.head import log_head
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.model.source.capabilities import Capabilities
from bootstep.model.source.facts import Facts

CAN = Capabilities(page_tables=False, sections=False, source=False, exact_state=False)

DEBUGGED = """\
[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x411fd070]
[    0.000000] Linux version 6.1.0 (somebody@somewhere) (gcc 12) #1 SMP
[    0.000000] memblock_reserve: [0x0000000048000000-0x00000000480fffff] setup_arch+0xcc/0x558
[    0.000000] memblock_add: [0x0000000040000000-0x000000007fffffff] early_init_dt_add_memory_arch+0x50/0x58
[    0.000000] efi: UEFI not found.
[    0.000000] memblock_reserve: [0x0000000040210000-0x0000000040faffff] arm64_memblock_init+0x1e4/0x250
[    0.000000] memblock_phys_alloc_range: 4096 bytes align=0x1000 from=0x0000000000000000 \
max_addr=0x0000000000000000 early_pgtable_alloc+0x30/0xb0
[    0.000000] memblock_reserve: [0x000000007ffff000-0x000000007fffffff] memblock_alloc_range_nid+0xdc/0x16c
[    0.000000] cma: Reserved 64 MiB at 0x000000007b800000
[    0.000000] Zone ranges:
[    0.000000]   DMA      [mem 0x0000000040000000-0x000000007fffffff]
[    0.000000]   DMA32    empty
[    0.000000]   Normal   empty
[    0.000000] Early memory node ranges
[    0.000000]   node   0: [mem 0x0000000040000000-0x000000007fffffff]
[    0.000000] Initmem setup node 0 [mem 0x0000000040000000-0x000000007fffffff]
[    0.000000] MEMBLOCK configuration:
[    0.000000]  memory size = 0x0000000040000000 reserved size = 0x0000000000ea1000
[    0.000000]  memory.cnt  = 0x1
[    0.000000]  memory[0x0]	[0x0000000040000000-0x000000007fffffff], 0x0000000040000000 bytes \
on node 0 flags: 0x0
[    0.000000]  reserved.cnt  = 0x3
[    0.000000]  reserved[0x0]	[0x0000000040210000-0x0000000040faffff], 0x0000000000da0000 bytes flags: 0x0
[    0.000000]  reserved[0x1]	[0x0000000048000000-0x00000000480fffff], 0x0000000000100000 bytes flags: 0x0
[    0.000000]  reserved[0x2]	[0x000000007ffff000-0x000000007fffffff], 0x0000000000001000 bytes flags: 0x0
[    0.000000] Kernel command line: memblock=debug console=ttyAMA0
[    0.000000] mem auto-init: stack:off, heap alloc:off, heap free:off
[    0.000000] Memory: 995328K/1048576K available (8000K kernel code, 900K rwdata, 2000K rodata, 2000K init, \
500K bss, 53248K reserved, 0K cma-reserved)
"""
"""arm64, ``memblock=debug``, with a dump."""

PLAIN = """\
[    0.000000] Linux version 6.6.10 (somebody@somewhere) (gcc 13) #1 SMP
[    0.000000] Command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1 crashkernel=256M
[    0.000000] BIOS-provided physical RAM map:
[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
[    0.000000] BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff] reserved
[    0.000000] BIOS-e820: [mem 0x0000000000100000-0x000000007ffdffff] usable
[    0.000000] NX (Execute Disable) protection: active
[    0.001000] crashkernel reserved: 0x000000005f000000 - 0x000000006f000000 (256 MB)
[    0.001000] Zone ranges:
[    0.001000]   DMA      [mem 0x0000000000001000-0x0000000000ffffff]
[    0.001000]   DMA32    [mem 0x0000000001000000-0x000000007ffdffff]
[    0.001000]   Normal   empty
[    0.001000] Early memory node ranges
[    0.001000]   node   0: [mem 0x0000000000001000-0x000000000009efff]
[    0.001000]   node   0: [mem 0x0000000000100000-0x000000007ffdffff]
[    0.001000] Initmem setup node 0 [mem 0x0000000000001000-0x000000007ffdffff]
[    0.002000] Memory: 1700000K/2096632K available (16384K kernel code, 2700K rwdata, 9000K rodata, \
3000K init, 4000K bss, 396632K reserved, 0K cma-reserved)
"""
"""x86-64, without a word of memblock's."""

ELSEWHERE = """\
[    0.000000] Linux version 6.12.16 (somebody@somewhere) (riscv64-linux-gnu-gcc 13) #1 SMP
[    0.000000] Machine model: A Board
[    0.000000] SBI specification v2.0 detected
[    0.000000] OF: reserved mem: 0x0000000080000000..0x000000008003ffff (256 KiB) nomap non-reusable \
mmode@80000000
[    0.000000] Zone ranges:
[    0.000000]   DMA32    [mem 0x0000000080000000-0x00000000bfffffff]
[    0.000000]   Normal   empty
[    0.000000] Early memory node ranges
[    0.000000]   node   0: [mem 0x0000000080000000-0x00000000bfffffff]
[    0.000000] Memory: 1000000K/1048576K available (9000K kernel code, 5000K rwdata, 4000K rodata, \
2000K init, 400K bss, 48576K reserved, 0K cma-reserved)
"""
"""riscv64, whose kernels do not boot here."""

CUT = "> " + "\n> ".join((*DEBUGGED.splitlines()[:4], "......", *DEBUGGED.splitlines()[16:]))
"""The first, quoted, with a piece cut out."""

PANICS = "\n".join(
    (
        *DEBUGGED.splitlines()[:8],
        "[    0.000000] Kernel panic - not syncing: memblock_alloc_try_nid: Failed to allocate 4096 bytes",
    )
)
"""The first, until it panics."""

ALL = {"debugged": DEBUGGED, "plain": PLAIN, "elsewhere": ELSEWHERE, "cut": CUT, "panics": PANICS}


def opened(text: str, source: str = "dmesg.txt") -> LogReplay:
    """A log, ready to run."""
    log = log_of_text(text, source)
    head = log_head(line.text for line in log.lines)
    release = parse_release(head.release) or DEFAULT_RELEASE
    facts = Facts(source, release=release, kind="a kernel log", can=CAN)
    return LogReplay(log, understand(log.lines), facts)
