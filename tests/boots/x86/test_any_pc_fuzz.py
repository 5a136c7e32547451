"""Whatever firmware, command line and CPU a PC has, there is a boot, the kernel's own panic, or one clear
sentence, and an end.

A seed leads to the same PC again.  BOOTSTEP_FUZZ=N tries N seeds instead of 100.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random

import pytest
from bootstep.boots.x86.variables import Kernel
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.acpi_tables import parse_table
from bootstep.model.trace.events import Trace
from command_line_by_chance import any_command_line
from msgspec.structs import replace
from pc_by_chance import (
    any_cpu,
    any_cpu_json,
    any_pc,
    any_tables,
    damaged,
    damaged_cpuinfo,
    ended,
    with_tables,
)

Maker = Callable[[Random], Kernel]

BLOCK = 10
BLOCKS = int(os.environ.get("BOOTSTEP_FUZZ", "100")) // BLOCK


@pytest.fixture(autouse=True)
def short_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boots that would be endless end early: half-valid words may tell of exbibytes."""
    monkeypatch.setattr(Trace, "MOST_EVENTS", 60_000)


def with_any_tables(chance: Random) -> Kernel:
    k = any_pc(chance)
    k.firmware = with_tables(k.firmware, any_tables(chance))
    return k


def with_damaged_tables(chance: Random) -> Kernel:
    """Raises `InputError` where the file of a table is none."""
    k, tables = any_pc(chance), any_tables(chance)
    for at in chance.sample(range(len(tables)), chance.choice((1, 1, 2))):
        name = tables[at].signature
        tables[at] = parse_table(damaged(chance, tables[at].data), 0, f"{name}.bin")
    k.firmware = with_tables(k.firmware, tables)
    return k


def with_any_command_line(chance: Random) -> Kernel:
    k = any_pc(chance)
    return k.again(replace(k.machine, cmdline=any_command_line(chance)))


def with_any_cpu(chance: Random) -> Kernel:
    k = any_pc(chance)
    return k.again(replace(k.machine, cpu_features=any_cpu(chance)))


def with_any_file_of_a_cpu(chance: Random) -> Kernel:
    """Raises `InputError`."""
    k = any_pc(chance)
    told = chance.choice((damaged_cpuinfo, any_cpu_json))(chance)
    return k.again(replace(k.machine, cpu_features=told))


def with_all_at_once(chance: Random) -> Kernel:
    """Raises `InputError`."""
    k = with_damaged_tables(chance)
    machine = replace(k.machine, cmdline=any_command_line(chance), cpu_features=any_cpu(chance))
    return k.again(machine)


MAKERS = (
    with_any_tables,
    with_damaged_tables,
    with_any_command_line,
    with_any_cpu,
    with_any_file_of_a_cpu,
    with_all_at_once,
)


def ends_well(make: Maker, seed: int) -> None:
    try:
        ended(make(Random(seed)))
    except InputError as refused:
        words = str(refused)
        assert words and "\n" not in words


def boot_block(make: Maker, block: int) -> None:
    """Boot the PCs of some seeds; of one that ends as it must not, the seed is told."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        try:
            ends_well(make, seed)
        except Exception as error:
            error.add_note(f"{make.__name__}, seed {seed}")
            raise


@pytest.mark.slow
@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_any_pc_boots_or_is_refused(make: Maker, block: int) -> None:
    boot_block(make, block)
