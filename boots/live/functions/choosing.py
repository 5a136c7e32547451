"""The functions that a recording of one kernel watches (interim)."""

from __future__ import annotations

from typing import NamedTuple

from ....model.trace.events import Trace
from ..entry import U64
from ..finding import Found
from ..options import LiveOptions
from ..recorder.watch import Watched

FN = """setup_arch:cmdline_p start_kernel early_init_dt_scan_memory memblock_add_node:base,size,nid,flags
memblock_add:base,size memblock_remove:base,size memblock_reserve:base,size memblock_phys_free:base,size
memblock_free:ptr,size memblock_alloc_range_nid:size,align,start,end,nid,exact_nid
memblock_alloc_try_nid:size,align,min_addr,max_addr,nid
memblock_phys_alloc_range:size,align,start,end arm64_memblock_init
paging_init bootmem_init sparse_init free_area_init:max_zone_pfn mem_init setup_log_buf:early
e820__memory_setup e820__memblock_setup init_mem_mapping x86_64_start_kernel:real_mode_data
memblock_mark_nomap:base,size memblock_set_node:base,size,type,nid panic:fmt memblock_free_all"""
REGS = {"arm64": [f"x{n}" for n in range(8)], "x86_64": ["rdi", "rsi", "rdx", "rcx", "r8", "r9"]}


class Chosen(NamedTuple):
    functions: tuple[Watched, ...]
    known: int
    missing: tuple[str, ...]


def watched_functions(found: Found, options: LiveOptions, trace: Trace) -> Chosen:
    """The functions."""
    regs = REGS[found.arch.name]
    result = "x0" if found.arch.name == "arm64" else "rax"
    out: list[Watched] = []
    for word in FN.split():
        name, _, rest = word.partition(":")
        params = tuple(rest.split(",")) if rest else ()
        address = found.kernel.symbols.get(name)
        if address is None:
            continue
        file = "mm/memblock.c" if name.startswith("memblock_") else ""
        number = trace.functions.add(name, file, params).number
        out.append(
            Watched(
                number,
                name,
                file,
                ((address + found.moved) & U64,),
                lambda r, n=len(params): tuple(r[x] for x in regs[:n]),
                lambda r: None,
            )
        )
    return Chosen(tuple(out), len(FN.split()), ())
