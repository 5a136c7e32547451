"""The package `bootstep` as it is installed: its names lead somewhere, for Python and for type checkers."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SAMPLE = """
from typing import assert_type

import bootstep
from bootstep.model.debugger.debugger import Debugger

boot = bootstep.boot("virt-1g", cmdline="cma=32M", memblock_debug=True, load_address=0x40400000)
assert_type(boot, bootstep.Boot)
state = boot.at("paging_init:return")
assert_type(state.memblock.reserved[0], bootstep.RegionView)
assert_type(state.memblock.reserved[0].owners[0].size, int)
assert_type(state.zones[0].name, str)
assert_type(boot.events[3], bootstep.Event)
assert_type(boot.events[3:5], bootstep.Events)
assert_type(boot.log[0], str)
assert_type(boot.debugger(), Debugger)
assert_type(bootstep.diff(boot, boot).first, bootstep.Divergence | None)
assert_type(bootstep.machines()[0], bootstep.ShippedMachine)
boot.at(1.5)  # EXPECTED
boot.nothing  # EXPECTED
"""


def installed(directory: Path) -> Path:
    """The package laid out as pyproject.toml says, with the rooms as links."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    package = directory / "bootstep"
    package.mkdir()
    for name, folder in settings["package-dir"].items():
        inside = name.removeprefix("bootstep").removeprefix(".")
        if inside:
            (package / inside).symlink_to(ROOT / folder)
        else:
            for each in settings["package-data"]["bootstep"]:
                (package / each).write_bytes((ROOT / folder / each).read_bytes())
            (package / "__init__.py").write_bytes((ROOT / folder / "__init__.py").read_bytes())
    return package


def test_it_is_a_package_wherever_it_lies(tmp_path: Path) -> None:
    installed(tmp_path)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import bootstep\n"
        "print(bootstep.__file__, bootstep.boot('virt-512m').name, bootstep.InputError.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"{tmp_path / 'bootstep' / '__init__.py'} virt-512m InputError\n"


def test_what_is_listed_is_what_there_is() -> None:
    import bootstep

    assert sorted(bootstep.__all__) == sorted(bootstep._HOMES)


@pytest.mark.slow
def test_type_checkers_know_every_name(tmp_path: Path) -> None:
    installed(tmp_path)
    (tmp_path / "sample.py").write_text(SAMPLE)
    settings = {"include": ["sample.py"], "typeCheckingMode": "strict", "reportUnusedExpression": False}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    words = [
        sys.executable,
        "-m",
        "pyright",
        "--outputjson",
        "-p",
        str(tmp_path),
        "--pythonpath",
        sys.executable,
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = [
        each["range"]["start"]["line"]
        for each in json.loads(done.stdout)["generalDiagnostics"]
        if each["severity"] == "error"
    ]
    expected = [number for number, line in enumerate(SAMPLE.splitlines()) if line.endswith("# EXPECTED")]
    assert sorted(set(found)) == expected, done.stdout
