"""The kernel's own functions, from a source that somebody has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple, Protocol

from ..c_source import CSource
from ..release import Release
from .candidates import ordered
from .definitions import Definition, is_compiled, is_decided, likeliest
from .found import Extent, KernelFunction
from .line_map import all_known


class SourceFiles(Protocol):
    """The files of a kernel's source, named from its root."""

    @property
    def name(self) -> str:
        """How the source is called."""
        ...

    @property
    def release(self) -> Release | None:
        """Its release, if it names one."""
        ...

    def text(self, file: str) -> str | None:
        """The text of a file; None if there is none that can be read."""
        ...

    def names(self, folder: str) -> list[str]:
        """The files in C and assembler of a folder, in order."""
        ...


class _Found(NamedTuple):
    """A file that defines a function, and how."""

    file: str
    source: CSource
    definitions: list[Definition]


class KernelSource:
    """The functions of a kernel's source."""

    def __init__(self, files: SourceFiles) -> None:
        self.files = files
        self.read = lru_cache(maxsize=64)(self._read)

    @property
    def name(self) -> str:
        """How the source is called, with its release."""
        release = self.files.release
        return f"{self.files.name} ({release})" if release else self.files.name

    def find(
        self, kernel_file: str, name: str, is_enabled: Callable[[str], bool], arch: str
    ) -> KernelFunction | str:
        """A function that should be in a file, or else in a file beside it or its header, or where a known
        release has it; of several variants the one for a configuration (see `likeliest`); `arch` is the
        architecture's directory.  Or why it cannot be shown, in a sentence."""
        said = self._in_file(kernel_file, name)
        if said is not None and _is_compiled(said, is_enabled):
            found = said
        else:
            others = self._elsewhere(kernel_file, name, arch)
            found = next((other for other in others if _is_compiled(other, is_enabled)), said)
            found = found or next(self._elsewhere(kernel_file, name, arch), None)
        if found is None:
            return self._missing(kernel_file, name)
        file, source, definitions = found
        chosen = likeliest(definitions, is_enabled)
        lines = source.text.split("\n")[chosen.first - 1 : chosen.last]
        return KernelFunction(
            file,
            chosen.first,
            tuple(lines),
            _remark(definitions, chosen),
            chosen.line,
            not is_decided(definitions, is_enabled),
        )

    def extents(self, file: str) -> Iterator[Extent]:
        """All functions of a file, in order."""
        source = self.read(file)
        for name, found in source.functions() if source is not None else ():
            yield Extent(name, file, found.line, found.first, found.last)

    def _missing(self, kernel_file: str, name: str) -> str:
        if not kernel_file:
            return f"nobody says which file of {self.files.name} would define {name}."
        if self.read(kernel_file) is None:
            place = f"there is no {kernel_file} in {self.files.name}"
            return f"{place}: perhaps it is the source of another release."
        return f"{self.files.name}/{kernel_file} does not define {name}: perhaps it is another release's."

    def _in_file(self, file: str, name: str) -> _Found | None:
        source = self.read(file) if file else None
        found = source.definitions(name) if source is not None and name in source.text else []
        return _Found(file, source, found) if source is not None and found else None

    def _elsewhere(self, kernel_file: str, name: str, arch: str) -> Iterator[_Found]:
        """Where known releases have it, in the headers of the file's name, and in its neighbours."""
        known = {file for lines in all_known() for file in lines.files_with(name)}
        for file in (*ordered(known, kernel_file, arch)[0], *self._beside(kernel_file, arch)):
            found = self._in_file(file, name)
            if found is not None:
                yield found

    def _beside(self, kernel_file: str, arch: str) -> Iterator[str]:
        if kernel_file:
            given = PurePosixPath(kernel_file)
            yield from (f"include/linux/{given.stem}.h", f"arch/{arch}/include/asm/{given.stem}.h")
            yield from self.files.names(str(given.parent))

    def _read(self, file: str) -> CSource | None:
        text = self.files.text(file)
        return None if text is None else CSource(text)


def _is_compiled(found: _Found, is_enabled: Callable[[str], bool]) -> bool:
    """Whether a configuration compiles one of the definitions; of headers it is not said, what they have is
    what stands for a function that is not there."""
    return not found.file.endswith(".h") and any(is_compiled(each, is_enabled) for each in found.definitions)


def _remark(found: list[Definition], chosen: Definition) -> str:
    """That there are other variants, and when this one counts."""
    if len(found) == 1:
        return ""
    when = " and ".join(chosen.conditions) or "without a condition"
    return f"one of {len(found)} variants: {when}"
