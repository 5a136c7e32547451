"""Each architecture that boots has what it knows of its trees, and no other has.

Covers trees.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.live.trees import TREES
from bootstep.boots.loader.architectures import ARCHITECTURES


def test_every_architecture_that_boots_has_its_trees() -> None:
    assert set(TREES) == set(ARCHITECTURES)


@pytest.mark.parametrize("name", sorted(TREES))
def test_the_registers_that_say_which_tree_is_used_are_named(name: str) -> None:
    assert len(TREES[name].root_registers) == 1
