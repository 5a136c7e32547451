"""The kernel maps itself before start_kernel.  Mirrors arch/arm64/kernel/pi/map_kernel.c (since 6.9; before,
v6_8/head.py maps it roughly and mm/v6_8/mmu.py in earnest)."""

from __future__ import annotations

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.arch.arm64.entry_format import (
    PAGE_KERNEL,
    PAGE_KERNEL_EXEC,
    PAGE_KERNEL_ROX,
    PTE_GP,
    PTE_SHARED,
)
from ....model.trace.recorder import traced
from ...core.kernel import U64
from ..mm.pgtable_prot import lpa2_is_enabled, maybe_ng
from ..variables import Kernel
from .cpu import this_cpu
from .entry import clear_bss
from .idreg_override import init_feature_override
from .kaslr_early import kaslr_early_init
from .map_range import create_init_idmap, map_range

KERNEL_FILE = "arch/arm64/kernel/pi/map_kernel.c"

INIT_PG_DIR = "init_pg_dir"


@traced
def map_fdt(k: Kernel, fdt: int) -> None:
    """Map the device tree in the first identity map, as large as it may be but not into the image."""
    text, end = k.pa_symbol("_text"), fdt + Arm64Layout(k.layout).max_fdt_size
    if text > fdt:
        end = min(text, end)
    tree = k.pgdirs["init_idmap_pg_dir"]
    ptes = next((name for name in k.image.symbols if name.startswith("__pi_ptes")), "__pi_ptes")
    map_range(k, tree.target, k.pa_symbol(ptes), fdt, end, fdt, PAGE_KERNEL, tree.geometry.start_level, False)


@traced
def map_segment(k: Kernel, ptep: int, start: str, end: str, prot: int, may_use_cont: bool) -> int:
    """Map a part of the image, named by the symbols at its ends, where the kernel will run.  Returns the
    physical address of the next free page for tables."""
    level = k.pgdirs[INIT_PG_DIR].geometry.start_level
    first, last, pa = k.va_symbol(start), k.va_symbol(end), k.pa_symbol(start)
    return map_range(k, INIT_PG_DIR, ptep, first, last, pa, prot, level, may_use_cont)


@traced
def unmap_segment(k: Kernel, start: str, end: str) -> None:
    """Take a part of the image away again; its tables stay."""
    map_segment(k, 0, start, end, 0, False)


def kaslr_requires_kpti(k: Kernel) -> bool:
    """A randomized kernel hides its addresses from user space, which needs non-global mappings unless the CPU
    prevents the probing itself (arch/arm64/include/asm/mmu.h)."""
    return not (k.config.enabled("ARM64_E0PD") and this_cpu(k).e0pd)


def _text_prot(k: Kernel) -> int:
    """The protection that code ends up with."""
    prot = PAGE_KERNEL_EXEC if k.idreg_overrides.get("arm64_sw.rodataoff") else PAGE_KERNEL_ROX
    has_bti = this_cpu(k).bti and k.idreg_overrides.get("id_aa64pfr1.bt") != 0
    return maybe_ng(k, prot | PTE_GP if k.config.enabled("ARM64_BTI_KERNEL") and has_bti else prot)


def _patches_itself(k: Kernel) -> bool:
    """Whether the code must be writable first: to relocate it, or to put in a shadow call stack."""
    return k.config.enabled("RELOCATABLE") or k.config.enabled("UNWIND_PATCH_PAC_INTO_SCS")


@traced
def map_kernel(k: Kernel) -> None:
    """Map the image segment by segment in init_pg_dir, with tables from the pages behind that, patch the
    code, protect it, and go over to swapper_pg_dir, which gets the same root entries."""
    data, text = maybe_ng(k, PAGE_KERNEL), _text_prot(k)
    twopass = _patches_itself(k)
    prot = data if twopass else text
    ptep = k.pa_symbol(INIT_PG_DIR) + k.layout.page_size
    ptep = map_segment(k, ptep, "_text", "_stext", data, False)
    ptep = map_segment(k, ptep, "_stext", "_etext", prot, not twopass)
    ptep = map_segment(k, ptep, "__start_rodata", "__inittext_begin", data, False)
    ptep = map_segment(k, ptep, "__inittext_begin", "__inittext_end", prot, False)
    ptep = map_segment(k, ptep, "__initdata_begin", "__initdata_end", data, False)
    map_segment(k, ptep, "_data", "_end", data, True)
    if twopass:
        # Contiguous entries must not appear where others are live: text is unmapped in between.
        unmap_segment(k, "_stext", "_etext")
        map_segment(k, 0, "_stext", "_etext", text, True)
        map_segment(k, 0, "__inittext_begin", "__inittext_end", text, False)
    k.pgdirs["swapper_pg_dir"].share(k.pgdirs[INIT_PG_DIR], k.layout.page_offset, U64)


@traced
def remap_idmap_for_lpa2(k: Kernel) -> None:
    """Make the first identity map anew, without the bits that mean something else from now on.  The kernel
    runs from a copy of it in between."""
    k.pgdirs["init_idmap_pg_dir"].clear_leaves(0, U64)
    create_init_idmap(k, "init_idmap_pg_dir", PTE_SHARED)


@traced
def early_map_kernel(k: Kernel, fdt: int) -> None:
    """Decide where the kernel runs and map it there.  The offset within 2 MiB is that of the physical
    address, so that blocks can be used."""
    map_fdt(k, fdt)
    clear_bss(k)
    init_feature_override(k)
    kimg_align = Arm64Layout(k.layout).min_kimg_align
    kaslr_offset = k.pa_symbol("_text") % kimg_align
    if k.config.enabled("RANDOMIZE_BASE"):
        kaslr_seed = kaslr_early_init(k)
        k.arm64_use_ng_mappings = bool(kaslr_seed) and kaslr_requires_kpti(k)
        kaslr_offset |= kaslr_seed & -kimg_align
    k.kaslr_offset = kaslr_offset
    if lpa2_is_enabled(k):
        remap_idmap_for_lpa2(k)
    map_kernel(k)
