"""The variables that are x86's own, as C has them."""

from __future__ import annotations

from collections.abc import Mapping

from ..reading.variable_rows import VariableRow, flag, resource, signed, unsigned

LONGS = (
    *("phys_base", "page_offset_base", "vmalloc_base", "vmemmap_base", "max_pfn_mapped"),
    *("max_low_pfn_mapped", "min_pfn_mapped", "pgt_buf_start", "pgt_buf_end", "pgt_buf_top", "dma_reserve"),
    *("_brk_start", "_brk_end", "real_mode_header", "mpf_base", "pci_mem_start", "log_buf"),
    "pcpu_base_addr",
)
INTS = (
    *("after_bootmem", "page_size_mask", "direct_gbpages"),
    *("pcpu_unit_size", "pcpu_nr_units", "pcpu_atom_size", "pcpu_nr_groups"),
)
RESOURCES = (
    *("code_resource", "rodata_resource", "data_resource", "bss_resource", "crashk_res", "crashk_low_res"),
)
VARIABLES: tuple[VariableRow, ...] = (
    *(VariableRow(name, 8, unsigned) for name in LONGS),
    *(VariableRow(name, 4, signed) for name in INTS),
    *(VariableRow(name, 16, resource) for name in RESOURCES),
    VariableRow("__pgtable_l5_enabled", 4, unsigned),
    VariableRow("can_use_brk_pgt", 1, flag),
)
PAIRS: Mapping[str, str] = {"pfn_mapped": "nr_pfn_mapped"}
"""Arrays of ``struct range``, and what counts them."""
