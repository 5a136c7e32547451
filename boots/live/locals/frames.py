"""The frames of a kernel's functions, out of the file that somebody names, which is opened for the first."""

from __future__ import annotations

from mmap import mmap
from pathlib import Path
from threading import Lock
from typing import Any

from ....model.base.errors import InputError
from ....model.build.dwarf.frames.records import Frame
from ....model.build.image.elf import open_elf
from ....model.build.kernel_files import ELF_MAGIC
from ....model.files.input_files import map_file


class KernelFrames:
    """The frames that the kernel file at a path tells, to any thread: reading goes back and forth in the
    file, so that one waits for the other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: Any = None
        self._one_at_a_time = Lock()

    def are_told(self) -> bool:
        """Whether it is a file that tells them: an ELF file with DWARF.  Raises `InputError`."""
        from ....model.build.dwarf.opening import has_debug

        content = map_file(self._path)
        return content[:4] == ELF_MAGIC and has_debug(self._elf(content))

    def at(self, address: int) -> Frame | None:
        """The frame of the function at a linked address.  Raises `InputError` if the file is damaged, or is
        no more what it was."""
        with self._one_at_a_time:
            if self._reader is None:
                # pyelftools' DWARF takes its time.
                from ....model.build.dwarf.frames.reading import FrameReader

                self._reader = FrameReader(self._elf(map_file(self._path)), self._path.name)
            return self._reader.at(address)

    def _elf(self, content: bytes | mmap) -> Any:
        return open_elf(content, str(self._path))


def frames_of(filename: str) -> KernelFrames | None:
    """The frames that a kernel's file tells, None if it tells none, or there is no such file."""
    frames = KernelFrames(Path(filename))
    try:
        return frames if filename and frames.are_told() else None
    except InputError:
        return None
