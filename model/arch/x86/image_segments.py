"""The parts of an x86-64 image, and its segments.  Mirrors arch/x86/kernel/vmlinux.lds.S."""

from __future__ import annotations

from ...build.image.parts import Boundary
from ...language.words import translatable
from ...memory.pagetable.areas import Segment

IMAGE_PARTS: tuple[Boundary, ...] = (
    (translatable("kernel text"), ("_text", "_stext")),
    (translatable("kernel rodata"), ("_etext", "__start_rodata")),
    (translatable("kernel data"), ("_sdata",)),
    (translatable("kernel per-CPU template"), ("__per_cpu_load", "__init_begin")),
    (translatable("kernel init"), ("_sinittext",)),
    (translatable("kernel data, behind init"), ("__init_end",)),
    (translatable("kernel bss"), ("__bss_start",)),
    (translatable("early heap (brk)"), ("__brk_base",)),
    (translatable("kernel image end"), ("_end",)),
)

SEGMENTS: tuple[Segment, ...] = (
    (".text", "_text", "__start_rodata"),
    (".rodata", "__start_rodata", "_sdata"),
    (".data", "_sdata", "__init_begin"),
    (".init", "__init_begin", "__init_end"),
    (".data_nosave", "__init_end", "__bss_start"),
    (".bss", "__bss_start", "__brk_base"),
    (".brk", "__brk_base", "__brk_limit"),
)
"""What ``mark_rodata_ro()`` and ``free_init_pages()`` tell apart, each with the gap that follows it."""
