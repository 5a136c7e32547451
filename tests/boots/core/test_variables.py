"""The kernel's variables: those that are declared are recorded, and nothing else is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bootstep.boots.core.variables import Traced, Variables
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.trace.changes import Assign
from bootstep.model.trace.events import Kind
from device_tree_kernel import bare_kernel


def test_what_is_assigned_to_a_variable_is_recorded_once() -> None:
    k = bare_kernel()
    k.max_pfn = 0x80000
    k.max_pfn = 0x80000
    changes = [k.trace.payload(event) for event in k.trace.of_kind(Kind.VARIABLE)]
    assert changes == [(Assign("variables", "max_pfn", 0, 0x80000),)]
    assert k.state.variables["max_pfn"] == 0x80000


def test_what_a_subsystem_keeps_is_not_recorded() -> None:
    k = bare_kernel()
    k.kfence.kfence_pool = 0x1000
    k.early_params_parsed = True
    assert len(k.trace) == 0


def test_every_variable_is_in_the_state_from_the_beginning() -> None:
    k = bare_kernel()
    there = [name for name in type(k).variable_names if k.has_variable(name)]
    assert list(k.state.variables) == there
    declared = {name for name, type in Variables.__annotations__.items() if type.startswith("Traced[")}
    assert declared - k.state.variables.keys() == {"pernuma_size_bytes", "zone_dma_limit"}


def test_a_variable_that_the_kernel_does_not_have_is_not_recorded() -> None:
    """6.1 has zone_dma_bits, and zone_dma_limit took its place in 6.12; the shipped one is without per-node
    CMA."""
    k = bare_kernel()
    k.zone_dma_limit = 0xFFFFFFFF
    k.pernuma_size_bytes = 0x1000
    assert (k.zone_dma_limit, k.pernuma_size_bytes) == (0xFFFFFFFF, 0x1000)
    assert len(k.trace) == 0
    assert "zone_dma_limit" not in k.state.variables


def test_a_pcs_kernel_without_of_or_movable_areas_has_none_of_their_variables() -> None:
    k = load_kernel(read_machine("pc-2g"))
    bases = {"page_offset_base", "vmalloc_base", "vmemmap_base", "__pgtable_l5_enabled"}
    of_trees = {"dt_root_addr_cells", "dt_root_size_cells", "reserved_mem_count", "total_reserved_mem_cnt"}
    assert not (bases | of_trees | {"memory_limit"}) & k.state.variables.keys()
    boot(k)
    assert not (bases | of_trees | {"memory_limit"}) & k.state.variables.keys()


def test_what_an_architecture_declares_is_shown_where_it_says() -> None:
    class Kernel(Variables):
        nr_nodes: Traced[int] = 0
        """Without a place, so the last."""
        phys_base: Traced[int] = 0
        mode: str = "not a variable, since nobody declares it one"
        shown_after: ClassVar[Mapping[str, tuple[str, ...]]] = {"memory_limit": ("phys_base",)}

    names = list(Kernel.variable_names)
    assert names[names.index("memory_limit") + 1] == "phys_base"
    assert names[-1] == "nr_nodes"
    assert len(names) == len(Variables.variable_names) + 2
