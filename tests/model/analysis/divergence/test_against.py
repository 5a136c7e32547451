"""A kernel that was watched held against the model: functions that only one knows, what registers and memory
hold, inlined functions, recordings that break off."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.analysis.divergence.against import held_against
from bootstep.model.analysis.divergence.find import held
from bootstep.model.analysis.divergence.finding import What
from live_like import WATCHED, Inlined, LiveLike, nowhere
from parted_boots import MORE, booted, patched

INLINED: dict[str, Inlined] = {
    "a leaf": lambda caller, name: (caller, name) == ("memblock_reserve", "memblock_add_range"),
    "in one place": lambda caller, name: (caller, name) == ("memblock_alloc_range_nid", "memblock_reserve"),
    "everywhere": lambda caller, name: name == "memblock_alloc_internal",
}


def watched(boot: ModelBoot | None = None, **options: Any) -> LiveLike:
    live = LiveLike(boot or booted(), **options)
    live.run()
    return live


@cache
def whole(boot: ModelBoot | None = None, inlined: Inlined = nowhere) -> LiveLike:
    """All that is watched of a boot; the recording is only read."""
    return watched(boot, is_inlined=inlined)


@pytest.mark.parametrize("machine", ["virt-1g", "pc-2g", "broken-1g", "virt-1g-6.12", "virt-2g-numa2"])
def test_a_kernel_that_does_what_the_model_does(machine: str) -> None:
    found, lines = held_against(whole(booted(machine)), booted(machine))
    assert found.are_same
    assert lines[0] == "both boots did the same"
    assert found.breaks_off


@pytest.mark.parametrize("inlined", INLINED.values(), ids=INLINED)
def test_inlined_functions_are_no_divergence(inlined: Inlined) -> None:
    live = whole(inlined=inlined)
    assert held(live, booted()).are_same
    assert held(booted(), live).are_same
    assert held(whole(), live).are_same


@pytest.mark.parametrize("inlined", [None, *INLINED.values()], ids=["nothing", *INLINED])
def test_a_reservation_more_is_found_at_its_call_whatever_is_inlined(inlined: Inlined | None) -> None:
    found, lines = held_against(whole(patched(), inlined or nowhere), booted())
    divergence = found.divergence
    assert divergence is not None
    assert divergence.left.call is not None
    assert (divergence.what, divergence.function) == (What.ONLY_LEFT, "memblock_reserve")
    assert divergence.left.call.callers[0] == "arm64_memblock_init"
    assert divergence.left.call.arguments[0].text == f"{MORE[0]:#x}"
    assert lines[0] == "first divergence: only the first boot calls memblock_reserve"
    assert "    < [0x50000000-0x5000ffff] 64.0 KiB" in [line[2:] for line in lines]


def test_two_kernels_that_were_watched_are_held_against_each_other() -> None:
    divergence = held(whole(), whole(patched())).divergence
    assert divergence is not None
    assert (divergence.what, divergence.function) == (What.ONLY_RIGHT, "memblock_reserve")


def test_kaslr_is_no_divergence() -> None:
    one, other = (
        booted("virt-1g", cmdline="console=ttyAMA0", kaslr=drawn)
        for drawn in ("0x2340000,0x40000000", "0x1200000,0")
    )
    assert held(whole(one), other).are_same
    assert held(whole(one), whole(other)).are_same


def test_a_search_above_all_memory_is_no_divergence() -> None:
    """Where the linear map begins far below memory, its first address is taken for one far above: sparse_init
    searches there first, and finds nothing."""
    one, other = (
        booted("virt-1g", cmdline="console=ttyAMA0", kaslr=drawn)
        for drawn in ("0x2340000,0xffffedd840000000", "0x1200000,0x40000000")
    )
    assert len(whole(one).trace) > len(whole(other).trace)
    assert held(whole(one), whole(other)).are_same
    assert held(whole(one), other).are_same
    assert held(one, other).are_same


def test_a_kernel_that_was_loaded_elsewhere_does_the_same_with_its_image() -> None:
    one, other = (booted("pc-2g", f"load-address {at}") for at in ("0x1000000", "0x5000000"))
    found, lines = held_against(whole(one), whole(other))
    assert found.are_same
    assert found.loaded == (0x100_0000, 0x500_0000)
    assert any("the kernel images lie at 0x1000000 and at 0x5000000" in line for line in lines)
    told = held(one, other)
    assert told.divergence is not None, "what the model is told is an input"
    assert "the kernel image lies at 0x1000000 and at 0x5000000" in told.divergence.given


def test_recordings_of_other_functions_do_the_same() -> None:
    few = ("start_kernel", "setup_arch", "memblock_add", "memblock_reserve", "sparse_init", "free_area_init")
    assert held(watched(watched=few), whole()).are_same


def test_what_the_model_does_in_one_go_or_inside_another_function_is_no_divergence() -> None:
    """A kernel calls what only it has, and gives it what the model does not know."""

    names = (*WATCHED, "early_init_dt_scan_memory", "__populate_section_memmap", "alloc_large_system_hash")
    hashes = {"alloc_large_system_hash": ("numentries", "scale", "size", "align")}
    assert held(watched(watched=names, parameters=hashes), booted()).are_same
    every_other = iter(range(10_000))

    def is_inlined(caller: str, name: str) -> bool:
        return name == "__populate_section_memmap" and next(every_other) % 2 == 1

    assert held(watched(watched=names, is_inlined=is_inlined), booted()).are_same


def test_parameters_are_compared_by_their_names() -> None:
    names = {"memblock_reserve": ("start_here", "size")}
    assert held(watched(parameters=names), booted()).are_same
    other = {"memblock_reserve": ("size", "base")}
    divergence = held(watched(parameters=other), booted()).divergence
    assert divergence is not None
    assert (divergence.what, divergence.function) == (What.ARGUMENTS, "memblock_reserve")
    assert divergence.finding.names == ("size", "base")


def test_without_the_changed_function_its_caller_or_callee_is_named() -> None:
    functions = [name for name in WATCHED if name not in ("memblock_reserve", "memblock_add_range")]
    divergence = held(watched(patched(), watched=functions), booted()).divergence
    assert divergence is not None
    assert divergence.what is What.STATE
    assert divergence.finding.part == "memblock.reserved"
    assert divergence.function == "arm64_memblock_init"


def test_what_was_not_watched_is_not_compared() -> None:
    found = held(watched(watched=("memblock_reserve",)), booted("virt-1g", "add cma=128M"))
    assert found.divergence is not None
    assert found.divergence.function == "memblock_reserve"


@pytest.mark.parametrize("stop", [50, 100, 500, 1000])
def test_a_recording_that_breaks_off_is_compared_as_far_as_it_goes(stop: int) -> None:
    live = watched(stop=stop)
    found = held(live, booted())
    assert found.are_same
    assert found.ends[0] <= len(live.trace)
    assert held(booted(), live).are_same


def test_nothing_in_common_is_nothing_to_compare_and_no_agreement() -> None:
    found, lines = held_against(watched(watched=()), booted())
    assert found.divergence is None
    assert not found.are_same
    assert lines == ("nothing can be compared: both boots have no function in common that they call",)
