"""The parts of an arm64 image, and its segments.  Mirrors arch/arm64/kernel/vmlinux.lds.S."""

from __future__ import annotations

from ...build.image.parts import Boundary
from ...language.words import translatable
from ...memory.pagetable.areas import Segment

IMAGE_PARTS: tuple[Boundary, ...] = (
    (translatable("kernel image head"), ("_text",)),
    (translatable("kernel text"), ("_stext",)),
    (translatable("kernel rodata"), ("_etext", "__start_rodata")),
    (
        translatable("page tables in the image"),
        ("idmap_pg_dir", "tramp_pg_dir", "reserved_pg_dir", "swapper_pg_dir"),
    ),
    (translatable("kernel init"), ("__init_begin",)),
    (translatable("kernel data"), ("__init_end", "_sdata")),
    (translatable("kernel bss"), ("__bss_start",)),
    (translatable("early page tables (init_pg_dir)"), ("init_pg_dir",)),
    (translatable("kernel image end"), ("init_pg_end",)),
)

SEGMENTS: tuple[Segment, ...] = (
    (".head.text", "_text", "_stext"),
    (".text", "_stext", "_etext"),
    (".rodata", "__start_rodata", "__inittext_begin"),
    (".init.text", "__inittext_begin", "__inittext_end"),
    (".init.data", "__initdata_begin", "__initdata_end"),
    (".data .bss", "_data", "_end"),
)
"""Those that ``map_kernel()`` maps, each alike."""
