"""The kernel's variables that a trace follows.  One that is not declared is not recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, TypeVar

T = TypeVar("T", bound=int | str | tuple[int, ...])
Traced = Annotated[T, "recorded in the trace"]
"""The type of a variable that a trace follows: ``Traced[int]`` is an int."""


class Variables:
    """By their C names, with their values before the first instruction, as far as the configuration does not
    decide them.  They are the kernel's globals: every boot function has them as attributes of its Kernel.  A
    class below this one declares more in the same way."""

    variable_names: ClassVar[Mapping[str, None]] = {}
    """Their names, in the order in which they are shown."""
    shown_after: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Those that a class declares, by the variable that they are shown after; all others come last."""

    compiled_if: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "cma_area_count": ("CMA",),
        **dict.fromkeys(("size_cmdline", "base_cmdline", "limit_cmdline"), ("DMA_CMA",)),
        "pernuma_size_bytes": ("DMA_PERNUMA_CMA", "DMA_NUMA_CMA"),
        **dict.fromkeys(("default_nslabs", "default_nareas"), ("SWIOTLB",)),
        **dict.fromkeys(("swiotlb_force_bounce", "swiotlb_force_disable"), ("SWIOTLB",)),
        "memtest_pattern": ("MEMTEST",),
        **dict.fromkeys(("numa_off", "policy_zone", "acpi_numa"), ("NUMA",)),
        **dict.fromkeys(("numa_distance_pa", "numa_distance_cnt"), ("NUMA",)),
    }
    """Config options, one of which has to be set for a kernel to have a variable (none: none has it); it has
    all others."""
    since: ClassVar[Mapping[str, tuple[int, int]]] = {"zone_dma_limit": (6, 12)}
    until: ClassVar[Mapping[str, tuple[int, int]]] = {"zone_dma_bits": (6, 12)}
    """Releases that have a variable for the first time, and that do not have it any more."""

    c_names: ClassVar[Mapping[str, str]] = {}
    """The C names of those whose begins with two underscores, which Python would change inside a class."""

    boot_command_line: Traced[str] = ""
    memory_limit: Traced[int] = (1 << 64) - 1
    phys_initrd_start: Traced[int] = 0
    phys_initrd_size: Traced[int] = 0
    initrd_start: Traced[int] = 0
    initrd_end: Traced[int] = 0
    zone_dma_bits: Traced[int] = 24
    zone_dma_limit: Traced[int] = (1 << 24) - 1
    min_low_pfn: Traced[int] = 0
    max_low_pfn: Traced[int] = 0
    max_pfn: Traced[int] = 0
    high_memory: Traced[int] = 0
    nr_node_ids: Traced[int] = 1
    nr_cpu_ids: Traced[int] = 1
    required_kernelcore: Traced[int] = 0
    required_movablecore: Traced[int] = 0
    nr_kernel_pages: Traced[int] = 0
    nr_all_pages: Traced[int] = 0
    reserved_mem_count: Traced[int] = 0
    cma_area_count: Traced[int] = 0
    totalram_pages: Traced[int] = 0
    log_buf_len: Traced[int] = 0
    rodata_enabled: Traced[bool] = True
    numa_off: Traced[bool] = False
    debug_pagealloc_enabled: Traced[bool] = False
    dt_root_addr_cells: Traced[int] = 0
    dt_root_size_cells: Traced[int] = 0
    elfcorehdr_addr: Traced[int] = (1 << 64) - 1
    elfcorehdr_size: Traced[int] = 0
    total_reserved_mem_cnt: Traced[int] = 64
    size_cmdline: Traced[int] = -1
    base_cmdline: Traced[int] = 0
    limit_cmdline: Traced[int] = 0
    pernuma_size_bytes: Traced[int] = 0
    totalcma_pages: Traced[int] = 0
    default_nslabs: Traced[int] = 32768
    default_nareas: Traced[int] = 0
    swiotlb_force_bounce: Traced[bool] = False
    swiotlb_force_disable: Traced[bool] = False
    memtest_pattern: Traced[int] = 0
    new_log_buf_len: Traced[int] = 0
    log_buf_pa: Traced[int] = 0
    pcpu_chosen_fc: Traced[str] = "auto"
    movable_zone: Traced[int] = 0
    policy_zone: Traced[int] = 0
    required_kernelcore_percent: Traced[int] = 0
    required_movablecore_percent: Traced[int] = 0
    old_usemap_snr: Traced[int] = 0
    old_pgdat_snr: Traced[int] = 0
    hashdist: Traced[int] = 1
    dhash_entries: Traced[int] = 0
    ihash_entries: Traced[int] = 0
    init_on_alloc: Traced[bool] = False
    init_on_free: Traced[bool] = False
    page_poisoning: Traced[bool] = False
    early_page_ext: Traced[bool] = False
    numa_distance_pa: Traced[int] = 0
    earlycon_console: Traced[str] = ""
    hugetlb_cma_size: Traced[int] = 0
    earlycon_acpi_spcr_enable: Traced[bool] = False
    numa_distance_cnt: Traced[int] = 0
    panic_later: Traced[str] = ""
    acpi_disabled: Traced[bool] = True
    acpi_numa: Traced[int] = 0
    max_possible_pfn: Traced[int] = 0

    def __init_subclass__(cls) -> None:
        cls.variable_names = _names_of(cls)
        cls.compiled_if = {**Variables.compiled_if, **cls.compiled_if}


def _names_of(cls: type[Variables]) -> dict[str, None]:
    """All that a class has, with its own at the places where they are to be shown."""
    own = [name for name, type in cls.__annotations__.items() if type.startswith("Traced[")]
    placed = {name for names in cls.shown_after.values() for name in names}
    found: dict[str, None] = {}
    for name in cls.variable_names:
        found |= dict.fromkeys((name, *cls.shown_after.get(name, ())))
    return found | dict.fromkeys(name for name in own if name not in placed)


Variables.variable_names = _names_of(Variables)
