"""Which memory model a kernel has, and what each costs.

Covers memory_model_choice.py, memory_model_cost.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bootstep.boots.loader.kernel.types import KNOWN_KERNELS
from bootstep.model.arch.arm64.address_map import address_map_of
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import Release
from bootstep.model.build.sizes import Sizes
from bootstep.model.memory.memory_model import MODELS, MemoryModel, configured_model
from bootstep.model.memory.memory_model_choice import sizes_with_memory_model, what_differs, with_memory_model
from bootstep.model.memory.memory_model_cost import cost_lines, costs
from msgspec.structs import replace

MIB, GIB, TIB = 1 << 20, 1 << 30, 1 << 40
KERNELS = Path(__file__).parents[2] / "data" / "kernels"


def shape_of(kernel: str) -> tuple[MemoryModel, KConfig, Sizes]:
    folder = KERNELS / kernel
    config = KConfig.parse((folder / "config").read_text())
    constants = json.loads((folder / "consts.json").read_text())
    known = json.loads(KNOWN_KERNELS.read_text())[kernel]
    sizes = Sizes.from_json(known, constants, kernel)
    version = constants["LINUX_VERSION_CODE"]
    release = Release(version >> 16, version >> 8 & 255, version & 255)
    return MemoryModel.of(release, config, sizes, address_map_of(release, config)), config, sizes


@pytest.mark.parametrize("model", MODELS)
def test_a_chosen_model_is_the_configured_one(model: str) -> None:
    _, config, _ = shape_of("6.1-4k48")
    chosen = with_memory_model(config, model)
    assert configured_model(chosen) == model
    assert chosen.enabled("NUMA") == (model != "flatmem")
    assert with_memory_model(chosen, model).options == chosen.options


def test_only_vmemmap_has_bits_for_subsections() -> None:
    shape, _, sizes = shape_of("6.1-4k48")
    assert sizes.sizeof("struct mem_section_usage") == 24
    assert sizes_with_memory_model(sizes, shape).sizeof("struct mem_section_usage") == 24
    classic = sizes_with_memory_model(sizes, replace(shape, model="sparsemem"))
    assert classic.sizeof("struct mem_section_usage") == 16
    assert classic.sizeof("struct page") == sizes.sizeof("struct page")


def test_what_a_build_tells_of_usage_maps_goes_before_what_its_release_suggests() -> None:
    _, config, sizes = shape_of("6.1-4k48")
    layout = address_map_of(Release(6, 6), config)
    untold = replace(sizes, members={})
    members = (("subsection_map", 0, 8, "unsigned long[1]"), ("pageblock_flags", 8, 0, "unsigned long[]"))
    early = replace(sizes, members={"mem_section_usage": members})
    heads = [
        MemoryModel.of(release, config, build, layout).usage_head
        for release in (Release(6, 5), Release(6, 6), Release(6, 8))
        for build in (untold, early)
    ]
    assert heads == [0, 0, 16, 0, 16, 0]


def test_what_a_kernel_built_with_another_model_would_have_is_said() -> None:
    shape, config, _ = shape_of("6.1-4k48")
    assert list(what_differs(shape, config)) == []
    static = replace(shape, model="sparsemem-static")
    (words,) = what_differs(static, config)
    assert words.startswith("mem_section[] would take 32768 KiB of .bss")
    balancing = KConfig({**config.options, "NUMA_BALANCING": "y"})
    (words,) = what_differs(replace(shape, model="sparsemem"), balancing)
    assert "struct page may have to grow" in words


def test_what_512_mib_cost() -> None:
    """512 MiB from 0, as in the documents: 64 bytes for each of 131072 pages; the rest is what differs."""
    shape, _, _ = shape_of("6.1-4k48")
    vmemmap, sparsemem, static, flat = costs(shape, [(0, 512 * MIB)])
    assert {cost.memmap for cost in (vmemmap, sparsemem, static, flat)} == {8 * MIB}
    pointers, root = 8192 * 8, 4096
    assert vmemmap.roots == sparsemem.roots == pointers + root
    assert static.roots == (1 << 21) * 16
    assert (vmemmap.usage, sparsemem.usage, flat.usage) == (4 * (24 + 16), 4 * (16 + 16), 64)
    assert (vmemmap.tables, sparsemem.tables) == (2 * 4096, 0)


def test_a_section_that_is_half_memory_has_all_its_page_structs() -> None:
    shape, _, _ = shape_of("6.1-4k48")
    vmemmap, sparsemem, _, flat = costs(shape, [(0, 64 * MIB)])
    assert (vmemmap.memmap, vmemmap.spare) == (2 * MIB, MIB)
    assert (sparsemem.memmap, sparsemem.spare) == (2 * MIB, MIB)
    assert (flat.memmap, flat.spare) == (MIB, 0)


def test_flat_memory_pays_for_holes_and_sections_do_not() -> None:
    shape, _, _ = shape_of("6.1-4k48")
    vmemmap, sparsemem, static, flat = costs(shape, [(0, GIB), (TIB, TIB + GIB)])
    assert vmemmap.memmap == sparsemem.memmap == static.memmap == 2 * GIB // 64
    assert flat.memmap == (TIB + GIB) // 64
    assert flat.spare == (TIB - GIB) // 64
    assert sparsemem.roots == 8192 * 8 + 2 * 4096, "1 TiB lies in another root of 32 GiB"


def test_page_structs_of_64k_pages_are_mapped_page_by_page() -> None:
    shape, _, _ = shape_of("6.1-64k48")
    vmemmap, sparsemem, _, _ = costs(shape, [(GIB, 2 * GIB)])
    assert vmemmap.memmap == sparsemem.memmap == 2 * 8192 * 64
    assert vmemmap.tables == 64 << 10, "a pte table; the pmd table is there for the fixmap"
    assert shape.section_map_size == 512 * MIB, "but sparse_init_nid() asks for as much as a PMD maps"


def test_no_memory_costs_nothing() -> None:
    shape, _, _ = shape_of("6.1-4k48")
    assert costs(shape, []) == ()
    assert costs(shape, [(0, 0)]) == (), "memblock's first region, before there is any"


def test_the_table_marks_the_model_that_the_kernel_has() -> None:
    shape, _, _ = shape_of("6.1-4k48")
    lines = cost_lines(costs(shape, [(0, 512 * MIB)]), "sparsemem")
    assert [line[:18].strip() for line in lines] == [
        "",
        "vmemmap",
        "> sparsemem",
        "sparsemem-static",
        "flatmem",
    ]
    assert lines[2].split()[2:] == ["8.0", "MiB", "68.0", "KiB", "128", "B", "-", "8.1", "MiB", "-"]
