"""A state as plain data."""

from bootstep.model.arch.arm64.record import ARM64
from bootstep.model.memory.pagetable.tables import TableRun
from bootstep.model.text.state_json import kernel_variables, steps_joined
from bootstep.model.text.variables import VariableWords

PAGE = 0x1000
BLOCK = 0x200000


def table(level: int, va: int, pa: int, count: int = 1, pa_step: int = 0, va_step: int = 0) -> TableRun:
    return TableRun(va, level, pa, pa_step, count, va_step, 3)


def shapes(*tables: TableRun) -> list[tuple[int, int, int, int, int]]:
    return [(t.level, t.pa_first, t.pa_step, t.count, t.va_step) for t in steps_joined(tables, PAGE)]


def test_neighbours_in_physical_memory_are_a_run_whatever_their_virtual_step() -> None:
    first, second = table(3, 0, 0x9000), table(3, 6 * BLOCK, 0x8000)
    assert shapes(first, second) == [(3, 0x9000, -PAGE, 2, 6 * BLOCK)]


def test_tables_far_apart_stay_apart() -> None:
    assert len(shapes(table(3, 0, 0x9000), table(3, BLOCK, 0x80000))) == 2


def test_a_run_ends_where_a_step_changes() -> None:
    run = table(3, 0, 0x9000, count=2, pa_step=-PAGE, va_step=BLOCK)
    assert shapes(run, table(3, 2 * BLOCK, 0x7000)) == [(3, 0x9000, -PAGE, 3, BLOCK)]
    assert shapes(run, table(3, 3 * BLOCK, 0x7000)) == [(3, 0x9000, -PAGE, 2, BLOCK), (3, 0x7000, 0, 1, 0)]


def test_levels_are_never_joined() -> None:
    assert len(shapes(table(2, 0, 0x9000), table(3, 0, 0x8000))) == 2


def test_the_first_of_a_run_may_join_and_the_rest_not() -> None:
    run = table(3, 6 * BLOCK, 0x8000, count=3, pa_step=-PAGE, va_step=BLOCK)
    assert shapes(table(3, 0, 0x9000), run) == [
        (3, 0x9000, -PAGE, 2, 6 * BLOCK),
        (3, 0x7000, -PAGE, 2, BLOCK),
    ]


def test_addresses_are_hexadecimal_and_counts_are_not() -> None:
    variables = {"memstart_addr": -1, "max_pfn": 0x80000, "zone_dma_bits": 30, "numa_off": False}
    variables |= {"phys_initrd_size": 0x1000, "nr_all_pages": 0x10000, "log_buf_len": 0x20000}
    assert kernel_variables(variables, VariableWords(ARM64.variables)) == {
        "memstart_addr": "-0x1",
        "max_pfn": 0x80000,
        "zone_dma_bits": 30,
        "numa_off": False,
        "phys_initrd_size": "0x1000",
        "nr_all_pages": 0x10000,
        "log_buf_len": 0x20000,
    }
