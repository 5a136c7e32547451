"""The kernel maps itself before start_kernel, since 6.9 (arch/arm64/kernel/pi).

Covers kaslr_early.py, map_range.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.arm64.kernel.kaslr_early import kaslr_init
from bootstep.boots.arm64.kernel.map_kernel import early_map_kernel
from bootstep.boots.arm64.kernel.map_range import map_range
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import prepare
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.arch.arm64.entry_format import (
    PAGE_KERNEL,
    PAGE_KERNEL_EXEC,
    PAGE_KERNEL_ROX,
    PTE_CONT,
    PTE_NG,
)
from bootstep.model.memory.pagetable.tables import Run
from device_tree_kernel import log

KIMAGE = 0xFFFF800080000000
TABLES = 0x7000_0000


def kernel(seed: int | None = None, cmdline: str = "", cpu: str = "cortex-a57") -> Kernel:
    k = load_kernel(read_machine("virt-1g-6.12", {"cmdline": cmdline, "cpu": cpu}))
    if seed is not None:
        k.fdt = k.fdt.with_properties("/chosen", {"kaslr-seed": seed.to_bytes(8, "big")})
    prepare(k)
    return k


def mapped(seed: int | None = None, cmdline: str = "", cpu: str = "cortex-a57") -> Kernel:
    k = kernel(seed, cmdline, cpu)
    early_map_kernel(k, k.machine.dtb_address)
    return k


def at(k: Kernel, symbol: str) -> Run:
    run = k.page_tables.leaf(k.va_symbol(symbol))
    assert run is not None
    return run


def test_text_may_run_but_not_be_written_and_is_contiguous() -> None:
    assert at(mapped(), "_stext").attrs == PAGE_KERNEL_ROX | PTE_CONT


def test_rodata_off_leaves_text_writable() -> None:
    assert at(mapped(cmdline="rodata=off"), "_stext").attrs == PAGE_KERNEL_EXEC | PTE_CONT


def test_the_head_of_the_image_is_no_code() -> None:
    assert at(mapped(), "_text").attrs == PAGE_KERNEL


def test_both_roots_point_at_the_same_tables() -> None:
    k = mapped()
    init, swapper = k.pgdirs["init_pg_dir"], k.pgdirs["swapper_pg_dir"]
    assert list(swapper.runs) == list(init.runs)
    assert swapper.tables[1:] == init.tables[1:]
    assert swapper.table(1, KIMAGE) == k.pa_symbol("init_pg_dir") + 0x1000


def test_the_identity_map_has_the_device_tree() -> None:
    k = mapped()
    run = k.pgdirs["init_idmap_pg_dir"].leaf(k.machine.dtb_address)
    assert run is not None
    assert run.pa_start == run.va_start == k.machine.dtb_address


def test_a_seed_moves_the_kernel_by_2_mib_steps_and_is_wiped() -> None:
    k = mapped(seed=0x8000_0000_0000_1234)
    window = (k.layout.vmalloc.end - k.layout.image.start) // 2
    assert window // 2 <= k.kaslr_offset < window // 2 + window
    assert k.kaslr_offset % (2 << 20) == 0
    assert k.memstart_offset_seed == 0x1234
    chosen = k.fdt.find("/chosen")
    assert chosen
    assert chosen.properties["kaslr-seed"] == bytes(8)


def moved(options: dict[str, str]) -> Kernel:
    k = kernel(seed=1 << 63, cpu="max")
    k.config.options.update(options)
    early_map_kernel(k, k.machine.dtb_address)
    return k


def test_a_moved_kernel_is_non_global_unless_it_lets_the_cpu_hide_it() -> None:
    assert at(moved({}), "_data").attrs & PTE_NG
    assert not at(moved({"ARM64_E0PD": "y"}), "_data").attrs & PTE_NG


@pytest.mark.parametrize(
    ("seed", "cmdline", "words"),
    [
        (1 << 63, "nokaslr", "KASLR disabled on command line"),
        (1 << 63, "arm64_sw.nokaslr=1", "KASLR disabled on command line"),
        (1 << 63, "nokaslr2 -- nokaslr", "KASLR enabled"),
        (None, "", "KASLR disabled due to lack of seed"),
        (0, "", "KASLR disabled due to lack of seed"),
    ],
)
def test_the_log_tells_whether_the_kernel_moved(seed: int | None, cmdline: str, words: str) -> None:
    k = mapped(seed, cmdline)
    kaslr_init(k)
    assert log(k)[-1] == words


def blocks(k: Kernel) -> list[tuple[int, int, bool]]:
    """Start, level and contiguity of what is mapped in init_pg_dir."""
    return [(run.va_start, run.level, run.cont) for run in k.pgdirs["init_pg_dir"].runs]


def test_blocks_are_used_where_both_addresses_are_aligned() -> None:
    k = kernel()
    start, end = KIMAGE + 0x1FF000, KIMAGE + 0x601000
    used = map_range(k, "init_pg_dir", TABLES, start, end, 0x401FF000, PAGE_KERNEL, 0, False)
    assert blocks(k) == [(start, 3, False), (KIMAGE + 0x200000, 2, False), (KIMAGE + 0x600000, 3, False)]
    assert used == TABLES + 4 * 0x1000


def test_contiguous_pages_are_used_only_where_allowed() -> None:
    k = kernel()
    map_range(k, "init_pg_dir", TABLES, KIMAGE + 0xF000, KIMAGE + 0x21000, 0x4000F000, PAGE_KERNEL, 0, True)
    assert blocks(k) == [
        (KIMAGE + 0xF000, 3, False),
        (KIMAGE + 0x10000, 3, True),
        (KIMAGE + 0x20000, 3, False),
    ]


def test_unmapping_leaves_the_tables() -> None:
    k = kernel()
    map_range(k, "init_pg_dir", TABLES, KIMAGE, KIMAGE + 0x10000, 0x40000000, PAGE_KERNEL, 0, False)
    map_range(k, "init_pg_dir", 0, KIMAGE, KIMAGE + 0x10000, 0x40000000, 0, 0, False)
    assert blocks(k) == []
    assert k.pgdirs["init_pg_dir"].table(3, KIMAGE) == TABLES + 0x2000
