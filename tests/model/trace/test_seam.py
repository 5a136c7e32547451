"""How a trace keeps its events is its own affair: everybody else asks it by event, or iterates.

Covers events.py.
"""

import ast
import re
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from bootstep.model.trace.events import Trace

ROOT = Path(__file__).parents[3]
COLUMNS = frozenset(
    name for name, value in vars(Trace()).items() if isinstance(value, bytearray | array | list)
) - {"logs", "keyframes"}
"""The attributes that hold events; `logs` and `keyframes` are indexes of them."""


def outside() -> list[Path]:
    """The modules that only read traces."""
    files = [path for room in ("model", "boots", "tui") for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in files if ROOT / "model" / "trace" not in path.parents]


def reached(source: str) -> Iterator[str]:
    """The columns that a module takes from some other object than itself."""
    if not re.search(rf"\b(?:{'|'.join(COLUMNS)})\b", source):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in COLUMNS:
            own = isinstance(node.value, ast.Name) and node.value.id == "self"
            if not own:
                yield node.attr


def test_the_columns_are_those_of_the_docstring_and_private() -> None:
    assert {"_kinds", "_parents", "_sites", "_tags", "_partners", "_payloads"} <= COLUMNS
    assert all(name.startswith("_") for name in COLUMNS)


@pytest.mark.parametrize(
    "text", ["trace._kinds[0]", "k.trace._payloads.append(1)", "for x in self.trace._tags: 0"]
)
def test_a_module_that_reaches_for_a_column_is_found(text: str) -> None:
    assert list(reached(text))


def test_nothing_outside_the_trace_reaches_for_its_columns() -> None:
    files = outside()
    assert len(files) > 100
    found = [f"{path.relative_to(ROOT)}: {name}" for path in files for name in reached(path.read_text())]
    assert not found
