"""arm64, as far as watching a kernel that runs has to know it."""

from __future__ import annotations

from pathlib import Path

from ..architecture import LiveArchitecture
from .entry import reach_entry, reach_virtual
from .inputs import INPUTS
from .own_state import ARM64 as OWN
from .page_tables import OPS as TREES
from .registers import CALLING

MAPPING = frozenset(
    (
        "early_fixmap_init",
        "early_ioremap_init",
        "setup_machine_fdt",
        "early_init_dt_scan_memory",
        "arm64_memblock_init",
        "efi_init",
        "paging_init",
        "kasan_init",
        "sparse_init",
        "free_area_init",
        "mem_init",
    )
)
"""The functions that change page tables, and those at whose end people look at them."""
ARM64 = LiveArchitecture(
    name="arm64",
    stub_names=("aarch64",),
    calls=CALLING,
    reach_entry=reach_entry,
    reach_virtual=reach_virtual,
    own=OWN,
    inputs=INPUTS,
    trees=TREES,
    mapping=MAPPING,
    early=frozenset(),
    functions=Path(__file__).parent / "functions.txt",
)
