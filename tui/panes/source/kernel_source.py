"""The kernel's own functions, from a source tree that somebody has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ....model.base.errors import InputError
from ....model.build.c_source import CSource, Definition, likeliest


class KernelFunction(NamedTuple):
    """A function as the kernel's source has it: its file, its lines with the number of the first, and what is
    to be said of it (there are other variants)."""

    file: str
    first: int
    lines: tuple[str, ...]
    remark: str = ""


class KernelSource:
    """A tree of the kernel's source."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def at(cls, directory: str) -> KernelSource:
        """The tree in a directory.  Raises `InputError` if there is none."""
        root = Path(directory).expanduser()
        if not root.is_dir():
            raise InputError(f"--kernel-source {directory}: there is no such directory")
        if not (root / "mm").is_dir():
            raise InputError(
                f"--kernel-source {directory}: this is no Linux source tree, it has no mm directory"
            )
        return cls(root)

    def find(
        self, kernel_file: str, name: str, is_enabled: Callable[[str], bool], arch: str
    ) -> KernelFunction | str:
        """A function that should be in a file, or else in a file beside it or its header; of several variants
        the one for a configuration (see `likeliest`); `arch` is the architecture's directory.  Or why it
        cannot be shown, in a sentence."""
        if not (self.root / kernel_file).is_file():
            place = f"there is no {kernel_file} in {self.root}"
            found = next(self._elsewhere(kernel_file, name, arch), None)
            if found is None:
                return f"{place}: perhaps it is the source of another release."
        else:
            found = self._in_file(kernel_file, name) or next(self._elsewhere(kernel_file, name, arch), None)
            if found is None:
                return f"{self.root}/{kernel_file} does not define {name}: perhaps it is another release's."
        file, source, definitions = found
        chosen = likeliest(definitions, is_enabled)
        lines = source.text.split("\n")[chosen.first - 1 : chosen.last]
        return KernelFunction(file, chosen.first, tuple(lines), _remark(definitions, chosen))

    def _in_file(self, file: str, name: str) -> tuple[str, CSource, list[Definition]] | None:
        source = _read(self.root / file)
        found = source.definitions(name) if source is not None and name in source.text else []
        return (file, source, found) if source is not None and found else None

    def _elsewhere(
        self, kernel_file: str, name: str, arch: str
    ) -> Iterator[tuple[str, CSource, list[Definition]]]:
        """In the headers of the file's name, and in its neighbours."""
        given = Path(kernel_file)
        headers = [f"include/linux/{given.stem}.h", f"arch/{arch}/include/asm/{given.stem}.h"]
        neighbours = sorted((self.root / given.parent).glob("*.[chS]"))
        for file in (*headers, *(str(path.relative_to(self.root)) for path in neighbours)):
            found = self._in_file(file, name)
            if found is not None:
                yield found


@lru_cache(maxsize=256)
def _read(path: Path) -> CSource | None:
    try:
        return CSource(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None


def _remark(found: list[Definition], chosen: Definition) -> str:
    """That there are other variants, and when this one counts."""
    if len(found) == 1:
        return ""
    when = " and ".join(chosen.conditions) or "without a condition"
    return f"one of {len(found)} variants: {when}"
