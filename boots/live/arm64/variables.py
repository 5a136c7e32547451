"""The variables that are arm64's own, as C has them."""

from __future__ import annotations

from ..reading.variable_rows import VariableRow, flag, signed, unsigned, word_of

VARIABLES: tuple[VariableRow, ...] = (
    VariableRow("memstart_addr", 8, signed),
    VariableRow("memory_limit", 8, unsigned),
    VariableRow("arm64_dma_phys_limit", 8, unsigned),
    VariableRow("arm64_dma32_phys_limit", 8, unsigned),
    VariableRow("kimage_voffset", 8, unsigned),
    VariableRow("rodata_full", 1, flag),
    VariableRow("crash_mem_map", 1, flag),
    VariableRow("kfence_early_init", 1, flag),
    VariableRow("arm64_use_ng_mappings", 1, flag),
    VariableRow("memstart_offset_seed", 2, unsigned),
    VariableRow("kvm_mode", 4, word_of("default", "protected", "nested", "none")),
    VariableRow("hyp_mem_base", 8, unsigned),
    VariableRow("hyp_mem_size", 8, unsigned),
)
