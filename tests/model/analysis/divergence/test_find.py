"""The first divergence of two boots of the model.

Covers finding.py, further.py, walk.py, agreement.py, known.py, sides.py, states.py, parts.py, reasons.py,
builds.py, trees.py.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from bootstep.model.analysis.divergence.find import Divergence, Told, first_divergence, held
from bootstep.model.analysis.divergence.finding import What
from bootstep.model.source.facts import Facts
from bootstep.model.source.trace_file import RecordedBoot, recorded
from bootstep.model.trace.events import Kind, Trace
from msgspec.structs import replace
from parted_boots import MORE, booted, patched

NODE = "node /reserved-memory/fw@70000000 { reg = <0 0x70000000 0 0x10000>; };"
DRAWN = ("0x2340000,0x40000000", "0x1200000,0")


class Other(NamedTuple):
    """A trace with other facts."""

    trace: Trace
    facts: Facts


def found(left: Told, right: Told) -> Divergence:
    divergence = first_divergence(left, right)
    assert divergence is not None
    return divergence


@pytest.mark.parametrize("machine", ["virt-512m", "pc-2g", "server-8g"])
def test_a_boot_does_the_same_as_itself(machine: str) -> None:
    told = held(booted(machine), booted(machine))
    assert told.are_same
    assert (told.divergence, told.at_the_end, told.breaks_off, told.is_moved) == (None, (), False, False)


def test_a_recorded_boot_does_the_same_as_the_one_that_was_recorded() -> None:
    source = booted("virt-512m")
    again = RecordedBoot.read(recorded(source, "test"), "boot.trace")
    assert held(source, again).are_same
    assert held(again, source).are_same


def test_a_reservation_more_in_the_device_tree_is_the_call_that_makes_it() -> None:
    divergence = found(booted(), booted("virt-1g", NODE))
    call = divergence.right.call
    assert divergence.what is What.ONLY_RIGHT
    assert divergence.left.call is None
    assert call is not None
    assert call.callers[-1] == "start_kernel"
    assert call.function == "__reserved_mem_check_root"
    assert call.callers[0] == "fdt_scan_reserved_mem"
    assert any("__reserved_mem_reserve_reg" in each.right for each in divergence.further)
    assert divergence.left.position < len(booted().trace)
    assert booted("virt-1g", NODE).trace.kind(divergence.right.position - 1) == Kind.ENTER
    assert "only the second device tree has the node /reserved-memory/fw@70000000" in divergence.given


def test_less_ram_is_seen_where_the_first_function_is_told() -> None:
    divergence = found(booted(), booted("virt-1g", "ram 1048512K"))
    assert (divergence.what, divergence.function) == (What.ARGUMENTS, "early_init_dt_add_memory_arch")
    assert divergence.finding.names == ("size",)
    left, right = divergence.left.call, divergence.right.call
    assert left is not None and right is not None
    sizes = [next(each for each in call.arguments if each.name == "size") for call in (left, right)]
    assert [(each.text, each.differs) for each in sizes] == [("1.0 GiB", True), ("1023.9 MiB", True)]
    assert left.place.file == "drivers/of/fdt.c"
    assert left.place.line is not None
    assert left.log.startswith("memblock_add: [0x0000000040000000-0x000000007fffffff]")
    (memory,) = divergence.states
    assert memory.part == "memblock.memory"
    assert [(row.left, row.right) for row in memory.rows] == [
        ("[0x40000000-0x7fffffff] 1.0 GiB", ""),
        ("", "[0x40000000-0x7ffeffff] 1023.9 MiB"),
    ]
    assert divergence.count > 10
    assert {"memblock_reserve"} <= {each.left.split()[0] for each in divergence.further}


def test_a_kernel_that_reserves_once_more_is_found_at_that_call() -> None:
    for left, right, what in (
        (booted(), patched(), What.ONLY_RIGHT),
        (patched(), booted(), What.ONLY_LEFT),
    ):
        divergence = found(left, right)
        call = divergence.right.call or divergence.left.call
        assert call is not None
        assert (divergence.what, call.function) == (what, "memblock_reserve")
        assert call.callers[0] == "arm64_memblock_init"
        assert [each.text for each in call.arguments] == [f"{MORE[0]:#x}", "64.0 KiB"]
        assert [part.part for part in divergence.states] == ["memblock.reserved"]
        (row,) = divergence.states[0].rows
        assert {row.left, row.right} == {"", "[0x50000000-0x5000ffff] 64.0 KiB"}


def test_another_release_is_told_with_what_follows_from_it() -> None:
    divergence = found(booted(), booted("virt-1g-6.12"))
    assert "the releases are 6.1" in divergence.given[0]
    assert any("the kernel image is" in words for words in divergence.given)


def test_a_function_that_is_longer_in_the_other_build_is_named() -> None:
    facts = patched().facts
    start = facts.symbols["arm64_memblock_init"]
    symbols = {
        name: at + 24 if at > start and at != facts.symbols["_text"] else at
        for name, at in facts.symbols.items()
    }
    divergence = found(booted(), Other(patched().trace, replace(facts, symbols=symbols)))
    assert divergence.function == "memblock_reserve"
    (words,) = [line for line in divergence.given if line.startswith("the code of ")]
    assert words.startswith("the code of arm64_memblock_init has ")


def test_boots_of_two_architectures_are_told_to_be_that() -> None:
    divergence = found(booted("virt-512m"), booted("pc-2g"))
    assert divergence.given[0] == "the kernels are of arm64 and of x86_64"


def test_what_kaslr_drew_is_no_divergence() -> None:
    one, other = (booted("virt-1g", cmdline="console=ttyAMA0", kaslr=drawn) for drawn in DRAWN)
    told = held(one, other)
    assert told.are_same
    assert told.is_moved


def test_with_kaslr_and_without_the_first_difference_is_what_the_device_tree_holds() -> None:
    """The seed is a property more, so that the unflattened tree is larger: memory, not places."""
    divergence = found(
        booted("virt-1g", cmdline="console=ttyAMA0"),
        booted("virt-1g", cmdline="console=ttyAMA0", kaslr=DRAWN[0]),
    )
    assert divergence.function == "early_init_dt_alloc_memory_arch"
    assert divergence.finding.names == ("size",)


def test_a_pc_with_other_draws_does_the_same() -> None:
    bases = "0xffff9a4200000000,0xffffb00000000000,0xffffe00000000000"
    one, other = (
        booted("pc-8g", cmdline="console=ttyS0", kaslr=f"{text},{bases}")
        for text in ("0xffffffff91000000", "0xffffffff92000000")
    )
    told = held(one, other)
    assert told.are_same
    assert told.is_moved


def test_the_command_line_is_given_and_what_follows_from_it_is_done() -> None:
    divergence = found(booted(), booted("virt-1g", "add cma=128M"))
    assert "cmdline" not in divergence.finding.names
    assert any(words.startswith("the command lines are") for words in divergence.given)
