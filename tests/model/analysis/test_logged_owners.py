"""Who has memory in a boot that a log was made into."""

from __future__ import annotations

from bootstep.boots.sources.log_replay.replay import LogReplay
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.logs.records.memblock import Operation
from bootstep.model.source.facts import ToldRange
from logs_of_our_own import MIB, LogOfOurOwn
from msgspec.structs import replace

ADD, RESERVE = Operation.ADD, Operation.RESERVE


def owner(replay: LogReplay, address: int, told: tuple[ToldRange, ...] = ()) -> str:
    """Who has an address at the end."""
    debugger = Debugger(replay.trace, replace(replay.facts, told=told))
    claim = debugger.owners.reserved_by(address, len(replay.trace))
    return claim.owner.name if claim is not None else ""


def log() -> LogOfOurOwn:
    made = LogOfOurOwn()
    made.says("Linux version 6.1.0")
    made.call(ADD, 0, 512 * MIB, "early_init_dt_add_memory_arch")
    return made


def test_the_caller_that_a_line_names_is_the_owner_whatever_is_open_around_it() -> None:
    made = log()
    made.call(RESERVE, 0, MIB, "setup_arch")
    made.call(ADD, 8 * MIB, MIB, "arm64_memblock_init")
    made.call(RESERVE, 8 * MIB, MIB, "arm64_memblock_init")
    made.call(RESERVE, 16 * MIB, MIB, "arm64_memblock_init")
    made.call(RESERVE, 32 * MIB, MIB, "e820__reserve_resources")
    made.call(RESERVE, 48 * MIB, MIB, "a_driver_of_a_vendor")
    made.request(MIB, "__alloc_bootmem_huge_page", "memblock_alloc_try_nid_raw")
    made.call(RESERVE, 64 * MIB, MIB, "memblock_alloc_range_nid")
    replay = made.replayed()
    assert [owner(replay, at * MIB) for at in (0, 8, 16, 32, 48, 64)] == [
        "device tree blob",
        "initrd",
        "kernel image",
        "resource table (e820)",
        "a_driver_of_a_vendor()",
        "gigantic pages",
    ]


def test_with_a_limit_the_image_is_added_too_and_is_no_initrd() -> None:
    """As arm64's 6.12 logs ``mem=600M``: what was added last is the initrd, if two ranges are reserved."""
    image, initrd = (2 * MIB, 14 * MIB), (128 * MIB, MIB)
    for added in ([image], [image, initrd]):
        made = log()
        for base, size in added:
            made.call(ADD, base, size, "arm64_memblock_init")
        for base, size in reversed(added):
            made.call(RESERVE, base, size, "arm64_memblock_init")
        replay = made.replayed()
        assert owner(replay, image[0]) == "kernel image"
        assert owner(replay, initrd[0]) == ("initrd" if initrd in added else "")


def test_an_initrd_that_is_reserved_twice_stays_one() -> None:
    """As 4.6 did: where it was added, and behind the image."""
    made = log()
    made.call(ADD, 128 * MIB, MIB, "arm64_memblock_init")
    for base in (128, 16, 128):
        made.call(RESERVE, base * MIB, MIB, "arm64_memblock_init")
    replay = made.replayed()
    assert [owner(replay, base * MIB) for base in (16, 128)] == ["kernel image", "initrd"]


def test_page_structs_and_usage_maps_of_one_caller_are_told_apart_by_what_it_calls() -> None:
    made = log()
    for base, function in ((64, "memblock_alloc_exact_nid_raw"), (96, "memblock_alloc_try_nid")):
        made.request(MIB, "sparse_init_nid", function)
        made.call(RESERVE, base * MIB, MIB, "memblock_alloc_range_nid")
    replay = made.replayed()
    assert owner(replay, 64 * MIB) == "page structs"
    assert owner(replay, 96 * MIB) == "section usage maps"


def test_where_no_line_names_a_caller_the_functions_of_the_kernels_order_are_no_owners() -> None:
    made = log()
    made.says("Zone ranges:")
    made.call(RESERVE, 64 * MIB, 16 * MIB, "memblock_alloc_range_nid")
    replay = made.replayed()
    assert owner(replay, 64 * MIB) == "nobody the log names"
    told = ToldRange(64 * MIB, 80 * MIB, "CMA area 'linux,cma'", "cma", 2)
    assert owner(replay, 64 * MIB, (told,)) == "CMA area 'linux,cma'"
    debugger = Debugger(replay.trace, replace(replay.facts, told=(told,)))
    assert [(area.start, area.name) for area in debugger.owners.cma_areas(len(replay.trace))] == [
        (64 * MIB, "linux,cma")
    ]
    assert not debugger.owners.cma_areas(0), "before the line that tells of it"
