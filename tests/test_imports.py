"""The arrows point one way: tui → boots → model, and only tui knows Textual."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("model", "boots", "tui")
OUT_OF_BOUNDS = {
    "model": ("boots", "tui"),
    "boots": ("tui",),
    "tui": (),
}
SCREEN = ("textual", "rich")


def modules(room: str) -> list[str]:
    paths = [path.relative_to(ROOT) for path in (ROOT / room).rglob("*.py")]
    names = [".".join(("bootstep", *path.with_suffix("").parts)) for path in paths]
    return sorted(name.removesuffix(".__init__") for name in names)


@pytest.mark.parametrize("room", ["model", "boots"])
def test_importing_a_room_loads_nothing_above_it(room: str) -> None:
    program = f"""
import importlib, sys
for name in {modules(room)!r}:
    importlib.import_module(name)
print(*sys.modules)
"""
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    forbidden = (*(f"bootstep.{other}" for other in OUT_OF_BOUNDS[room]), *SCREEN)
    wrong = [name for name in loaded.split() if name.startswith(tuple(f"{name}." for name in forbidden))]
    assert not wrong + [name for name in loaded.split() if name in forbidden]


@pytest.mark.parametrize("room", ROOMS)
def test_sources_import_relatively_and_only_downwards(room: str) -> None:
    wrong: list[str] = []
    for path in (ROOT / room).rglob("*.py"):
        here = path.relative_to(ROOT).parts[:-1]
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                target = (*here[: len(here) - node.level + 1], *(node.module or "").split("."))
                target = target if node.level else tuple((node.module or "").split("."))
            elif isinstance(node, ast.Import):
                target = tuple(node.names[0].name.split("."))
            else:
                continue
            screen = target[0] in SCREEN and room != "tui"
            if target[0] == "bootstep" or target[0] in OUT_OF_BOUNDS[room] or screen:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {'.'.join(target)}")
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
    for room in ROOMS:
        for marker in (ROOT / room).rglob("__init__.py"):
            package = ".".join(("bootstep", *marker.parent.relative_to(ROOT).parts))
            assert f'"{package}"' in listed, package
