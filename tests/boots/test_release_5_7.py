"""Linux 5.7, the kernel of the textbook walk-throughs: what comes before what, and how it is said.

Covers arm64/kernel/cpu.py, arm64/kernel/cpu_records.py, arm64/kernel/v5_7/head.py, arm64/mm/v5_7/init.py,
arm64/mm/v5_7/mmu.py, arm64/mm/v5_7/numa.py, drivers/of/v5_7/fdt.py, drivers/of/v5_7/reserved_mem.py,
kernel/v5_7/swiotlb.py, lib/kstrtox.py, mm/v5_7/mm_init.py.
"""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from bootstep.boots.arm64.kernel.v5_7.head import stext
from bootstep.boots.core.inputs import QEMU_DECIDES
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot, prepare
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.arch.arm64.address_map import Arm64Layout, address_map_of
from bootstep.model.arch.arm64.record import ARM64
from bootstep.model.base.errors import InputError
from bootstep.model.build.kconfig import KConfig
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.index.calls import CallIndex
from bootstep.model.memory.memblock import MEMBLOCK_NOMAP
from bootstep.model.trace.events import Kind
from device_tree_kernel import log, regions
from msgspec import structs

MACHINE = "virt-512m-5.7"
MIB, GIB = 1 << 20, 1 << 30
WITHOUT_NUMA = "CONFIG_NUMA=n\nCONFIG_NODES_SHIFT=0\nCONFIG_HAVE_SETUP_PER_CPU_AREA=n\n"


def booted(tmp_path: Path | None = None, options: str = "", dts: str = "", **changes: str) -> Kernel:
    """A boot of the textbook machine: with other options of its configuration, nodes beside those of its
    board, and other keys of the machine file."""
    if tmp_path is not None:
        config = read_machine(MACHINE).config
        assert config is not None
        kept = [line for line in config.read_text().splitlines() if line.split("=")[0] not in options]
        (tmp_path / "config").write_text("\n".join(kept) + "\n" + options)
        changes["config"] = str(tmp_path / "config")
        board = read_machine(MACHINE).dts
        assert board is not None
        source = board.read_text().replace('"virt.dtsi"', f'"{board.parent / "virt.dtsi"}"')
        (tmp_path / "board.dts").write_text(f"{source}\n/ {{ {dts} }};\n")
        changes["dts"] = str(tmp_path / "board.dts")
    k = load_kernel(read_machine(MACHINE, {"memblock_debug": "true", **changes}))
    boot(k)
    return k


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    return booted()


def in_order(k: Kernel, *functions: str) -> bool:
    calls = [CallIndex(k.trace, ARM64).first(function) for function in functions]
    assert None not in calls, functions[calls.index(None)]
    return calls == sorted(call for call in calls if call is not None)


def children(k: Kernel, function: str) -> list[str]:
    """The names of the functions that the first call of a function calls, in order."""
    parent = CallIndex(k.trace, ARM64).first(function)
    trace = k.trace
    return [
        trace.function(event).name
        for event in range(len(trace))
        if trace.kind(event) == Kind.ENTER and trace.parent(event) == parent
    ]


def test_the_first_tables_map_the_image_and_no_block_behind_it() -> None:
    k = load_kernel(read_machine(MACHINE))
    prepare(k)
    stext(k)
    text, end, block = k.va_symbol("_text"), k.va_symbol("_end"), 2 * MIB
    runs = k.pgdirs["init_pg_dir"].runs
    (image,) = [run for run in runs if run.va_start <= text < run.va_end]
    assert image.va_start == text // block * block
    assert image.va_end == (end // block + 1) * block


def test_setup_arch_reads_the_tree_cuts_memory_maps_it_and_makes_zones(kernel: Kernel) -> None:
    assert in_order(
        kernel,
        *("stext", "__create_page_tables", "__primary_switch", "start_kernel", "setup_arch"),
        *("setup_machine_fdt", "early_init_dt_scan", "efi_init", "arm64_memblock_init", "paging_init"),
        *("acpi_boot_table_init", "unflatten_device_tree", "bootmem_init", "free_area_init_nodes"),
        *("request_standard_resources", "smp_init_cpus", "setup_command_line", "setup_per_cpu_areas"),
        *("build_all_zonelists", "page_alloc_init", "parse_boot_params", "setup_log_buf", "mm_init"),
    )


def test_the_tree_is_scanned_for_the_command_line_then_cells_then_memory(kernel: Kernel) -> None:
    assert children(kernel, "early_init_dt_scan_nodes") == ["of_scan_flat_dt"] * 3
    assert in_order(
        kernel, "early_init_dt_scan_chosen", "early_init_dt_scan_root", "early_init_dt_scan_memory"
    )


def test_every_node_of_the_flat_tree_is_shown_to_early_init_dt_scan_memory(kernel: Kernel) -> None:
    shown = [
        kernel.trace.payload(event)
        for event in range(len(kernel.trace))
        if kernel.trace.kind(event) == Kind.ENTER
        and kernel.trace.function(event).name == "early_init_dt_scan_memory"
    ]
    nodes = list(kernel.fdt.nodes())
    assert [arguments[0] for arguments in shown] == [node.path for node in nodes]
    assert shown[0] == ("/", "", 0, "")
    assert ("/memory@40000000", "memory@40000000", 1, "") in shown


def test_arm64_memblock_init_begins_with_the_usable_range_and_ends_with_cma(kernel: Kernel) -> None:
    steps = children(kernel, "arm64_memblock_init")
    assert steps[0] == "fdt_enforce_memory_region"
    assert steps[-5:] == [
        *("early_init_fdt_scan_reserved_mem", "reserve_crashkernel", "reserve_elfcorehdr"),
        *("dma_contiguous_reserve", "hugetlb_cma_reserve"),
    ]


def test_paging_init_maps_switches_and_gives_the_first_tables_back(kernel: Kernel) -> None:
    assert children(kernel, "paging_init") == [
        *("map_kernel", "map_mem", "memblock_free", "memblock_allow_resize")
    ]
    steps = children(kernel, "map_mem")
    assert (steps[0], steps[-1]) == ("memblock_mark_nomap", "memblock_clear_nomap")
    assert not any(region.flags & MEMBLOCK_NOMAP for region in kernel.memblock.memory.regions)


def test_bootmem_init_notes_what_is_present_before_sparse_init(kernel: Kernel) -> None:
    assert children(kernel, "bootmem_init") == [
        *("early_memtest", "arm64_numa_init", "memblocks_present", "sparse_init"),
        *("zone_sizes_init", "memblock_dump_all"),
    ]
    assert "memblocks_present" not in children(kernel, "sparse_init")


def test_with_numa_zone_sizes_init_only_tells_where_zones_end(kernel: Kernel) -> None:
    assert children(kernel, "zone_sizes_init") == ["free_area_init_nodes"]
    assert children(kernel, "free_area_init_nodes") == [
        *("find_zone_movable_pfns_for_nodes", "subsection_map_init", "setup_nr_node_ids"),
        *("init_unavailable_mem", "find_min_pfn_for_node", "free_area_init_node"),
    ]


def test_without_numa_it_tells_the_sizes_and_holes_of_zones(tmp_path: Path) -> None:
    second = 'memory@80000000 { device_type = "memory"; reg = <0x0 0xa0000000 0x0 0x10000000>; };'
    k = booted(tmp_path, WITHOUT_NUMA, second)
    assert children(k, "zone_sizes_init") == ["free_area_init_node"]
    event = CallIndex(k.trace, ARM64).first("free_area_init_node")
    assert event is not None
    # 512 MiB at 1 GiB, a hole of 1 GiB, 256 MiB: DMA ends with the first GiB of RAM.
    assert k.trace.payload(event) == (
        0,
        (0x40000, 0x30000, 0, 0),
        0x40000,
        (0x20000, 0x20000, 0, 0),
    )
    zones = k.zones.nodes[0].zones
    assert [(zone.start_pfn, zone.spanned, zone.present) for zone in zones[:2]] == [
        (0x40000, 0x40000, 0x20000),
        (0x80000, 0x30000, 0x10000),
    ]
    lines = log(k)
    assert "On node 0 totalpages: 196608" in lines
    assert not any(line.startswith(("Zone ranges", "Initmem setup")) for line in lines)


def test_the_log_of_free_area_init_nodes(kernel: Kernel) -> None:
    lines = log(kernel)
    start = lines.index("Zone ranges:")
    assert lines[start : start + 12] == [
        "Zone ranges:",
        "  DMA      [mem 0x0000000040000000-0x000000005fffffff]",
        "  DMA32    empty",
        "  Normal   empty",
        "Movable zone start for each node",
        "Early memory node ranges",
        "  node   0: [mem 0x0000000040000000-0x000000005fffffff]",
        "Initmem setup node 0 [mem 0x0000000040000000-0x000000005fffffff]",
        "On node 0 totalpages: 131072",
        "  DMA zone: 2048 pages used for memmap",
        "  DMA zone: 0 pages reserved",
        "  DMA zone: 131072 pages, LIFO batch:31",
    ]


def test_kernelcore_moves_the_rest_to_zone_movable() -> None:
    lines = log(booted(cmdline="nokaslr kernelcore=256M"))
    at = lines.index("Movable zone start for each node")
    assert lines[at + 1] == "  Node 0: 0x0000000050000000"


def test_memblock_says_what_it_frees_behind_three_spaces_and_nothing_of_ranges(kernel: Kernel) -> None:
    start, end = kernel.pa_symbol("init_pg_dir"), kernel.pa_symbol("init_pg_end")
    assert f"   memblock_free: [{start:#018x}-{end - 1:#018x}] paging_init" in log(kernel)
    assert not any("memblock_phys" in line for line in log(kernel))


def test_the_image_lies_half_a_mebibyte_into_its_two(kernel: Kernel) -> None:
    assert Arm64Layout(kernel.layout).text_offset == 0x80000
    assert kernel.image.symbol("_text") == kernel.layout.image.start + 0x80000 == 0xFFFF_8000_1008_0000
    assert regions(kernel, "reserved")[0][0] == 0x4008_0000


def test_the_address_map_has_vmemmap_at_the_top_and_bpf_below_the_modules() -> None:
    config = KConfig.parse("CONFIG_ARM64_4K_PAGES=y\nCONFIG_ARM64_VA_BITS=48\n", "test")
    layout = address_map_of((5, 7), config)
    assert layout.page_offset == 0xFFFF_0000_0000_0000
    assert layout.modules.start - layout.direct_map.end == 128 * MIB
    assert layout.modules.end - layout.modules.start == 128 * MIB
    assert layout.vmalloc.start == layout.image.start == 0xFFFF_8000_1000_0000
    assert layout.vmemmap.end == 0xFFFF_FFFF_FFE0_0000
    assert layout.vmemmap.start == 0xFFFF_FDFF_FFE0_0000
    assert layout.vmalloc.end == 0xFFFF_FDFF_BFFF_0000
    assert Arm64Layout(layout).pci_io.start == 0xFFFF_FDFF_FEC0_0000
    assert layout.fixmap.end == 0xFFFF_FDFF_FEA0_0000
    assert layout.section_size_bits == 30


def test_no_map_memory_is_taken_out_of_memblock(tmp_path: Path) -> None:
    node = (
        "reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;"
        " firmware@50000000 { reg = <0x0 0x50000000 0x0 0x100000>; no-map; };"
        " buffer@51000000 { reg = <0x0 0x51000000 0x0 0x100000>; };"
        " pool { size = <0x0 0x200000>; alignment = <0x0 0x200000>; };"
        " nothing { }; };"
    )
    k = booted(tmp_path, dts=node)
    debugger = debugger_of(k)
    debugger.end()
    (who,) = CommandInterpreter(debugger).execute("who 0x50000000").text.splitlines()
    assert "removed by reserved memory firmware@50000000, because of device tree /reserved-memory/" in who
    told = CommandInterpreter(debugger).execute("why pool").text.splitlines()
    assert "got: [0x5fe00000-0x5fffffff] 2.0 MiB, reserved and mapped" in told
    assert regions(k) == [(0x4000_0000, 0x1000_0000), (0x5010_0000, 0xFF0_0000)]
    assert "memblock_remove: [0x0000000050000000-0x00000000500fffff]" in " ".join(log(k))
    assert [(rmem.base, rmem.size) for rmem in k.of.reserved_mem] == [
        (0x5FE0_0000, 0x20_0000),
        (0x5000_0000, 0x10_0000),
        (0x5100_0000, 0x10_0000),
    ]


def test_a_crash_kernel_is_reserved_before_the_linear_map_which_maps_it_by_pages() -> None:
    k = booted(cmdline="nokaslr rodata=1 crashkernel=64M")
    assert in_order(k, "reserve_crashkernel", "dma_contiguous_reserve", "map_mem")
    assert k.crashk_res != (0, 0)
    inside = k.page_tables.leaf(k.phys_to_virt(k.crashk_res[0]))
    before = k.page_tables.leaf(k.phys_to_virt(k.crashk_res[0] - 4 * MIB))
    assert inside is not None and before is not None
    assert (inside.level, before.level) == (3, 2)


def test_a_crash_kernel_whose_place_is_wrong_is_refused_with_the_reason() -> None:
    lines = log(booted(cmdline="nokaslr crashkernel=64M@0x51100001"))
    assert "cannot reserve crashkernel: base address is not 2MB aligned" in lines


def test_bounce_buffers_are_there_once_ram_goes_beyond_the_first_gib() -> None:
    k = load_kernel(read_machine(MACHINE))
    reg = struct.pack(">QQ", GIB, 2 * GIB)
    k.fdt = k.fdt.with_properties("/memory@40000000", {"reg": reg})
    boot(k)
    assert in_order(k, "mem_init", "swiotlb_init", "swiotlb_init_with_tbl", "memblock_free_all")
    assert any(line.endswith("(64MB)") for line in log(k) if "software IO TLB: mapped" in line)
    assert [zone.present for zone in k.zones.nodes[0].zones[:2]] == [GIB >> 12, GIB >> 12]


def test_a_seed_makes_the_kernel_map_itself_twice_and_is_wiped(tmp_path: Path) -> None:
    k = booted(tmp_path, dts="chosen { kaslr-seed = <0x12345678 0x9abcdef0>; };", cmdline="console=ttyAMA0")
    calls = [
        event
        for event in range(len(k.trace))
        if k.trace.kind(event) == Kind.ENTER and k.trace.function(event).name == "__create_page_tables"
    ]
    assert len(calls) == 2
    assert k.kaslr_offset == (1 << 45) + (0x1234_5678_9ABC_DEF0 & ((1 << 46) - 1) & -(2 << 20))
    assert k.memstart_offset_seed == 0x1234
    assert k.fdt.find("/chosen").properties["kaslr-seed"] == bytes(8)
    assert k.memstart_addr % Arm64Layout(k.layout).memstart_align == 0 and k.memstart_addr != GIB


def test_a_larger_log_buffer_is_one_piece() -> None:
    lines = log(booted(cmdline="nokaslr log_buf_len=1M"))
    assert "printk: log_buf_len: 1048576 bytes" in lines
    wanted = "memblock_alloc_try_nid: 1048576 bytes align=0x4"
    assert sum(line.startswith(wanted) for line in lines) == 1


def test_from_uefi_and_releases_between_are_refused(kernel: Kernel) -> None:
    with pytest.raises(InputError, match=r"only from a device tree does 5\.7 boot"):
        load_kernel(read_machine(MACHINE, {"kind": "uefi"}))
    with pytest.raises(InputError, match=r"release 5\.10: so far only 5\.7, and 6\.1 and later boot"):
        load_kernel(read_machine(MACHINE, {"release": "5.10"}))
    assert any("5.7 follow its source, no real boot was compared" in words for words in kernel.assumed)


def test_qemu_puts_the_kernel_where_its_header_asks() -> None:
    machine = read_machine(MACHINE)
    tree = load_kernel(machine).fdt
    unplaced = structs.replace(machine, load_address=QEMU_DECIDES)
    assert load_kernel(unplaced, tree).machine.load_address == 0x4008_0000
