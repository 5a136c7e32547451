"""The tree of tests mirrors the code: who looks for the tests of a module finds them, without searching.

A module has a test file of its name in the same folder under tests/, or a test file there or in another
room says in its docstring that it "Covers" the module: by its path from there, or from the root.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
ROOMS = ("model", "boots", "tui")


@cache
def modules() -> set[Path]:
    """The modules of the product; what makes shipped data is none."""
    found = {path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    return {path for path in found if path.name != "__init__.py" and "machines" not in path.parts}


@cache
def files() -> list[Path]:
    """Those of the rooms, and those of everything together."""
    of_rooms = [path for room in ROOMS for path in (TESTS / room).rglob("test_*.py")]
    return sorted(path.relative_to(TESTS) for path in (*of_rooms, *TESTS.glob("test_*.py")))


DOCSTRING = re.compile(r'"""(.*?)"""', re.DOTALL)
"""A module's, as ruff wants them; to parse all modules takes a second."""


@cache
def covered(test: Path) -> set[Path]:
    """What a test file's docstring says that it covers."""
    docstring = DOCSTRING.match((TESTS / test).read_text())
    text = docstring[1] if docstring else ""
    names = [name for part in text.split("Covers ")[1:] for name in re.findall(r"[\w/]+\.py", part)]
    return {Path(name) if name.split("/")[0] in ROOMS else test.parent / name for name in names}


def test_every_module_has_tests_where_one_looks_for_them() -> None:
    said = {module for test in files() for module in covered(test)}
    own = {test.with_name(test.name.removeprefix("test_")) for test in files()}
    assert len(modules()) > 300
    assert not sorted(map(str, modules() - said - own))


def test_what_a_test_file_says_it_covers_is_there() -> None:
    gone = {str(test): sorted(map(str, covered(test) - modules())) for test in files()}
    assert not {test: names for test, names in gone.items() if names}


def test_every_room_of_tests_is_a_room_of_the_code() -> None:
    assert not [str(test) for test in files() if not (ROOT / test).parent.is_dir()]
