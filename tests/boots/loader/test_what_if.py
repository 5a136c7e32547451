"""A machine changed a little boots as the changed machine would.

Covers board/tree_changes.py, model/firmware/devicetree/edit.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.board.tree_changes import NodeChange, PropertyChange
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if, parse_ram
from bootstep.model.base.errors import InputError
from bootstep.model.trace.events import Trace


def trace(variation: Variation, machine: str = "virt-1g") -> Trace:
    kernel = load_what_if(read_machine(machine), variation)
    boot(kernel)
    return kernel.trace


def log(trace: Trace) -> list[str]:
    return [trace.log_text(event) for event in trace.logs if trace.is_printed(event)]


def test_nothing_changed_is_the_machine_itself() -> None:
    kernel = load_kernel(read_machine("virt-1g"))
    boot(kernel)
    assert log(trace(Variation())) == log(kernel.trace)
    assert not Variation()


def test_the_command_line_is_replaced_or_gets_longer() -> None:
    before = load_kernel(read_machine("virt-1g")).machine.cmdline
    assert load_what_if(read_machine("virt-1g"), Variation(more="mem=600M")).machine.cmdline == (
        f"{before} mem=600M"
    )
    found = log(trace(Variation(cmdline="mem=600M")))
    assert "Kernel command line: mem=600M" in found
    assert "Memory limited to 600MB" in found


def test_the_same_as_with_the_machines_own_option() -> None:
    machine = read_machine("virt-1g", {"cmdline": "crashkernel=128M"})
    kernel = load_kernel(machine)
    boot(kernel)
    assert log(trace(Variation(cmdline="crashkernel=128M"))) == log(kernel.trace)


@pytest.mark.parametrize(
    ("machine", "ram", "banks"),
    [
        ("virt-1g", 512 << 20, [(0x4000_0000, 512 << 20)]),
        ("virt-1g", 4 << 30, [(0x4000_0000, 4 << 30)]),
        ("virt-2g-numa2", 1536 << 20, [(0x4000_0000, 1 << 30), (0x8000_0000, 512 << 20)]),
        ("virt-2g-numa2", 512 << 20, [(0x4000_0000, 512 << 20)]),
        ("virt-2g-numa2", 3 << 30, [(0x4000_0000, 1 << 30), (0x8000_0000, 2 << 30)]),
    ],
)
def test_ram_shrinks_from_the_end_and_grows_at_the_end(
    machine: str, ram: int, banks: list[tuple[int, int]]
) -> None:
    kernel = load_what_if(read_machine(machine), Variation(ram=ram))
    boot(kernel)
    assert kernel.memblock.memory.total_size == ram
    ends = [
        (region.base, region.base + region.size) for region in kernel.memblock.memory.regions if region.size
    ]
    assert ends[0][0] == banks[0][0]
    assert ends[-1][1] == banks[-1][0] + banks[-1][1]


def test_ram_as_qemu_would_have_given_it() -> None:
    """virt-512m is virt-1g with half the memory."""
    other = load_kernel(read_machine("virt-512m"))
    boot(other)
    assert [line for line in log(trace(Variation(ram=512 << 20))) if line.startswith("Memory: ")] == [
        line for line in log(other.trace) if line.startswith("Memory: ")
    ]


def test_a_property_is_set_or_removed() -> None:
    kernel = load_what_if(
        read_machine("virt-1g"),
        Variation(changes=(PropertyChange.parse('/memory@40000000:device_type="ram"'),)),
    )
    memory = kernel.fdt.find("/memory@40000000")
    assert memory is not None
    assert memory.properties["device_type"] == b"ram\0"
    found = log(trace(Variation(changes=(PropertyChange.removal("/chosen:stdout-path"),))))
    assert any(line.startswith("Memory: ") for line in found)


def test_an_initrd_comes_and_goes() -> None:
    with_initrd = trace(Variation(initrd=(0x4900_0000, 8 << 20)))
    reserved = "[0x0000000049000000-0x00000000497fffff] arm64_memblock_init"
    assert any(reserved in with_initrd.log_text(event) for event in with_initrd.logs)
    kernel = load_what_if(read_machine("virt-1g"), Variation(initrd=(0, 0)))
    assert kernel.machine.initrd_size == 0


def test_it_says_in_words_what_is_different() -> None:
    variation = Variation(
        more="mem=600M",
        initrd=(0, 0),
        ram=2 << 30,
        changes=(PropertyChange("/chosen", "kaslr-seed", None), PropertyChange("/a", "b", b"")),
    )
    assert variation.words() == (
        "command line + 'mem=600M', no initrd, 2.0 GiB RAM, /chosen:kaslr-seed removed, /a:b set"
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("/a:b=<0x1 0x2>", bytes([0, 0, 0, 1, 0, 0, 0, 2])),
        ('/a:b="text"', b"text\0"),
        ("/a:b=[00 ff]", b"\0\xff"),
        ("/a:b", b""),
    ],
)
def test_a_property_is_written_as_in_a_device_tree_source(text: str, value: bytes) -> None:
    assert PropertyChange.parse(text) == PropertyChange("/a", "b", value)


@pytest.mark.parametrize("text", ["a:b=<1>", "/a=<1>", "/a:=<1>", "/a:b=<1", "/a:b=nonsense", "/a:b="])
def test_a_property_that_reads_like_none_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        PropertyChange.parse(text)


@pytest.mark.parametrize(
    "variation",
    [
        Variation(ram=1 << 50),
        Variation(changes=(PropertyChange("/nowhere", "a", None),)),
        Variation(changes=(PropertyChange("/chosen", "nothing", None),)),
        Variation(changes=(PropertyChange("/nowhere/below", "a", b""),)),
    ],
)
def test_what_cannot_be_is_an_error(variation: Variation) -> None:
    with pytest.raises(InputError):
        load_what_if(read_machine("virt-1g"), variation)


@pytest.mark.parametrize("text", ["0", "1k", "many", "-1G"])
def test_ram_has_a_size(text: str) -> None:
    with pytest.raises(InputError):
        parse_ram(text)


FIRMWARE = "/reserved-memory/fw@70000000 { reg = <0 0x70000000 0 0x100000>; no-map; };"


def test_a_node_that_is_added_is_reserved() -> None:
    """The board has no ``/reserved-memory``: one is made that counts in the root's cells."""
    found = log(trace(Variation(changes=(NodeChange.parse(FIRMWARE),))))
    assert "  node   0: [mem 0x0000000070000000-0x00000000700fffff]" in found


def test_a_node_that_is_removed_is_gone() -> None:
    added, removed = NodeChange.parse(FIRMWARE), NodeChange.removal("/reserved-memory/fw@70000000")
    found = log(trace(Variation(changes=(added, removed))))
    assert any(line.startswith("  node   0: ") for line in found)
    assert not any("mem 0x0000000070000000" in line for line in found)


def test_kernel_and_device_tree_can_lie_elsewhere() -> None:
    kernel = load_what_if(read_machine("virt-1g"), Variation(load_address=0x50000000, dtb_address=0x60000000))
    assert (kernel.machine.load_address, kernel.machine.dtb_address) == (0x50000000, 0x60000000)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("/a { b = <&nowhere>; };", "refers to a node &nowhere that is missing"),
        ("/a { b", "node /a"),
        ("reserved-memory { };", "a node reads like"),
        ("/" + "a/" * 70 + "b { };", "nested"),
    ],
)
def test_a_node_that_cannot_be_is_said(change: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        NodeChange.parse(change)


@pytest.mark.parametrize("path", ["/nowhere", "/"])
def test_a_node_that_is_not_there_cannot_go(path: str) -> None:
    with pytest.raises(InputError, match=r"there is no node /nowhere|a node reads like"):
        load_what_if(read_machine("virt-1g"), Variation(changes=(NodeChange.removal(path),)))
