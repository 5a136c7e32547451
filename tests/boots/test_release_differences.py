"""The table of what differs between releases agrees with the code, and the README with the table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bootstep.boots.loader.release_differences import MARKS, differences, with_page

ROOT = Path(__file__).parents[2]
Gate = tuple[str, str, tuple[int, ...]]
"""A module, a function of it, and a release it asks for."""


def names_a_release(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "release") or (
        isinstance(node, ast.Name) and node.id == "release"
    )


def gates_in(module: str, node: ast.AST, function: str) -> Iterator[Gate]:
    """The comparisons of a release with a pair of numbers, below a node of a module's syntax tree."""
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.Compare):
            sides = [child.left, *child.comparators]
            if any(names_a_release(side) for side in sides):
                for side in sides:
                    if isinstance(side, ast.Tuple):
                        yield module, function, ast.literal_eval(side)
        yield from gates_in(module, child, inside)


def gates() -> set[Gate]:
    """Wherever the code asks for a release."""
    return {
        gate
        for room in ("boots", "model")
        for path in (ROOT / room).rglob("*.py")
        for gate in gates_in(
            str(path.relative_to(ROOT).with_suffix("")), ast.parse(path.read_text()), "(module)"
        )
    }


def rows() -> set[Gate]:
    """The places in the table."""
    return {
        (place.split(": ")[0], function, row.since)
        for row in differences()
        for place in row.places
        for function in place.split(": ")[1].split()
    }


def test_wherever_the_code_asks_for_a_release_the_table_has_a_row() -> None:
    assert gates() - rows() == set(), "add these to boots/machines/release-differences.txt"


def test_wherever_the_table_has_a_row_the_code_asks_for_the_release() -> None:
    assert rows() - gates() == set(), "take these out of boots/machines/release-differences.txt"


def test_the_table_is_sorted_by_release() -> None:
    releases = [row.since for row in differences()]
    assert releases == sorted(releases)


def test_the_readme_shows_the_table() -> None:
    readme = (ROOT / "README.md").read_text()
    assert readme == with_page(readme), "run python -m bootstep.boots.loader.release_differences README.md"


def test_the_rest_of_a_readme_stays_as_it_is() -> None:
    made = with_page(f"# Title\n{MARKS[0]}\nold\n{MARKS[1]}\nend\n")
    assert made.startswith(f"# Title\n{MARKS[0]}\n\n**5.8**\n\n- ")
    assert made.endswith(f"\n\n{MARKS[1]}\nend\n")
