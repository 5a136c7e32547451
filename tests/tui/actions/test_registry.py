"""Every key does something, and what does it is found where the registry says."""

from __future__ import annotations

from importlib import import_module

import pytest
from bootstep.tui.actions.registry import IDS, MODULES, action_of
from bootstep.tui.settings.bindings import KEY_BINDINGS


def test_every_key_of_the_table_has_an_action() -> None:
    assert set(MODULES) == set(KEY_BINDINGS)


@pytest.mark.parametrize("module", IDS)
def test_a_module_has_the_actions_that_are_looked_for_in_it(module: str) -> None:
    found = import_module(f"bootstep.tui.actions.{module}").ACTIONS
    assert set(found) == set(IDS[module])
    assert all(action_of(id) is found[id] for id in found)
