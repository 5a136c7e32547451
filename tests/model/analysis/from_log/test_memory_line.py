"""Each form that the ``Memory:`` line ever had is one equation."""

from __future__ import annotations

import pytest
from bootstep.model.analysis.from_log.memory_line import memory_line, summary_part
from bootstep.model.logs.log_line import LogLine
from bootstep.model.logs.records.summary import MemorySummary

KIB = 1 << 10
KERNEL = {"kernel code": 4365, "rwdata": 252, "rodata": 1304, "init": 171, "bss": 148}
FORMS = {
    "since 3.19": (
        (3, 19),
        7000,
        8000,
        {**KERNEL, "reserved": 900, "cma-reserved": 100},
        (8000, 900, 100, 0, 0),
    ),
    "since 3.11": ((3, 11), 765004, 778240, {**KERNEL, "reserved": 13236}, (778240, 13236, 0, 0, 0)),
    "with highmem": (
        (4, 4),
        90,
        100,
        {**KERNEL, "reserved": 10, "cma-reserved": 0, "highmem": 50},
        (100, 10, 0, 0, 0),
    ),
    "deferred": ((5, 10), 600, 1000, {**KERNEL, "reserved": 100, "cma-reserved": 0}, (1000, 100, 0, 0, 300)),
    "printed late": (
        (6, 12),
        850,
        1000,
        {**KERNEL, "reserved": 100, "cma-reserved": 10},
        (1000, 100, 10, 0, 40),
    ),
    "x86-64 before 3.11": (
        (3, 2),
        7000,
        9000,
        {"kernel code": 40, "absent": 1500, "reserved": 500, "data": 30, "init": 9},
        (9000, 500, 0, 1500, 0),
    ),
    "32-bit x86 before 3.11": (
        (2, 6),
        900,
        1000,
        {"kernel code": 40, "reserved": 80, "data": 30, "init": 9, "highmem": 100},
        (1000, 80, 0, 0, 20),
    ),
    "32-bit Arm before 3.11": (
        (3, 0),
        794476,
        794476,
        {"reserved": 253076, "highmem": 293888},
        (1047552, 253076, 0, 0, 0),
    ),
    "arm64 before 3.11": ((3, 9), 990, 1000, {"reserved": 24}, (1024, 24, 0, 0, 10)),
    "SuperH before 3.11": (
        (3, 4),
        900,
        1000,
        {"kernel code": 40, "data": 30, "init": 9},
        (1000, 100, 0, 0, 0),
    ),
    "PowerPC before 3.11": (
        (3, 0),
        900,
        1000,
        {"kernel code": 40, "reserved": 100, "data": 30, "bss": 3, "init": 9},
        (1000, 100, 0, 0, 0),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_the_line_is_one_equation(form: str) -> None:
    release, available, total, parts, (whole, reserved, cma, absent, other) = FORMS[form]
    sizes = {word: size * KIB for word, size in parts.items()}
    found = memory_line(MemorySummary(LogLine("Memory:", 9), available * KIB, total * KIB, sizes))
    assert found.total == whole * KIB
    assert found.available == available * KIB
    assert (found.reserved, found.cma, found.absent, found.other) == (
        reserved * KIB,
        cma * KIB,
        absent * KIB,
        other * KIB,
    )
    part = summary_part(found, release)
    assert part.difference == 0
    assert sum(row.size for row in part.rows) == whole * KIB


def test_a_line_without_a_total_counts_what_is_available() -> None:
    found = memory_line(MemorySummary(LogLine("Memory: 5k available", 9), 5 * KIB, 0, {"kernel code": KIB}))
    assert found.total == found.available == 5 * KIB
    assert summary_part(found, None).difference == 0


def test_numbers_that_overlap_still_add_up() -> None:
    found = memory_line(
        MemorySummary(LogLine("", 1), 90 * KIB, 100 * KIB, {"kernel code": 1, "reserved": 30 * KIB})
    )
    assert found.other == -20 * KIB
    assert summary_part(found, (2, 6)).difference == 0
