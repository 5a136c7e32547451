"""The boot as a whole: where it ends, and what it refuses.

Covers boots/arm64/kernel/setup.py, boots/core/event_limit.py, boots/core/kernel.py,
boots/core/subsystems.py, boots/kernel/printk.py, boots/mm/numa_memblks/meminfo.py,
boots/mm/numa_memblks/memblks.py.
"""

import re
import struct
from pathlib import Path

import pytest
from bootstep.boots.core import event_limit
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.trace.events import Kind, Trace
from msgspec import structs

GIB = 1 << 30


def kernel_with(gibibytes, cmdline):
    kernel = load_kernel(read_machine("virt-1g", {"cmdline": cmdline}))
    kernel.fdt = kernel.fdt.with_properties(
        "/memory@40000000", {"reg": struct.pack(">QQ", GIB, gibibytes * GIB)}
    )
    return kernel


def test_a_boot_that_is_too_long_to_record_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(Trace, "MOST_EVENTS", 10_000)
    with pytest.raises(InputError, match=r"virt-1g: with 8\.0 GiB of memory this boot is too long to record"):
        boot(kernel_with(8, "rodata=full"))


@pytest.mark.parametrize(("gibibytes", "cmdline"), [(65536, "rodata=full"), (1, "memtest=99999999")])
def test_that_is_known_before_anything_is_mapped(gibibytes, cmdline):
    kernel = kernel_with(gibibytes, cmdline)
    with pytest.raises(InputError, match="this boot is too long to record"):
        boot(kernel)
    assert len(kernel.page_tables.runs) == 0
    assert len(kernel.trace) < 200


def test_a_boot_of_millions_of_steps_has_to_be_asked_for(monkeypatch):
    """A damaged device tree often has a terabyte, and nobody waits for it; a server may have one too."""
    monkeypatch.setattr(event_limit, "USUAL_EVENTS", 10_000)
    kernel = kernel_with(8, "rodata=full")
    with pytest.raises(InputError, match="too long to record; --long does it all the same"):
        boot(kernel)
    kernel = kernel_with(8, "rodata=full")
    kernel.machine = structs.replace(kernel.machine, long=True)
    boot(kernel)
    assert len(kernel.trace) > 10_000


def test_a_terabyte_mapped_by_blocks_costs_what_its_sections_cost():
    kernel = kernel_with(1024, "rodata=off")
    boot(kernel)
    assert len(kernel.sections.sections) == 1024 * GIB >> 27
    assert len(kernel.page_tables.runs) < 1000
    assert len(kernel.trace) < 30 * len(kernel.sections.sections)


def test_where_memory_runs_out_the_trace_ends_with_the_kernels_words():
    kernel = kernel_with(1, "mem=8M")
    boot(kernel)
    last = len(kernel.trace) - 1
    assert kernel.trace.kind(last) == Kind.PANIC
    assert kernel.trace.payload(last) == "Attempted to kill the idle task!"
    assert kernel.trace.log_text(kernel.trace.logs[-1]) == (
        "Kernel panic - not syncing: Attempted to kill the idle task!"
    )
    assert kernel.trace.function(kernel.trace.parent(last)).name == "subsection_map_init"


def test_the_debugger_stands_at_the_line_that_panicked():
    kernel = kernel_with(1, "mem=8M")
    boot(kernel)
    debugger = debugger_of(kernel)
    debugger.end()
    frame = debugger.where().frames[-1]
    line = Path(frame.site.filename).read_text().splitlines()[frame.site.line - 1]
    assert frame.function.name == "subsection_map_init"
    assert "k.null_dereference(" in line


def last_lines(count, properties):
    """What a board says last whose memory node has these properties."""
    kernel = kernel_with(1, "")
    kernel.fdt = kernel.fdt.with_properties("/memory@40000000", properties)
    boot(kernel)
    return [kernel.trace.log_text(event) for event in kernel.trace.logs if kernel.trace.is_printed(event)][
        -count:
    ]


def test_memory_that_the_cpu_cannot_address_is_the_end():
    """A Cortex-A57 has 44 bits; the first page table is taken from the end of memory."""
    banks = struct.pack(">4Q", GIB, GIB, 1 << 44, GIB)
    assert last_lines(2, {"reg": banks}) == [
        "Unable to handle kernel level 3 address size fault at virtual address fffffbfffda32000",
        "Kernel panic - not syncing: Attempted to kill the idle task!",
    ]


def test_a_board_without_node_0_is_the_end():
    assert last_lines(3, {"numa-node-id": struct.pack(">I", 2)}) == [
        "Fallback order for Node 2: 2 ",
        "Unable to handle kernel paging request at virtual address 0000000000001908",
        "Kernel panic - not syncing: Attempted to kill the idle task!",
    ]


def ending(name, changes):
    """What a shipped machine says last once properties of its device tree are others."""
    kernel = load_kernel(read_machine(name))
    for path, properties in changes.items():
        kernel.fdt = kernel.fdt.with_properties(path, properties)
    boot(kernel)
    return kernel.trace.log_text(kernel.trace.logs[-1])


ON_NODE_2 = {"numa-node-id": struct.pack(">I", 2)}


@pytest.mark.parametrize("name", ["virt-1g", "virt-1g-6.12"])
def test_a_board_without_node_0_boots_if_its_cpu_is_on_the_node_it_has(name):
    changes = dict.fromkeys(("/memory@40000000", "/cpus/cpu@0", "/cpus/cpu@1"), ON_NODE_2)
    assert ending(name, changes).startswith("Memory: ")


KILLED = "Kernel panic - not syncing: Attempted to kill the idle task!"


@pytest.mark.parametrize(("name", "words"), [("virt-1g", "Memory: "), ("virt-1g-6.12", KILLED)])
def test_a_cpu_that_the_tree_does_not_tell_of_is_the_end_since_6_9(name, words):
    """As of real kernels whose tree comes from UEFI, with ``acpi=off``."""
    boards = SHIPPED / "boards"
    cpus = re.compile(r"^\tcpus \{.*?^\t\};", re.MULTILINE | re.DOTALL)
    tree = compile_dts(
        (boards / "virt-1g.dts").read_text(), include=lambda each: cpus.sub("", (boards / each).read_text())
    )
    kernel = load_kernel(read_machine(name), tree)
    boot(kernel)
    assert kernel.trace.log_text(kernel.trace.logs[-1]).startswith(words)
