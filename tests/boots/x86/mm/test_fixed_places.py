"""What lies at addresses that are fixed, and where KASLR puts what is not.

Covers fixmap.py, set_pte_vaddr.py, cpu_entry_area.py, vsyscall.py, kaslr.py, pti.py, cpu_features.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import KernelPanic
from bootstep.boots.init.main import boot, prepare
from bootstep.boots.x86.kernel.head64 import startup_64
from bootstep.boots.x86.mm.cpu_entry_area import get_cpu_entry_area, setup_cpu_entry_areas
from bootstep.boots.x86.mm.fixmap import early_ioremap_init, native_set_fixmap, set_fixmap
from bootstep.boots.x86.mm.set_pte_vaddr import populate_extra_pte, set_pte_vaddr
from bootstep.model.arch.x86.entry_format import (
    FIXMAP_PAGE_NOCACHE,
    GLOBAL,
    PAGE_KERNEL,
    PAGE_TABLE,
    RW,
    USER,
)

from tests.support.booted_pc import MIB, TWO_GIB, add_symbols, booted_pc, leaves, loaded_pc, log

ENTRY_AREA = 0xFFFFFE0000000000
PTI = {"PAGE_TABLE_ISOLATION": "y", "CPU_MITIGATIONS": "y"}
INTEL = "Nehalem"


def entered():
    k = loaded_pc()
    prepare(k)
    startup_64(k)
    return k


def entry_area(k):
    return [
        (start - ENTRY_AREA >> 12, end - ENTRY_AREA >> 12)
        for start, end, *_ in leaves(k.page_tables, ENTRY_AREA, ENTRY_AREA + (1 << 39))
    ]


def test_early_mappings_have_a_table_of_the_image_that_both_roots_reach():
    k = entered()
    early_ioremap_init(k)
    address = k.layout.fix_to_virt("FIX_BTMAP_BEGIN")
    trees = k.page_tables, k.pgdirs["early_top_pgt"]
    assert [tree.table(3, address) for tree in trees] == [k.pa_symbol("bm_pte")] * 2
    set_fixmap(k, "FIX_BTMAP_BEGIN", 0x7000_0000, PAGE_KERNEL)
    assert [tree.leaf(address).pa_start for tree in trees] == [0x7000_0000] * 2
    set_fixmap(k, "FIX_BTMAP_BEGIN", 0, 0)
    assert [tree.leaf(address) for tree in trees] == [None, None]


def test_the_kernel_finds_its_way_to_the_fixmap_through_the_direct_map():
    k = entered()
    early_ioremap_init(k)
    early = k.pgdirs["early_top_pgt"]
    for table in ("early_top_pgt", "level3_kernel_pgt"):
        assert early.leaf(k.phys_to_virt(k.pa_symbol(table))) is not None


def test_devices_are_mapped_without_caching():
    k = booted_pc()
    native_set_fixmap(k, "FIX_APIC_BASE", 0xFEE00000, FIXMAP_PAGE_NOCACHE)
    run = k.page_tables.leaf(k.layout.fix_to_virt("FIX_APIC_BASE"))
    assert (run.pa_start, run.attrs) == (0xFEE00000, 0x800000000000017B)


def test_tables_that_are_missing_are_allocated_from_the_top_down():
    k = booted_pc()
    address = 0xFFFFF00000000000
    populate_extra_pte(k, address)
    tables = [k.page_tables.table(level, address) for level in (1, 2, 3)]
    assert tables == sorted(tables, reverse=True)
    set_pte_vaddr(k, address, 5 * MIB, PAGE_KERNEL)
    assert k.page_tables.leaf(address).pa_start == 5 * MIB
    set_pte_vaddr(k, address, 0, 0)
    assert k.page_tables.leaf(address) is None


def test_no_memory_for_a_table_is_the_end():
    k = entered()
    with pytest.raises(KernelPanic, match="set_pte_phys: cannot allocate page data"):
        populate_extra_pte(k, 0xFFFFC90000000000)


def test_a_cpu_s_stacks_have_guard_pages_between_them():
    assert entry_area(booted_pc()) == [(1, 2), (2, 3), (3, 8), (9, 11), (12, 14), (15, 17), (18, 20)]


def test_descriptors_and_the_task_state_may_not_be_written_there():
    for release, read_only in (("6.1", 0x8000000000000161), ("6.12", 0x8000000000000121)):
        k = booted_pc(release=release)
        descriptors, stack, task_state = list(k.page_tables.leaves(ENTRY_AREA, ENTRY_AREA + 0x8000))
        assert (descriptors.attrs, task_state.attrs) == (read_only, read_only)
        assert stack.attrs & RW


def test_an_intel_cpu_has_a_debug_store_behind_the_stacks():
    plain = booted_pc(cpu=INTEL)
    assert entry_area(plain)[-1] == (27, 28)
    store = plain.image.symbol("cpu_debug_store") + plain.state.numa.per_cpu_offset[0]
    run = plain.page_tables.leaf(ENTRY_AREA + (27 << 12))
    assert run.pa_start == plain.virt_to_phys(store % (1 << 64))


def test_page_table_isolation_keeps_what_user_space_shares_global_and_nothing_else():
    k = booted_pc(cpu=INTEL, options=PTI)
    assert k.has_pti
    assert not any(run.attrs & GLOBAL for run in k.page_tables.leaves(k.layout.page_offset, ENTRY_AREA))
    assert all(run.attrs & GLOBAL for run in k.page_tables.leaves(ENTRY_AREA, ENTRY_AREA + (1 << 39)))


@pytest.mark.parametrize("release", ["6.1", "6.12"])
@pytest.mark.parametrize(
    ("cpu", "words", "isolated", "line"),
    [
        ("qemu64", "", False, ""),
        ("qemu64", "pti=on", True, "force enabled on command line."),
        (INTEL, "", True, ""),
        (INTEL, "pti=off", False, "disabled on command line."),
        (INTEL, "nopti", False, "disabled on command line."),
        (INTEL, "mitigations=off", False, "disabled on command line."),
    ],
)
def test_pti_is_as_the_cpu_needs_it_and_the_command_line_says(cpu, words, isolated, line, release):
    options = {**PTI, "MITIGATION_PAGE_TABLE_ISOLATION": "y"}
    k = loaded_pc(cmdline=words, cpu=cpu, release=release, options=options)
    names = ("pti_parse_cmdline", "pti_parse_cmdline_nopti") if release == "6.12" else ()
    add_symbols(k, dict.fromkeys(names, k.image.symbol("_text")))
    boot(k)
    said = [text for text in log(k) if text.startswith("Kernel/User page tables isolation: ")]
    assert k.has_pti is isolated
    assert said == ([f"Kernel/User page tables isolation: {line}"] if line else [])


@pytest.mark.parametrize(
    ("words", "mapped"), [("", False), ("vsyscall=emulate", True), ("vsyscall=none", False)]
)
def test_the_vsyscall_page_is_mapped_only_to_be_read(words: str, mapped: bool) -> None:
    k = loaded_pc(cmdline=words, options={"X86_VSYSCALL_EMULATION": "y"})
    k.layout.fixmap_slots["VSYSCALL_PAGE"] = 511
    text = k.image.symbol("_text")
    add_symbols(k, {"__vsyscall_page": text + 0x3000, "vsyscall_setup": text})
    boot(k)
    run = k.page_tables.leaf(0xFFFFFFFFFF600000)
    assert (run is not None) is mapped
    if run is not None:
        assert run.pa_start == 16 * MIB + 0x3000
        assert run.attrs & USER and not run.attrs & RW


def test_kaslr_moves_direct_map_vmalloc_and_vmemmap_before_memory_is_mapped():
    options = {"RANDOMIZE_BASE": "y", "RANDOMIZE_MEMORY": "y", "DYNAMIC_MEMORY_LAYOUT": "y"}
    bases = 0xFFFF8C1340000000, 0xFFFFA00D00000000, 0xFFFFF0CD80000000
    given = "{{ page_offset_base = {:#x}, vmalloc_base = {:#x}, vmemmap_base = {:#x} }}".format(*bases)
    k = booted_pc(TWO_GIB, options=options, kaslr=given)
    assert (k.page_offset_base, k.vmalloc_base, k.vmemmap_base) == bases
    assert leaves(k.page_tables)[0][0] == bases[0]
    assert k.page_tables.leaf(bases[2]) is not None
    assert k.layout.vmemmap.start == bases[2]
    assert k.layout_given.vmemmap.start == 0xFFFFEA0000000000
    assert k.trampoline_pgd_entry & ~PAGE_TABLE != k.page_tables.table(1, bases[0])


def test_without_nx_the_kernel_says_so():
    assert "Notice: NX (Execute Disable) protection missing in CPU!" in log(booted_pc(cpu="qemu64,-nx"))
    assert "NX (Execute Disable) protection: active" in log(booted_pc())


@pytest.mark.parametrize(("release", "tables"), [("6.1", 1), ("6.12", 3)])
def test_since_6_2_kaslr_gives_each_cpu_s_entry_area_tables_of_its_own(release: str, tables: int) -> None:
    k = loaded_pc(release=release, options={"RANDOMIZE_BASE": "y"}, kaslr="{ text = 0xffffffff82000000 }")
    assert any("each CPU enters the kernel" in sentence for sentence in k.assumed) is (release == "6.12")
    boot(k)
    k.cpu_possible = 0, 1, 2
    k.state.numa.per_cpu_offset.replace(0, 1, [k.state.numa.per_cpu_offset[0]] * 3)
    setup_cpu_entry_areas(k)
    areas = [get_cpu_entry_area(k, cpu) for cpu in k.cpu_possible]
    assert len({k.page_tables.table(2, area) for area in areas}) == tables
    assert all(k.page_tables.leaf(area) is not None for area in areas)
