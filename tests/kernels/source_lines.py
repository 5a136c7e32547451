"""Makes model/build/kernel_source/known/X.Y.txt of a Linux source tree: which file defines a function, and on
which lines.  Names and numbers only, no text of the kernel.

    python tests/kernels/source_lines.py /usr/src/linux-source-6.12 …

The map has all functions of the files in which traced functions are defined, those that their modules name
and those that this release has them in.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import bootstep.boots
import bootstep.model.memory
from bootstep.model.build.c_source import CSource
from bootstep.model.build.kernel_source.line_map import KNOWN, map_text
from bootstep.model.build.kernel_source.tree import SourceTree
from bootstep.model.trace.recorder import FUNCTIONS

FOLDERS = (
    *("mm", "init", "kernel", "lib", "arch/arm64", "arch/x86", "include", "drivers/of", "drivers/base"),
    *("drivers/firmware/efi", "drivers/acpi", "drivers/tty/serial", "drivers/iommu", "fs"),
)
"""Where functions are looked for that are not in the file of their module."""


def traced_functions() -> set[tuple[str, str]]:
    """All that any release traces: kernel file and name."""
    for package in (bootstep.boots, bootstep.model.memory):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return {(function.kernel_file, function.name) for function in FUNCTIONS}


@cache
def source(path: Path) -> CSource | None:
    """A file, None if there is none."""
    return CSource(path.read_text(errors="replace")) if path.is_file() else None


def defines(path: Path, name: str) -> bool:
    """Whether a file defines a function."""
    found = source(path)
    return found is not None and any(name == each for each, _ in found.functions())


def always_defines(path: Path, name: str) -> bool:
    """Whether a file defines a function whatever the configuration is."""
    found = source(path)
    return found is not None and any(name == each and not at.conditions for each, at in found.functions())


def elsewhere(root: Path, names: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Functions with the files that define them, in all folders."""
    wanted = sorted(names)
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.[chS]")):
            text = path.read_text(errors="replace")
            for name in wanted:
                if name in text and defines(path, name):
                    yield name, path


def main(folders: list[str]) -> int:
    """Write the map of each tree, and say what no file defines."""
    for folder in folders:
        root = Path(folder)
        release = SourceTree(root).release
        assert release is not None, f"{root}/Makefile names no release"
        traced = sorted(traced_functions())
        missing = {name for file, name in traced if not always_defines(root / file, name)}
        files = {root / file for file, _ in traced if (root / file).is_file()}
        found = [*elsewhere(root, missing)]
        files |= {path for _, path in found}
        text = map_text(
            str(release),
            (
                (path.relative_to(root).as_posix(), known.functions())
                for path in sorted(files)
                if (known := source(path)) is not None
            ),
        )
        KNOWN.mkdir(exist_ok=True)
        (KNOWN / f"{release.major}.{release.minor}.txt").write_text(text)
        gone = sorted(missing - {name for name, _ in found})
        print(f"{release}: {len(files)} files, {len(text)} bytes; not defined: {' '.join(gone)}")
        for name, path in found:
            print(f"  {name}: {path.relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
