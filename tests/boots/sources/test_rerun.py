"""Local variables of the boot functions, found by booting again.

Covers model/text/values.py, model_boot.py.
"""

from __future__ import annotations

import functools

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.board.tree_changes import PropertyChange
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if
from bootstep.boots.sources.rerun import Probe
from bootstep.model.memory.memblock import Region
from bootstep.model.text.values import LONGEST, local_text
from bootstep.model.trace.events import Kind
from bootstep.model.trace.stepping import frames_at

NO_MEMORY = Variation(changes=(PropertyChange.parse('/memory@40000000:device_type="x"'),))


@functools.cache
def booted(variation: Variation = Variation()) -> Kernel:  # noqa: B008
    kernel = load_what_if(read_machine("virt-1g"), variation)
    boot(kernel)
    return kernel


def first(kernel: Kernel, function: str, kind: Kind = Kind.ENTER) -> int:
    trace = kernel.trace
    return next(
        event
        for event in range(len(trace))
        if trace.kind(event) == kind and trace.function(event).name == function
    )


def innermost(kernel: Kernel, position: int) -> dict[str, str]:
    return {local.name: local.text for local in Probe(kernel, position).run()[-1].values}


@pytest.mark.parametrize("step", range(0, 12000, 997))
def test_the_scopes_are_those_of_the_open_functions(step: int) -> None:
    kernel = booted()
    assert [scope.enter for scope in Probe(kernel, step).run()] == frames_at(kernel.trace, step)


def test_a_function_at_its_return_still_has_what_it_worked_out() -> None:
    kernel = booted()
    leave = first(kernel, "zone_sizes_init", Kind.LEAVE)
    assert innermost(kernel, leave)["max_zone_pfns"] == "[0x80000, 0x80000, 0x80000, 0]"


def test_a_function_that_does_nothing_recorded_is_seen_at_its_return_too() -> None:
    kernel = booted()
    trace = kernel.trace
    enter = next(
        event
        for event in range(len(trace))
        if trace.kind(event) == Kind.ENTER and trace.partner(event) == event + 1
    )
    scopes = Probe(kernel, enter + 1).run()
    assert [scope.enter for scope in scopes] == frames_at(trace, enter + 1)


def test_arguments_appear_only_once_they_are_changed() -> None:
    """init_pmd advances addr up to end, and never touches end."""
    kernel = booted()
    values = innermost(kernel, first(kernel, "init_pmd", Kind.LEAVE))
    assert values["addr"].startswith("0xffff")
    assert not values.keys() & {"end", "k"}


@pytest.mark.parametrize("variation", [NO_MEMORY, Variation(more="mem=8M")])
def test_at_a_panic_the_functions_are_as_they_were_left(variation: Variation) -> None:
    """A panic of memblock's is recorded when its functions are gone already, the kernel's own before."""
    kernel = booted(variation)
    end = len(kernel.trace)
    assert kernel.trace.kind(end - 1) == Kind.PANIC
    scopes = Probe(kernel, end).run()
    assert [scope.enter for scope in scopes] == frames_at(kernel.trace, end)
    assert scopes[-1].values


def test_one_that_is_given_up_tells_nothing() -> None:
    assert Probe(booted(), 5000, cancelled=lambda: True).run() == ()


def test_looking_changes_nothing() -> None:
    kernel = booted()
    before = (len(kernel.trace), kernel.state.variables["max_pfn"])
    Probe(kernel, 5000).run()
    assert (len(kernel.trace), kernel.state.variables["max_pfn"]) == before


def test_before_the_first_function_there_is_none() -> None:
    assert Probe(booted(), 0).run() == ()


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("size", 64 << 20, "64.0 MiB"),
        ("base", 0x4800_0000, "0x48000000"),
        ("sizes", [4096, 8192], "[4.0 KiB, 8.0 KiB]"),
        ("nodes", list(range(9)), "[0, 1, 2, 3, … 9 in all]"),
        ("node", Region(0x4000_0000, 1 << 20, 4, 0), "Region(base=0x40000000, size=1.0 MiB, flags=4, nid=0)"),
        ("raw", b"\x00\x01", "[00 01]"),
        ("found", {"a": None}, '{"a": None}'),
        ("flag", True, "True"),
    ],
)
def test_values_read_as_the_kernels_people_write_them(name: str, value: object, text: str) -> None:
    assert local_text(name, value) == text


def test_a_long_value_is_shortened() -> None:
    assert len(local_text("text", "x" * 500)) == LONGEST
