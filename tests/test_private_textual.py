"""Textual's private names are used in tui/draw/textual_compat.py and nowhere else."""

from __future__ import annotations

import ast
from pathlib import Path

from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

ROOT = Path(__file__).parent.parent
COMPAT = ROOT / "tui" / "draw" / "textual_compat.py"
OURS = {
    "tui/cli/diff.py": {"_print"},
    "tui/panes/memblock/stretches.py": {"_cover"},
    "tui/panes/memblock/map_window.py": {"_size"},
}
"""Names that Textual has too, in modules that have nothing to do with it."""
PRIVATE = {
    name
    for owner in (App, Screen, Widget, MessagePump, App(), Widget())
    for name in dir(owner)
    if name.startswith("_") and not name.startswith("__")
}


def names_used(path: Path) -> set[str]:
    """The names of attributes that a module asks for, and of methods that it defines."""
    tree = ast.walk(ast.parse(path.read_text()))
    return {
        node.attr if isinstance(node, ast.Attribute) else node.name
        for node in tree
        if isinstance(node, ast.Attribute | ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_no_other_module_overrides_or_asks_for_what_is_private_of_textual() -> None:
    used = {
        name: sorted((names_used(path) & PRIVATE) - OURS.get(name, set()))
        for path in (ROOT / "tui").rglob("*.py")
        for name in [str(path.relative_to(ROOT))]
        if path != COMPAT
    }
    assert not {path: names for path, names in used.items() if names}


def test_the_one_module_does() -> None:
    assert "_size_updated" in names_used(COMPAT) & PRIVATE
