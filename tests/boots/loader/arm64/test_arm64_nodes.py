"""An arm64 board with ACPI among nodes.  Covers nodes.py."""

from __future__ import annotations

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if
from bootstep.model.base.errors import InputError
from msgspec.structs import replace

GIB, MIB = 1 << 30, 1 << 20


def test_the_server_has_two_nodes_where_it_had_four() -> None:
    kernel = load_what_if(read_machine("server-8g"), Variation(numa=2))
    boot(kernel)
    sizes = {0: 0, 1: 0}
    for region in kernel.memblock.memory.regions:
        sizes[region.nid] += region.size
    assert sizes == {0: 4 * GIB, 1: 4 * GIB}
    assert sorted(kernel.zones.nodes) == [0, 1]
    assert [kernel.acpi.early_node_map[cpu] for cpu in range(8)] == [0, 1] * 4


def test_three_nodes_are_cut_in_whole_8_mib_over_the_hole() -> None:
    kernel = load_what_if(read_machine("server-8g"), Variation(numa=3))
    share = 8 * GIB // 3 // (8 * MIB) * 8 * MIB
    boot(kernel)
    first = [region.base for region in kernel.memblock.memory.regions if region.nid == 1]
    last = [region.base for region in kernel.memblock.memory.regions if region.nid == 2]
    assert first[0] == GIB + share
    assert last[0] == 8 * GIB + 2 * share - 4 * GIB


def test_a_board_that_tells_of_no_nodes_anywhere_is_said() -> None:

    with pytest.raises(InputError, match="neither its device tree nor ACPI tables"):
        load_what_if(replace(read_machine("server-8g"), acpi=None), Variation(numa=2))
