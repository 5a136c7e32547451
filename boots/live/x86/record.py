"""x86-64, as far as watching a kernel that runs has to know it."""

from __future__ import annotations

from pathlib import Path

from ..architecture import LiveArchitecture
from .entry import reach_entry, reach_virtual
from .inputs import INPUTS
from .own_state import X86 as OWN
from .page_tables import OPS as TREES
from .registers import CALLING

MAPPING = frozenset(
    (
        "x86_64_start_kernel",
        "early_init_dt_scan_memory",
        "early_ioremap_init",
        "init_mem_mapping",
        "paging_init",
        "efi_init",
        "kasan_init",
        "sparse_init",
        "free_area_init",
        "mem_init",
    )
)
"""The functions that change page tables, and those at whose end people look at them."""
X86_64 = LiveArchitecture(
    name="x86_64",
    stub_names=("i386:x86-64",),
    calls=CALLING,
    reach_entry=reach_entry,
    reach_virtual=reach_virtual,
    own=OWN,
    inputs=INPUTS,
    trees=TREES,
    mapping=MAPPING,
    early=frozenset(("x86_64_start_kernel", "copy_bootdata")),
    functions=Path(__file__).parent / "functions.txt",
)
