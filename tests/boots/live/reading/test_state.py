"""What a kernel's memory holds comes out as the model's state has it, part for part, at moments of all kinds
of boots: nodes, memory models, architectures, releases.

Covers zones.py, sections.py, variables.py, variable_rows.py, numa.py, own.py, apply.py, said_once.py,
boots/live/memory.py, boots/live/x86/e820.py, boots/live/x86/own_state.py, boots/live/x86/variables.py,
boots/live/arm64/own_state.py, boots/live/arm64/variables.py, boots/remote/target.py.
"""

from __future__ import annotations

import functools
import gzip
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.live.arm64.own_state import ARM64
from bootstep.boots.live.reading.own import LinearMap, OwnState
from bootstep.boots.live.reading.state import StateReader
from bootstep.boots.live.reading.variable_rows import GENERIC
from bootstep.boots.live.x86.own_state import X86
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.memory.state import Replica, State
from bootstep.model.trace.collected import CollectedChanges

from ....support.fake_memory import FakeTarget, kernel_memory
from ....support.in_blocks import in_blocks
from ....support.kernel_bytes import DATA, LINEAR, Writer, virtual, write_memblock
from ....support.kernel_table_bytes import (
    with_nodes,
    write_free_lists,
    write_lists,
    write_nodes,
    write_sections,
    write_variables,
)

FILES = Path(__file__).parents[3] / "data"
MACHINES = ("virt-1g", "virt-2g-numa2", "virt-1g-6.12", "virt-1g-64k", "pc-2g", "pc-6g-numa2")
CASES = (
    *("6.1-4k48-sparsemem/numa3", "6.1-16k36-static/numa3", "6.1-64k42-flatmem/hole2"),
    *("6.1-16k47-deferred/numa3", "6.1.0-50-amd64/numa2-memless", "6.12-16k47/numa2"),
)
OWN = {"arm64": ARM64, "x86_64": X86}
PARTS = (
    *("memblock", "memblock.memory", "memblock.reserved", "sections", "sections.roots", "sections.sections"),
    *("zones.nodes", "zones.free", "e820.e820_table", "e820.e820_table_kexec", "e820.e820_table_firmware"),
    *("numa.numa_meminfo", "numa.numa_reserved_meminfo", "numa.numa_distance", "numa.__per_cpu_offset"),
)
MOMENTS = 8


@functools.lru_cache(maxsize=4)
def booted(name: str) -> Kernel:
    """The boot of a shipped machine, or of a captured one."""
    if "/" not in name:
        kernel = load_kernel(in_blocks(name))
    else:
        with tempfile.TemporaryDirectory() as place:
            kernel = load_kernel(in_blocks(_unpacked(name, Path(place))))
    boot(kernel)
    return kernel


def _unpacked(case: str, folder: Path) -> str:
    of_kernel = case.partition("/")[0]
    kernels = SHIPPED / "kernels" / of_kernel
    if not kernels.exists():
        kernels = folder / "kernel"
        shutil.copytree(FILES / "kernels" / of_kernel, kernels)
        packed = kernels / "vmlinux.sym.gz"
        (kernels / "vmlinux.sym").write_bytes(gzip.decompress(packed.read_bytes()))
    for path in (FILES / "oracle" / case).rglob("*.gz"):
        target = folder / path.relative_to(FILES / "oracle" / case).with_suffix("")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(gzip.decompress(path.read_bytes()))
    text = (FILES / "oracle" / case / "machine.toml").read_text()
    (folder / "machine.toml").write_text(text.replace("KERNEL", str(kernels)))
    return str(folder / "machine.toml")


def own_of(kernel: Kernel) -> OwnState:
    return OWN[kernel.arch.facts.name]


def written(kernel: Kernel, state: State, writer: Writer) -> set[str]:
    """Write all of a state; the names of the variables."""
    write_memblock(writer, state.memblock)
    write_nodes(writer, kernel, state)
    write_sections(writer, kernel, state)
    write_free_lists(writer, kernel, state)
    names = write_variables(writer, state, (*GENERIC, *own_of(kernel).variables))
    write_lists(writer, state)
    pairs = state.variables.get("pfn_mapped")
    if pairs is not None:
        writer.number("nr_pfn_mapped", len(pairs) // 2, 4)
        data = b"".join(number.to_bytes(8, "little") for number in pairs)
        writer.target.put(writer.linked("pfn_mapped", 16 * 4096), data.ljust(16 * 4096, b"\0"))
        names.add("pfn_mapped")
    log = state.variables["log_buf_pa"]
    static = writer.linked("__log_buf", 64)
    if "log_buf" not in state.variables:
        writer.number("log_buf", virtual(log) if log else static, 8)
        names.add("log_buf_pa")
    return names


def reader_of(kernel: Kernel, writer: Writer) -> StateReader:
    """A reader of what was written, for which physical memory is mapped where the writer maps it."""
    assert writer.sizes is not None
    symbols = {**writer.symbols, "_text": DATA, "_end": DATA + (1 << 28)}
    memory = kernel_memory(writer.target, symbols, writer.sizes, writer.moved)
    load_address = 0
    if "contig_page_data" in symbols:
        load_address = kernel.pa_symbol("contig_page_data") - symbols["contig_page_data"] + DATA
    everything = LinearMap(LINEAR, LINEAR + (1 << 48) - 1, 0)
    own = own_of(kernel)._replace(linear_map=lambda layout, variables: everything)
    return StateReader(memory, own, load_address, kernel.layout, kernel.shape)


def moments(kernel: Kernel) -> Iterator[State]:
    """The state at some positions of the boot, the last of them at its end."""
    trace = debugger_of(kernel).trace
    replica = Replica(trace)
    for number in range(MOMENTS + 1):
        replica.move(len(trace) * number // MOMENTS)
        yield replica.state


@pytest.mark.parametrize("name", (*MACHINES, *CASES))
async def test_every_part_is_read_as_the_model_has_it(name: str) -> None:
    kernel = booted(name)
    live = kernel.arch.facts.state()
    live.memblock.configure(kernel.memblock.config)
    writer = Writer(FakeTarget(), with_nodes(kernel), moved=0x40_0000)
    reader: StateReader | None = None
    for state in moments(kernel):
        names = written(kernel, state, writer)
        reader = reader or reader_of(kernel, writer)
        await reader.whole(live)
        for part in PARTS:
            if part == "numa.__per_cpu_offset" and not own_of(kernel).keeps_per_cpu_offset:
                continue
            assert live[part].snapshot() == state[part].snapshot(), part
        expected = {limit: pfns for limit, pfns in state.zones.limits.items() if limit != "max_zone_pfns"}
        assert live.zones.limits == expected
        found = {variable: live.variables.get(variable) for variable in names}
        assert found == {variable: state.variables[variable] for variable in names}
    assert live.zones.free, "the last moment is behind the handover"
    assert reader is not None and not reader.remarks()


@pytest.mark.parametrize("name", ["virt-1g"])
async def test_reading_the_same_again_is_no_event(name: str) -> None:
    kernel = booted(name)
    writer = Writer(FakeTarget(), with_nodes(kernel))
    written(kernel, kernel.state, writer)
    reader = reader_of(kernel, writer)
    live, changes = kernel.arch.facts.state(), CollectedChanges()
    await reader.whole(live)
    live.record_into(changes)
    await reader.whole(live)
    assert changes.taken() == {}


@pytest.mark.parametrize("name", ["pc-2g", "6.1-64k42-flatmem/hole2", "6.1.0-50-amd64/numa2-memless"])
async def test_how_memblock_of_the_kernel_is_made(name: str) -> None:
    kernel = booted(name)
    writer = Writer(FakeTarget(), with_nodes(kernel))
    state = next(moments(kernel))
    written(kernel, state, writer)
    if not kernel.config.enabled("NUMA"):
        writer.symbols.pop("node_data", None)
    reader, live = reader_of(kernel, writer), kernel.arch.facts.state()
    await reader.whole(live)
    reader.settle(live, kernel.release, kernel.layout.page_shift)
    assert live.memblock.config == kernel.memblock.config
    assert (live.memblock.numa, live.memblock.page_size) == (kernel.memblock.numa, kernel.layout.page_size)
    assert live.memblock.memory.snapshot() == state.memblock.memory.snapshot()
