"""The arrows point one way, between the rooms and inside them, and generic code names no architecture."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct

ROOT = Path(__file__).parent.parent
ORDER = {
    "model": "base language files trace build memory arch firmware logs source index text analysis debugger"
    " pictures views lecture",
    "boots": "lib core mm kernel drivers arm64 x86 init loader capture adopt remote live sources",
    "tui": "settings draw session panes actions shell dap cli api",
}
"""The packages of each room, from the ground up: one may import those before it, and whole rooms before its
own."""
ROOMS = tuple(ORDER)
DOOR = "package"
"""The folder of tui that holds what ``import bootstep`` finds: the package itself."""
SCREEN = ("textual", "rich")
MOST_MODULES = 20
ARCHITECTURES = ("arm64", "x86", "x86_64")
OWN = re.compile(
    r"(?i:arm64|aarch64|x86)|\w+_pg_dir|\w+_top_pgt|memstart|kimage|\bFIX_(?:FDT|P[GU4M]D|PTE)|\bPTE_[A-Z]"
    r"|TTBR|phys_base|contpte"
)
"""What only an architecture's own code may name."""
MAY_NAME: Mapping[str, str] = {
    "model.build.required_types": "rows of data, by the names of structures",
    "model.build.bounds": "bounds of constants and options, by the names that kernels have for them",
    "model.build.image.foreign_kernels": "recognises kernels of every architecture by how they begin",
    "model.build.known_kernels": "rows of data, by the names of kernels",
    "model.logs.file_kinds": "recognises files of every architecture",
    "model.arch.told.table": "the table of architectures whose logs are read",
    "model.arch.told.sections": "a table of architectures",
    "model.logs.head": "recognises logs of every architecture",
    "model.analysis.deeds.callers": "who asks memblock, by the names that logs of every architecture have",
    "model.analysis.logged_owners": "owners by functions that logs of every architecture name",
    "model.arch.arches": "the table of architectures, for what reads traces",
    "model.build.image.formats": "the table of architectures, for what reads images",
    "boots.loader.architectures": "the table of architectures, for the loader",
    "boots.capture.architectures": "the table of architectures, for taking down a machine",
    "boots.live.architectures": "the table of architectures, for watching kernels that run",
    "boots.loader.machine_file": "the names that people write into machine files",
    "boots.loader.placement.kaslr_drawn": "the names that people write into machine files",
    "boots.loader.board.preprocess": "a folder of U-Boot's source tree",
    "boots.sources.log_replay.stages": "the stages of every architecture's boot, as logs tell of them",
    "boots.adopt.machine": "the one architecture whose logs become machines",
    "boots.adopt.places": "who reserves what, by the names that logs have",
    "boots.adopt.ram": "who adds memory, by the names that logs have",
    "boots.remote.stub.kinds": "kinds of breakpoints, by gdb's names of architectures",
    "boots.core.inputs": "the architecture of a machine that names none",
    "tui.cli.reference.machine_file": "the names that people write into machine files",
    "tui.cli.reference.tour_file": "the names that people write into tours",
}
"""Modules outside of the architectures' packages that name their things all the same, and why."""


@cache
def paths() -> dict[str, Path]:
    """Every module by its name: ``model.trace.events``; a package's is its ``__init__``."""
    found: dict[str, Path] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


class Written(Struct, frozen=True):
    """What is written in a module: the nodes of its imports, its docstring, and what it names of an
    architecture's, each with its line."""

    imports: tuple[ast.Import | ast.ImportFrom, ...]
    docstring: str | None
    own: tuple[tuple[int, str], ...]


@cache
def written(module: str) -> Written:
    """A module is parsed once: all of them take seconds."""
    tree = ast.parse(paths()[module].read_text())
    nodes = list(ast.walk(tree))
    return Written(
        tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)),
        ast.get_docstring(tree),
        tuple((line, name) for line, name in names(nodes) if OWN.search(name)),
    )


@cache
def imports(module: str) -> tuple[tuple[int, str], ...]:
    """What a module imports of ours or others, each with its line: at its head, in functions, for types."""
    path = paths()[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found: list[tuple[int, str]] = []
    for node in written(module).imports:
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        else:
            parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parts, *filter(None, [node.module])])
            names = [f"{base}.{alias.name}".lstrip(".") for alias in node.names]
            found += [(node.lineno, name if name in paths() else base) for name in names]
    return tuple(found)


@cache
def ours(module: str) -> set[str]:
    """The modules of ours that a module imports."""
    return {target for _, target in imports(module) if target in paths()} - {module}


def rank(module: str) -> tuple[int, int]:
    """How high a module stands: its room, its package in it (below all, if it lies in the room itself)."""
    room, _, rest = module.partition(".")
    packages = ORDER[room].split()
    package = rest.partition(".")[0]
    return ROOMS.index(room), packages.index(package) if package in packages else -1


def circles(graph: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """The strongly connected parts of a graph that have more than one node."""
    reach: dict[str, set[str]] = {}
    for node in graph:
        seen: set[str] = set()
        todo = [node]
        while todo:
            new = graph[todo.pop()] - seen
            seen |= new
            todo += new
        reach[node] = seen
    told: set[str] = set()
    for node in graph:
        if node in reach[node] and node not in told:
            circle = sorted(other for other in reach[node] if node in reach[other])
            told.update(circle)
            yield circle


def names(nodes: Sequence[ast.AST]) -> Iterator[tuple[int, str]]:
    """The names and strings among the nodes of a module, each with its line, without docstrings."""
    docstrings = {
        id(node.value)
        for node in nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.alias(name=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.keyword(arg=str(name)):
                yield node.lineno, name
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                yield node.lineno, text
            case ast.Constant(value=bytes(octets)):
                yield node.lineno, octets.decode("latin-1")
            case _:
                pass


def test_every_package_has_its_place_in_the_order() -> None:
    for room in ROOMS:
        there = {path.name for path in (ROOT / room).iterdir() if (path / "__init__.py").is_file()}
        assert there - {"machines", DOOR} == set(ORDER[room].split())


def test_a_module_imports_only_what_stands_below_it() -> None:
    wrong = [
        f"{paths()[module].relative_to(ROOT)}: {target}"
        for module in paths()
        for target in sorted(ours(module))
        if rank(target) > rank(module)
    ]
    assert not wrong


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert list(circles({module: ours(module) for module in paths()})) == []


def test_a_circle_of_modules_would_be_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set[str]()}
    assert list(circles(graph)) == [["b", "c"]]


def test_architectures_know_nothing_of_each_other_nor_of_what_stands_above_them() -> None:
    there = [name for name in ARCHITECTURES if (ROOT / "boots" / name).is_dir()]
    for name in there:
        others = tuple(f"boots.{other}." for other in there if other != name)
        for module in paths():
            if module.startswith(f"boots.{name}."):
                assert not [target for target in ours(module) if target.startswith(others)], module


def test_sources_import_ours_relatively() -> None:
    for module in paths():
        absolute = [f"{module}:{line}" for line, target in imports(module) if target.startswith("bootstep")]
        assert not absolute


def test_only_the_room_of_the_screen_knows_textual() -> None:
    for module in paths():
        if not module.startswith("tui"):
            assert not [target for _, target in imports(module) if target.split(".")[0] in SCREEN], module


def test_no_view_and_no_answer_reaches_a_kernel_that_boots() -> None:
    """What is shown is a function of a trace, a position and facts."""
    wrong = [
        f"{module}: {target}"
        for module in paths()
        if module.startswith(("model.", "tui."))
        for target in ours(module)
        if target.startswith("boots.core.") and target != "boots.core.inputs"
    ]
    assert not wrong


def test_generic_code_names_no_architecture() -> None:
    wrong = [
        f"{module}:{line}: {name!r}"
        for module in paths()
        if not set(module.split(".")) & set(ARCHITECTURES) and module not in MAY_NAME
        for line, name in written(module).own
    ]
    assert not wrong


def test_what_may_name_an_architecture_does() -> None:
    for module in MAY_NAME:
        assert written(module).own, module


def test_a_folder_can_be_read_at_a_glance() -> None:
    folders = {path.parent for path in paths().values()}
    crowded = [folder for folder in folders if len(list(folder.glob("[!_]*.py"))) > MOST_MODULES]
    assert not crowded


def test_every_package_says_what_it_is() -> None:
    for module, path in paths().items():
        if path.name == "__init__.py":
            assert written(module).docstring, module


@pytest.mark.parametrize("room", ["model", "boots"])
def test_importing_a_room_loads_nothing_above_it(room: str) -> None:
    modules = [f"bootstep.{module}" for module in paths() if module.split(".")[0] == room]
    program = f"""
import importlib, sys
for name in {modules!r}:
    importlib.import_module(name)
print(*sys.modules)
"""
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    above = [f"bootstep.{other}" for other in ROOMS[ROOMS.index(room) + 1 :]]
    wrong = [
        name for name in loaded.split() for other in (*above, *SCREEN) if f"{name}.".startswith(f"{other}.")
    ]
    assert not wrong


@pytest.mark.parametrize("words", [["log", "virt-512m"], ["machines"], ["--version"]])
def test_headless_commands_do_not_load_textual(words: list[str]) -> None:
    program = f"""
import sys
from bootstep.tui.cli.main import main
status = main({words!r})
assert status == 0, status
print(*sys.modules, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"textual", "rich"} & set(done.stderr.split())


def test_every_package_is_listed_for_the_wheel() -> None:
    listed = (ROOT / "pyproject.toml").read_text()
    for module, path in paths().items():
        if path.name == "__init__.py":
            name = "bootstep" if module == f"tui.{DOOR}" else f"bootstep.{module}"
            assert f'"{name}"' in listed, module


def test_the_order_of_packages_is_the_one_that_is_held() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    block = text[text.index("    model   base <") : text.index("`tui/package`")]
    rooms = re.split(r"^    (?=\w)", block, flags=re.MULTILINE)[1:]
    told = {room.split()[0]: " ".join(room.split()[1:]).replace(" < ", " ") for room in rooms}
    assert told == ORDER
