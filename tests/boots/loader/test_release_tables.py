"""The tables of releases agree with the code and with themselves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bootstep.boots.loader.release_tables import (
    differences,
    differences_between,
    known_releases,
    spelled,
)
from bootstep.model.build.release import Release

ROOT = Path(__file__).parents[3]
Gate = tuple[str, str, tuple[int, ...]]
"""A module, a function of it or a boot order, and a release it asks for."""


def names_a_release(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "release") or (
        isinstance(node, ast.Name) and node.id == "release"
    )


def gates_in(module: str, node: ast.AST, function: str) -> Iterator[Gate]:
    """The comparisons of a release with a pair of numbers, and the releases that boot orders begin with,
    below a node of a module's syntax tree."""
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Name):
            order = child.targets[0].id
            for keyword in child.value.keywords if isinstance(child.value, ast.Call) else ():
                if keyword.arg == "since" and order.startswith("SINCE_"):
                    yield module, order, ast.literal_eval(keyword.value)
        if isinstance(child, ast.Compare):
            sides = [child.left, *child.comparators]
            if any(names_a_release(side) for side in sides):
                for side in sides:
                    if isinstance(side, ast.Tuple):
                        yield module, function, ast.literal_eval(side)
        yield from gates_in(module, child, inside)


@cache
def gates() -> set[Gate]:
    """Wherever the code asks for a release."""
    paths = [path for room in ("boots", "model") for path in (ROOT / room).rglob("*.py")]
    texts = {str(path.relative_to(ROOT).with_suffix("")): path.read_text() for path in paths}
    return {
        gate
        for module, text in texts.items()
        if re.search(r"\brelease\b|\bSINCE_", text)
        for gate in gates_in(module, ast.parse(text), "(module)")
    }


def pair_or_triple(release: Release) -> tuple[int, ...]:
    """A release as the code asks for it."""
    return tuple(release) if release.patch else release.series


def rows() -> set[Gate]:
    """The places in the table."""
    return {
        (place.split(": ")[0], function, pair_or_triple(row.since))
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


def test_what_came_between_two_releases_is_after_the_one_and_up_to_the_other() -> None:
    between = {spelled(row.since) for row in differences_between(Release(6, 1, 0), Release(6, 4, 0))}
    assert between == {"6.1.177", "6.1.178", "6.2", "6.3", "6.4"}


def test_a_release_of_which_no_patch_level_is_told_has_all_of_its_patches() -> None:
    newest, first = Release(6, 12), Release(6, 12, 0)
    assert [spelled(row.since) for row in differences_between(first, newest)] == ["6.12.114"]


def test_every_release_that_is_said_to_be_known_says_how() -> None:
    known = known_releases()
    assert [spelled(each.release) for each in known.values() if each.compared] == ["6.1", "6.12"]
    assert all(each.compared != bool(each.remark) for each in known.values())
