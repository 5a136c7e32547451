"""The kernel's variables: those that are declared are recorded, and nothing else is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bootstep.boots.core.variables import Traced, Variables
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
    assert list(k.state.variables) == list(type(k).variable_names)
    declared = {name for name in vars(Variables) if name not in ("variable_names", "shown_after", "c_names")}
    assert {name for name in declared if not name.startswith("__")} <= k.state.variables.keys()


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
