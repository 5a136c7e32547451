"""Two boots held against each other by what their logs tell.

Covers balance.py, callers.py, deed.py, paragraph.py, report.py, rows.py, telling.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from bootstep.model.analysis.deeds.balance import balance
from bootstep.model.analysis.deeds.callers import Callers
from bootstep.model.analysis.deeds.deed import Subject, ToldBoot
from bootstep.model.analysis.deeds.report import LogComparison
from bootstep.model.analysis.deeds.rows import deed_rows
from bootstep.model.analysis.deeds.telling import deeds
from bootstep.model.analysis.from_log.kernel import LoggedKernel
from bootstep.model.arch.arches import DEFAULT_ARCH
from bootstep.model.logs.log_line import LogLine
from bootstep.model.logs.records.firmware import MapEntry
from bootstep.model.logs.records.memblock import MemblockCall, MemblockRequest, Operation
from bootstep.model.logs.records.record import Record
from bootstep.model.logs.records.reserved import CmaArea, CrashKernel, ReservedNode
from bootstep.model.logs.records.summary import CommandLine, MemorySummary, Panic
from bootstep.model.logs.records.zones import NodeRange, ZonePages, ZoneRange
from msgspec.structs import replace

MIB, KIB = 1 << 20, 1 << 10
RAM = 0x40000000
CALLERS = Callers(DEFAULT_ARCH)


def boot(records: Sequence[Record], name: str = "dmesg") -> ToldBoot:
    """A boot whose log says that, a line each."""
    lined = tuple(
        record._replace(line=LogLine(type(record).__name__, at)) for at, record in enumerate(records, 1)
    )
    return ToldBoot(name, "arm64 Linux", LoggedKernel(), tuple(deeds(lined, CALLERS, 4 * KIB)), lined)


NOWHERE = LogLine("")


def plain(
    cma: int = 16, crash: int = 0, firmware: int = 0, structs: int = 16, cmdline: str = "", ram: int = 1024
) -> Iterator[Record]:
    """The log of a boot without memblock=debug, all in MiB; 10 MiB of it are the kernel's image, and 8 MiB
    are what nobody tells of."""
    yield CommandLine(NOWHERE, f"console=ttyS0 {cmdline}")
    if firmware:
        yield ReservedNode(NOWHERE, "secure@7000", RAM + 512 * MIB, firmware * MIB, nomap=True)
    if crash:
        yield CrashKernel(NOWHERE, RAM + 256 * MIB, crash * MIB)
    yield CmaArea(NOWHERE, "", RAM + 16 * MIB, cma * MIB)
    yield NodeRange(NOWHERE, 0, RAM, RAM + ram * MIB)
    yield ZonePages(NOWHERE, "DMA", 0, memmap=structs * 256)
    reserved = (crash + firmware + structs + 18) * MIB
    parts = {"kernel code": 10 * MIB, "reserved": reserved, "cma-reserved": cma * MIB}
    yield MemorySummary(NOWHERE, ram * MIB - reserved - cma * MIB, ram * MIB, parts)


def compared(old: Sequence[Record], new: Sequence[Record]) -> LogComparison:
    return LogComparison.of(boot(old, "old.txt"), boot(new, "new.txt"), (CALLERS, CALLERS))


# ---- the upgrade that lost 200 MB ----


def test_a_boot_does_the_same_as_itself() -> None:
    found = compared(list(plain()), list(plain()))
    assert found.rows
    assert not found
    assert found.paragraph == (
        "Both boots did the same with memory, as far as their logs tell. "
        "As much memory is available in both: 974.0 MiB."
    )


def test_an_upgrade_that_loses_memory_to_cma_says_so_with_the_line_and_the_parameter() -> None:
    found = compared(list(plain()), list(plain(cma=216, cmdline="cma=216M")))
    assert found
    assert found.paragraph == (
        "The new boot has 200.0 MiB less memory available: 774.0 MiB instead of 974.0 MiB. "
        "CMA grew by 200.0 MiB to 216.0 MiB (line 2, cma=216M on the command line)."
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"crash": 200}, "Crash kernel is new and takes 200.0 MiB (line 2)."),
        ({"structs": 24}, "Page structs grew by 8.0 MiB to 24.0 MiB (line 4)."),
        ({"firmware": 64}, "Reserved memory secure@7000 is new and takes 64.0 MiB (line 2)."),
        ({"cma": 0}, "CMA is gone, which gives back 16.0 MiB"),
        ({"ram": 2048}, "There is 1024.0 MiB more usable RAM, 2048.0 MiB instead of 1024.0 MiB."),
    ],
)
def test_who_is_behind_it_is_named(more: dict[str, int], words: str) -> None:
    assert words in compared(list(plain()), list(plain(**more))).paragraph


def test_what_no_line_tells_is_called_that() -> None:
    old, new = list(plain()), list(plain())
    summary = new.pop()
    assert isinstance(summary, MemorySummary)
    parts = {**summary.parts, "reserved": summary.parts["reserved"] + 5 * MIB}
    new.append(summary._replace(available=summary.available - 5 * MIB, parts=parts))
    words = compared(old, new).paragraph
    assert "5.0 MiB less memory available" in words
    assert "Not told is who has 5.0 MiB more." in words
    assert "With memblock=debug on the command line of old.txt and new.txt more would be told." in words


def test_a_range_that_firmware_no_longer_calls_usable_is_missing_in_its_map() -> None:
    def log(taken: int) -> Iterator[Record]:
        end = RAM + 1024 * MIB
        yield MapEntry(NOWHERE, "e820", RAM, (1024 - taken) * MIB, "usable", True)
        yield MapEntry(NOWHERE, "e820", end - taken * MIB, taken * MIB, "reserved", False)
        yield NodeRange(NOWHERE, 0, RAM, end - taken * MIB)
        size = (1024 - taken) * MIB
        yield MemorySummary(NOWHERE, size - 8 * MIB, size, {"reserved": 8 * MIB})

    found = compared(list(log(1)), list(log(201)))
    assert "The firmware's map (e820) has 200.0 MiB less usable RAM, 823.0 MiB instead of" in found.paragraph
    assert "~ e820: reserved: 1.0 MiB → 201.0 MiB  (line 2 → 2)" in list(found.lines())


def test_terms_and_what_is_not_told_add_up_to_what_is_available() -> None:
    for more in ({}, {"cma": 300}, {"crash": 64}, {"firmware": 8}, {"ram": 512}):
        told = balance(boot(list(plain(**more))), CALLERS, "")
        assert told is not None
        assert told.not_told == 8 * MIB
        assert told.ram - sum(each.size for each in told.holdings.values()) - 8 * MIB == told.available


def test_a_log_without_its_memory_line_still_tells_of_areas() -> None:
    found = compared(list(plain())[:-1], list(plain(cma=64)))
    assert "old.txt does not have the line 'Memory: … available'" in found.paragraph
    assert "CMA has 64.0 MiB instead of 16.0 MiB." in found.paragraph
    assert any("old.txt does not tell of this" in line and "Memory: line" in line for line in found.lines())


def without(records: Iterator[Record], kind: type) -> list[Record]:
    return [record for record in records if not isinstance(record, kind)]


def test_a_node_that_only_the_newer_kernel_names_is_not_new_if_the_older_lacks_as_much() -> None:
    found = compared(without(plain(firmware=64), ReservedNode), list(plain(firmware=64)))
    assert "As much memory is available in both" in found.paragraph
    assert "secure@7000" not in found.paragraph
    assert "Not told" not in found.paragraph


def test_a_node_that_takes_what_was_available_is_new() -> None:
    found = compared(without(plain(firmware=64), ReservedNode), list(plain(firmware=128)))
    assert "64.0 MiB less memory available" in found.paragraph
    assert "Reserved memory secure@7000 is new and takes 128.0 MiB (line 2)" in found.paragraph
    assert "not told is who has 64.0 MiB less" in found.paragraph


def test_where_one_log_has_no_lines_of_memblock_both_are_told_without() -> None:
    debugged = [
        call(Operation.ADD, RAM, 1024 * MIB, "early_init_dt_add_memory_arch"),
        call(Operation.RESERVE, RAM, 10 * MIB, "arm64_memblock_init"),
        *plain(cma=216),
    ]
    words = compared(list(plain()), debugged).paragraph
    assert words.endswith("CMA grew by 200.0 MiB to 216.0 MiB (line 4).")


def test_gigantic_pages_are_counted_once_whether_the_line_calls_them_reserved_or_not() -> None:
    """A 1 GiB page is reserved when Linux 6.1 prints the line; when 6.12 does, it is memory that is not
    free."""

    def log(reserved: int) -> Iterator[Record]:
        yield call(Operation.ADD, RAM, 4096 * MIB, "early_init_dt_add_memory_arch")
        yield MemblockRequest(NOWHERE, "memblock_alloc_raw", 1024 * MIB, MIB, "__alloc_bootmem_huge_page")
        yield call(Operation.RESERVE, RAM, 1024 * MIB, "memblock_alloc_range_nid")
        parts = {"rwdata": MIB, "reserved": reserved * MIB, "cma-reserved": 0}
        yield MemorySummary(NOWHERE, 3072 * MIB, 4096 * MIB, parts)

    assert compared(list(log(1024)), list(log(0))).paragraph == (
        "As much memory is available in both: 3072.0 MiB."
    )


def test_a_panic_is_told_with_its_words() -> None:
    found = compared(list(plain()), [*list(plain())[:-1], Panic(NOWHERE, "out of memory")])
    assert "The new boot panics (line 5): out of memory." in found.paragraph
    assert "> panic: out of memory  (line 5)" in list(found.lines())


# ---- what is the same thing ----


def call(operation: Operation, base: int, size: int, caller: str, function: str = "") -> MemblockCall:
    return MemblockCall(NOWHERE, operation, function or "memblock_reserve", base, size, caller)


def marks(old: Sequence[Record], new: Sequence[Record]) -> str:
    return "".join(row.mark for row in deed_rows(boot(old), boot(new)))


def test_what_moved_is_the_same() -> None:
    old = [call(Operation.RESERVE, RAM, MIB, "arm64_memblock_init")]
    assert marks(old, [old[0]._replace(base=RAM + 64 * MIB)]) == " "
    assert marks(old, [old[0]._replace(size=2 * MIB)]) == "~"


def test_functions_of_other_releases_do_the_same() -> None:
    """`memblock_free` became `memblock_phys_free`, and who asks through which allocator does not matter."""
    old = [
        MemblockRequest(
            NOWHERE, "memblock_virt_alloc_try_nid_nopanic", MIB, 64, "sparse_early_usemaps_alloc_node"
        ),
        call(Operation.RESERVE, RAM, MIB, "memblock_virt_alloc_internal"),
        call(Operation.FREE, RAM, 4 * KIB, "paging_init", "memblock_free"),
    ]
    new = [
        MemblockRequest(NOWHERE, "memblock_alloc_exact_nid_raw", 2 * MIB, 64, "sparse_init_nid"),
        call(Operation.RESERVE, RAM, 2 * MIB, "memblock_alloc_range_nid"),
        MemblockRequest(NOWHERE, "memblock_alloc_try_nid", MIB, 64, "sparse_init_nid"),
        call(Operation.RESERVE, RAM + 2 * MIB, MIB, "memblock_alloc_range_nid"),
        call(Operation.FREE, RAM, 4 * KIB, "paging_init", "memblock_phys_free"),
    ]
    found = {row.what: row.mark for row in deed_rows(boot(old), boot(new))}
    assert found == {
        "reserved for section usage maps": " ",
        "reserved for page structs": ">",
        "given back of page tables": " ",
    }


def test_a_function_of_another_name_that_does_just_the_same_is_renamed() -> None:
    old = [call(Operation.RESERVE, RAM, 12 * KIB, "old_name"), call(Operation.RESERVE, RAM, MIB, "gone")]
    new = [call(Operation.RESERVE, RAM, 12 * KIB, "new_name"), call(Operation.RESERVE, RAM, 2 * MIB, "here")]
    rows = deed_rows(boot(old), boot(new))
    assert [(row.mark, row.other_name) for row in rows] == [
        (" ", "reserved for new_name()"),
        ("<", ""),
        (">", ""),
    ]


def test_of_two_that_could_be_the_same_none_is_taken_for_it() -> None:
    old = [call(Operation.RESERVE, RAM, 12 * KIB, "one"), call(Operation.RESERVE, RAM, 12 * KIB, "two")]
    assert marks(old, [call(Operation.RESERVE, RAM, 12 * KIB, "three")]) == "<<>"


def test_page_structs_and_tables_of_the_vmemmap_are_told_apart_by_their_size() -> None:
    records: list[Record] = []
    for size in (4 * KIB, 2 * MIB):
        records.append(
            MemblockRequest(NOWHERE, "memblock_alloc_try_nid_raw", size, size, "vmemmap_alloc_block")
        )
        records.append(call(Operation.RESERVE, RAM, size, "memblock_alloc_range_nid"))
    names = [deed.what for deed in boot(records).deeds]
    assert names == ["reserved for page tables (vmemmap)", "reserved for page structs"]


def test_that_there_is_none_of_a_thing_is_no_difference() -> None:
    whole = list(plain())
    assert not compared(whole, [ZoneRange(NOWHERE, "DMA32", None, None), *whole])
    assert compared(whole, [ZoneRange(NOWHERE, "DMA32", 0, 4096), *whole])


def test_an_area_that_could_not_be_made_is_not_the_same() -> None:
    made = [CmaArea(NOWHERE, "", RAM, 64 * MIB)]
    failed = [CmaArea(NOWHERE, "", None, 64 * MIB, "failed to reserve")]
    assert marks(made, failed) == "<>"
    lines = list(compared(made, failed).lines())
    assert "> could not be made: CMA: 64.0 MiB  (line 1)  failed to reserve" in lines


def test_a_log_without_memblock_debug_is_compared_in_what_it_tells() -> None:
    old = list(plain())
    new = [call(Operation.RESERVE, RAM, MIB, "arm64_memblock_init"), *plain()]
    found = compared(old, new)
    assert not found
    assert "old.txt does not tell of this, so it is not compared: memblock.reserved, line by line." in list(
        found.lines()
    )


def test_what_is_missing_in_an_excerpt_may_have_happened() -> None:
    whole = [CmaArea(NOWHERE, "", RAM, MIB), NodeRange(NOWHERE, 0, RAM, RAM + MIB)]
    part = boot(whole[1:])
    assert [row.mark for row in deed_rows(boot(whole), part)] == ["<", " "]
    rows = deed_rows(boot(whole), replace(part, is_excerpt=True))
    assert [(row.subject, row.mark) for row in rows] == [(Subject.NODES, " ")]


def test_of_an_excerpt_nothing_is_called_gone() -> None:
    whole, part = boot(list(plain(crash=64))), boot(list(plain(crash=64))[2:])
    found = LogComparison.of(whole, replace(part, is_excerpt=True), (CALLERS, CALLERS))
    assert not found
    assert "gone" not in found.paragraph
    assert "is an excerpt: what is not in it may have happened all the same." in "\n".join(found.lines())


def test_two_logs_with_nothing_in_common_are_not_the_same() -> None:
    one, other = boot([CrashKernel(NOWHERE, RAM, MIB)]), boot([NodeRange(NOWHERE, 0, RAM, RAM + MIB)])
    found = LogComparison.of(*(replace(each, is_excerpt=True) for each in (one, other)), (CALLERS, CALLERS))
    assert found
    assert found.paragraph.startswith("The two logs tell of nothing in common.")


def test_two_logs_that_tell_nothing_are_the_same_if_their_lines_are() -> None:
    one, other = (replace(boot([]), lines=(LogLine(text),)) for text in ("psci: probing", "psci: found"))
    assert not LogComparison.of(one, one, (CALLERS, CALLERS))
    assert LogComparison.of(one, other, (CALLERS, CALLERS))


def test_words_of_a_log_cannot_move_the_cursor() -> None:
    odd = [CmaArea(NOWHERE, "\x1b[2J\nname", RAM, MIB), CommandLine(NOWHERE, "\x1b[31m")]
    for line in compared(odd, []).lines():
        assert line.isprintable()
