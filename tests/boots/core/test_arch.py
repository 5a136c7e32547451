"""Generic code boots an architecture that it has never heard of: all it asks is in ArchOps and BootOrder, and
what a debugger asks is in Arch.

Covers order.py.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from bootstep.boots.core.kernel import KernelPanic
from bootstep.boots.init.main import boot
from bootstep.boots.kernel.crash_reserve import CrashRequest, reserve_crashkernel_generic
from bootstep.boots.mm.hugetlb.boot import hugepagesz_setup
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.build.release import Release
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.memblock import memblock_end_of_DRAM
from bootstep.model.memory.pagetable.tables import PAGE_LEVEL
from bootstep.model.memory.state import Replica
from bootstep.model.trace.events import Kind
from toy_architecture import (
    BLOCK_LEVEL,
    LAYOUT,
    LOAD,
    LOW,
    MIB,
    PROTECTIONS,
    ToyKernel,
    prepared,
    toy_kernel,
)
from toy_facts import DEVICE, PRESENT, WRITABLE

SUPPORT = Path(__file__).parents[2] / "support"
FLAT = {"SPARSEMEM": "n", "SPARSEMEM_VMEMMAP": "n", "FLATMEM": "y"}
PAGES = {"HAVE_SETUP_PER_CPU_AREA": "y"}


def booted(*banks: tuple[int, int], **choices: object) -> ToyKernel:
    k = toy_kernel(*banks, **choices)  # type: ignore[arg-type]
    boot(k)
    return k


def calls(k: ToyKernel, name: str) -> list[int]:
    """Where a function is entered."""
    return [event for event in k.trace.of_kind(Kind.ENTER) if k.trace.function(event).name == name]


def log(k: ToyKernel) -> list[str]:
    return [k.trace.log_text(event) for event in k.trace.logs if k.trace.is_printed(event)]


@pytest.mark.parametrize("config", [{}, FLAT, PAGES], ids=["vmemmap", "flatmem", "page by page"])
@pytest.mark.parametrize("release", [Release(6, 1), Release(6, 12)], ids=str)
def test_all_memory_that_nobody_has_is_handed_over(release: Release, config: dict[str, str]) -> None:
    k = booted((0, 96 * MIB), (128 * MIB, 256 * MIB), release=release, **config)
    assert not list(k.trace.of_kind(Kind.PANIC))
    (node,) = k.zones.nodes.values()
    free = [sum(count << order for order, count in enumerate(zone.nr_free)) for zone in node.zones]
    assert free == [zone.managed for zone in node.zones]
    assert sum(free) == k.totalram_pages
    assert sum(zone.present for zone in node.zones) == 352 * MIB >> 12
    assert any(line.startswith("Memory: ") and "/360448K available" in line for line in log(k))


def test_zones_end_where_the_architecture_says() -> None:
    lines = log(booted())
    first = lines.index("Zone ranges:")
    assert lines[first + 1 : first + 3] == [
        "  DMA      [mem 0x0000000000000000-0x0000000003ffffff]",
        "  Normal   [mem 0x0000000004000000-0x000000000fffffff]",
    ]


@pytest.mark.parametrize(
    ("release", "paging_init", "ascending"),
    [(Release(6, 8), "toy_map_from_below", True), (Release(6, 9, 0), "toy_map_from_above", False)],
)
def test_a_release_maps_memory_in_its_own_order(release: Release, paging_init: str, ascending: bool) -> None:
    k = booted(release=release)
    event = next(
        event for event in k.trace.of_kind(Kind.ENTER) if k.trace.function(event).name == paging_init
    )
    blocks = [
        change.inserted[0].va_start
        for _, changes in k.trace.changes(event, k.trace.partner(event))
        for change in changes
        if change.target == "page_tables.runs" and change.inserted
    ]
    assert blocks and (blocks[0] == LAYOUT.page_offset) == ascending


def test_the_linear_map_has_the_bits_and_the_blocks_of_the_architecture() -> None:
    k = booted()
    run = k.page_tables.leaf(LAYOUT.page_offset + 200 * MIB)
    assert run is not None
    assert (run.level, run.attrs, run.pa_start) == (BLOCK_LEVEL, PROTECTIONS["PAGE_KERNEL"], 0)


def test_page_structs_are_in_the_vmemmap_from_pfn_0_on() -> None:
    k = booted((128 * MIB, 128 * MIB))
    run = k.page_tables.leaf(LAYOUT.vmemmap.start + (128 * MIB >> 12) * 64)
    assert run is not None and run.level == PAGE_LEVEL
    assert k.page_tables.leaf(LAYOUT.vmemmap.start) is None


def test_early_mappings_go_through_the_fixmap_of_the_architecture() -> None:
    k = booted()
    event = next(
        event for event in k.trace.of_kind(Kind.ENTER) if k.trace.function(event).name == "early_memremap"
    )
    address = k.trace.payload(k.trace.partner(event))
    replica = Replica(k.trace)
    replica.move(k.trace.partner(event) + 1)
    run = replica.state.page_tables.leaf(address)
    assert address == LAYOUT.fix_to_virt("FIX_BTMAP_BEGIN") + 5
    assert run is not None and (run.pa_start, run.attrs) == (LOAD, PROTECTIONS["PAGE_KERNEL"])
    assert k.page_tables.leaf(address) is None


def test_bounce_buffers_lie_where_devices_reach() -> None:
    line = next(line for line in log(booted()) if "software IO TLB: mapped" in line)
    assert int(line.split("-0x")[1].split("]")[0], 16) <= LOW


def test_an_architectures_variable_is_followed_and_its_first_value_is_the_configurations() -> None:
    k = booted(cmdline="topmem=128M", TOY_TOP_MEMORY=str(64 * MIB))
    assert memblock_end_of_DRAM(k.memblock) == 128 * MIB
    assert Replica(k.trace).state.variables["top_memory"] == 64 * MIB
    assert k.state.variables["top_memory"] == 128 * MIB
    assert "memstart_addr" not in k.state.variables


def test_per_cpu_pages_lie_behind_what_the_image_has_of_the_vmalloc_area() -> None:
    k = booted(**PAGES)
    run = k.page_tables.leaf(LAYOUT.vmalloc.start + MIB)
    assert run is not None and run.va_start == LAYOUT.vmalloc.start + MIB
    assert "PERCPU" not in "".join(log(k)) and any("4K pages/cpu" in line for line in log(k))


def test_nodes_are_learnt_in_the_architectures_way() -> None:
    k = booted((0, 128 * MIB), (128 * MIB, 256 * MIB), NUMA="y")
    assert not list(k.trace.of_kind(Kind.PANIC))
    assert k.numa.node_online_map == (0, 1)
    assert [region.nid for region in k.memblock.memory.regions] == [0, 1]
    assert [node.present for node in k.zones.nodes.values()] == [128 * MIB >> 12, 256 * MIB >> 12]
    assert [ref.nid for ref in k.zones.nodes[1].zonelist] == [1, 0, 0]
    lines = log(k)
    assert any(line.startswith("NODE_DATA(1) allocated [mem 0x17f") for line in lines)
    assert "Fallback order for Node 0: 0 1 " in lines


def test_an_access_outside_the_linear_map_ends_in_the_architectures_words() -> None:
    k = booted()
    with pytest.raises(KernelPanic):
        k.access(1 << 35, 8)
    assert log(k)[-2] == f"toy: fault {LAYOUT.page_offset + (1 << 35):#x}"


def test_a_crash_kernel_lies_where_the_architecture_lets_it() -> None:
    k = prepared((0, 256 * MIB))
    reserve_crashkernel_generic(k, CrashRequest(0, 20 * MIB))
    assert k.crashk_res == (32 * MIB, 52 * MIB - 1)


def test_huge_pages_of_no_size_of_the_architecture_are_refused() -> None:
    k = prepared()
    assert hugepagesz_setup(k, "1G") == 1
    assert "HugeTLB: unsupported hugepagesz=1G" in log(k)
    hugepagesz_setup(k, "2M")
    assert log(k)[-1] == "HugeTLB: unsupported hugepagesz=1G"


def test_a_boot_of_one_architecture_loads_nothing_of_another() -> None:
    program = f"""
import sys
sys.path.insert(0, {str(SUPPORT)!r})
from bootstep.boots.init.main import boot
from toy_architecture import toy_kernel
boot(toy_kernel())
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "bootstep.boots.mm.zones.zonelists" in loaded
    assert not [name for name in loaded if name.startswith("bootstep.boots.arm64")]


@pytest.fixture(scope="module")
def commands() -> CommandInterpreter:
    source = ModelBoot(toy_kernel((0, 128 * MIB)))
    source.run()
    return CommandInterpreter(Debugger(source.trace, source.facts))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("info phases", "the toy's banks"),
        ("p __va(64)", hex(LAYOUT.page_offset + 64)),
        ("p pfn_to_page(1)", hex(LAYOUT.vmemmap.start + 64)),
        ("x 0x1000000", "reserved by the toy's kernel image: toy_memblock_init"),
        ("x 0x4000000", "level 2[32] = 0x000000000400000b leaf: rw nx"),
        ("x 0x4000000", "nx is not executed"),
        ("why banks", "toy_scan_banks(), called from setup_arch, ran and returned True"),
    ],
)
def test_a_debugger_reads_the_trace_by_the_record_of_the_architecture(
    commands: CommandInterpreter, line: str, said: str
) -> None:
    commands.execute("end")
    assert said in commands.execute(line).text


def test_an_old_name_of_one_of_its_functions_is_found(commands: CommandInterpreter) -> None:
    commands.execute("start")
    commands.execute("break toy_old_name")
    assert "toy_memblock_init(), called from setup_arch" in commands.execute("continue").text
    commands.execute("delete")


def test_registers_of_a_device_are_mapped_as_such() -> None:
    assert PROTECTIONS["FIXMAP_PAGE_IO"] & DEVICE
    assert toy_kernel().arch.prot(toy_kernel(), "FIXMAP_PAGE_IO") & (PRESENT | WRITABLE)
