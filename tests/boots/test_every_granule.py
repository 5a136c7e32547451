"""Every page size and width of addresses: what holds of a boot whatever they are.

One boot of each kernel in tests/data; what they print is compared in test_oracle.

Covers arm64/mm/create_mapping.py, arm64/mm/fixmap.py, arm64/mm/init.py, arm64/mm/mmu.py,
arm64/mm/pgtable_prot.py, arm64/mm/v6_8/mmu.py.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.arch.arm64.address_map import Arm64Layout
from bootstep.model.memory.memblock import MEMBLOCK_NOMAP
from bootstep.model.memory.memory_model_cost import costs
from bootstep.model.memory.page_structs import page_structs
from bootstep.model.memory.pagetable.tables import PAGE_LEVEL

DATA = Path(__file__).parent.parent / "data"
ORACLE = DATA / "oracle"

GEOMETRY = {
    # page shift, bits of addresses, levels
    "6.1-4k39-nonuma/huge1": (12, 39, 3),
    "6.1-4k48/banks-holes": (12, 48, 4),
    "6.12-4k52/max-numa": (12, 52, 5),
    "6.12-4k52/cortex-a57-numa": (12, 48, 4),
    "6.1-16k36-static/hole2": (14, 36, 2),
    "6.1-16k47-deferred/hugenuma": (14, 47, 3),
    "6.1-16k48/hole2": (14, 48, 4),
    "6.12-16k47/banks-holes": (14, 47, 3),
    "6.12-16k52/lva": (14, 52, 4),
    "6.12-16k52/nolva": (14, 47, 3),
    "6.1-64k42-flatmem/hole2": (16, 42, 2),
    "6.1-64k48/banks-holes": (16, 48, 3),
    "6.1-64k52-nocma/bank_above48": (16, 52, 3),
    "6.12-64k52/lva": (16, 52, 3),
    "6.12-64k52/nolva": (16, 52, 3),
}


NARROW = ("6.1-64k52-nocma/bank_above48", "6.12-64k52/nolva")


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


@pytest.fixture(scope="module", params=sorted(GEOMETRY))
def booted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Kernel]:
    case: str = request.param
    name, folder = case.partition("/")[0], tmp_path_factory.mktemp("granule")
    kernel = SHIPPED / "kernels" / name
    if not kernel.exists():
        kernel = DATA / "kernels" / name
        (folder / "vmlinux.sym").write_bytes(unpacked(kernel / "vmlinux.sym.gz"))
    (folder / "board.dtb").write_bytes(unpacked(ORACLE / case / "board.dtb.gz"))
    text = (ORACLE / case / "machine.toml").read_text()
    if (folder / "vmlinux.sym").exists():
        text = text.replace("KERNEL/vmlinux.sym", "vmlinux.sym")
    (folder / "machine.toml").write_text(text.replace("KERNEL", str(kernel)))
    k = load_kernel(read_machine(str(folder / "machine.toml")))
    boot(k)
    return case, k


def test_the_tables_have_the_levels_of_the_page_size_and_width(booted: tuple[str, Kernel]) -> None:
    case, k = booted
    page_shift, bits, levels = GEOMETRY[case]
    geometry = k.pgdirs["swapper_pg_dir"].geometry
    assert (k.layout.page_shift, geometry.va_bits, geometry.levels) == (page_shift, bits, levels)
    assert geometry.levels == -(-(bits - page_shift) // (page_shift - 3))
    # With 64K pages the tables have 52 bits even where the CPU has only 48.
    assert Arm64Layout(k.layout).vabits_actual == (48 if case in NARROW else bits)


def test_all_memory_is_in_the_linear_map_at_its_place(booted: tuple[str, Kernel]) -> None:
    _, k = booted
    tree = k.page_tables
    for region in k.memblock.memory.regions:
        address = -(-region.base // k.layout.page_size) * k.layout.page_size
        end = region.end // k.layout.page_size * k.layout.page_size
        if region.flags & MEMBLOCK_NOMAP:
            assert tree.leaf(k.phys_to_virt(address)) is None
            continue
        while address < end:
            run = tree.leaf(k.phys_to_virt(address))
            assert run is not None, f"{address:#x} is not mapped"
            assert run.pa_start + k.phys_to_virt(address) - run.va_start == address
            address += run.va_end - k.phys_to_virt(address)


def test_what_an_entry_maps_is_a_page_or_a_block_of_its_level_and_aligned(
    booted: tuple[str, Kernel],
) -> None:
    _, k = booted
    layout = k.layout
    runs_of_pages = {
        PAGE_LEVEL: Arm64Layout(layout).cont_pte_size,
        PAGE_LEVEL - 1: Arm64Layout(layout).cont_pmd_size,
    }
    for run in k.page_tables.runs:
        size = 1 << (layout.page_shift + (PAGE_LEVEL - run.level) * (layout.page_shift - 3))
        # 64K pages have blocks of 512 MiB only, 16K pages of 32 MiB only; 4K pages of 2 MiB and 1 GiB.
        assert run.level in ((1, 2, 3) if layout.page_shift == 12 else (2, 3))
        assert run.va_start % size == run.pa_start % size == run.va_end % size == 0
        if run.cont:
            contiguous = runs_of_pages[run.level]
            assert run.va_start % contiguous == run.pa_start % contiguous == run.va_end % contiguous == 0


def test_every_page_of_memory_has_a_mapped_struct_page_that_leads_back(booted: tuple[str, Kernel]) -> None:
    _, k = booted
    pages = page_structs(k.shape, k.sections, k.memstart_addr)
    shift = k.layout.page_shift
    for region in k.memblock.memory.regions:
        first, last = -(-region.base >> shift), (region.end >> shift) - 1
        for pfn in {first, (first + last) // 2, last} if first <= last else ():
            page = pages.page(pfn)
            assert pages.pfn(page) == pfn
            assert k.page_tables.leaf(page) is not None


def test_the_zones_hold_all_memory_once(booted: tuple[str, Kernel]) -> None:
    _, k = booted
    shift = k.layout.page_shift
    regions = k.memblock.memory.regions
    memory = sum(max(0, (region.end >> shift) - -(-region.base >> shift)) for region in regions)
    assert sum(zone.present for node in k.zones.nodes.values() for zone in node.zones) == memory


def test_the_memory_model_costs_what_is_foretold(booted: tuple[str, Kernel]) -> None:
    _, k = booted
    debugger = debugger_of(k)
    # Later what is left over is given back, and counted otherwise.
    debugger.goto_name("zone_sizes_init:return")
    taken = {row.owner.name: row.size for row in debugger.ledger().rows}
    memory = ((region.base, region.end) for region in debugger.state.memblock.memory.regions)
    (cost,) = (cost for cost in costs(k.shape, memory) if cost.model == k.shape.model)
    assert taken["page structs"] == cost.memmap
    assert taken.get("page tables (vmemmap)", 0) == cost.tables
    in_the_image = cost.roots if k.shape.model == "sparsemem-static" else 0
    assert taken.get("section tables (mem_section)", 0) == cost.roots - in_the_image
