"""Lines of the kernel's source for a boot: of a source that somebody has, else of the shipped map."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ...base.units import printable
from .found import Extent, KernelFunction, Place

if TYPE_CHECKING:
    from ..kconfig import KConfig
    from ..release import Release
    from .functions import KernelSource
    from .line_map import LineMap

NO_SOURCE = (
    "bootstep --kernel-source PATH shows the kernel's own function here, from a source tree you have or from "
    "an archive of one, such as /usr/src/linux-source-6.12.tar.xz."
)


class SourceLines:
    """The places of the kernel's functions, for a kernel of a `release`, with the architecture's directory
    `arch` and a configuration.  Nothing is read before it is asked for."""

    def __init__(self, release: Release, arch: str, config: KConfig) -> None:
        self.release = release
        self.arch = arch
        self.config = config
        self._source: KernelSource | None = None
        self._map: LineMap | None = None
        self._is_map_read = False
        self._extents: dict[tuple[str, str], Extent | None] = {}
        self._texts: dict[tuple[str, str], KernelFunction | str] = {}

    @property
    def source(self) -> KernelSource | None:
        """The source that somebody has; None: the shipped map is asked."""
        return self._source

    @source.setter
    def source(self, source: KernelSource | None) -> None:
        self._source = source
        self._extents.clear()
        self._texts.clear()

    @property
    def origin(self) -> str:
        """What the lines are of, in words; "" if no lines are known."""
        if self.source is not None:
            return self.source.name
        known = self._known()
        return f"the known lines of {known.release}" if known is not None else ""

    def place(self, name: str, kernel_file: str, doing: Sequence[str] = ()) -> Place:
        """Where a function is defined that the model says to be in `kernel_file` ("": it does not say).  With
        `doing`, words of what it does next (see `c_source.lines_with`), the line in its body that has them,
        if the text is there and only one line has."""
        extent = self.extent(name, kernel_file)
        if extent is None:
            return Place(kernel_file)
        line = self._line_doing(name, kernel_file, doing) if doing else None
        return Place(extent.file, extent.line if line is None else line, extent.about)

    def extent(self, name: str, kernel_file: str) -> Extent | None:
        """The lines of a function; None if they are not known."""
        key = (kernel_file, name)
        if key not in self._extents:
            self._extents[key] = self._find(name, kernel_file)
        return self._extents[key]

    def text(self, name: str, kernel_file: str) -> KernelFunction | str:
        """A function as the kernel's source has it, or why it cannot be shown, in a sentence."""
        if self.source is None:
            return NO_SOURCE
        key = (kernel_file, name)
        if key not in self._texts:
            self._texts[key] = self.source.find(kernel_file, name, self.config.enabled, self.arch)
        return self._texts[key]

    def file_lines(self, file: str) -> list[str]:
        """All lines of a file of the source that somebody has, as they may be printed; none without one, or
        if it has no such file."""
        text = self.source.files.text(file) if self.source is not None else None
        return [printable(line.expandtabs()) for line in (text or "").split("\n")] if text else []

    def functions_at(self, file: str, line: int, kernel_files: Iterable[str] = ()) -> list[Extent]:
        """The functions that a line belongs to, of every file that is named `file` or ends so: of those that
        are known and of `kernel_files`."""
        found: list[Extent] = []
        for each in sorted(self.files_named(file, kernel_files)):
            found += [extent for extent in self.functions_of(each) if extent.first <= line <= extent.last]
        return found

    def files_named(self, file: str, kernel_files: Iterable[str] = ()) -> set[str]:
        """The files of the kernel, known ones and `kernel_files`, that are named so or end so; no other
        architecture's."""
        known = self._known()
        own = {*(known.files if known is not None else ()), *kernel_files}
        end = f"/{file}"
        return {each for each in own if f"/{each}".endswith(end) and self._may_be(each)}

    def functions_of(self, file: str) -> list[Extent]:
        """All functions of a file whose lines are known, in order."""
        if self.source is not None:
            return list(self.source.extents(file))
        known = self._known()
        about = self._is_other(known)
        return sorted(
            (
                Extent(name, file, found.line, found.first, found.last, about)
                for name, definitions in (known.functions(file) if known is not None else {}).items()
                for found in definitions
            ),
            key=lambda extent: extent.first,
        )

    def _may_be(self, file: str) -> bool:
        return not file.startswith("arch/") or file.startswith(f"arch/{self.arch}/")

    def _known(self) -> LineMap | None:
        if not self._is_map_read:
            from .line_map import known_lines  # only when asked for: no first step is

            self._is_map_read, self._map = True, known_lines(self.release.series)
        return self._map

    def _is_other(self, known: LineMap | None) -> bool:
        """Whether the map is another patch level's than the kernel says to be."""
        return known is not None and not _may_be_same(known.release, self.release)

    def _find(self, name: str, kernel_file: str) -> Extent | None:
        if self.source is None:
            known = self._known()
            return _in_map(known, name, kernel_file, self) if known is not None else None
        found = self.text(name, kernel_file)
        if isinstance(found, str):
            return None
        about = found.about or self.is_other
        return Extent(name, found.file, found.line, found.first, found.last, about)

    def _line_doing(self, name: str, kernel_file: str, doing: Sequence[str]) -> int | None:
        from ..c_source import lines_with

        found = self.text(name, kernel_file) if self.source is not None else ""
        if isinstance(found, str):
            return None
        head = found.line - found.first + 1
        lines = lines_with(found.lines[head:], doing)
        return found.line + 1 + lines[0] if len(lines) == 1 else None

    @property
    def is_other(self) -> bool:
        """Whether the lines are those of another release than the kernel's."""
        if self.source is None:
            return self._is_other(self._known())
        release = self.source.files.release
        return release is not None and not _may_be_same(release, self.release)


def _may_be_same(release: Release, other: Release) -> bool:
    """Whether two releases are the same, as far as both tell their patch levels."""
    from ..release import NEWEST

    is_told = NEWEST not in (release.patch, other.patch)
    return release.series == other.series and (not is_told or release.patch == other.patch)


def _in_map(known: LineMap, name: str, kernel_file: str, lines: SourceLines) -> Extent | None:
    """A function in the map: in the file that is said if it is compiled there, else where it is likeliest."""
    from .candidates import ordered
    from .definitions import is_compiled, is_decided, likeliest

    is_enabled: Callable[[str], bool] = lines.config.enabled
    files, is_clear = ordered(known.files_with(name), kernel_file, lines.arch)
    if kernel_file in files:
        files, is_clear = [kernel_file, *(file for file in files if file != kernel_file)], True
    if not files:
        return None
    found = {file: likeliest(known.functions(file)[name], is_enabled) for file in files}
    file = next(
        (file for file in files if not file.endswith(".h") and is_compiled(found[file], is_enabled)), files[0]
    )
    definitions = known.functions(file)[name]
    about = not (is_clear or file != files[0]) or not is_decided(definitions, is_enabled) or lines.is_other
    return Extent(name, file, found[file].line, found[file].first, found[file].last, about)
